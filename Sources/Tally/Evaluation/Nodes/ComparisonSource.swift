/// A comparison of two operands of one layout.
///
/// `=` and `!=` are total: missing equals missing. The others are false where an operand is
/// missing. In all cases a missing operand makes the outcome unknown.
final class ComparisonSource<T: VectorValue & Comparable>: VectorSource {
  private let operation: ComparisonOperator
  private let left: VectorNode
  private let right: VectorNode
  private let out: Scratch<UInt8>
  private let meet: ValidityMeet
  private let union: UnknownUnion
  private let missing: UnknownUnion

  init(
    _ operation: ComparisonOperator, _ left: VectorNode, _ right: VectorNode,
    resources: EvaluationResources
  ) {
    self.operation = operation
    self.left = left
    self.right = right
    out = Scratch(resources)
    meet = ValidityMeet(resources)
    union = UnknownUnion(resources)
    missing = UnknownUnion(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let first = try left.result()
    let second = try right.result()
    let count = Vector.rowCount([first, second], in: batch)
    let out = try out.pointer()
    let valid = try meet.mask([first, second], count: count)
    let (a, b) = (try first.operand(T.self), try second.operand(T.self))
    switch operation {
    case .equal, .notEqual:
      equalRows(a, b, count: count, into: out)
      if let valid {
        andMasks(out, valid, count: count, into: out)
        try addBothMissing(first, second, count: count, into: out)
      }
      flipMask(out, flip: operation == .notEqual ? 1 : 0, count: count)
    case .less, .greaterOrEqual:
      lessRows(a, b, count: count, into: out)
      flipMask(out, flip: operation == .greaterOrEqual ? 1 : 0, count: count)
      if let valid { andMasks(out, valid, count: count, into: out) }
    case .greater, .lessOrEqual:
      lessRows(b, a, count: count, into: out)
      flipMask(out, flip: operation == .lessOrEqual ? 1 : 0, count: count)
      if let valid { andMasks(out, valid, count: count, into: out) }
    }
    let inherited = try union.mask([first, second], count: count)
    return Vector(
      storage: .booleans(out), count: count, valid: nil,
      unknown: try missing.mask(missingIn: valid, or: inherited, count: count),
      isConstant: first.isConstant && second.isConstant)
  }

  private func addBothMissing(
    _ first: Vector, _ second: Vector, count: Int, into out: UnsafeMutablePointer<UInt8>
  ) throws(QueryError) {
    guard let left = first.valid, let right = second.valid else { return }
    switch (first.isConstant && count > 1, second.isConstant && count > 1) {
    case (false, false): Tally.addBothMissing(left, right, count: count, into: out)
    case (true, _) where left.pointee == 1, (_, true) where right.pointee == 1: return
    case (true, _): Tally.addBothMissing(right, right, count: count, into: out)
    case (false, true): Tally.addBothMissing(left, left, count: count, into: out)
    }
  }
}

/// Whether the code of a column lies in a range: any comparison of a column with a constant, and
/// `between` of two.
final class CodeRangeSource: VectorSource {
  private let codes: Codes
  private let rows: RowSource
  private let range: ClosedRange<UInt64>?
  private let flip: UInt8
  private let validity: Bitmap?
  private let mask: ColumnMask
  private let out: Scratch<UInt8>
  private let missing: UnknownUnion

