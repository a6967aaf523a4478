import TallySyntax
import Testing

@testable import Tally

/// What a row stands for is known wherever a query has said it, so that windows have an order and
/// averages are not added up.
@Suite struct GrainTests {
  private static let monthly =
    "let m = sum fee, max fee, average fee from visits where opened is not missing group by month(opened)\n"
  private static let perAgency =
    "let m = count, sum fee from visits where agency is not missing and opened is not missing"
    + " group by agency, month(opened)\n"

  @Test(arguments: [
    QueryCase(
      monthly + "list month, running(sum_fee) as so_far from m",
      "month,so_far\n2024-01,30.50\n2024-02,35.75\n2024-03,35.75"),
    QueryCase(
      perAgency + "list agency, month, previous(count) as before from m",
      "agency,month,before\nA,2024-01,\nB,2024-02,"),
    QueryCase(
      monthly + "from m where sum_fee > 0 then list month, sum_fee - previous(sum_fee) as change",
      "month,change\n2024-01,\n2024-02,-25.25"),
    QueryCase(
      "sum fee from visits where fee > 0 group by month(opened)\n"
        + "list month, running(sum_fee) as so_far from _",
      "month,so_far\n2024-01,30.50\n2024-02,35.75"),
    QueryCase(
      "let t = list id, fee from visits where fee > 0 order by fee\nlist id, running(fee) as s from t",
      "id,s\n4,5.25\n1,15.25\n2,35.75"),
    QueryCase(
      monthly + "list month, sum_fee from m except (list month, sum_fee from m where sum_fee = 0)"
        + " then list month, running(sum_fee) as s", "month,s\n2024-01,30.50\n2024-02,35.75"),
    // The column of names is one more key.
    QueryCase(
      monthly + "from m where sum_fee > 0 unpivot sum_fee, max_fee into what, fee"
        + " then list month, what, previous(fee) as before",
      "month,what,before\n2024-01,sum_fee,\n2024-01,max_fee,\n"
        + "2024-02,sum_fee,30.50\n2024-02,max_fee,20.50"),
  ])
  func windowsGoAlongKeys(_ test: QueryCase) throws {
    test.check(on: try SampleTables.database())
  }

  @Test(arguments: [
    (monthly + "sum average_fee from m", "T0434"),
    (monthly + "from m then sum average_fee", "T0434"),
    (monthly + "average fee from visits group by level then sum average_fee", "T0434"),
    ("average fee from visits group by level\nsum average_fee from _", "T0434"),
    (
      monthly + "list average_fee from m append (list average_fee from m) then sum average_fee",
      "T0434"
    ),
    (
      "average fee as a, average id as b from visits group by level unpivot a, b into what, x"
        + " then sum x", "T0434"
    ),
    // Rows of two tables may have equal keys.
    (
      monthly
        + "list month, sum_fee from m append (list month, sum_fee from m) then list running(sum_fee)",
      "T0430"
    ),
    ("list running(fee) from visits", "T0430"),
    ("let v = visits where level = 3\nlist running(fee) from v", "T0430"),
  ])
  func isNotInvented(_ script: String, _ code: String) throws {
    #expect(try SampleTables.database().refusal(of: script)?.code.id == code)
  }

  /// A table that a program puts in the place of another is that program's.
  @Test func ofAReplacedTableIsGone() throws {
    let database = try SampleTables.database()
    try database.runScript(SourceText(Self.monthly)) { _ in }
    #expect(database.refusal(of: "list running(sum_fee) from m") == nil)
    database["m"] = try database.run("list sum_fee from m")
    #expect(database.refusal(of: "list running(sum_fee) from m")?.code.id == "T0430")
  }
}
