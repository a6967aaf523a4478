import Testing

@testable import Tally

/// Columns for tests.
enum Sample {
  static func texts(_ texts: [String?]) throws -> Column { try Column.texts(texts) }

  static func plain(_ texts: [String]) throws -> Column {
    Column(type: .text, count: texts.count, payload: .plain(try TextHeap(texts)), validity: nil)
  }

  static func integers(_ values: [Int64?], _ type: ColumnType = .integer) throws -> Column {
    try Column.integers(values, type: type)
  }

  static func wide(_ values: [Int128], _ type: ColumnType = .integer) throws -> Column {
    try withBuffer(of: values) { buffer throws(QueryError) in
      try Column.wideIntegers(buffer, type: type)
    }
  }

  static func floats(_ values: [Double?], _ type: ColumnType = .float) throws -> Column {
    let validity = try Bitmap(count: values.count, filled: true)
    for (row, value) in values.enumerated() where value == nil { validity.clear(row) }
    return try withBuffer(of: values.map { $0 ?? .nan }) { buffer throws(QueryError) in
      try Column.floats(buffer, type: type, validity: validity)
    }
  }

  static func table(_ columns: [(String, Column)]) -> Table {
    Table(
      names: columns.map(\.0), columns: columns.map(\.1), rowCount: columns.first?.1.count ?? 0)
  }

  /// Two agencies, their counts and shares.
  static func agencies() throws -> Table {
    table([
      ("agency", try texts(["Bộ Tài chính", "Sở \"Y tế\", Hà Nội", nil])),
      ("count", try integers([583, 35, nil])),
      ("share", try floats([583.0 / 977.0, 1, nil], .ratio)),
    ])
  }
}

