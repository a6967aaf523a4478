import Tally
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The examples of the documentation, word for word: ``ExampleSourceTests`` holds the documentation to
/// this file.
@Suite struct ExamplesTests {
  private let database = Database()
  private let printed = Printed()
  private let services: Table
  private let floor = 3
  private let agencies = ["Sở Tài chính", "Sở Y tế"]
  private let day = Services.day(2025, 3, 14)
  private let column = "agency"

  /// What an example prints.
  private final class Printed {
    var lines: [String] = []
  }

  init() throws {
    // The examples name files from the top of the project.
    let top = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    try #require(chdir("/" + top) == 0)
    let day = day
    services = try Table {
      NamedColumn("name", ["a", "b", "c", "d"])
      NamedColumn("agency", ["Sở Tài chính", "Sở Tài chính", "Sở Y tế", "Bộ Tài chính"])
      NamedColumn("level", [3, 4, 1, 3])
      NamedColumn("fee", [0.5, 10, 0, 2.25])
      NamedColumn("opened", [day, day, Services.day(2024, 12, 29), nil])
    }
    database["services"] = services
  }

  private func print(_ items: Any...) {
    printed.lines.append(items.map { "\($0)" }.joined(separator: " "))
  }

  // MARK: Asking

  @Test func databases() throws {
    let database = Database()
    try database.load("services", from: .file("Datasets/services.csv"))
    print(try database.run("count services where level >= 3 group by agency"))
    #expect(printed.lines[0].contains("583"))
  }

  @Test func readme() throws {
    let database = Database()
    try database.load("services", from: .file("Datasets/services.csv"))
    let floor = 3
    let answer = try database.run("count services where level >= \(floor) group by agency")
    print(answer)
    print(answer.receipt.summary)
    #expect(printed.lines[1].hasPrefix("3,078 rows read, 706 kept"))
  }

  @Test func loading() throws {
    let report = try database.load(from: .file("Datasets/services.csv"))
    for column in report.columns { print(column.name, column.type.name, column.evidence) }
    #expect(printed.lines.count == 15)
  }

  @Test func running() throws {
    let answer = try database.run("count services where level >= \(floor) group by agency")
    print(answer)
    print(answer.receipt.summary)
    #expect(printed.lines[1] == "4 rows read, 3 kept")
  }

  @Test func queries() throws {
    let query: Query = "count services where level >= \(floor) and agency in \(agencies)"
    #expect(try database.run(query).value() == 2)
    let recent: Query = "where opened > \(day)"
    let counted: Query = "count services \(recent) group by \(name: column)"
    #expect(try database.run(counted).rowCount == 0)
  }

  @Test func arguments() throws {
    let answer = try database.run(
      "count services where level >= \(3) and agency in \(["Sở Tài chính", "Sở Y tế"])")
    #expect(try answer.value() == 2)
  }

  @Test func limits() throws {
    let limits = Limits(memory: 64 << 20, time: .seconds(2))
    let answer = try database.run("count services group by agency", limits: limits)
    #expect(answer.rowCount == 3)
  }

  @Test func receipts() throws {
    database["services"] = try Table {
      NamedColumn("agency", ["A", "A", "B"])
      NamedColumn("level", [3, nil, nil])
    }
    let answer = try database.run("count services where level >= 3 group by agency")
    for condition in answer.receipt.steps[0].conditions where condition.unknown.rows > 0 {
      print(condition.text, "is unknown for", condition.unknown.rows, "rows")
    }
    print(answer.receipt.summary)
    #expect(printed.lines[0] == "level >= 3 is unknown for 2 rows")
  }

  @Test func answersAreTables() throws {
    let answer = try database.run("count services group by agency")
    database["by_agency"] = answer
    let most: Int = try database.run("max count from by_agency").value()
    #expect(most == 2)
  }

  @Test func preparing() throws {
    let atLeast = try database.prepare(
      "count services where level >= $1 and agency = $2", taking: Int.self, String.self)
    let count: Int = try atLeast(3, "Sở Tài chính").value()
    #expect(count == 2)
    let opened = try database.prepare(
      "count services where opened in $1 and agency in $2",
      taking: CalendarPeriod.self, [String].self)
    let march = CalendarPeriod(.month, containing: day)
    let answer = try opened(march, ["Sở Tài chính", "Sở Y tế"])
    #expect(try answer.value() == 2)
  }

