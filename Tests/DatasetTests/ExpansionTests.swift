import ServiceExpander
import Testing

@Suite("Expansion of cells into services")
struct ExpansionTests {
  @Test(
    "The shipped services are the expansion of the shipped cells, byte for byte",
    arguments: Expansion.tableNames)
  func shippedTablesAreTheExpansion(name: String) throws {
    let expansion = try Expansion(of: Cell.all(in: Shipped.table("cells")))
    let made = [UInt8](expansion.table(named: name).csv.utf8)
    #expect(try Shipped.bytes("\(name).csv") == made)
  }

  @Test(
    "A total is split by largest remainder",
    arguments: [
      (296, [192, 391], [97, 199]),
      (0, [3, 4], [0, 0]),
      (7, [3, 4], [3, 4]),
      (1, [1, 1, 1], [1, 0, 0]),
      (2, [1, 1, 1], [1, 1, 0]),
      (0, [0, 0], [0, 0]),
    ])
  func largestRemainder(total: Int, sizes: [Int], shares: [Int]) {
    #expect(Assignment.proportional(total, over: sizes) == shares)
  }

  @Test("A margin that does not cover its services is an error")
  func marginMustFit() throws {
    var cells = try Cell.all(in: Shipped.table("cells"))
    let index = try #require(cells.firstIndex { $0.id == "C36" })
    cells[index].count += 1
    #expect(
      throws: ExpansionError.marginMismatch(
        inventory: "BTC-2020", column: "integrated_npsp", margin: 584, services: 583)
    ) {
      try Expansion(of: cells)
    }
  }

  @Test(
    "A field that is not of its column's type is an error",
    arguments: [
      ("n", "many"), ("n", ""), ("n", "-1"), ("level", "four"), ("online", "yes"),
      ("partition", "whole"),
    ])
  func unreadableField(column: String, text: String) throws {
    let table = try Shipped.table("cells")
    var row = try #require(table.rows.first)
    row[try table.index(of: column)] = text
    #expect(throws: ExpansionError.unreadable(cell: "C01", column: column, text: text)) {
      try Cell.all(in: PlainTable(columns: table.columns, rows: [row]))
    }
  }
}

@Suite("Plain tables")
struct PlainTableTests {
  @Test("Quotes, commas and line ends in a field survive writing and reading")
  func roundTrip() throws {
    let table = PlainTable(
      columns: ["a", "b"],
      rows: [["1", "x,y"], ["", "he said \"no\""], ["\"", "two\nlines"], ["\"\"", ""]])
    #expect(try PlainTable(csv: table.csv) == table)
  }

  @Test(
    "Broken text is an error",
    arguments: [
      ("a,b\n1\n", ExpansionError.raggedRow(line: 2, expected: 2, found: 1)),
      ("a,b\n1,2\n1,2,3\n", .raggedRow(line: 3, expected: 2, found: 3)),
      ("a\n\"1\n", .openQuote),
    ])
  func broken(text: String, error: ExpansionError) {
    #expect(throws: error) { try PlainTable(csv: text) }
  }

  @Test("The last line needs no line end")
  func lastLine() throws {
    #expect(try PlainTable(csv: "a,b\n1,2").rows == [["1", "2"]])
  }
}
