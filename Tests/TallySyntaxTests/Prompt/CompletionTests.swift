import Testing

@testable import TallySyntax

/// What is offered at `|` in a text.
@Suite struct CompletionTests {
  private func complete(_ marked: String) -> Completion {
    let parts = marked.split(separator: "|", omittingEmptySubsequences: false)
    return completion(
      in: SourceText(parts.joined()), at: parts[0].utf8.count)
  }

  private func keyword(_ words: String...) -> Set<Offer> {
    Set(words.map(Offer.keyword))
  }

  @Test func beginsSentences() {
    for text in ["|", "co|", "count services\n|", "count services; |", "# comment\n|"] {
      let expected = Set(complete(text).expected)
      #expect(expected.isSuperset(of: [.verb("count"), .verb("sum"), .table]), "\(text)")
      #expect(expected.isSuperset(of: keyword("list", "from", "let", "expect", "load")), "\(text)")
    }
  }

  @Test func offersClausesInTheirOrder() {
    let all = complete("count services |").expected
    let words = all.compactMap { if case .keyword(let word) = $0 { word } else { nil } }
    let clauses = ["lookup", "where", "group by", "having", "order by", "top", "limit", "then"]
    #expect(words.filter(clauses.contains) == clauses)
    let later = Set(complete("count services group by agency |").expected)
    #expect(later.isSuperset(of: keyword("having", "top", "with totals", "as", "across")))
    #expect(later.isDisjoint(with: keyword("where", "group by", "from")))
    #expect(Set(complete("sum fee |").expected).isSuperset(of: keyword("from", "with", "as")))
    #expect(Set(complete("count services order |").expected) == keyword("by"))
    #expect(Set(complete("count services\n  wh|").expected).isSuperset(of: keyword("where")))
  }

  @Test func offersNames() {
    #expect(complete("count |").expected.contains(.table))
    #expect(complete("sum fee from |").expected == [.table, .file])
    #expect(Set(complete("count services where |").expected).isSuperset(of: [.column, .function]))
    #expect(complete("count services where services.|").expected == [.columnOf("services")])
    #expect(complete("list |from services").expected.contains(.column))
    #expect(complete("count services group by agency having |").expected.contains(.output))
  }

  @Test func offersValues() {
    let column = Offer.valueOf("agency")
    #expect(complete("count services where agency = |").expected.contains(column))
    #expect(complete("count services where agency in (\"a\", |").expected.contains(column))
    #expect(complete("count services where fee + |").expected.contains(column) == false)
    let quoted = complete("count services where agency = \"bo t|")
    #expect(quoted.expected == [column])
    #expect(quoted.partial == "bo t")
    #expect(quoted.quote == "\"")
    #expect(quoted.replaced == SourceSpan(30, 35))
    let qualified = complete("count services where services.agency contains '|")
    #expect(qualified.expected == [.valueOf("services.agency")])
    #expect(complete("load \"|").expected == [.file])
  }

