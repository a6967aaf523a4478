import Tally

/// A few services in a database, for tests of the API.
enum Services {
  struct Service: Codable, Equatable {
    var agency: String?
    var name: String
    var level: Int?
    var fee: ExactDecimal
    var opened: CalendarDate?
    var open: Bool
  }

  static let rows: [Service] = [
    service("Bộ Tài chính", "a", 4, "10.50", (2025, 1, 2), true),
    service("Bộ Tài chính", "b", 3, "0.5", (2025, 3, 31), true),
    service("Sở Y tế", "c", 2, "7", (2024, 12, 29), false),
    service("Sở Y tế", "d", nil, "1000", nil, true),
    service(nil, "e", 3, "0", (2025, 2, 28), false),
  ]

  static func day(_ year: Int, _ month: Int, _ day: Int) -> CalendarDate {
    CalendarDate(year: year, month: month, day: day) ?? CalendarDate(daysSince1970: 0)
  }

  private static func service(
    _ agency: String?, _ name: String, _ level: Int?, _ fee: String, _ day: (Int, Int, Int)?,
    _ open: Bool
  ) -> Service {
    Service(
      agency: agency, name: name, level: level,
      fee: ExactDecimal(fee) ?? ExactDecimal(coefficient: 0, scale: 0),
      opened: day.map { self.day($0.0, $0.1, $0.2) }, open: open)
  }

  static func table() throws(QueryError) -> Table { try Table(rows: rows) }

  static func database() throws(QueryError) -> Database {
    let database = Database()
    database["services"] = try table()
    return database
  }

  /// A table of one column of numbers from 0.
  static func numbers(_ count: Int) throws(QueryError) -> Table {
    try Table { NamedColumn("number", Array(0..<count)) }
  }
}

/// The kind and message of the ``QueryError`` that a body throws; empty where it throws nothing.
func thrown(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    guard let error = error as? QueryError else { return "another error: \(error)" }
    return "\(error.kind.name): \(error.message)"
  }
}
