@testable import Tally
@testable import TallySyntax

extension Resolver {
  func signed(_ sign: UnaryOperatorSyntax, _ operand: Meaning) throws -> Meaning {
    guard operand.type.isNumeric || operand.type == .duration, !operand.isMissingWord else {
      throw invalid("a sign")
    }
    if sign == .plus { return operand }
    let type = operand.type
    let zero: CellValue =
      type.isFloating ? .float(0) : CellValue(stored: 0, type: type, wide: true)
    if let constant = operand.constant {
      // A negative number of the query is still a number of the query.
      return .constant(try Self.exactResult(.subtract, zero, constant, type), type)
    }
    var negated = result(.subtract, .constant(zero, type), operand, type)
    if groups != nil { negated.additivity = operand.additivity }
    return negated
  }

  func arithmetic(_ binary: BinarySyntax) throws -> Meaning {
    var left = try meaning(binary.left)
    if let shifted = try monthsLater(left, binary) { return shifted }
    var right = try meaning(binary.right)
    left = typed(left, as: right.type == .text ? .integer : right.type)
    right = typed(right, as: left.type)
    if left.type.isNumeric, right.type.isNumeric {
      return try numeric(binary.operator, left, right)
    }
    return try temporal(binary.operator, left, right)
  }

  /// `date + 3 months`.
  private func monthsLater(_ left: Meaning, _ binary: BinarySyntax) throws -> Meaning? {
    guard left.type == .date, case .literal(.span(let count, let unit)) = binary.right.kind,
      Self.microseconds[unit] == nil, let number = count.integer, number <= 200_000,
      binary.operator == .add || binary.operator == .subtract
    else { return nil }
    let months = number * (unit == .year ? 12 : unit == .quarter ? 3 : 1)
    let signed = binary.operator == .add ? months : -months
    return try addMonths(left, .constant(.integer(Int128(signed)), .integer))
  }

  /// A value that is missing where an operand is.
  func computed(
    _ type: ColumnType, _ operands: [Meaning],
    losing loss: WritableKeyPath<EvaluationCounts, Int>? = nil,
    _ compute: @escaping ([CellValue]) throws -> CellValue
  ) -> Meaning {
    Meaning(type: type, mayBeWide: operands.contains(where: \.mayBeWide)) { [notes] row in
      let outcomes = try operands.map { try $0.value(row) }
      let unknown = outcomes.contains(where: \.unknown)
      if outcomes.contains(where: \.isMissing) { return Outcome(value: .missing, unknown: unknown) }
      let value = try compute(outcomes.map(\.value))
      if value == .missing, let loss {
        let isDivision = loss == \.zeroDivisions && !outcomes[1].value.isZero
        notes.lost[keyPath: isDivision ? \.impossibleNumbers : loss] += 1
      }
      return Outcome(value: value, unknown: unknown)
    }
  }

  // MARK: Numbers

  private func numeric(
    _ operation: BinaryOperatorSyntax, _ left: Meaning, _ right: Meaning
  ) throws -> Meaning {
    let bothPercent = left.type.isPercentage && right.type.isPercentage
    let isFloating = left.type.isFloating || right.type.isFloating
    switch operation {
    case .add, .subtract, .modulo, .floorDivide:
      if operation == .add || operation == .subtract,
        left.type.isPercentage != right.type.isPercentage
      {
        throw invalid("a percentage and a number")
      }
      let (first, second) = try unified(left, right)
      let isWhole = operation == .floorDivide
      let type: ColumnType =
        isWhole ? (first.type.isFloating ? .float : .integer) : first.type
      return result(operation, first, second, type)
    case .multiply:
      if isFloating {
        let type: ColumnType = bothPercent ? .ratio : .float
        return result(
          .multiply, left.converted(to: .float), right.converted(to: .float), type)
      }
      let scale = left.type.scale + right.type.scale
      guard scale <= 38 else { throw invalid("too many places") }
      let areWhole = left.type == .integer && right.type == .integer
      let type: ColumnType =
        areWhole ? .integer : bothPercent ? .percent(scale: scale) : .decimal(scale: scale)
      return result(.multiply, left, right, type)
    default:
      let type: ColumnType = left.type.isPercentage && !right.type.isPercentage ? .ratio : .float
      let (first, second) =
        isFloating
        ? (left.converted(to: .float), right.converted(to: .float)) : sameScale(left, right)
      var result = computed(type, [first, second], losing: \.zeroDivisions) {
        Self.quotient($0[0], $0[1], type)
      }
      if groups != nil { result.additivity = .ratios }
      return result
    }
  }

