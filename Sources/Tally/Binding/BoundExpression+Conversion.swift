extension BoundExpression {
  /// The same stored values under another meaning.
  func reread(as type: ColumnType) -> BoundExpression {
    if type == self.type { return self }
    if let value = constantValue {
      if let stored = value.storedInteger {
        let held = Int64(exactly: stored).map { CellValue(stored: $0, type: type) }
        return .constant(held ?? CellValue(stored: stored, type: type), type, at: span)
      }
      if case .float(let number) = value, type == .ratio {
        return .constant(.ratio(number), type, at: span)
      }
      if case .ratio(let number) = value, type == .float {
        return .constant(.float(number), type, at: span)
      }
      return .constant(value, type, at: span)
    }
    if self.type.storedLimits != type.storedLimits {
      switch kind {
      // What is computed must fit into the type that it is computed in.
      case .arithmetic, .negated, .rescale, .call:
        return BoundExpression(
          .rescale(self, by: 0), type, mayBeMissing: mayBeMissing, bounds: bounds, at: span)
      default: break
      }
    }
    return BoundExpression(kind, type, mayBeMissing: mayBeMissing, bounds: bounds, at: span)
  }

  /// A number as a double.
  func asFloat(_ type: ColumnType) -> BoundExpression {
    if self.type.isFloating { return reread(as: type) }
    if let stored = constantValue?.storedInteger {
      let number = ExactDecimal(coefficient: stored, scale: self.type.scale).doubleValue
      return .constant(type == .ratio ? .ratio(number) : .float(number), type, at: span)
    }
    return BoundExpression(.toFloat(self), type, mayBeMissing: mayBeMissing, at: span)
  }

  /// A value as one of a type that holds it: an exact number at a larger scale, or a double.
  func converted(to type: ColumnType) -> BoundExpression {
    if type == self.type { return self }
    if isMissingLiteral { return reread(as: type) }
    if type.isFloating { return asFloat(type) }
    let places = type.scale - self.type.scale
    if places == 0 { return reread(as: type) }
    if let stored = constantValue?.storedInteger {
      let exact = ExactDecimal(coefficient: stored, scale: self.type.scale)
      if let coefficient = exact.coefficient(atScale: type.scale) {
        return .constant(CellValue(stored: coefficient, type: type), type, at: span)
      }
    }
    return BoundExpression(.rescale(self, by: places), type, mayBeMissing: mayBeMissing, at: span)
  }
}
