import Testing

@testable import Tally

@Suite struct TableLayoutTests {
  @Test func alignsColumns() throws {
    #expect(
      try Sample.agencies().description == """
        agency             count   share
        ─────────────────  ─────  ──────
        Bộ Tài chính         583   59.7%
        Sở "Y tế", Hà Nội     35  100.0%
        —                      —       —

        """)
  }

  /// Every line of a laid-out table is as wide as its rule, counted in columns of a terminal.
  @Test func countsColumnsOfTheTerminal() throws {
    let names = [
      "Bộ Tài chính", "Bo\u{302}\u{323} Ta\u{300}i", "財務省", "👩‍👩‍👧‍👦 gia đình", "한국", "ก็", "ﬁ", "🇻🇳",
      "Ελλάδα", "Россия", "e\u{301}", "ẞ", "ᄀ", "a\u{200D}b",
    ]
    let numbers = names.indices.map { Int64($0) }
    for column in [try Sample.texts(names), try Sample.plain(names)] {
      let table = Sample.table([("tên", column), ("n", try Sample.integers(numbers))])
      let lines = table.description.split(separator: "\n").map(String.init)
      for line in lines { #expect(line.displayWidth == lines[1].displayWidth, "\(line)") }
    }
  }

  /// A table of very many columns is written with little memory, in every format.
  @Test func wideTablesAreWritten() throws {
    let column = try Sample.integers([7, 8, 9])
    let table = Sample.table((0..<20_000).map { ("c\($0)", column) })
    let lines = table.formatted(.csv).split(separator: "\n")
    let last = Array(repeating: "9", count: 20_000).joined(separator: ",")
    #expect(lines.count == 4 && lines[3] == last)
    var options = FormatOptions()
    options.width = 40
    #expect(table.formatted(.table, options).split(separator: "\n").count >= 5)
  }

  @Test func pointsStandBelowEachOther() throws {
    let table = Sample.table([
      ("mean", try Sample.floats([1.5, 10, nil, 123.25])),
      ("end", try Sample.texts(["a", "b", "c", "d"])),
    ])
    #expect(
      table.description == """
          mean  end
        ──────  ───
          1.5   a
         10     b
             —  c
        123.25  d

        """)
  }

  @Test func sayHowManyRowsAreNotShown() throws {
    let table = Sample.table([("n", try Sample.integers((0..<5000).map { Int64($0) }))])
    var options = FormatOptions()
    options.rowLimit = 2
    #expect(table.formatted(.table, options) == "n\n─\n0\n1\n… 4,998 more rows\n")
    options.rowLimit = 4999
    #expect(table.formatted(.table, options).hasSuffix("4998\n… 1 more row\n"))
    options.rowLimit = 5000
    #expect(table.formatted(.table, options).hasSuffix("4999\n"))
    options.rowLimit = -1
    #expect(table.formatted(.table, options) == "n\n─\n… 5,000 more rows\n")
  }

  @Test func longTextsAreCutAtTheWidth() throws {
    let table = Sample.table([
      ("name", try Sample.texts(["Ủy ban nhân dân thành phố Hà Nội", "Sở Y tế"])),
      ("count", try Sample.integers([611, 7])),
    ])
    var options = FormatOptions()
    options.width = 24
    #expect(
      table.formatted(.table, options) == """
        name               count
        ─────────────────  ─────
        Ủy ban nhân dân …    611
        Sở Y tế                7

        """)
  }

  @Test func columnsThatDoNotFitAreNamed() throws {
    let names = try Sample.texts(["a long name that is cut"])
    let number = try Sample.integers([1_234_567_890])
    let table = Sample.table([
      ("first", names), ("second", number), ("third", number), ("fourth", names),
    ])
    var options = FormatOptions()
    options.width = 26
    let text = table.formatted(.table, options)
    #expect(text.hasSuffix("… 2 more columns: third, fourth\n"))
    for line in text.split(separator: "\n").dropLast() { #expect(String(line).displayWidth <= 26) }
    options.width = 1
    #expect(table.formatted(.table, options).contains("3 more columns"))
  }

  @Test func numbersAreNeverCut() throws {
    let table = Sample.table([("n", try Sample.integers([1_234_567_890_123]))])
    var options = FormatOptions()
    options.width = 8
    #expect(table.formatted(.table, options).contains("1234567890123\n"))
  }

  @Test func stylesHeaderAndMissing() throws {
    let table = Sample.table([("n", try Sample.texts(["a", nil]))])
    var options = FormatOptions()
    options.isStyled = true
    #expect(
      table.formatted(.table, options)
        == "\u{1B}[1mn\u{1B}[0m\n─\na\n\u{1B}[2m—\u{1B}[0m\n")
  }

  @Test func groupsDigits() {
    #expect(
      [0, 12, 999, 1000, 3078, -1_234_567].map(grouped)
        == ["0", "12", "999", "1,000", "3,078", "-1,234,567"])
  }
}