  @Test func asking() async throws {
    let database = database
    let work = Task { try await database.run("count services group by agency") }
    work.cancel()
    _ = await work.result
    let frozen = database.snapshot()
    async let all = frozen.run("count services")
    async let high = frozen.run("count services where level >= 3")
    #expect(try await all.value() == 4)
    #expect(try await high.value() == 3)
  }

  @Test func streaming() async throws {
    var open = 0
    for try await batch in database.stream("list name, level from services where level >= 3") {
      open += batch.rowCount
    }
    #expect(open == 3)
    for try await batch in database.stream("list services where level >= 3") {
      print(batch.formatted(.csv))
    }
    #expect(printed.lines[0].hasPrefix("name,agency,level,fee,opened\na,Sở Tài chính,3,0.5"))
  }

  @Test func explaining() throws {
    print(try database.explain("count services where level >= 3 group by agency"))
    #expect(printed.lines[0].hasPrefix("Counts the rows of services whose level is at least 3"))
    for diagnostic in database.check("count services where levl >= 3") {
      print(diagnostic.message, diagnostic.suggestion ?? "")
    }
    #expect(printed.lines[1] == "no column \"levl\" in services level")
  }

  @Test func explainingWhatWasMet() throws {
    let query: Query = "count services where level >= 3 group by agency"
    let answer = try database.run(query)
    print(try database.explain(query, met: answer.receipt))
    #expect(printed.lines.contains { $0.contains("read 4 rows of services") })
  }

  @Test func drawing() throws {
    let answer = try database.run("count services group by agency chart bar")
    print(answer.drawing(width: 80) ?? answer.description)
    #expect(printed.lines.contains { $0.contains("█") })
  }

  @Test func drillingDown() throws {
    let behind = try database.rows(behind: 0, of: "count services group by agency")
    let counted = try database.run("count services group by agency")
    #expect(counted.columns[1][0] == .integer(Int128(behind.rowCount)))
  }

  @Test func writingSQL() throws {
    print(try database.sql(for: "count services group by agency", in: .duckdb))
    print(try database.sql(for: "count services group by agency", in: .sqlite))
    #expect(printed.lines.allSatisfy { $0.hasSuffix("ORDER BY 1 NULLS LAST;") })
  }

  @Test func errors() throws {
    do throws(QueryError) {
      _ = try database.run("count servces")
    } catch {
      print(error.rendered(color: true))
    }
    #expect(printed.lines[0].contains("did you mean \"services\"?"))
  }

  @Test func completing() throws {
    database["services"] = try Table {
      NamedColumn("agency", Array(repeating: "Bộ Tài chính", count: 583))
    }
    let text = "count services where agency = bo tai"
    let found = database.completions(in: text, at: text.utf8.count)
    for item in found.items { print(item.text, item.note) }
    #expect(printed.lines == ["\"Bộ Tài chính\" 583 rows"])
  }

  @Test func scripts() throws {
    try database.runScript(SourceText("let high = services where level >= 3; count high")) {
      outcome in
      if case .answer(let table, _) = outcome.result { print(table) }
    }
    #expect(printed.lines.count == 1)
  }

  @Test func updating() throws {
    try database.update { draft throws(QueryError) in
      draft["high"] = try database.run("list services where level >= 3")
      draft["scratch"] = nil
    }
    #expect(database.tableNames == ["high", "services"])
  }

  // MARK: Reading

  @Test func decoding() throws {
    struct AgencyCount: Codable {
      var agency: String
      var count: Int
    }
    let counts: [AgencyCount] = try database.run("count services group by agency").decode()
    #expect(counts.map(\.count) == [1, 2, 1])
  }

  @Test func tuples() throws {
    let counts = try database.run("count services group by agency")
    for (agency, count) in try counts.tuples(String.self, Int.self) {
      print(agency, count)
    }
    #expect(printed.lines.contains("Sở Tài chính 2"))
  }

  @Test func values() throws {
    let total: Int = try database.run("count services").value()
    #expect(total == 4)
  }

