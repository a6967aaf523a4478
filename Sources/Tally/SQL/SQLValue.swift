/// A piece of SQL that stands for a value.
struct SQLValue {
  /// The words.
  var text: String
  /// How tightly its outermost operator binds.
  var level = Level.atom
  /// What the values mean, as the statement keeps them.
  var type: ColumnType
  /// Whether a condition is true or false for every row.
  var isTotal = false
  /// The table's column that it is, where it is one.
  var leaf: Leaf?
  /// The range of the numbers that are kept, where it is known; only SQLite needs it, whose whole
  /// numbers become floating without a word where 64 bits end.
  var bounds: ClosedRange<Int128>?

  /// A column of a table.
  struct Leaf {
    var table: String
    var column: SQLRelation.Column
    /// Why the dialect can't read it exactly.
    var problem: String?
  }

  /// The levels of operators, tightest first.
  enum Level: Int, Comparable {
    case atom, arithmetic, comparison, logical

    static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  init(
    _ text: String, _ type: ColumnType, _ level: Level = .atom, isTotal: Bool = false,
    bounds: ClosedRange<Int128>? = nil
  ) {
    self.text = text
    self.type = type
    self.level = level
    self.isTotal = isTotal
    self.bounds = bounds
  }

  /// A value that no row has.
  static let unknown = "NULL"

  /// The words, in parentheses where an operand must bind at least as tightly as `limit`.
  func within(_ limit: Level) -> String { level <= limit ? text : "(\(text))" }

  /// The words as an operand of anything.
  var atom: String { within(.atom) }

  /// The same words under another type.
  func retyped(_ type: ColumnType) -> SQLValue {
    var copy = self
    copy.type = type
    return copy
  }
}

/// What the columns of a step stand for.
struct SQLFrame {
  /// The step's own columns.
  var own: [SQLValue] = []
  /// Those of the tables that are looked up or joined, by slot.
  var slots: [[SQLValue]] = []
}

extension DiagnosticCode {
  static let notInDialect = DiagnosticCode(
    "T0470", "A dialect of SQL can't say exactly what a query asks.")
  /// The codes of statements of SQL, in order.
  static let sqlCodes: [DiagnosticCode] = [.notInDialect, .unknownDialect]
  static let unknownDialect = DiagnosticCode("T0471", "No dialect of SQL has this name.")
}
