import Tally
import TallyShell
import Testing

/// Runs without a prompt, which may read only the columns that their texts mention.
@Suite struct OneShotTests {
  private static let file = """
    id,agency,level,fee,opened
    1,Bộ Y tế,3,1.50,2021-02-01
    2,Sở Y tế,,12.25,2021-03-09
    3,Bộ Y tế,4,7.00,2022-12-31

    """

  private static let queries = [
    "count t", "sum fee from t group by agency", "list id, fee from t where level >= 3",
    "list t", "list t where level >= 3", "t where level >= 3", "count distinct t",
    "show sum(fee) / count() from t",
    "sum fees from t", "sum FEE from t", "count t where opne > 2", "list fee from t order by levl",
    "list fee, agency from t order by level desc limit 2", "top 1 by fee", "count u",
    "describe t", "explain count t where level >= 3", "count t group by year(opened)",
    "let high = t where level >= 3; list high", "count t where agency in (list agency from t)",
    "list fee from t then list", "count t group by agency then list agency",
    "expect t.level >= 3", "expect no t where fee > 100", "list fee from t append t",
    "list agency, fee from t where agency ~ \"y t\"", "sum `fee` from t",
    "sum fee, max level from t",
    "count t group by agency across level", "list fee as id, id from t", "list count from t",
    "average level, count level from t where level is missing",
  ]

  @Test(arguments: queries)
  func answersAsWithAllColumns(query: String) throws {
    let folder = TemporaryFolder()
    try folder.write("t.csv", Self.file)
    let path = folder.file("t.csv")
    var options = ShellOptions()
    let full = try Shell(options)
    try full.session.database.load("t", from: .file(path))
    let status = full.run(query)
    options.inputs = [ShellOptions.Input(name: "t", path: path)]
    let part = try Shell(options)
    #expect(part.run(query) == status)
    #expect(part.output.take() == full.output.take())
    #expect(part.errors.take() == full.errors.take())
  }

  @Test func leavesOutWhatNobodyAsksFor() throws {
    let folder = TemporaryFolder()
    try folder.write("t.csv", Self.file)
    let path = folder.file("t.csv")
    var options = ShellOptions()
    options.inputs = [ShellOptions.Input(name: "t", path: path)]
    for (query, columns) in [
      ("sum fee from t group by agency", ["agency", "fee"]), ("list t limit 1", nil),
      ("sum fees from t", nil), ("sum fee from t; count t where level >= 3", ["level", "fee"]),
    ] as [(String, [String]?)] {
      let shell = try Shell(options)
      _ = shell.run(query)
      #expect(
        shell.session.database["t"]?.columnNames
          == columns ?? ["id", "agency", "level", "fee", "opened"], "\(query)")
    }
  }
}
