import Tally
import Testing

@Suite struct EncodingTests {
  @Test func columnsStandInTheOrderOfProperties() throws {
    let table = try Services.table()
    #expect(table.columnNames == ["agency", "name", "level", "fee", "opened", "open"])
    #expect(
      table.columns.map(\.type) == [
        .text, .text, .integer, .decimal(scale: 2), .date, .boolean,
      ])
    #expect(table.columns.map(\.missingCount) == [1, 0, 1, 0, 1, 0])
    #expect(table.rowCount == 5)
  }

  @Test func columnsWithoutAValueKeepTheirType() throws {
    struct Empty: Encodable {
      enum Level: Int, Encodable { case low }
      enum Named: String, CellConvertible, Encodable { case low }
      var number: Int?
      var text: String?
      var float: Double?
      var day: CalendarDate?
      var truth: Bool?
      var level: Level?
      var named: Named?
      var cell: CellValue?
    }
    let table = try Table(rows: [Empty(), Empty()])
    // What only a value can tell is taken for text.
    #expect(
      table.columns.map(\.type) == [
        .integer, .text, .float, .date, .boolean, .text, .text, .text,
      ])
    #expect(table.columns.allSatisfy { $0.missingCount == 2 })
  }

  @Test func lateAndSkippedPropertiesAreMissing() throws {
    let rows: [[String: Int]] = [["b": 1], ["a": 2, "b": 3], [:]]
    let table = try Table(rows: rows)
    #expect(table.columnNames == ["a", "b"])
    #expect(
      table.columns.map { (0..<3).map($0.cell) } == [
        [.missing, .integer(2), .missing], [.integer(1), .integer(3), .missing],
      ])
  }

  @Test func numbersFindTheScaleThatHoldsThemAll() throws {
    func decimal(_ coefficient: Int128, _ scale: Int) -> CellValue {
      .decimal(ExactDecimal(coefficient: coefficient, scale: scale))
    }
    let cells: [CellValue] = [.missing, .integer(2), decimal(5, 1), decimal(125, 2), .integer(-1)]
    let table = try Table { NamedColumn("x", cells) }
    #expect(table.columns[0].type == .decimal(scale: 2))
    #expect(
      (1..<5).map(table.columns[0].cell) == [
        decimal(200, 2), decimal(50, 2), decimal(125, 2), decimal(-100, 2),
      ])
    let huge = Int128.max
    let wide = try Table { NamedColumn("x", [1, huge, nil, -huge]) }
    #expect(
      (0..<4).map(wide.columns[0].cell) == [
        .integer(1), .integer(huge), .missing, .integer(-huge),
      ])
  }

  @Test func singleValuesMakeOneColumn() throws {
    #expect(try Table(rows: [1, 2]).columnNames == ["value"])
    let table = try Table(rows: ["a", nil])
    #expect((0..<2).map(table.columns[0].cell) == [.text("a"), .missing])
  }

  @Test func textIsNormalised() throws {
    let table = try Table(rows: ["Bo\u{302}\u{323}", "B\u{1ED9}"])
    let counted = Database()
    counted["t"] = table
    #expect(try counted.run("count distinct value from t").value() == 1)
  }

  struct Pair: Encodable {
    var a: CellValue
  }
  struct Nested: Encodable {
    struct Part: Encodable { var inner = 1 }
    struct Nothing: Encodable {}
    var part: Part?
    var list: [Int]?
    var nothing: Nothing?
  }
  struct Twice: Encodable {
    enum Key: CodingKey { case a }
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(1, forKey: .a)
      try container.encode(2, forKey: .a)
    }
  }

  @Test func errorsNameTheCell() {
    func message(_ rows: [some Encodable]) -> String { thrown { _ = try Table(rows: rows) } }
    let period = { (unit: PeriodUnit) in CellValue.period(CalendarPeriod(unit, index: 0)) }
    #expect(
      message([Pair(a: .integer(1)), Pair(a: .text("x"))])
        == "decoding: rows[1][\"a\"] is of type text, and the rows before are of type integer")
    #expect(
      message([Pair(a: .integer(1)), Pair(a: .float(1))])
        == "decoding: rows[1][\"a\"] is of type float, and the rows before are of type integer")
    #expect(
      message([Pair(a: period(.year)), Pair(a: period(.month))])
        == "decoding: rows[1][\"a\"] is of type month, and the rows before are of type year")
    #expect(
      message([0.5, .infinity])
        == "decoding: rows[1][\"value\"] is inf, which is no number that a table holds: use an Optional"
    )
    #expect(
      message([["a": Double.nan]])
        == "decoding: rows[0][\"a\"] is nan, which is no number that a table holds: use an Optional"
    )
    #expect(
      message([UInt128.max])
        == "overflow: 340282366920938463463374607431768211455 is no number of 128 bits with a sign")
    let nested = "has parts of its own, and a cell has none: give each part a property"
    #expect(message([Nested(part: .init())]) == "decoding: \"part\" \(nested)")
    #expect(message([Nested(list: [1])]) == "decoding: \"list\" \(nested)")
    #expect(message([Nested(list: [])]) == "decoding: \"list\" \(nested)")
    #expect(message([Nested(nothing: .init())]) == "decoding: \"nothing\" \(nested)")
    #expect(
      message([[1, 2]])
        == "decoding: a row has named columns, and this type encodes itself as a list")
    #expect(message([Twice()]) == "decoding: rows[0] has two values for \"a\"")
    #expect(
      message([Int]())
        == "decoding: there is no row to learn the columns from: make an empty table of named"
        + " columns")
    #expect(
      message([
        Pair(a: .integer(.max)), Pair(a: .decimal(ExactDecimal(coefficient: 1, scale: 1))),
      ])
        == "overflow: rows[1][\"a\"]: the column's numbers need more than 128 bits at its finest"
        + " scale")
  }

  @Test func columnsMustFitTogether() {
    #expect(
      thrown {
        _ = try Table {
          NamedColumn("a", [1, 2])
          NamedColumn("b", [1])
        }
      } == "data: the column \"a\" has 2 rows, and \"b\" has 1")
    #expect(
      thrown {
        _ = try Table {
          NamedColumn("Level", [1])
          NamedColumn("level", [1])
        }
      } == "data: the columns \"Level\" and \"level\" differ in case only")
    #expect(thrown { _ = try Table { NamedColumn("", [1]) } } == "data: a column has no name")
    #expect(
      thrown { _ = try Table { NamedColumn("x", [Double.nan]) } }
        == "decoding: rows[0][\"x\"] is nan, which is no number that a table holds: use an Optional"
    )
  }

  @Test func buildersBranchAndRepeat() throws {
    let withFee = false
    let table = try Table {
      NamedColumn("name", ["a"])
      for level in 1...2 { NamedColumn("level\(level)", [level]) }
      if withFee { NamedColumn("fee", [1.5]) } else { NamedColumn("free", [true]) }
    }
    #expect(table.columnNames == ["name", "level1", "level2", "free"])
    #expect(try Table {}.columnCount == 0)
  }

  @Test func emptyColumnsKnowTheirType() throws {
    let database = Database()
    database["t"] = try Table {
      NamedColumn("agency", [String]())
      NamedColumn("level", [Int]())
    }
    #expect(try database.run("count t where level >= 3 and agency = \"x\"").value() == 0)
  }
}

extension Column {
  fileprivate func cell(_ row: Int) -> CellValue { self[row] }
}