  @Test func knowsWhatIsInScope() {
    #expect(complete("count services where |").tables == ["services"])
    #expect(complete("sum |fee from services").tables == ["services"])
    #expect(
      complete("list | from services lookup agencies on x").tables == ["services", "agencies"])
    #expect(
      complete("from services as s join payments on |").tables == ["services", "s", "payments"])
    #expect(complete("count services as total order by |").names == ["total"])
    #expect(complete("count services then where |").followsThen)
    #expect(!complete("count services then count; count services where |").followsThen)
  }

  @Test func replacesTheWordBegun() {
    let middle = complete("count services where lev| >= 3")
    #expect(middle.partial == "lev")
    #expect(middle.replaced == SourceSpan(21, 24))
    #expect(complete("count services where x = $ye|").partial == "$ye")
    #expect(complete("count services # comm|").expected.isEmpty)
  }

  /// A place at which each word of the grammar is offered.
  private static let places: [Keyword: String] = [
    .from: "sum fee |", .where: "count services |", .and: "count t where a = 1 |",
    .or: "count t where a = 1 |", .not: "count t where |", .in: "count t where a |",
    .is: "count t where a |", .as: "sum fee |", .with: "count |", .within: "share of fee |",
    .then: "count t |", .having: "count t group by a |", .between: "count t where a |",
    .if: "list a |", .else: "list a if b = 1 |",
    .list: "|", .show: "|", .distinct: "count |", .of: "sum |",
    .lookup: "count t |", .join: "count t |", .left: "count t |", .full: "count t |",
    .cross: "count t |", .one: "count t join |", .many: "count t join |",
    .on: "count t lookup b |", .add: "from t |", .group: "count t |", .by: "count t group |",
    .across: "count t |", .totals: "count t group by a |", .fill: "count t group by a |",
    .vs: "count t group by a |", .previous: "count t group by a vs |",
    .target: "count t group by a vs |", .first: "count t group by a vs |",
    .to: "count t group by a vs previous year |", .date: "count t group by a vs previous year |",
    .order: "list a from t |", .desc: "list a from t order by a |",
    .collate: "list a from t order by a |", .top: "count t group by a |",
    .bottom: "count t group by a |", .rest: "count t group by a top 3 |", .limit: "list a from t |",
    .skip: "list a from t limit 3 |", .append: "list a from t |", .except: "list a from t |",
    .unpivot: "from t |", .into: "from t unpivot a |", .chart: "count t group by a |",
    .save: "count t |", .all: "list share(a within |", .over: "list sum(a |",
    .last: "count t where a in |", .this: "count t where a in |", .next: "count t where a in |",
    .let: "|", .param: "|", .expect: "|", .warn: "|", .load: "|", .describe: "|", .explain: "|",
    .measure: "|", .profile: "|", .unpublished: "|", .why: "|", .rows: "|",
    .row: "rows of (count t group by a) |", .no: "expect |", .unique: "expect |",
    .matches: "expect t |", .sql: "explain count t |", .run: "explain count t |",
    .numbers: "load \"a.csv\" |", .dates: "load \"a.csv\" |", .delimiter: "load \"a.csv\" |",
    .header: "load \"a.csv\" |", .encoding: "load \"a.csv\" |", .missing: "count t where a = |",
    .types: "load \"a.csv\" |", .lenient: "load \"a.csv\" |",
    .contains: "count t where a |", .starts: "count t where a |", .ends: "count t where a |",
    .loosely: "count t where a = \"x\" |", .div: "list a |", .mod: "list a |",
  ]

  /// Words that are read and never offered: another one is the word of the language, or values of
  /// the column that is compared stand in their place.
  private static let unoffered: Set<Keyword> = [.null, .true, .false, .assert, .inner, .asc]

  @Test(arguments: Keyword.allCases)
  func offersTheWord(_ keyword: Keyword) throws {
    guard let place = Self.places[keyword] else {
      #expect(Self.unoffered.contains(keyword))
      return
    }
    let words = complete(place).expected.flatMap { offer -> [Substring] in
      if case .keyword(let spelling) = offer { spelling.split(separator: " ") } else { [] }
    }
    #expect(words.contains(Substring(keyword.rawValue)), "\(place) \(words)")
  }

  /// What is offered behind a word that names something of the language's own.
  @Test(arguments: [
    ("count t group by a chart |", ["bar", "line", "histogram", "heat"]),
    ("count t group by a chart bar |", ["stacked"]),
    ("list a from t order by a collate |", ["vi"]),
    ("explain count t |", ["as run", "as sql"]),
    ("explain count t as sql |", ["duckdb", "sqlite", "postgres", "spark"]),
    ("count t group by a vs |", ["previous", "target", "first"]),
    ("count t group by a vs previous |", ["year", "month", "week", "day"]),
    ("count t group by a vs previous year |", ["to date"]),
    ("count t group by a |", ["with totals", "fill", "vs", "top", "bottom", "chart"]),
    ("count t group by a across b |", ["with totals", "fill", "vs"]),
    ("count t group by a top 3 |", ["by", "within", "with rest"]),
    ("from t lookup b on c |", ["as of"]),
    ("load \"a.csv\" dates |", ["dmy", "mdy", "ymd"]),
    ("param p: |", ["int", "percent", "list of"]),
    ("count t where a in |", ["last", "this", "next"]),
    ("count t where a in last 3 |", ["months", "weeks"]),
    ("list sum(a over |", ["last"]),
    ("unpublished a, b |", ["in"]),
    ("why count t |", ["between"]),
    ("count t where level = 3 |", ["or missing"]),
  ])
  func offersTheWords(_ text: String, _ words: [String]) {
    let offered = complete(text).expected
    for word in words { #expect(offered.contains(.keyword(word)), "\(word)") }
  }

  @Test func survivesEveryPlace() {
    for sentence in Sentences.accepted {
      let source = SourceText(sentence)
      for offset in -1...source.length + 1 { _ = completion(in: source, at: offset) }
    }
  }
}
