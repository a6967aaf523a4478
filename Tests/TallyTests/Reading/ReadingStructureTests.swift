import Testing

@testable import Tally

/// Fields, lines, headers and several files.
@Suite struct ReadingStructureTests {
  private func cells(_ table: Table) -> [[String]] {
    (0..<table.rowCount).map { row in
      table.columns.map { column in
        switch column[row] {
        case .missing: "∅"
        case .text(let text): text
        case .integer(let number): "\(number)"
        default: "?"
        }
      }
    }
  }

  private func code(_ text: String, _ options: LoadOptions = LoadOptions()) -> String {
    do throws(QueryError) {
      _ = try readText(text, options)
      return "none"
    } catch {
      return (error.diagnostics.first?.code.id ?? error.kind.name) + ": " + error.message
    }
  }

  @Test(arguments: [
    ("a,b\nx,1\n", [["x", "1"]]),
    ("a,b\r\nx,1\r\n", [["x", "1"]]),
    ("a,b\rx,1\r", [["x", "1"]]),
    ("a,b\nx,1", [["x", "1"]]),
    ("a,b\r\nx,1\r", [["x", "1"]]),
    ("a,b\nx,1\n\n\n", [["x", "1"]]),
    ("a,b\nx,1\r\ny,2\n", [["x", "1"], ["y", "2"]]),
    ("a,b\n\"x\ny\",1\n", [["x\ny", "1"]]),
    ("a,b\n\"x\r\ny\",1\r\n", [["x\r\ny", "1"]]),
    ("a,b\n\"x,y\",1\n", [["x,y", "1"]]),
    ("a,b\n\"x \"\"y\"\"\",1\n", [["x \"y\"", "1"]]),
    ("a,b\n\"\"\"\"\"\",1\n", [["\"\"", "1"]]),
    ("a,b\nx\"y,1\n", [["x\"y", "1"]]),
    ("a,b\n \"x\",1\n", [[" \"x\"", "1"]]),
    ("a,b\nx,\n", [["x", "∅"]]),
    ("a,b\n,1\n\"\",2\n", [["∅", "1"], ["", "2"]]),
    ("a,b\nx,1\n\"\",2\n,3\n", [["x", "1"], ["", "2"], ["∅", "3"]]),
    ("a,b\n\"1\",1\n\"\",2\n", [["1", "1"], ["∅", "2"]]),
    ("a\n1\n\n3\n", [["1"], ["∅"], ["3"]]),
    ("sep=;\na;b\nx;1\n", [["x", "1"]]),
    ("sep=,\r\na,b\r\nx,1\r\n", [["x", "1"]]),
    ("\u{FEFF}a,b\nx,1\n", [["x", "1"]]),
    ("a\tb\nx\t1\n", [["x", "1"]]),
    ("a|b\nx|1\n", [["x", "1"]]),
    ("a;b\nx;1,5 kg\n", [["x", "1,5 kg"]]),
    ("a,b\nx\0y,1\n", [["x\0y", "1"]]),
    ("\n\na,b\nx,1\n", [["x", "1"]]),
  ])
  func readsFields(text: String, expected: [[String]]) throws {
    let loaded = try readText(text)
    #expect(cells(loaded.table) == expected)
    #expect(loaded.table.columnNames.first?.first == "a")
  }

