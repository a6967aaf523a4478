/// What names mean when a statement begins: the tables, values and parameters of a session, and
/// the day that counts as today.
struct Environment: Sendable {
  /// Tables by folded name.
  var tables: [String: NamedTable] = [:]
  /// Queries of rows that were named by `let`, by folded name: they are run where they are used.
  var views: [String: View] = [:]
  /// Values that were named by `let`, by folded name.
  var values: [String: CellValue] = [:]
  /// Functions that were named by `let`, by folded name.
  var functions: [String: DefinedFunction] = [:]
  /// Measures, by folded name.
  var measures: [String: DefinedMeasure] = [:]
  /// The arguments of `$name`, by folded name.
  var parameters: [String: QueryArgument] = [:]
  /// The arguments of `$1`, `$2` and so on, by number.
  var placeholders: [Int: QueryArgument] = [:]
  /// The crosses of columns that were never published, by the folded name of their table.
  var unpublished: [String: [UnpublishedDeclaration]] = [:]
  /// The day that `today` means, fixed for a whole run.
  var today = CalendarDate(daysSince1970: 0)
  /// The moment that `now` means, in microseconds since 1970, fixed for a whole run; nil for the
  /// beginning of today.
  var now: Int64?

  /// What `now` means.
  var moment: Int64 { now ?? Int64(today.daysSince1970) * microsecondsPerDay }

  /// Whether somebody types: then a name may differ in case, marks and blanks, with a note.
  var isInteractive = false

  /// A table with the spelling of its name.
  struct NamedTable: Sendable {
    var name: String
    var table: Table
    /// What one row stands for, where the query that made the table has said it.
    var grain: Grain?
  }

  /// A named query that only keeps, adds and looks up: its stages run as part of the query that
  /// reads it, so that receipts see through it.
  struct View: Sendable {
    let name: String
    let rows: RowPlan
    let scope: Scope
    /// The levels of the tallest expression in it.
    let height: Int

    init(name: String, rows: RowPlan, scope: Scope) {
      self.name = name
      self.rows = rows
      self.scope = scope
      var height = scope.entries.reduce(0) { max($0, $1.expression.height) }
      for case .filter(let filter) in rows.stages {
        height = max(height, filter.condition.height)
      }
      self.height = height
    }
  }

  /// The key under which a name is kept: names differ in more than case.
  static func key(_ name: String) -> String { name.lowercased() }

  /// The spellings of all tables and views, sorted.
  var sourceNames: [String] {
    (tables.values.map(\.name) + views.values.map(\.name)).filter { $0 != "_" }.sorted()
  }
}
