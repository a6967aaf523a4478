import Foundation
import ServiceExpander
import Testing

@Suite("Form of the shipped tables")
struct TableFormTests {
  @Test(arguments: Shipped.rowCounts.map(\.table))
  func textIsPlain(name: String) throws {
    let bytes = try Shipped.bytes("\(name).csv")
    let text = try #require(String(validating: bytes, as: UTF8.self))
    #expect(!bytes.starts(with: [0xEF, 0xBB, 0xBF]), "no byte order mark")
    #expect(!bytes.contains(0x0D), "lines end with LF alone")
    #expect(bytes.last == 0x0A)
    #expect([UInt8](text.precomposedStringWithCanonicalMapping.utf8) == bytes, "text is NFC")
  }

  @Test("Quotes stand only where they are needed", arguments: Shipped.rowCounts.map(\.table))
  func quotesAreMinimal(name: String) throws {
    let table = try Shipped.table(name)
    #expect([UInt8](table.csv.utf8) == (try Shipped.bytes("\(name).csv")))
  }

  @Test(arguments: Shipped.rowCounts)
  func rowCount(name: String, rows: Int) throws {
    #expect(try Shipped.table(name).rows.count == rows)
  }

  @Test("No table is shipped that the tests do not know")
  func everyTableIsKnown() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Shipped.folder.path)
    let tables = files.filter { $0.hasSuffix(".csv") }.map { String($0.dropLast(4)) }
    #expect(tables.sorted() == Shipped.rowCounts.map(\.table))
  }

  @Test("Each row says document, date and basis", arguments: Shipped.rowCounts.map(\.table))
  func provenance(name: String) throws {
    let table = try Shipped.table(name)
    let sources = try Set(
      Shipped.column("doc", of: "documents") + Shipped.column("doc", of: "outside_sources"))
    for row in table.rows {
      #expect(sources.contains(try table.field("doc", of: row)))
      #expect(try table.field("as_of", of: row).wholeMatch(of: /20\d\d-[01]\d-[0-3]\d/) != nil)
      let basis = try table.field("basis", of: row)
      #expect(["published", "derived", "reading", "assigned"].contains(basis))
    }
  }

  @Test(
    "Keys are unique",
    arguments: [
      ("documents", "doc"), ("outside_sources", "doc"), ("figures", "figure_id"),
      ("checks", "check_id"), ("agencies", "agency"), ("agencies", "code"), ("levels", "code"),
      ("targets", "target_id"), ("inventories", "inventory"), ("cells", "cell_id"),
      ("services", "service_id"), ("portal_services", "service_id"),
      ("hanoi_2017_services", "service_id"), ("portal_stats", "metric"), ("fields", "code"),
    ])
  func uniqueKey(table: String, column: String) throws {
    let keys = try Shipped.column(column, of: table)
    #expect(Set(keys).count == keys.count)
    #expect(!keys.contains(""))
  }
}
