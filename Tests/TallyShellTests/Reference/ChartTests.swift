import Tally
import TallySyntax
import Testing

@testable import TallyShell

/// The pictures of `chart`, as they are drawn in a terminal and in files: `Tests/Golden/charts.txt`
/// and `charts.svg` hold them, and `UPDATE_GOLDEN=1` writes them anew.
@Suite struct ChartTests {
  private static func database() throws -> Database {
    let database = Database()
    let day = { (month: Int, day: Int) in CalendarDate(year: 2024, month: month, day: day) }
    database["visits"] = try Table {
      NamedColumn(
        "agency", ["Bộ Tài chính", "Sở Y tế", "Bộ Tài chính", nil, "Sở Y tế", "A & B <\"c\">"])
      NamedColumn("level", [1, 3, 3, nil, 4, 3])
      NamedColumn("fee", [10.5, 20, nil, 5.25, 0, -12])
      NamedColumn("opened", [day(1, 5), day(1, 20), day(2, 1), day(2, 29), day(4, 30), nil])
      NamedColumn("online", [true, true, false, nil, true, false])
    }
    return database
  }

  private static let queries = [
    "count visits group by agency chart bar",
    "sum fee from visits group by agency chart bar",
    "sum fee, count from visits group by level chart bar",
    "count visits group by agency across online chart bar stacked",
    "sum fee from visits group by agency across online chart bar stacked",
    "share with online from visits group by agency chart bar",
    "count visits group by month(opened) chart line",
    "count visits where opened is not missing group by month(opened) fill 0 chart line",
    "average fee from visits group by level chart line",
    "list fee from visits chart histogram",
    "count visits group by agency across level chart heat",
    "average fee from visits group by agency across level chart heat",
    "count visits where false group by agency chart bar",
    "count visits where false group by month(opened) chart line",
  ]

  @Test func drawsInTerminals() throws {
    var book = ""
    for query in Self.queries {
      let answer = try Self.database().run(Query(text: query))
      for isUnicode in [true, false] {
        let drawing = try #require(answer.drawing(width: 60, isUnicode: isUnicode))
        let lines = drawing.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= 60 }, "\(query)\n\(drawing)")
        book += "==== \(query)\(isUnicode ? "" : ", in ASCII")\n\(drawing)"
      }
    }
    try Examples.hold(book, to: "Tests/Golden/charts.txt")
  }

  @Test func drawsInFiles() throws {
    var book = ""
    for query in Self.queries {
      let answer = try Self.database().run(Query(text: query))
      let drawing = try #require(answer.svgDrawing())
      #expect(drawing.hasPrefix("<svg xmlns=") && drawing.hasSuffix("</svg>\n"))
      #expect(!drawing.contains("nan") && !drawing.contains("inf"))
      book += "<!-- \(query) -->\n\(drawing)"
    }
    try Examples.hold(book, to: "Tests/Golden/charts.svg")
  }

  /// Any numbers, labels and widths give a picture.
  @Test func drawsExtremes() throws {
    let database = Database()
    database["t"] = try Table {
      NamedColumn("name", ["\u{1B}[2J", String(repeating: "đường ", count: 60), "", "e\u{301}"])
      NamedColumn("big", [1.7e308, -1.7e308, Double.leastNonzeroMagnitude, nil])
      NamedColumn("whole", [Int64.max, Int64.min, 0, 1].map { Int($0) })
    }
    for kind in ["bar", "bar stacked", "line", "histogram", "heat"] {
      let answer = try database.run(Query(text: "list name, big, whole from t chart \(kind)"))
      for width in [0, 30, 500] {
        let drawing = try #require(answer.drawing(width: width))
        #expect(!drawing.contains("\u{1B}"))
      }
      #expect(try #require(answer.svgDrawing()).hasSuffix("</svg>\n"))
    }
  }

  @Test func savesPictures() throws {
    let folder = TemporaryFolder()
    var options = ScriptOptions()
    options.files = .from(folder: folder.path)
    let database = try Self.database()
    let script = "count visits group by agency chart bar save to \"a.svg\""
    try database.runScript(SourceText(script), options: options) { _ throws(QueryError) in }
    let saved = try folder.text("a.svg")
    #expect(saved == (try database.run("count visits group by agency chart bar")).svgDrawing())
  }

  @Test(arguments: [
    ("count visits group by agency chart pie", "T0457"),
    ("count visits group by agency chart stacked", "T0457"),
    ("count visits group by agency chart line stacked", "T0457"),
    ("max agency from visits group by level chart bar", "T0457"),
    ("count visits group by agency chart bar then list agency", "T0419"),
    ("count visits group by agency save to \"a.svg\"", "T0502"),
  ])
  func refuses(_ query: String, _ code: String) throws {
    let database = try Self.database()
    do throws(QueryError) {
      try database.runScript(SourceText(query)) { _ throws(QueryError) in }
      Issue.record("\(query) has an answer")
    } catch {
      #expect(error.diagnostics.map(\.code.id) == [code])
    }
  }

  @Test func profilesTables() throws {
    var found: Table?
    try Self.database().runScript(SourceText("profile visits")) { outcome throws(QueryError) in
      if case .answer(let table, _) = outcome.result { found = table }
    }
    #expect(
      found?.formatted(.csv) == """
        column,type,missing,distinct,min,max,average,median
        agency,text,1,3,"A & B <""c"">",Sở Y tế,,
        level,integer,1,3,1,4,2.8,3.0
        fee,float,1,5,-12.0,20.0,4.75,5.25
        opened,date,1,5,2024-01-05,2024-04-30,,
        online,boolean,1,2,,,,

        """)
    try Self.database().runScript(SourceText("profile visits where false")) {
      outcome throws(QueryError) in
      if case .answer(let table, _) = outcome.result { found = table }
    }
    #expect(found?.rowCount == 5)
    #expect(found?.receipt.steps.first?.rowsRead == 6)
  }
}