  func result(
    _ operation: BinaryOperatorSyntax, _ left: Meaning, _ right: Meaning, _ type: ColumnType
  ) -> Meaning {
    let areWhole = left.type == .integer && right.type == .integer
    let mayBeWide = areWhole && (left.mayBeWide || right.mayBeWide)
    let divides = operation == .floorDivide || operation == .modulo
    var result = computed(
      type, [left, right], losing: divides ? \.zeroDivisions : \.impossibleNumbers
    ) {
      do {
        return try Self.exactResult(operation, $0[0], $0[1], type)
      } catch Refusal.overflow where mayBeWide && type == .integer {
        throw Refusal.undetermined
      }
    }
    result.mayBeWide = mayBeWide
    return result
  }

  static func exactResult(
    _ operation: BinaryOperatorSyntax, _ left: CellValue, _ right: CellValue, _ type: ColumnType
  ) throws -> CellValue {
    let divides = operation == .floorDivide || operation == .modulo
    if type.isFloating {
      guard let first = left.nearestDouble, let second = right.nearestDouble else {
        return .missing
      }
      if divides, second == 0 { return .missing }
      return floating(floatResult(operation, first, second), type)
    }
    let (first, second) = (left.stored, right.stored)
    if divides, second == 0 { return .missing }
    let (value, overflow): (Int128, Bool) =
      switch operation {
      case .add: first.addingReportingOverflow(second)
      case .subtract: first.subtractingReportingOverflow(second)
      case .multiply: first.multipliedReportingOverflow(by: second)
      default: floorDivision(operation, first, second)
      }
    guard !overflow, limits(type).contains(value) else { throw Refusal.overflow }
    return CellValue(stored: value, type: type, wide: true)
  }

  /// The quotient rounded down, and the rest, which has the sign of the divisor.
  private static func floorDivision(
    _ operation: BinaryOperatorSyntax, _ dividend: Int128, _ divisor: Int128
  ) -> (Int128, Bool) {
    if divisor == -1 {
      return operation == .modulo
        ? (0, false) : (0 as Int128).subtractingReportingOverflow(dividend)
    }
    var rest = dividend % divisor
    if rest != 0, (rest < 0) != (divisor < 0) { rest += divisor }
    return operation == .modulo ? (rest, false) : ((dividend / divisor) - adjustment(), false)

    func adjustment() -> Int128 {
      dividend % divisor != 0 && (dividend < 0) != (divisor < 0) ? 1 : 0
    }
  }

  private static func floatResult(
    _ operation: BinaryOperatorSyntax, _ first: Double, _ second: Double
  ) -> Double {
    switch operation {
    case .add: return first + second
    case .subtract: return first - second
    case .multiply: return first * second
    case .floorDivide: return (first / second).rounded(.down)
    default:
      let rest = first.truncatingRemainder(dividingBy: second)
      return rest != 0 && (rest < 0) != (second < 0) ? rest + second : rest
    }
  }

  static func floating(_ number: Double, _ type: ColumnType) -> CellValue {
    guard number.isFinite else { return .missing }
    return type == .ratio ? .ratio(number) : .float(number)
  }

  /// The nearest double of an exact quotient; nothing for a divisor of zero.
  static func quotient(_ left: CellValue, _ right: CellValue, _ type: ColumnType) -> CellValue {
    if let first = left.double, let second = right.double {
      return second == 0 ? .missing : floating(first / second, type)
    }
    if right.stored == 0 { return .missing }
    let exact =
      Rational(.integer(left.stored)) / Rational(.integer(right.stored))
    return floating(exact.nearest, type)
  }

  /// What a computed value of a type may be, as stored.
  static func limits(_ type: ColumnType) -> ClosedRange<Int128> {
    let (first, last) = (CalendarDate.first, CalendarDate.last)
    switch type {
    case .decimal, .percent:
      let power = ExactDecimal.powersOfTen[38]
      return -(power - 1)...(power - 1)
    case .date: return Int128(first.daysSince1970)...Int128(last.daysSince1970)
    case .dateTime:
      let day: Int128 = 86_400_000_000
      return Int128(first.daysSince1970) * day...Int128(last.daysSince1970 + 1) * day - 1
    case .period(let unit):
      let ends = [first, last].map { Int128(CalendarPeriod(unit, containing: $0).index) }
      return ends[0]...ends[1]
    default: return Int128(Int64.min)...Int128(Int64.max)
    }
  }

  // MARK: Dates, periods and lengths of time