  @Test func rows() throws {
    let counts = try database.run("count services group by agency")
    for row in counts.rows {
      let agency: String? = try row["agency"]
      let count: Int = try row["count"]
      print(agency ?? "(no agency)", count)
    }
    #expect(printed.lines.contains("Sở Tài chính 2"))
    let first = services.rows[0]
    let agency: String = try first["agency"]
    let opened: CalendarDate? = try first["opened"]
    let name = try first[0] as String
    #expect(agency == "Sở Tài chính" && opened == day && name == "a")
  }

  @Test func enumerations() throws {
    enum Level: Int, CellDecodable { case counter = 1, forms, payment, online }
    let levels = try services.column("level", as: Level.self)
    #expect(levels[1] == .online)
  }

  @Test func columns() throws {
    let fees = try services.column("fee", as: Double.self)
    let highest = fees.withSpan { span in
      span.indices.reduce(0) { max($0, span[$1]) }
    }
    #expect(highest == 10 && fees.sharesMemory)
    let agencies = try services.column("agency")
    if let codes = agencies.codes, let names = agencies.dictionary, codes.byteWidth == 1 {
      let span = try codes.span(of: UInt8.self)
      var rows = [Int](repeating: 0, count: names.count)
      for row in span.indices where !agencies.isMissing(row) { rows[Int(span[row])] += 1 }
      for (name, count) in zip(names, rows) { print(name, count) }
    }
    #expect(printed.lines.contains("Sở Tài chính 2"))
  }

  // MARK: Making

  @Test func encoding() throws {
    struct Service: Codable {
      var agency: String
      var level: Int?
    }
    database["services"] = try Table(rows: [
      Service(agency: "Sở Tài chính", level: 3), Service(agency: "Sở Y tế", level: nil),
    ])
    #expect(try database.run("count services where level is missing").value() == 1)
  }

  @Test func building() throws {
    database["agencies"] = try Table {
      NamedColumn("name", ["Sở Tài chính", "Sở Y tế"])
      NamedColumn("budget", [1.5, nil])
    }
    #expect(try database.run("sum budget from agencies").value() == 1.5)
    let table = try Table {
      NamedColumn("agency", ["Sở Tài chính", "Sở Y tế"])
      NamedColumn("opened", [CalendarDate(year: 2025, month: 3, day: 1), nil])
    }
    #expect(table.columns[1].missingCount == 1)
  }

  // MARK: Values and files

  @Test func writing() throws {
    let table = services
    print(table.formatted(.markdown))
    #expect(printed.lines[0].hasPrefix("| name |"))
    var bytes: [UInt8] = []
    table.write(.csv) { bytes.append(contentsOf: $0) }
    #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("name,agency,"))
    try table.write(to: "answer.csv", as: .csv)
    #expect(unlink("answer.csv") == 0)
    let words = CellValue.ratio(0.596724).text(in: .table)  // "59.7%"
    #expect(words == "59.7%")
  }

  @Test func naming() {
    let one = DataSource.file("in/sales.2024.csv").tableName  // "sales_2024"
    let several = DataSource.pattern("in/sales-*.csv").tableName  // "sales"
    let all = DataSource.pattern("in/*.csv").tableName  // "in"
    #expect([one, several, all] == ["sales_2024", "sales", "in"])
  }

  @Test func loadOptions() {
    var options = LoadOptions()
    options.numbers = .decimalComma
    options.types = ["code": .text]
    #expect(options.types == ["code": .text])
  }

  @Test func periods() {
    let words = CalendarPeriod(.quarter, containing: day).description  // "2025-Q1"
    #expect(words == "2025-Q1")
  }

  @Test func decimals() {
    let number = ExactDecimal(coefficient: 329, scale: 3)  // 0.329
    #expect(number.description == "0.329")
  }

  @Test func sources() {
    let text = SourceText("count services", name: "weekly.tally")
    let place = text.position(at: 6)  // line 1, column 7
    #expect(place.line == 1 && place.column == 7)
  }

  @Test func longScripts() async throws {
    @Sendable func print(_ table: Table) { #expect(table.rowCount == 1) }
    try await database.runScript(SourceText("count services; count services where level >= 3")) {
      outcome in
      if case .answer(let table, _) = outcome.result { print(table) }
    }
  }
}
