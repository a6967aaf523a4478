import Testing

@testable import Tally
@testable import TallySyntax

/// Queries that are deeper or longer than anything sensible are answered or refused, from a thread
/// with the smallest stack that apps give.
@Suite struct DepthTests {
  /// A script that is named in the report of a test instead of shown.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    /// What the last statement gives in its only cell, or the code of the error.
    let outcome: Outcome
    let script: String
    var testDescription: String { name }

    init(_ name: String, _ outcome: Outcome, _ script: String) {
      self.name = name
      self.outcome = outcome
      self.script = script
    }
  }

  enum Outcome: Sendable, Hashable {
    case value(CellValue)
    case code(String)
    case rows(Int)
  }

  static let smallStack = 512 << 10

  static func database() throws -> Database {
    let database = Database()
    database["t"] = try Table {
      NamedColumn("a", [1, 2, 3])
      NamedColumn("b", [4, nil, 6])
      NamedColumn("c", ["x", "y", "z"])
    }
    return database
  }

  /// `count` pieces, each made from its number.
  static func pieces(_ count: Int, by separator: String = "", _ piece: (Int) -> String) -> String {
    (1...count).map(piece).joined(separator: separator)
  }

  static func nested(_ open: String, _ inner: String, _ close: String, _ count: Int) -> String {
    pieces(count) { _ in open } + inner + pieces(count) { _ in close }
  }

  static let deep = [
    Case("parentheses", .value(.integer(2)), "count t where " + nested("(", "a > 1", ")", 90)),
    Case("calls", .value(.integer(2)), "count t where " + nested("abs(", "a", ")", 90) + " > 1"),
    Case(
      "subqueries", .value(.integer(0)),
      "count t where " + nested("a > (max a from t where ", "a > 0", ")", 60)),
    Case("plus", .rows(3), "list " + nested("a + ", "a", "", 190) + " as s from t"),
    Case("missing", .rows(3), "list " + nested("b / ", "a", "", 190) + " as s from t"),
    Case("texts", .rows(3), "list " + nested("upper(", "c", ")", 90) + " as s from t"),
    Case("not", .value(.integer(2)), "count t where " + nested("not ", "a > 1", "", 190)),
    Case(
      "else", .value(.integer(3)),
      "max m from (list " + nested("0 if a > 9 else ", "a", "", 190) + " as m from t)"),
    Case("group by", .rows(3), "count t group by " + nested("abs(", "a", ")", 90)),
  ]

  static let wide = [
    Case(
      "and", .value(.integer(1)),
      "count t where " + pieces(2_500, by: " and ") { "a != \($0 + 1)" }),
    Case(
      "too many", .code("T0403"), "count t where " + pieces(9_000, by: " and ") { "a > -\($0)" }),
    Case(
      "list", .value(.integer(3)), "count t where a in (\(pieces(50_000, by: ", ") { "\($0)" }))"),
    Case("items", .rows(3), "list " + pieces(2_000, by: ", ") { "a as a\($0)" } + " from t"),
    Case(
      "steps", .value(.integer(3)),
      "from t " + pieces(6_000, by: " then ") { _ in "where a > 0" } + " then count"),
    Case(
      "different steps", .value(.integer(3)),
      "from t " + pieces(500, by: " then ") { "where a > -\($0)" } + " then count"),
    Case(
      "added, flat", .rows(3), "from t add " + pieces(2_000, by: ", ") { "a + \($0) as a\($0)" }),
    Case(
      "views", .value(.integer(3)),
      "let v0 = from t\n"
        + pieces(2_000, by: "\n") { "let v\($0) = from v\($0 - 1) where a > 0" }
        + "\ncount v2000"),
  ]

  /// Expressions that are flat where they stand and tall once the names in them are written out.
  static let chained = [
    Case(
      "added", .rows(3),
      "from t add a + 1 as c0, " + pieces(180, by: ", ") { "c\($0 - 1) + 1 as c\($0)" }),
    Case(
      "added texts", .rows(3),
      "from t add c as d0, " + pieces(180, by: ", ") { "upper(d\($0 - 1)) as d\($0)" }),
    Case(
      "added conditions", .rows(3),
      "from t add b as d0, "
        + pieces(180, by: ", ") { "(d\($0 - 1) if b > \($0) else a) as d\($0)" }),
    Case(
      "added up to the limit", .rows(3),
      "from t add a as c0, " + pieces(398, by: ", ") { "c\($0 - 1) + 1 as c\($0)" }),
    Case(
      "added beyond the limit", .code("T0403"),
      "from t add a as c0, " + pieces(500, by: ", ") { "c\($0 - 1) + 1 as c\($0)" }),
    Case(
      "views", .value(.integer(391)),
      "let v0 = from t add a as c0\n"
        + pieces(388, by: "\n") { "let v\($0) = from v\($0 - 1) add c\($0 - 1) + 1 as c\($0)" }
        + "\nmax c388 from v388"),
    Case(
      "steps", .value(.integer(603)),
      "from t add a as c0 "
        + pieces(600) { "then add c\($0 - 1) + 1 as c\($0) " } + "then max c600"),
    Case(
      "sources", .value(.integer(183)),
      "max c180 from (from t add a as c0, "
        + pieces(180, by: ", ") { "c\($0 - 1) + 1 as c\($0)" } + ")"),
  ]

  @Test(arguments: deep + wide + chained)
  func endsOnASmallStack(_ example: Case) throws {
    let database = try Self.database()
    let outcome = onStack(of: Self.smallStack) { [database] in
      Self.outcome(of: example, in: database)
    }
    #expect(outcome == example.outcome)
  }

  /// The other ways in which a query is bound and run.
  @Test(arguments: chained.filter { !$0.script.contains("\n") })
  func otherWaysEndOnASmallStack(_ example: Case) throws {
    let database = try Self.database()
    let same = onStack(of: Self.smallStack) {
      let query = Query(text: example.script)
      let problems = database.check(query).map(\.code.id)
      let explained = try? database.explain(query)
      let batches = try? BatchProducer(database.stream(query)).next(Cancellation())
      guard case .code(let code) = example.outcome else {
        return problems == [] && explained != nil && batches != nil
      }
      return problems == [code] && explained == nil && batches == nil
    }
    #expect(same == true)
  }

  private static func outcome(of example: Case, in database: Database) -> Outcome? {
    var answer: Table?
    do throws(QueryError) {
      try database.runScript(SourceText(example.script)) { outcome in
        if case .answer(let table, _) = outcome.result { answer = table }
      }
    } catch {
      return error.diagnostics.first.map { .code($0.code.id) }
    }
    guard let answer else { return nil }
    if case .rows = example.outcome { return .rows(answer.rowCount) }
    return .value(answer.columns[0][0])
  }
}
