@testable import Tally

/// Why the oracle gives no answer.
enum Refusal: Error {
  /// The query has no meaning.
  case invalid(String)
  /// The rows of a table that is looked up don't go together.
  case rows(String)
  /// A number exceeds what the engine holds exactly.
  case overflow
  /// A number exceeds 64 bits, and it depends on the layout of the data whether it may.
  case undetermined
  /// A number has more digits as one of another scale than the engine holds, which it may do
  /// without.
  case unheld
}

/// One row on its way through a step, or one group of rows.
struct OracleRow {
  /// The cells of the step's own table.
  var cells: [CellValue] = []
  /// The row met in each table that was looked up; nothing where none was met.
  var partners: [[CellValue]?] = []
  /// The number of the row and of each partner in its table; nothing where there is none.
  var number: Int?
  var partnerNumbers: [Int?] = []
  /// The group, where the row stands for one.
  var group: OracleGroup?
  /// The values of windows, by number.
  var windows: [Int: CellValue] = [:]
}

/// What an expression gives for one row.
struct Outcome {
  var value: CellValue
  /// Whether a missing value decided a condition on the way.
  var unknown = false

  var isMissing: Bool { value == .missing }
  /// Read as a condition: a missing truth value is false.
  var isTrue: Bool { value == .boolean(true) }
  /// Read as a condition: a missing truth value is unknown.
  var isUnknown: Bool { unknown || isMissing }
}

/// An expression with its type and how it is computed for a row.
struct Meaning {
  var type: ColumnType
  /// The value, if the query itself says it.
  var constant: CellValue?
  /// Whether it is a column in which no row has a value.
  var isEmptyColumn = false
  /// The names of the bands that its values are cut into, in the order of their bounds.
  var labels: [String]?
  /// The same where it is a key of the step, whose values are in this order.
  var bands: [String]?
  /// Whether whole numbers may have 128 bits, as sums do. The engine keeps them in 64 where all fit,
  /// so whether computing with them may exceed 64 bits depends on the data.
  var mayBeWide = false
  /// What the values are where they can't be added up.
  var additivity: Additivity?
  var value: (OracleRow) throws -> Outcome

  /// The word `missing`.
  var isMissingWord: Bool { constant == .missing }

  static func constant(_ value: CellValue, _ type: ColumnType) -> Meaning {
    Meaning(type: type, constant: value) { _ in Outcome(value: value) }
  }

  static func condition(_ value: @escaping (OracleRow) throws -> Outcome) -> Meaning {
    Meaning(type: .boolean, value: value)
  }

  /// The complement of a condition.
  var negated: Meaning {
    .condition { row in
      let outcome = try value(row)
      return Outcome(value: .boolean(!outcome.isTrue), unknown: outcome.isUnknown)
    }
  }

  /// The same values as those of another type of number.
  func converted(to wanted: ColumnType) -> Meaning {
    if type == wanted { return self }
    if isMissingWord { return .constant(.missing, wanted) }
    let own = type
    var result = self
    result.type = wanted
    // A number that the query says stays one unless it becomes a double.
    result.constant = wanted.isFloating ? nil : constant.flatMap { try? $0.converted(own, wanted) }
    result.isEmptyColumn = false
    result.value = { row in
      var outcome = try value(row)
      outcome.value = try outcome.value.converted(own, wanted)
      return outcome
    }
    return result
  }
}

extension CellValue {
  /// The exact number, if it is one.
  var exactNumber: ExactDecimal? {
    switch self {
    case .integer(let whole): ExactDecimal(coefficient: whole, scale: 0)
    case .decimal(let number), .percent(let number): number
    default: nil
    }
  }

  /// The number as a double, rounded once.
  var nearestDouble: Double? { double ?? (exactNumber == nil ? nil : Rational(self).nearest) }

  /// A number of one type as one of another.
  func converted(_ own: ColumnType, _ wanted: ColumnType) throws -> CellValue {
    if self == .missing || own == wanted { return self }
    if wanted.isFloating {
      guard let number = nearestDouble else { throw Refusal.invalid("no number") }
      return wanted == .ratio ? .ratio(number) : .float(number)
    }
    guard let number = exactNumber else { throw Refusal.invalid("no exact number") }
    if wanted.scale == number.scale {
      return CellValue(stored: number.coefficient, type: wanted, wide: true)
    }
    guard let coefficient = number.coefficient(atScale: wanted.scale),
      coefficient.magnitude < ExactDecimal.powersOfTen[38].magnitude
    else { throw Refusal.unheld }
    return CellValue(stored: coefficient, type: wanted, wide: true)
  }

  /// Whether a value comes before another of its type; neither is missing.
  func isLess(than other: CellValue) -> Bool {
    if let first = exactNumber, let second = other.exactNumber {
      return Rational(.decimal(first)).isLess(than: Rational(.decimal(second)))
    }
    return precedes(other)
  }
}

extension Rational {
  func isLess(than other: Rational) -> Bool { (self - other).isNegative }
}