  /// `range` holds the codes for which the condition is true; nil where none is. With
  /// `isNegated`, it is true for all others, rows without a value among them.
  init(
    _ column: Column, codes: Codes, rows: RowSource, range: ClosedRange<UInt64>?, isNegated: Bool,
    resources: EvaluationResources
  ) {
    self.codes = codes
    self.rows = rows
    self.range = range
    flip = isNegated ? 1 : 0
    validity = column.validity
    mask = ColumnMask(column, resources: resources)
    out = Scratch(resources)
    missing = UnknownUnion(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let access = try rows.rows()
    let valid = try mask.mask(access)
    let out = try out.pointer()
    let inner: UInt8 = valid == nil ? flip : 0
    switch codes.width {
    case .one: test(codes.pointer(to: UInt8.self), access, flip: inner, into: out)
    case .two: test(codes.pointer(to: UInt16.self), access, flip: inner, into: out)
    case .four: test(codes.pointer(to: UInt32.self), access, flip: inner, into: out)
    case .eight: test(codes.pointer(to: UInt64.self), access, flip: inner, into: out)
    }
    if let valid {
      andMasks(out, valid, count: access.count, into: out)
      flipMask(out, flip: flip, count: access.count)
    }
    return Vector(
      storage: .booleans(out), count: access.count, valid: nil,
      unknown: try missing.mask(missingIn: valid, or: nil, count: access.count))
  }

  func countTrue(_ batch: Batch) throws(QueryError) -> TruthCount? {
    let access = try rows.rows()
    guard access.index == nil, access.present == nil, codes.count > 0 else { return nil }
    let (inside, missing) =
      switch codes.width {
      case .one: count(codes.pointer(to: UInt8.self), access)
      case .two: count(codes.pointer(to: UInt16.self), access)
      case .four: count(codes.pointer(to: UInt32.self), access)
      case .eight: count(codes.pointer(to: UInt64.self), access)
      }
    return TruthCount(
      isTrue: flip == 1 ? access.count - inside : inside, unknown: missing,
      unknownTrue: flip == 1 ? missing : 0)
  }

  /// The rows whose value lies in the range, and those without one.
  private func count<C: CodeInteger>(_ codes: UnsafeMutablePointer<C>, _ access: RowAccess) -> (
    inside: Int, missing: Int
  ) {
    var (low, span): (C, C) = (0, 0)
    var inside = 0
    let isPossible = range.map { $0.lowerBound <= UInt64(C.max) } ?? false
    if isPossible, let range {
      low = C(truncatingIfNeeded: range.lowerBound)
      span = C(truncatingIfNeeded: min(range.upperBound, UInt64(C.max))) &- low
      inside = countCodes(
        UnsafePointer(codes + access.first), low: low, span: span, count: access.count)
    }
    guard let validity else { return (inside, 0) }
    // What missing rows hold in their places does not count.
    let (missing, wrong) = countMissing(
      codes, low: low, span: span, validity.words, first: access.first, count: access.count)
    return (isPossible ? inside - wrong : 0, missing)
  }

  private func test<C: CodeInteger>(
    _ codes: UnsafeMutablePointer<C>, _ access: RowAccess, flip: UInt8,
    into out: UnsafeMutablePointer<UInt8>
  ) {
    guard let range, range.lowerBound <= UInt64(C.max), self.codes.count > 0 else {
      fillMask(out, with: flip, count: access.count)
      return
    }
    let low = C(truncatingIfNeeded: range.lowerBound)
    let high = C(truncatingIfNeeded: min(range.upperBound, UInt64(C.max)))
    testCodes(
      UnsafePointer(codes + access.first), low: low, span: high &- low, flip: flip,
      index: access.index, count: access.count, into: out)
  }
}

/// Whether the operand is missing.
final class IsMissingSource: VectorSource {
  private let operand: VectorNode
  private let out: Scratch<UInt8>

  init(_ operand: VectorNode, resources: EvaluationResources) {
    self.operand = operand
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let vector = try operand.result()
    let out = try out.pointer()
    if let valid = vector.valid {
      invertMask(valid, count: vector.count, into: out)
    } else {
      fillMask(out, with: 0, count: vector.count)
    }
    return Vector(
      storage: .booleans(out), count: vector.count, valid: nil, unknown: vector.unknown,
      isConstant: vector.isConstant)
  }
}

/// Whether the column has no value, without a look at its values.
final class ColumnIsMissingSource: VectorSource {
  private let rows: RowSource
  private let mask: ColumnMask
  private let out: Scratch<UInt8>

  init(_ column: Column, rows: RowSource, resources: EvaluationResources) {
    self.rows = rows
    mask = ColumnMask(column, resources: resources)
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let access = try rows.rows()
    let out = try out.pointer()
    if let valid = try mask.mask(access) {
      invertMask(valid, count: access.count, into: out)
    } else {
      fillMask(out, with: 0, count: access.count)
    }
    return Vector(storage: .booleans(out), count: access.count, valid: nil, unknown: nil)
  }
}
