import Tally
import Testing

@Suite struct CompletionsTests {
  private let database = Database()

  init() throws {
    database["services"] = try Table {
      NamedColumn(
        "agency",
        Array(repeating: "UBND thành phố Hà Nội", count: 7)
          + Array(repeating: "Bộ Tài chính", count: 5) + ["Bộ Thông tin", "a \"b\"", nil])
      NamedColumn("level", Array(repeating: 3, count: 9) + Array(repeating: 4, count: 5) + [nil])
      NamedColumn("Tên phí", Array(repeating: 0.5, count: 15))
      NamedColumn("opened", Array(repeating: Services.day(2025, 1, 31), count: 15))
      NamedColumn("online", Array(repeating: true, count: 15))
      NamedColumn("fee", (0..<15).map { ExactDecimal(coefficient: $0, scale: 2) })
    }
    database["agencies"] = try Table {
      NamedColumn("province", (1...30).flatMap { Array(repeating: "Tỉnh \($0)", count: 31 - $0) })
    }
  }

  /// The completions where `|` stands.
  private func completions(_ text: String) -> (found: Completions, text: String) {
    let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    let whole = parts.joined()
    return (database.completions(in: whole, at: parts[0].utf8.count), whole)
  }

  /// The text with the first completion taken.
  private func taken(_ text: String) -> String {
    let (found, whole) = completions(text)
    guard let first = found.items.first else { return text }
    let bytes = Array(whole.utf8)
    return String(decoding: bytes[..<found.replaced.start], as: UTF8.self) + first.text + "|"
      + String(decoding: bytes[found.replaced.end...], as: UTF8.self)
  }

  @Test(arguments: [
    ("|", "count|"),
    ("co|", "count|"),
    ("count |", "count agencies|"),
    ("count serv|", "count services|"),
    ("count srevices|", "count services|"),
    ("count services |", "count services where|"),
    ("count services gr|", "count services group by|"),
    ("count services where ag|", "count services where agency|"),
    ("count services where agency |", "count services where agency =|"),
    ("count services where agency = |", "count services where agency = \"UBND thành phố Hà Nội\"|"),
    ("count services where agency = bo tai|", "count services where agency = \"Bộ Tài chính\"|"),
    ("count services where agency = \"bo tai|", "count services where agency = \"Bộ Tài chính\"|"),
    ("count services where agency = \"bo|\"", "count services where agency = \"Bộ Tài chính\"|"),
    (
      "count services where agency = 'ha n|'",
      "count services where agency = \"UBND thành phố Hà Nội\"|"
    ),
    (
      "count services where agency in (\"x\", thong|",
      "count services where agency in (\"x\", \"Bộ Thông tin\"|"
    ),
    (
      "count services where agency contains tai ch|",
      "count services where agency contains \"Bộ Tài chính\"|"
    ),
    ("count services where agency = \"a|", "count services where agency = \"a \\\"b\\\"\"|"),
    ("count services where level >= |", "count services where level >= 3|"),
    ("count services where opened >= |", "count services where opened >= @2025-01-31|"),
    ("count services where opened in |", "count services where opened in last|"),
    ("count services where online = |", "count services where online = true|"),
    ("count services where services.le|", "count services where services.level|"),
    (
      "count services where not services.agency = bo th|",
      "count services where not services.agency = \"Bộ Thông tin\"|"
    ),
    ("count services group by ten|", "count services group by `Tên phí`|"),
    ("count services group by agency |", "count services group by agency order by|"),
    ("count services where ye|", "count services where year(|"),
    ("sum | from services", "sum level| from services"),
    ("sum f| from services", "sum fee| from services"),
    (
      "sum fee from services group by agency order by |",
      "sum fee from services group by agency order by agency|"
    ),
    (
      "sum fee from services group by agency order by su|",
      "sum fee from services group by agency order by sum_fee|"
    ),
    (
      "count services group by agency then where c|",
      "count services group by agency then where count|"
    ),
    ("count services as x where x.le|", "count services as x where x.level|"),
    (
      "count services where agency = bo tai| group by level",
      "count services where agency = \"Bộ Tài chính\"| group by level"
    ),
    ("count services\n  where level = 3\n  gr|", "count services\n  where level = 3\n  group by|"),
    ("count zzz|", "count zzz|"),
    ("# count serv|", "# count serv|"),
    ("count services where agency = \"x\" or |", "count services where agency = \"x\" or agency|"),
  ])
  func theFirstIsTheLikeliest(_ text: String, _ result: String) { #expect(taken(text) == result) }

  @Test func valuesStandByFrequencyWithTheirRows() {
    let items = completions("count services where agency = |").found.items.prefix(4)
    #expect(
      items.map(\.label) == ["UBND thành phố Hà Nội", "Bộ Tài chính", "Bộ Thông tin", "a \"b\""])
    #expect(items.map(\.note) == ["7 rows", "5 rows", "1 row", "1 row"])
    #expect(items.allSatisfy { $0.kind == .value })
    let levels = completions("count services where level in (|").found.items.prefix(2)
    #expect(levels.map(\.text) == ["3", "4"])
    #expect(levels.map(\.note) == ["9 rows", "5 rows"])
  }

