import Testing

@testable import Tally

/// The numbers of texts that one question finds serve those behind it, and change no answer.
@Suite struct KnownNumbersTests {
  private static let rows = 1 << 17

  /// Nearly all texts are different, some are missing, and some occur twice.
  static func database() throws -> Database {
    var random = RandomSource(seed: 71)
    let texts: [String?] = (0..<rows).map { row in
      if random.chance(3) { return nil }
      let number = random.chance(5) ? 7 : row &* 2_654_435_761 % (1 << 27)
      return "https://www.site\(number % 9).example/catalogue/item\(number)"
    }
    let numbers = (0..<rows).map { _ in Int64(random.below(1000)) }
    let heap = try TextHeap(texts.map { $0 ?? "" })
    let validity = try Bitmap(count: rows, filled: true)
    for (row, text) in texts.enumerated() where text == nil { validity.clear(row) }
    let url = Column(type: .text, count: rows, payload: .plain(heap), validity: validity)
    let ms = try numbers.withUnsafeBufferPointer {
      try Column.integers($0, type: .integer, validity: nil, budget: nil)
    }
    let database = Database()
    database["x"] = Table(names: ["url", "ms"], columns: [url, ms], rowCount: rows)
    return database
  }

  private static let present = "https://www.site7.example/catalogue/item7"

  static let queries = [
    "sum ms, count from x group by url limit 50",
    "sum ms from x where ms < 500 group by url then count, sum sum_ms",
    "count(distinct url), count(distinct url with ms < 9) from x",
    "count(distinct url) from x group by ms div 100",
    "count x where url >= \"https://www.site5\"",
    "count x where url = \"\(present)\"",
    "count x where url != \"\(present)\" and ms < 3",
    "count x where url < \"a\" or url > \"z\" or url = \"https\"",
    "list url, ms from x order by url limit 20",
    "list url, ms from x order by url desc, ms limit 20",
    "list url, ms from x top 5 by url",
    "list url, ms from x where url contains \"item77\" order by ms, url collate vi limit 20",
    "list ms, rank(url) as r from x order by url, ms limit 9",
    "min url, max url, first url from x group by ms div 300",
    "list distinct url from x where ms = 7 order by url",
    "count x where upper(url) = \"HTTPS\" or url in (\"\(present)\", \"b\")",
  ]

  /// A question on columns that nobody has numbered, and again behind all others.
  @Test func answersStayTheSame() throws {
    let used = try Self.database()
    for text in Self.queries { _ = try used.run(Query(text: text)) }
    #expect(used["x"]?.columns[0].knownNumbers?.payload != nil)
    for text in Self.queries {
      let fresh = try Self.database().run(Query(text: text), limits: Limits(threads: 1))
      let again = try used.run(Query(text: text))
      #expect(again.formatted(.csv) == fresh.formatted(.csv), "\(text)")
      #expect(again.receipt.summary == fresh.receipt.summary, "\(text)")
    }
  }

  /// A run with a limit keeps nothing beyond its end.
  @Test func limitedRunsKeepNothing() throws {
    let database = try Self.database()
    let query: Query = "sum ms from x group by url"
    let limited = try database.run(query, limits: Limits(memory: 1 << 30))
    #expect(database["x"]?.columns[0].knownNumbers?.payload == nil)
    #expect(try database.run(query).formatted(.csv) == limited.formatted(.csv))
    #expect(database["x"]?.columns[0].knownNumbers?.payload != nil)
  }

  /// Short texts would take more memory than they have.
  @Test func numbersThatAreLargerThanTheTextsAreNotKept() throws {
    let heap = try TextHeap((0..<Self.rows).map { String($0 % 90_000) })
    let column = Column(type: .text, count: Self.rows, payload: .plain(heap), validity: nil)
    let numbered = try column.numbered(RunContext())
    #expect(numbered.knownNumbers == nil && column.knownNumbers?.payload == nil)
  }

  /// What is said of a plan follows what is known.
  @Test func explanationsTellOfNumbers() throws {
    let database = try Self.database()
    let query: Query = "sum ms from x group by url"
    #expect(try database.explain(query).contains("number the texts of a column first"))
    _ = try database.run(query)
    #expect(try !database.explain(query).contains("number the texts of a column first"))
  }
}
