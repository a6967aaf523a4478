import Tally
import Testing

@testable import TallyShell

@Suite struct CompletionTests {
  private let shell: Shell

  init() throws {
    shell = try Shell(isInteractive: true)
    shell.session.database["agencies"] = try Table {
      NamedColumn("province", (1...30).map { "Tỉnh \($0)" })
    }
  }

  /// The text after Tab was pressed where `|` stands, and what is listed.
  private func pressed(_ text: String) -> (text: String, listing: String?) {
    let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    let whole = parts.joined()
    let press = shell.session.complete(whole, at: parts[0].utf8.count, width: 80)
    guard let replacement = press.replacement else { return (text, press.listing) }
    let bytes = Array(whole.utf8)
    let kept = String(decoding: bytes[..<press.replaced.start], as: UTF8.self)
    let rest = String(decoding: bytes[press.replaced.end...], as: UTF8.self)
    return (kept + replacement + "|" + rest, press.listing)
  }

  @Test(arguments: [
    ("count serv|", "count services |"),
    ("count services where ag|", "count services where agency |"),
    ("count services where agency = bo tai|", "count services where agency = \"Bộ Tài chính\" |"),
    ("count services where agency = \"bo|\"", "count services where agency = \"Bộ Tài chính\" |"),
    (
      "count services where agency = bo tai| group",
      "count services where agency = \"Bộ Tài chính\" | group"
    ),
    ("list where agency = so y|", "list where agency = \"Sở Y tế\" |"),
    ("count services where weekd|", "count services where weekday(|"),
    ("count services wh| group by level", "count services where | group by level"),
    (".sch|", ".schema |"), (".schema serv|", ".schema services |"), (".mode j|", ".mode json|"),
    (".values lev|", ".values level |"), (".timer of|", ".timer off |"),
    (".help sch|", ".help schema |"),
    ("# count serv|", "# count serv|"), (".tables x|", ".tables x|"),
    (".nothing x|", ".nothing x|"),
  ])
  func tabTakesWhatIsCertain(_ text: String, _ result: String) {
    #expect(pressed(text).text == result)
  }

  @Test func severalChoicesAreListedWithNotes() {
    let values = pressed("count services where agency = \"|").listing ?? ""
    #expect(values.contains("  \"Bộ Tài chính\"           3 rows\n"))
    #expect(values.contains("  \"UBND thành phố Hà Nội\"  2 rows\n"))
    #expect(pressed(".mode json|").listing == "  json  jsonl\n")
    #expect(pressed(".|").listing?.contains("  .tables   the tables with") ?? false)
  }

  @Test func notMoreThanTwentyAreShown() {
    let listing = pressed("count agencies where province = \"|").listing ?? ""
    #expect(listing.split(separator: "\n").count == 21)
    #expect(listing.hasSuffix("  … 10 more\n"))
  }

  @Test func filesAreCompleted() throws {
    let folder = TemporaryFolder()
    try folder.write("tables.csv", "")
    try folder.write(".hidden.csv", "")
    #expect(pressed(".load \(folder.path)/t|").text == ".load \(folder.path)/tables.csv |")
    #expect(pressed(".load \(folder.path)/.|").text == ".load \(folder.path)/.hidden.csv |")
    #expect(pressed(".load \(folder.path.dropLast(3))|").text.hasPrefix(".load \(folder.path)"))
    #expect(pressed(".run /no/such/folder/x|").text == ".run /no/such/folder/x|")
  }

  @Test func nothingBreaks() {
    let text = "count services where agency = \"Bộ Tài\" and `x` > (1 + \n  group"
    for offset in 0...text.utf8.count + 2 {
      _ = shell.session.complete(text, at: offset, width: 0)
    }
    for offset in 0...12 { _ = shell.session.complete(".values 'ộ\n.x", at: offset, width: 5) }
  }
}