  @Test func columnsSayTheirTypes() {
    let items = completions("count services group by |").found.items
    #expect(items[0].kind == .column && items[0].note == "text, 1 missing")
    #expect(items[1].note == "integer, 1 missing")
    #expect(
      items.map(\.text).prefix(6) == ["agency", "level", "`Tên phí`", "opened", "online", "fee"])
  }

  /// The number of distinct values is what reading found, and says nothing of tables made of others.
  @Test func distinctValuesAreThoseOfTheTable() throws {
    let text = "place,people\nA,1\nB,2\nA,3\n"
    try database.load("towns", from: .bytes(Array(text.utf8), name: "towns"))
    #expect(completions("count towns group by |").found.items[0].note == "text, 2 distinct")
    database["few"] = try database.run("list place, people from towns where people = 1")
    #expect(completions("count few group by |").found.items[0].note == "text")
  }

  @Test func outputsSayTheirTypes() {
    let items = completions("sum fee, count from services group by agency having |").found.items
    #expect(items.map(\.label).prefix(3) == ["agency", "sum_fee", "count"])
    #expect(items.map(\.note).prefix(3) == ["text", "decimal", "integer"])
  }

  @Test func operatorsFitTheColumn() {
    func words(_ text: String) -> [String] {
      completions(text).found.items.filter { $0.kind == .keyword }.map(\.text)
    }
    #expect(words("count services where agency |").contains("contains"))
    #expect(!words("count services where agency |").contains(">="))
    #expect(words("count services where level |").contains(">="))
    #expect(!words("count services where level |").contains("contains"))
    #expect(!words("count services |").contains("="))
  }

  @Test func onlyTwentyAreGiven() {
    let found = completions("count agencies where province = tinh|").found
    #expect(found.items.count == Completions.greatestCount && found.furtherCount == 10)
    #expect(found.items[0].label == "Tỉnh 1" && found.items[0].note == "30 rows")
  }

  @Test func namedQueriesAndValuesAreKnown() throws {
    try database.runScript(
      SourceText("param floor: int = 2\nlet urgent = services where level >= 3\nlet limit_fee = 10")
    ) { _ in }
    #expect(taken("count urg|") == "count urgent|")
    #expect(taken("count urgent where ag|") == "count urgent where agency|")
    #expect(
      taken("count urgent where agency = bo th|") == "count urgent where agency = \"Bộ Thông tin\"|"
    )
    #expect(taken("count urgent where level >= $fl|") == "count urgent where level >= $floor|")
    #expect(taken("count urgent where fee >= limit|") == "count urgent where fee >= limit_fee|")
  }

  @Test func nothingBreaksAnywhere() {
    let texts = [
      "count services where agency = \"Bộ Tài\" and `x` > (1 + \n  group by then where ((",
      "let x = count services then then order by , save to \"x", "`", "'", "\u{0}\u{301}",
      "😀 count",
    ]
    for text in texts {
      for offset in -1...text.utf8.count + 2 {
        let found = database.completions(in: text, at: offset)
        #expect(found.replaced.start >= 0 && found.replaced.end <= text.utf8.count)
      }
    }
  }

  @Test func everythingThatIsTakenCanBeRead() {
    for text in [
      "count services where agency = |", "count services where level = |",
      "count services where opened = |", "count services where online = |",
      "count services where fee = |",
    ] {
      let (found, whole) = completions(text)
      for item in found.items where item.kind == .value {
        #expect(database.check(Query(text: whole + item.text)).isEmpty, "\(item.text)")
      }
    }
  }
}
