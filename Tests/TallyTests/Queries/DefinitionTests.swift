import Testing

@testable import Tally

/// Functions that `let` names, and measures.
@Suite struct DefinitionTests {
  private static let definitions = """
    let rate = 8%
    let vat(fee) = fee * rate
    let gross(fee) = fee + vat(fee)
    let band(level, cut) = "high" if level >= cut else "low"
    measure paid_share on visits = share(status = "paid")
    measure mean_fee on visits = sum(fee) / count(fee)
    let late = visits where level >= 3

    """

  /// The answers of a script.
  private static func answers(_ script: String) throws(QueryError) -> [Table] {
    var answers: [Table] = []
    let database = try SampleTables.database()
    try database.runScript(SourceText(script), options: ScriptOptions()) {
      outcome throws(QueryError) in
      if case .answer(let table, _) = outcome.result { answers.append(table) }
    }
    return answers
  }

  @Test(arguments: [
    ("list id, vat(fee) as tax from visits where id < 3", "id,tax\n1,0.8000\n2,1.6400"),
    ("list id, gross(fee) from visits where id in (1, 3)", "id,gross\n1,10.8000\n3,"),
    ("sum(gross(fee)) as total from visits", "total\n38.6100"),
    ("show gross(sum(fee)) as total from visits", "total\n38.6100"),
    ("count visits group by band(level, 3) as band", "band,count\nhigh,3\nlow,3"),
    ("count visits group by band(level, 3) having band = \"high\"", "band,count\nhigh,3"),
    (
      "paid_share from visits group by agency",
      "agency,paid_share\nA,50.0%\nB,50.0%\nC,0.0%\n,100.0%"
    ),
    ("paid_share, count from visits", "paid_share,count\n50.0%,6"),
    ("mean_fee as m, mean_fee * 2 as twice from visits", "m,twice\n8.9375,17.875"),
    ("mean_fee from late", "mean_fee\n10.25"),
    ("mean_fee from (visits where level >= 3) group by agency", ""),
    (
      "mean_fee from agencies join many visits on code = visits.agency group by region",
      "region,mean_fee\nnorth,15.25\nsouth,5.25"
    ),
    ("count visits group by agency having paid_share > 60%", "agency,count\n,1"),
    (
      "paid_share from visits group by agency order by paid_share desc limit 1",
      "agency,paid_share\n,100.0%"
    ),
  ])
  func answers(query: String, csv: String) throws {
    if csv.isEmpty {
      // A query in parentheses is a step of its own: its rows are no rows of the table.
      #expect(throws: QueryError.self) { try Self.answers(Self.definitions + query) }
      return
    }
    let found = try Self.answers(Self.definitions + query)[0].formatted(.csv)
    #expect(found == csv + "\n", "\(query)\n\(found)")
  }

  @Test(arguments: [
    ("let f(x) = x + f(x - 1)", "T0448", "f would call itself"),
    ("let f(x) = x * fee", "T0447", "fee is neither an argument nor a value"),
    ("let f(x) = sum(x)", "T0447", "sum is computed from rows"),
    ("let f(x) = x + (count visits)", "T0447", "a query reads rows"),
    ("let f(x, X) = x", "T0418", "X stands twice"),
    ("let abs(x) = x", "T0460", "abs is a function of the language"),
    ("list vat(name) from agencies", "T0401", ""),
    ("list vat(fee, 2) from visits", "T0422", "vat takes 1 argument, not 2"),
    ("measure x on visits = fee * 2", "T0411", ""),
    ("measure x on nowhere = count()", "T0201", "no table \"nowhere\""),
    ("measure fee on visits = count()", "T0460", "visits has a column fee"),
    ("list mean_fee from visits", "T0412", "mean_fee is computed over groups, not for a row"),
    (
      "mean_fee from agencies", "T0449",
      "mean_fee is computed from rows of visits, which this step does not read"
    ),
  ])
  func refuses(statement: String, code: String, message: String) throws {
    do throws(QueryError) {
      _ = try Self.answers(Self.definitions + statement)
      Issue.record("\(statement) runs")
    } catch {
      #expect(error.diagnostics.map(\.code.id) == [code], "\(error)")
      if !message.isEmpty { #expect(error.message == message) }
    }
  }

  /// An error in a function's body points to its use, and shows the definition.
  @Test func errorsShowUseAndDefinition() throws {
    let script = "let double(x) = x * 2\nlist double(name) from agencies"
    do throws(QueryError) {
      _ = try Self.answers(script)
      Issue.record("a text was doubled")
    } catch {
      let diagnostic = try #require(error.diagnostics.first)
      let source = SourceText(script)
      #expect(source.text(in: diagnostic.span) == "double(name)")
      #expect(diagnostic.label == "in double(x)")
      #expect(diagnostic.related.map { source.text(in: $0.span) } == ["x * 2"])
    }
  }

  /// A function has the values of the time when it was defined.
  @Test func functionsKeepTheirValues() throws {
    let script = """
      let rate = 10%
      let tax(x) = x * rate
      let rate = 50%
      show tax(200) as tax
      """
    #expect(try Self.answers(script)[0].formatted(.csv) == "tax\n20.00\n")
  }

  @Test func completes() throws {
    let database = try SampleTables.database()
    try database.runScript(SourceText(Self.definitions), options: ScriptOptions()) { _ in }
    let text = "count visits where va"
    let items = database.completions(in: text, at: text.utf8.count).items
    #expect(items.contains { $0.text == "vat(" && $0.note == "vat(fee)" })
    let other = "show mean from visits"
    let found = database.completions(in: other, at: 9).items
    #expect(found.contains { $0.text == "mean_fee" && $0.note == "measure on visits" })
  }
}
