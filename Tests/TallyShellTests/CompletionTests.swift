import Tally
import Testing

@testable import TallyShell

/// A catalogue of two tables.
struct SampleCatalogue: Catalogue {
  var tableNames: [String] { ["agencies", "services"] }
  var functionNames: [String] { ["lower", "year"] }

  func columns(of table: String) -> [CatalogueColumn] {
    switch table {
    case "services":
      [
        CatalogueColumn(name: "agency", type: "text", distinctCount: 3),
        CatalogueColumn(name: "level", type: "integer"),
        CatalogueColumn(name: "Tên phí", type: "text"),
      ]
    case "agencies": [CatalogueColumn(name: "province", type: "text")]
    default: []
    }
  }

  func values(of column: String, in table: String) -> [(text: String, rows: Int)] {
    switch (table, column) {
    case ("services", "agency"):
      [
        ("UBND thành phố Hà Nội", 1853), ("Bộ Tài chính", 977), ("Bộ Thông tin", 88),
        ("a \"b\"", 1),
      ]
    case ("agencies", "province"): (1...30).map { ("Tỉnh \($0)", 31 - $0) }
    default: []
    }
  }
}

@Suite struct CompletionTests {
  private let completer = Completer(SampleCatalogue())

  /// The text with the choice taken where the cursor, written as `|`, stands.
  private func pressed(_ text: String) -> (text: String, listing: String?) {
    let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    let before = String(parts[0])
    let press = completer.press(in: before + parts[1], at: before.utf8.count, width: 80)
    guard let replacement = press.replacement else { return (text, press.listing) }
    let kept = String(decoding: Array(before.utf8)[..<press.start], as: UTF8.self)
    return (kept + replacement + "|" + parts[1], press.listing)
  }

  @Test(arguments: [
    ("count serv|", "count services |"),
    ("count services where ag|", "count services where agency |"),
    ("count services where agency = bo tai|", "count services where agency = \"Bộ Tài chính\" |"),
    ("count services where agency = \"bo tai|", "count services where agency = \"Bộ Tài chính\" |"),
    ("count services where agency = bo|", "count services where agency = \"Bộ T|"),
    ("count services where agency = \"Bộ T|", "count services where agency = \"Bộ T|"),
    (
      "count services where agency = ha noi|",
      "count services where agency = \"UBND thành phố Hà Nội\" |"
    ),
    (
      "count services where agency in (\"x\", bo tai|",
      "count services where agency in (\"x\", \"Bộ Tài chính\" |"
    ),
    ("count services where agency = \"a|", "count services where agency = \"a \\\"b\\\"\" |"),
    ("count services gr|", "count services group by |"),
    ("count services group by le|", "count services group by level |"),
    ("count services group by ten|", "count services group by `Tên phí` |"),
    ("count services where services.le|", "count services where services.level |"),
    ("count services where ye|", "count services where year(|"),
    (
      "count services where agency = bo tai| group by level",
      "count services where agency = \"Bộ Tài chính\" | group by level"
    ),
    ("count zzz|", "count zzz|"),
    ("# count serv|", "# count serv|"),
  ])
  func tabTakesTheOnlyChoice(_ text: String, _ result: String) {
    #expect(pressed(text).text == result)
  }

  @Test func severalChoicesAreListedWithNotes() {
    let listing = pressed("count services where agency = \"Bộ T|").listing
    #expect(listing == "  \"Bộ Tài chính\"  977 rows\n  \"Bộ Thông tin\"  88 rows\n")
    let columns = pressed("count services group by |").listing ?? ""
    #expect(columns.contains("  agency     text, 3 distinct\n"))
    #expect(columns.contains("  level      integer\n"))
  }

  @Test func notMoreThanTwentyAreShown() {
    let listing = pressed("count agencies where province = |").listing ?? ""
    #expect(listing.split(separator: "\n").count == 21)
    #expect(listing.contains("Tỉnh 20\"") && !listing.contains("Tỉnh 21\""))
    #expect(listing.contains(" more\n"))
  }

  @Test func nothingBreaks() {
    let text = "count services where agency = \"Bộ Tài\" and `x` > (1 + \n  group"
    for offset in 0...text.utf8.count + 2 {
      _ = completer.press(in: text, at: offset, width: 0)
    }
  }

  @Test(arguments: [
    ("agency", "agency"), ("Tên phí", "`Tên phí`"), ("cơ_quan", "cơ_quan"), ("from", "`from`"),
    ("1a", "`1a`"), ("a`b", "`a``b`"), ("", "``"), ("_", "_"),
  ])
  func namesAreSpelled(_ name: String, _ text: String) { #expect(nameText(name) == text) }
}
