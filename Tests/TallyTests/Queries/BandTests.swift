import Testing

@testable import Tally

/// `bands`: names, order and refusals.
@Suite struct BandTests {
  @Test(arguments: cases) func cutsValues(_ test: QueryCase) throws {
    test.check(on: try SampleTables.database())
  }

  static let cases: [QueryCase] = [
    QueryCase(
      "count visits group by bands(fee, 5.25, 10, 100) as band",
      "band,count\nbelow 5.25,1\n5.25 to below 10,1\n10 to below 100,2\n,2"),
    // Groups are in the order of the bounds, also where texts would be in another one.
    QueryCase(
      "count visits group by bands(level, 3, 4) order by bands desc",
      "bands,count\n4 and above,1\n3 to below 4,2\nbelow 3,1\n,2"),
    QueryCase(
      "count visits group by bands(fee, 10) as band having band != \"below 10\"",
      "band,count\n10 and above,2\n,2"),
    QueryCase(
      "count visits group by status across bands(fee, 5, 10) as band",
      "status,below 5,5 to below 10,10 and above,(missing)\nopen,0,1,1,0\npaid,1,0,1,1\n,0,0,0,1"),
    QueryCase(
      "count visits group by bands(fee, 5, 10) as band across status",
      "band,open,paid,(missing)\nbelow 5,0,1,0\n5 to below 10,1,0,0\n10 and above,1,1,0\n,0,1,1"),
    QueryCase(
      "count visits add bands(fee, 10) as band where band = \"below 10\" group by band",
      "band,count\nbelow 10,2"),
    QueryCase(
      "list bands(part, 50%) as a, bands(opened, @2024-02-01) as b from visits limit 3",
      "a,b\n50% and above,before 2024-02-01\nbelow 50%,before 2024-02-01\n,2024-02-01 and later"),
    QueryCase("count visits where false group by bands(fee, 1) as band", "band,count"),
    QueryCase(
      "count visits group by bands(fee, 10, 20) as band top 1 with rest",
      "band,count\nbelow 10,2\n(rest),4"),
    QueryCase(
      "count visits where level >= 3 group by bands(fee, 10) as band",
      "band,count\nbelow 10,1\n10 and above,1\n,1",
      receipt:
        "6 rows read, 3 kept; level missing in 2 rows, left out: below 10 1, (missing) 1"),
    QueryCase("show bands(9223372036854775807, 0) as b", "b\n0 and above"),
  ]

  @Test(arguments: [
    ("count visits group by bands(fee, 10, 5)", "T0450", "count visits group by bands(fee, 5, 10)"),
    (
      "count visits group by bands(fee, 5, 10, 5.00)", "T0450",
      "count visits group by bands(fee, 5, 10)"
    ),
    ("count visits group by bands(fee, level)", "T0450", nil),
    ("count visits group by bands(fee, missing)", "T0450", nil),
    ("count visits group by bands(fee)", "T0422", nil),
    ("count visits group by bands(agency, 5)", "T0422", nil),
    ("count visits group by bands(opened, 5)", "T0401", nil),
  ])
  func refusesBounds(_ query: String, _ code: String, _ mended: String?) throws {
    let diagnostic = try #require(try SampleTables.database().refusal(of: query))
    #expect(diagnostic.code.id == code)
    #expect(diagnostic.mended(query) == mended)
  }
}