@Suite struct TableFormatTests {
  @Test func csvQuotesOnlyWhatNeedsIt() throws {
    #expect(
      try Sample.agencies().formatted(.csv) == """
        agency,count,share
        Bộ Tài chính,583,59.67246673490276%
        "Sở ""Y tế"", Hà Nội",35,100.0%
        ,,

        """)
  }

  @Test func tsvLeavesCommas() throws {
    let lines = try Sample.agencies().formatted(.tsv).split(separator: "\n")
    #expect(lines[1] == "Bộ Tài chính\t583\t59.67246673490276%")
    #expect(lines[2] == "\"Sở \"\"Y tế\"\", Hà Nội\"\t35\t100.0%")
  }

  @Test func jsonIsOneDocument() throws {
    #expect(
      try Sample.agencies().formatted(.json) == """
        [
        {"agency":"Bộ Tài chính","count":583,"share":0.5967246673490276},
        {"agency":"Sở \\"Y tế\\", Hà Nội","count":35,"share":1.0},
        {"agency":null,"count":null,"share":null}
        ]

        """)
  }

  @Test func jsonLinesHaveARowEach() throws {
    let lines = try Sample.agencies().formatted(.jsonl).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[2] == #"{"agency":null,"count":null,"share":null}"#)
  }

  @Test func markdownAlignsNumbers() throws {
    #expect(
      try Sample.agencies().formatted(.markdown) == """
        | agency | count | share |
        | --- | ---: | ---: |
        | Bộ Tài chính | 583 | 59.7% |
        | Sở "Y tế", Hà Nội | 35 | 100.0% |
        | — | — | — |

        """)
  }

  @Test func bareValuesStandAlone() throws {
    #expect(Sample.table([("count", try Sample.integers([706]))]).formatted(.bare) == "706\n")
    #expect(
      try Sample.agencies().formatted(.bare).split(separator: "\n")[1]
        == "Sở \"Y tế\", Hà Nội\t35\t100.0%")
  }

  @Test(arguments: TableFormat.allCases)
  func emptyTablesKeepTheirHeader(_ format: TableFormat) throws {
    let table = Sample.table([("agency", try Sample.texts([])), ("n", try Sample.integers([]))])
    let expected: [TableFormat: String] = [
      .table: "agency  n\n──────  ─\n", .csv: "agency,n\n", .tsv: "agency\tn\n", .json: "[]\n",
      .jsonl: "", .markdown: "| agency | n |\n| --- | ---: |\n", .bare: "",
    ]
    #expect(table.formatted(format) == expected[format])
  }

  @Test(arguments: TableFormat.allCases)
  func tablesWithoutColumnsWriteNothingWrong(_ format: TableFormat) {
    let text = Table(names: [], columns: [], rowCount: 0).formatted(format)
    #expect(format == .json ? text == "[]\n" : text.allSatisfy { $0 == "\n" || $0 == "|" })
  }

  @Test func namesAndFileNamesChooseAFormat() {
    #expect(TableFormat(name: "md") == .markdown)
    #expect(TableFormat(name: "CSV") == .csv)
    #expect(TableFormat(name: "xls") == nil)
    #expect(TableFormat(fileName: "out/levels.JSONL") == .jsonl)
    #expect(TableFormat(fileName: "out") == nil)
  }

  @Test func aMissingValueOfOneColumnIsStillARow() throws {
    let table = Sample.table([("agency", try Sample.texts(["a", nil, ""]))])
    #expect(table.formatted(.csv) == "agency\na\n\"\"\n\"\"\n")
    let two = Sample.table([
      ("a", try Sample.texts([nil, ""])), ("b", try Sample.texts(["", nil])),
    ])
    #expect(two.formatted(.csv) == "a,b\n,\"\"\n\"\",\n")
  }

  @Test func formulasAreNeutralisedOnRequest() throws {
    let table = Sample.table([
      ("=name", try Sample.texts(["=1+1", "-2", "@x", "a=b", "+,"])),
      ("n", try Sample.integers([-1, 2, 3, 4, 5])),
    ])
    var options = FormatOptions()
    #expect(table.formatted(.csv, options).hasPrefix("=name,n\n=1+1,-1\n"))
    options.neutralisesFormulas = true
    #expect(
      table.formatted(.csv, options) == "'=name,n\n'=1+1,-1\n'-2,2\n'@x,3\na=b,4\n\"'+,\",5\n")
  }

  @Test func repeatedNamesStayApartInJSON() throws {
    let table = Sample.table([("n", try Sample.integers([1])), ("n", try Sample.integers([2]))])
    #expect(table.formatted(.jsonl) == "{\"n\":1,\"n_2\":2}\n")
  }

  /// Longer than a block, with more distinct values than rows of a block, in every layout.
  @Test(arguments: [1023, 1024, 1025, 5000])
  func blocksJoin(_ rowCount: Int) throws {
    let rows = 0..<rowCount
    let names = rows.map { "tên \($0 % 7 == 0 ? "dài hơn mười sáu byte" : "n") \($0)" }
    let table = Sample.table([
      ("small", try Sample.integers(rows.map { Int64($0 % 5) - 2 })),
      ("big", try Sample.integers(rows.map { $0 % 3 == 0 ? nil : Int64($0) * 1_000_003 })),
      ("name", try Sample.texts(names)),
      ("plain", try Sample.plain(names)),
    ])
    let expected = rows.map { row in
      let big = row % 3 == 0 ? "" : "\(row * 1_000_003)"
      return "\(row % 5 - 2),\(big),\(names[row]),\(names[row])\n"
    }
    let written = table.formatted(.csv)
    #expect(written == "small,big,name,plain\n" + expected.joined())
    #expect(table.formatted(.json).hasSuffix("}\n]\n"))
    #expect(table.formatted(.json).split(separator: "\n").count == rowCount + 2)
    #expect(table.formatted(.table).split(separator: "\n").count == rowCount + 2)
  }

  @Test func aSinkThatFailsEndsTheWriting() throws {
    struct Full: Error {}
    let table = Sample.table([("n", try Sample.integers((0..<100_000).map { Int64($0) }))])
    var pieces = 0
    #expect(throws: Full.self) {
      try table.write(.csv) { _ throws(Full) in
        pieces += 1
        if pieces == 2 { throw Full() }
      }
    }
    #expect(pieces == 2)
  }
}