  @Test(arguments: [
    ("a,b\n\"x,1\n", "T0305: a quote is never closed (t.csv:2)"),
    ("a,b\nx,1\n\"y\nz\"w,2\n", "T0305: text stands behind a closing quote (t.csv:4)"),
    ("a,\"b\n1,2\n", "T0305: a quote is never closed (t.csv:1)"),
    ("a,b\nx\n", "T0304: 1 row doesn't have 2 fields: t.csv:2 has 1 field"),
    (
      "a,b\nx,1,2\ny,2\n\nz,3\n1\n2\n3\n4\n",
      "T0304: 6 rows don't have 2 fields: t.csv:2 has 3 fields, t.csv:4 has 1 field, "
        + "t.csv:6 has 1 field, t.csv:7 has 1 field, t.csv:8 has 1 field and 1 more"
    ),
    ("a,b\n\"x\n\",1\ny\n", "T0304: 1 row doesn't have 2 fields: t.csv:4 has 1 field"),
    ("", "T0302: t.csv holds no record"),
    ("\n\n\n", "T0302: t.csv holds no record"),
    ("\u{FEFF}", "T0302: t.csv holds no record"),
    ("sep=;\n", "T0302: t.csv holds no record"),
    (
      "a,b,a,\n1,2,3,4\n",
      "T0306: column 3 repeats the name \"a\" and column 4 has no name (t.csv:1)"
    ),
  ])
  func refuses(text: String, message: String) {
    #expect(code(text) == message)
  }

  @Test func fillsShortRowsOnRequest() throws {
    var options = LoadOptions()
    options.isLenient = true
    let loaded = try readText("a,b,c\nx,1,2\ny\nz,3\n", options)
    #expect(cells(loaded.table) == [["x", "1", "2"], ["y", "∅", "∅"], ["z", "3", "∅"]])
    #expect(loaded.report.notes == ["2 short rows were filled up with missing values"])
    #expect(
      code("a,b\nx,1,2\n", options)
        == "T0304: 1 row doesn't have 2 fields: t.csv:2 has 3 fields")
  }

  @Test func renamesColumnsOnRequest() throws {
    var options = LoadOptions()
    options.isLenient = true
    let loaded = try readText("a,b,a,,a_2\nx,1,2,3,4\n", options)
    #expect(loaded.table.columnNames == ["a", "b", "a_3", "column4", "a_2"])
    #expect(
      loaded.report.notes == [
        "column 4 has no name and is called \"column4\"",
        "column 3 repeats the name \"a\" and is called \"a_3\"",
      ])
  }

  @Test func skipsLines() throws {
    var options = LoadOptions()
    options.skippedLines = 2
    let loaded = try readText("Report, 2020\n\"unit: dossiers\na,b\nx,1\n", options)
    #expect(cells(loaded.table) == [["x", "1"]])
    #expect(loaded.report.place(ofRow: 0) == LoadReport.Place(path: "t.csv", line: 4))
  }

  @Test func takesMarksForMissing() throws {
    var options = LoadOptions()
    options.missing = ["-", "n/a", "không"]
    let text = "a,b\nx,1\nkho\u{302}ng,-\n\"n/a\",3\n"
    #expect(
      cells(try readText(text, options).table) == [["x", "1"], ["∅", "∅"], ["∅", "3"]])
    options.missing = ["0"]
    #expect(cells(try readText("a,b\nx,0\ny,7\n", options).table) == [["x", "∅"], ["y", "7"]])
    options.missing = [""]
    #expect(cells(try readText("a,b\nx,1\n\"\",2\n", options).table) == [["x", "1"], ["∅", "2"]])
  }

  @Test func namesLines() throws {
    let text = "a,b\nx,1\n\"y\n\ny\",2\nz,3\n\"w\nw\",4\nv,5\n"
    for size in [16, 1 << 18] {
      let report = try readText(text, blockSize: size).report
      #expect((0..<5).map { report.place(ofRow: $0)?.line } == [2, 3, 6, 7, 9])
      #expect(report.place(ofRow: 5) == nil && report.place(ofRow: -1) == nil)
    }
  }

  @Test func refusesEmptyLinesBetweenRowsWhereverBlocksEnd() {
    let rows = (0..<20).map { "x,\($0)\n" }.joined()
    for size in [16, 17, 18, 19, 20, 21, 64] {
      #expect(throws: QueryError.self) {
        try readText("a,b\n" + rows + "\n\n\n" + rows, blockSize: size)
      }
      #expect(throws: Never.self) {
        try readText("a,b\n" + rows + "\n\n\n\n\n\n\n\n\n\n\n\n\n\n", blockSize: size)
      }
    }
  }
}