  private func temporal(
    _ operation: BinaryOperatorSyntax, _ left: Meaning, _ right: Meaning
  ) throws -> Meaning {
    let isSum = operation == .add || operation == .subtract
    switch (left.type, right.type) {
    case (.date, .date) where operation == .subtract:
      return computed(.duration, [left, right]) {
        let days = CellValue.integer($0[0].stored - $0[1].stored)
        return try Self.exactResult(.multiply, days, .integer(86_400_000_000), .duration)
      }
    case (.dateTime, .dateTime) where operation == .subtract:
      return result(.subtract, left, right, .duration)
    case (.dateTime, .duration) where isSum: return result(operation, left, right, .dateTime)
    case (.date, .duration) where isSum:
      guard case .duration(let length)? = right.constant, length % 86_400_000_000 == 0 else {
        break
      }
      let days = Meaning.constant(.integer(Int128(length / 86_400_000_000)), .integer)
      return result(operation, left, days, .date)
    case (.duration, .duration):
      if operation == .divide {
        return computed(.float, [left, right], losing: \.zeroDivisions) {
          Self.quotient($0[0], $0[1], .float)
        }
      }
      if isSum { return result(operation, left, right, .duration) }
    case (.duration, .integer) where operation == .multiply:
      return result(.multiply, left, right, .duration)
    case (.period, .integer) where isSum: return result(operation, left, right, left.type)
    case (.period(let unit), .period(let other)) where unit == other && operation == .subtract:
      return result(.subtract, left, right, .integer)
    default: break
    }
    throw invalid("\(operation) of \(left.type) and \(right.type)")
  }

  // MARK: One type for two operands

  /// Both as values of one type.
  func unified(_ left: Meaning, _ right: Meaning) throws -> (Meaning, Meaning) {
    if left.isMissingWord { return (.constant(.missing, right.type), right) }
    if right.isMissingWord { return (left, .constant(.missing, left.type)) }
    if left.type == right.type { return (left, right) }
    if left.type.isTime, right.constant != nil, let pair = try? read(right, as: left) {
      return pair
    }
    if right.type.isTime, left.constant != nil, let pair = try? read(left, as: right) {
      return (pair.1, pair.0)
    }
    if left.isEmptyColumn, groups == nil { return (retyped(left, right.type), right) }
    if right.isEmptyColumn, groups == nil { return (left, retyped(right, left.type)) }
    if left.type.isNumeric, right.type.isNumeric {
      guard left.type.isFloating || right.type.isFloating else { return sameScale(left, right) }
      let type: ColumnType = left.type.isPercentage && right.type.isPercentage ? .ratio : .float
      return (left.converted(to: type), right.converted(to: type))
    }
    if let pair = try read(right, as: left) { return pair }
    if let pair = try read(left, as: right) { return (pair.1, pair.0) }
    throw invalid("\(left.type) and \(right.type)")
  }

  /// A column that is text for want of a value, as one of another type; anything else as it is.
  func typed(_ meaning: Meaning, as type: ColumnType) -> Meaning {
    guard meaning.isEmptyColumn, meaning.type == .text, groups == nil else { return meaning }
    return retyped(meaning, type)
  }

  func retyped(_ column: Meaning, _ type: ColumnType) -> Meaning {
    Meaning(type: type) { _ in Outcome(value: .missing) }
  }

  /// Exact numbers with the same number of places.
  func sameScale(_ left: Meaning, _ right: Meaning) -> (Meaning, Meaning) {
    let scale = max(left.type.scale, right.type.scale)
    let areWhole = left.type == .integer && right.type == .integer
    let type: ColumnType =
      areWhole
      ? .integer
      : left.type.isPercentage && right.type.isPercentage
        ? .percent(scale: scale) : .decimal(scale: scale)
    return (left.converted(to: type), right.converted(to: type))
  }

  /// A value of the query read as what stands beside it: `(other, value)`.
  private func read(_ value: Meaning, as other: Meaning) throws -> (Meaning, Meaning)? {
    switch (other.type, value.constant) {
    case (.date, .text(let text)?):
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 3, parts.map(\.count) == [4, 2, 2],
        let year = Int(parts[0]), let month = Int(parts[1]), let number = Int(parts[2]),
        let day = CalendarDate(year: year, month: month, day: number)
      else { throw invalid("no date") }
      return (other, .constant(.date(day), .date))
    case (.dateTime, .date(let day)?):
      let moment = Int64(day.daysSince1970) * 86_400_000_000
      return (other, .constant(.dateTime(moment), .dateTime))
    case (.period(.year), .integer(let year)?):
      guard (1...9999).contains(year) else { return nil }
      let period = CalendarPeriod(.year, index: Int(year) - 1970)
      return (other, .constant(.period(period), .period(.year)))
    default: break
    }
    guard other.type == .period(.year), value.type == .integer else { return nil }
    let epoch = Meaning.constant(.integer(1970), .integer)
    return (other, result(.subtract, value, epoch, .period(.year)))
  }
}

extension CalendarDate {
  static let first = CalendarDate(year: 1, month: 1, day: 1) ?? CalendarDate(daysSince1970: 0)
  static let last = CalendarDate(year: 9999, month: 12, day: 31) ?? CalendarDate(daysSince1970: 0)
}

extension CellValue {
  /// Whether it is the number 0.
  fileprivate var isZero: Bool { double.map { $0 == 0 } ?? (stored == 0) }
}
