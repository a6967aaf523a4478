import Testing

@testable import Tally

/// `group by … with totals`, and `having`, `top … with rest` and `top … within` beside `across`.
@Suite struct TotalTests {
  @Test(arguments: cases) func adds(_ test: QueryCase) throws {
    test.check(on: try SampleTables.database())
  }

  static let cases: [QueryCase] = [totals, orders, crossings].flatMap { $0 }

  static let totals: [QueryCase] = [
    QueryCase(
      "count visits group by agency, status with totals",
      "agency,status,count\nA,open,1\nA,paid,1\nA,total,2\nB,open,1\nB,paid,1\nB,total,2\n"
        + "C,,1\nC,total,1\n,paid,1\n,total,1\ntotal,,6"),
    // Totals are computed from rows, never from the results of groups.
    QueryCase(
      "average fee from visits group by agency with totals",
      "agency,average_fee\nA,15.25\nB,5.25\nC,\n,0.0\ntotal,8.9375"),
    QueryCase(
      "count distinct status as n, median fee as m from visits group by agency with totals",
      "agency,n,m\nA,2,15.25\nB,2,5.25\nC,0,\n,1,0.0\ntotal,2,7.625"),
    QueryCase(
      "share of visits group by online with totals",
      "online,share\nfalse,16.666666666666666%\ntrue,50.0%\n,33.33333333333333%\ntotal,100.0%"),
    QueryCase(
      "count visits group by level with totals", "level,count\n1,1\n3,2\n4,1\n,2\ntotal,6"),
    QueryCase(
      "count visits group by bands(level, 3) as band with totals",
      "band,count\nbelow 3,1\n3 and above,3\n,2\ntotal,6"),
    QueryCase("count visits where false group by agency with totals", "agency,count\ntotal,0"),
    QueryCase(
      "count visits where id = 1 group by agency, level, status with totals",
      "agency,level,status,count\nA,1,paid,1\nA,1,total,1\nA,total,,1\ntotal,,,1"),
    QueryCase(
      "count visits group by agency with totals having count > 1",
      "agency,count\nA,2\nB,2\ntotal,6",
      receipt: "6 rows read; totals count groups that are not shown, too"),
    QueryCase(
      "count visits group by agency, status with totals then where agency = \"total\" then list count",
      "count\n6"),
  ]

  static let orders: [QueryCase] = [
    // Groups stand by the order of their totals, with their own total behind them.
    QueryCase(
      "sum fee from visits group by status, agency with totals order by sum_fee",
      "status,agency,sum_fee\n,C,0.00\n,total,0.00\npaid,B,0.00\npaid,,0.00\npaid,A,10.00\n"
        + "paid,total,10.00\nopen,B,5.25\nopen,A,20.50\nopen,total,25.75\ntotal,,35.75"),
    QueryCase(
      "count visits group by agency, status with totals order by agency desc limit 3",
      "agency,status,count\nC,,1\nC,total,1\nB,open,1\nB,paid,1\nB,total,2\ntotal,,6"),
    QueryCase(
      "sum fee from visits group by status, agency with totals top 1 by sum_fee within status",
      "status,agency,sum_fee\nopen,A,20.50\nopen,total,25.75\npaid,A,10.00\npaid,total,10.00\n"
        + ",C,0.00\n,total,0.00\ntotal,,35.75"),
    QueryCase(
      "count visits group by agency with totals top 1 with rest",
      "agency,count\nA,2\n(rest),4\ntotal,6"),
  ]

  static let crossings: [QueryCase] = [
    QueryCase(
      "count visits group by agency, status with totals across online",
      "agency,status,false,true,(missing)\nA,open,0,1,0\nA,paid,0,1,0\nA,total,0,2,0\n"
        + "B,open,0,0,1\nB,paid,1,0,0\nB,total,1,0,1\nC,,0,0,1\nC,total,0,0,1\n,paid,0,1,0\n"
        + ",total,0,1,0\ntotal,,1,3,2"),
    QueryCase(
      "average fee from visits group by agency with totals across online with totals",
      "agency,false,true,(missing),total\nA,,15.25,,15.25\nB,,,5.25,5.25\nC,,,,\n,,0.0,,0.0\n"
        + "total,,10.166666666666666,5.25,8.9375"),
    QueryCase(
      "count visits group by agency across status having count >= 2",
      "agency,open,paid,(missing)\nA,1,1,0\nB,1,1,0"),
    QueryCase(
      "count visits group by agency across status with totals top 1 with rest",
      "agency,open,paid,(missing),total\nA,1,1,0,2\n(rest),1,2,1,4\ntotal,2,3,1,6"),
    QueryCase(
      "average fee from visits group by agency across online top 1 with rest",
      "agency,false,true,(missing)\nA,,15.25,\n(rest),,0.0,5.25"),
    QueryCase(
      "share of visits within status group by agency across status top 1 with rest",
      "agency,open,paid,(missing)\nA,50.0%,33.33333333333333%,0.0%\n"
        + "(rest),50.0%,66.66666666666666%,100.0%"),
    QueryCase(
      "count visits group by status, agency across online top 1 within status",
      "status,agency,false,true,(missing)\nopen,A,0,1,0\npaid,A,0,1,0\n,C,0,0,1"),
    QueryCase(
      "count visits group by agency across status top 2 with rest limit 2",
      "agency,open,paid,(missing)\nA,1,1,0\nB,1,1,0"),
  ]

  @Test(arguments: [
    ("count visits group by agency across status top 1 within status", "T0414"),
    ("count visits across status top 1 with rest", "T0419"),
    ("count visits group by month(opened) with totals vs previous month", "T0455"),
  ])
  func refuses(_ query: String, _ code: String) throws {
    let diagnostic = try #require(try SampleTables.database().refusal(of: query))
    #expect(diagnostic.code.id == code)
  }

  /// No key has the label of a total for its value, and the receipt says which it is.
  @Test func labelsTotalsApart() throws {
    let database = Database()
    database["t"] = try Table {
      NamedColumn("kind", ["total", "a", "(rest)"])
      NamedColumn("part", ["(total)", "total", "x"])
    }
    let answer = try database.run("count t group by kind, part with totals")
    #expect(
      answer.formatted(.csv)
        == "kind,part,count\n(rest),x,1\n(rest),((total)),1\na,total,1\na,((total)),1\n"
        + "total,(total),1\ntotal,((total)),1\n((total)),,3\n")
    #expect(answer.receipt.steps[0].totals == Receipt.Totals(label: "((total))", rows: 4))
    #expect(answer.receipt.json.contains("\"totals\":{\"label\":\"((total))\",\"rows\":4}"))
    let crossed = try database.run("count t group by kind across part top 1 with rest")
    #expect(crossed.formatted(.csv).contains("\n((rest)),"))
  }

  @Test func staysWithinItsMemory() throws {
    let database = Database()
    database["t"] = try Table {
      NamedColumn("a", (0..<20_000).map { $0 % 5000 })
      NamedColumn("b", (0..<20_000).map { $0 % 7 })
    }
    let query: Query = "count t group by a, b with totals then count"
    #expect(try database.run(query).value() == 25_001)
    do throws(QueryError) {
      _ = try database.run(query, limits: Limits(memory: 1 << 20))
      Issue.record("a megabyte is enough")
    } catch {
      #expect(error.kind == .memory)
    }
  }
}
