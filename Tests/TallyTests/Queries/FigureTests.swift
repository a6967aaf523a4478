import Testing

@testable import Tally

/// The figures that the five documents publish, asked of the shipped tables.
@Suite struct FigureTests {
  @Test(arguments: cases) func comesOutOfTheRows(_ test: QueryCase) throws {
    test.check(on: try ShippedTables.database())
  }

  static let cases: [QueryCase] =
    [ministries, communications, portal, department, hanoi, everyone, tables].flatMap { $0 }

  /// Ministry of Finance, end of 2020: 583 of 977 are at level 3 and 4, which is less than 60 %.
  static let ministries: [QueryCase] = [
    QueryCase(
      "count services where inventory = \"BTC-2020\" group by level",
      "level,count\n1,106\n2,288\n3,192\n4,391", receipt: "3,078 rows read, 977 kept"),
    QueryCase(
      "count services where inventory = \"BTC-2020\" across level with totals",
      "1,2,3,4,total\n106,288,192,391,977"),
    QueryCase(
      "share of services within all where inventory = \"BTC-2020\" group by level",
      "level,share\n1,10.849539406345957%\n2,29.47799385875128%\n3,19.651995905834185%\n4,40.02047082906858%"
    ),
    QueryCase(
      "share of services with level >= 3 where inventory = \"BTC-2020\"",
      "share\n59.67246673490276%"),
    QueryCase(
      "show round(share(with level >= 3)) as rounded, share(with level >= 3) >= 60% as reached"
        + " from services where inventory = \"BTC-2020\"",
      "rounded,reached\n60%,false"),
    QueryCase(
      "show count(with integrated_npsp) as integrated, share(with integrated_npsp) as part,"
        + " round(share(with integrated_npsp)) as rounded"
        + " from services where inventory = \"BTC-2020\" and level >= 3",
      "integrated,part,rounded\n296,50.77186963979416%,51%"),
    QueryCase(
      "show round(share(with integrated_npsp)) - 30% as above,"
        + " round(share(with integrated_npsp), 2) - 30% as exactly"
        + " from services where inventory = \"BTC-2020\" and level >= 3",
      "above,exactly\n21%,20.77%"),
    QueryCase(
      "count services where inventory = \"BTC-2020\" and level >= 3 group by integrated_npsp",
      "integrated_npsp,count\nfalse,287\ntrue,296"),
  ]

  /// Ministry of Information and Communications: by level, and which are used.
  static let communications: [QueryCase] = [
    QueryCase(
      "count as total, count with dossiers_gt12 as active, count with online_share_gt30 as online"
        + " from services where inventory = \"BTTTT-2020\" group by level",
      "level,total,active,online\n2,118,41,0\n3,27,14,6\n4,61,28,4",
      receipt: "3,078 rows read, 206 kept;"
        + " online_share_gt30 missing in 118 rows, not counted: 2 118"),
    QueryCase(
      "show count(with dossiers_gt12) as active, round(share(with dossiers_gt12)) as rounded"
        + " from services where inventory = \"BTTTT-2020\"",
      "active,rounded\n83,40%"),
    QueryCase(
      "share of services with dossiers_gt12 where inventory = \"BTTTT-2020\" group by level",
      "level,share\n2,34.74576271186441%\n3,51.85185185185185%\n4,45.901639344262296%"),
    QueryCase(
      "show round(share(with level = 2), 2) as two, round(share(with level = 3), 2) as three,"
        + " round(share(with level = 4), 2) as four from services"
        + " where inventory = \"BTTTT-2020\"", "two,three,four\n57.28%,13.11%,29.61%"),
    QueryCase(
      "count services where inventory = \"BTTTT-2020\" and level < 4", "count\n145"),
    QueryCase(
      "share of services with level >= 3 where inventory = \"BTTTT-2020\"",
      "share\n42.718446601941745%"),
    QueryCase(
      "show round(share(with dossiers_gt12), 2) as used from services"
        + " where inventory = \"BTTTT-2020\" and level >= 3", "used\n47.73%"),
  ]

  /// National Public Service Portal: the fields make 157 of 161.
  static let portal: [QueryCase] = [
    QueryCase(
      "count portal_services group by field top 4 with rest",
      "field,count\ncông thương,132\nđiện lực,9\ntài chính,7\n,4\n(rest),9"),
    QueryCase(
      "count portal_services where field is not missing", "count\n157",
      receipt: "161 rows read, 157 kept"),
    QueryCase("count portal_services where level_min >= 3", "count\n161"),
    QueryCase(
      "show round(share(with field = \"công thương\"), 1) as industry,"
        + " round(share(with field is not missing), 1) as named from portal_services",
      "industry,named\n82.0%,97.5%"),
    QueryCase(
      "list metric, qualifier, value from portal_stats order by value desc limit 2",
      "metric,qualifier,value\nvisitors,>,20900000\ndossiers_synchronised,>,2600000"),
    QueryCase(
      "count portal_services where level >= 3", "count\n0",
      receipt: "161 rows read, 0 kept; level missing in 161 rows, left out"),
  ]

  /// Finance department of a province: 38 of 42 procedures by field, 34 of them at level 4.
  static let department: [QueryCase] = [
    QueryCase(
      "count with listed38 as listed, count with level = 4 as full from services"
        + " where inventory = \"STC-2022\" group by field order by listed desc, field",
      "field,listed,full\nQuản lý công sản,27,25\nTài chính doanh nghiệp,5,5\nQuản lý giá,4,2\n"
        + "Quản lý ngân sách,1,1\nTin học thống kê,1,1\n,0,0"),
    QueryCase(
      "count as total, count with listed38 as listed, count with level = 4 as full,"
        + " count with level = 3 as partial from services where inventory = \"STC-2022\"",
      "total,listed,full,partial\n42,38,34,1"),
    QueryCase(
      "show round(share(with level >= 3), 2) as of_all from services"
        + " where inventory = \"STC-2022\"", "of_all\n83.33%"),
    QueryCase(
      "show round(share(with level >= 3), 2) as of_listed from services"
        + " where inventory = \"STC-2022\" and listed38", "of_listed\n92.11%"),
  ]

  /// Hanoi: 611 of 1,853 are online, at a level that nobody says.
  static let hanoi: [QueryCase] = [
    QueryCase(
      "count services where inventory = \"HN-2018\" group by online",
      "online,count\nfalse,1242\ntrue,611"),
    QueryCase(
      "show round(share(with online), 1) as rounded, truncate(share(with online), 1) as truncated,"
        + " round(share(with online), 4) as exact from services where inventory = \"HN-2018\"",
      "rounded,truncated,exact\n33.0%,32.9%,32.9736%"),
    QueryCase(
      "show ceil(count() * 55%) as goal, ceil(count() * 55%) - count(with online) as gap"
        + " from services where inventory = \"HN-2018\"", "goal,gap\n1020,409"),
    QueryCase("count hanoi_2017_services where level_min >= 3", "count\n453"),
    QueryCase(
      "count hanoi_2017_services group by rolled_out", "rolled_out,count\nfalse,372\ntrue,81"),
    QueryCase(
      "count services where inventory = \"HN-2018\" and level >= 3", "count\n0",
      receipt: "3,078 rows read, 0 kept; level missing in 611 rows, left out"),
  ]

  /// All agencies at once, and what is unknown.
  static let everyone: [QueryCase] = [
    QueryCase(
      "count services where level >= 3 group by agency",
      "agency,count\nBộ Thông tin và Truyền thông,88\nBộ Tài chính,583\nSở Tài chính,35",
      receipt: "3,078 rows read, 706 kept; level missing in 618 rows, left out:"
        + " UBND thành phố Hà Nội 611 (not in the answer), Sở Tài chính 7"),
    QueryCase(
      "share of services with level >= 3 group by agency",
      "agency,share\nBộ Thông tin và Truyền thông,42.718446601941745%\n"
        + "Bộ Tài chính,59.67246673490276%\nSở Tài chính,83.33333333333334%\n"
        + "UBND thành phố Hà Nội,0.0%",
      receipt: "3,078 rows read; level missing in 618 rows, not counted:"
        + " UBND thành phố Hà Nội 611, Sở Tài chính 7"),
    QueryCase(
      "count services group by agency across level with totals",
      "agency,0,1,2,3,4,(missing),total\nBộ Thông tin và Truyền thông,0,0,118,27,61,0,206\n"
        + "Bộ Tài chính,0,106,288,192,391,0,977\nSở Tài chính,0,0,0,1,34,7,42\n"
        + "UBND thành phố Hà Nội,1242,0,0,0,0,611,1853\ntotal,1242,106,406,220,486,618,3078"),
    QueryCase(
      "count services where level >= 3 or missing group by agency",
      "agency,count\nBộ Thông tin và Truyền thông,88\nBộ Tài chính,583\nSở Tài chính,42\n"
        + "UBND thành phố Hà Nội,611"),
    QueryCase(
      "count services lookup agencies on agency = agencies.agency group by agencies.kind",
      "kind,count\ndepartment,42\nministry,1183\nprovince,1853"),
    QueryCase(
      "from services where level >= 3 then lookup agencies on agency = agencies.agency"
        + " then count group by agencies.name_en",
      "name_en,count\nDepartment of Finance of a province,35\n"
        + "Ministry of Finance,583\nMinistry of Information and Communications,88"),
  ]

  /// The other tables agree with the rows.
  static let tables: [QueryCase] = [
    QueryCase(
      "sum n from cells where partition = \"main\" group by table_name",
      "table_name,sum_n\nhanoi_2017_services,453\nportal_services,161\nservices,3078"),
    QueryCase("count figures group by doc", "doc,count\nD0,17\nD1,23\nD2,21\nD3,17\nD4,18"),
    QueryCase(
      "list check_id, stated, computed from checks where verdict = \"differs\"",
      "check_id,stated,computed\nK08,161.0,157.0000"),
    QueryCase(
      "count checks group by verdict",
      "verdict,count\nagrees,7\ndiffers,1\neither,1\nrounded,2\ntruncated,1"),
    QueryCase(
      "count services group by inventory then lookup inventories on inventory"
        + " where `count` != inventories.total then count", "count\n0"),
    QueryCase(
      "list op, value, unit from targets where target_id = \"T01\"", "op,value,unit\n>=,30,percent"),
    QueryCase(
      "list level, name_en from levels where scheme = \"four levels\" limit 1",
      "level,name_en\n1,level 1"),
    QueryCase("list units from localities where kind = \"district level\"", "units\n30"),
    QueryCase("count aliases group by agency top 1", "agency,count\nUBND thành phố Hà Nội,5"),
    QueryCase(
      "list doc, publisher from documents where doc = \"D2\"", "doc,publisher\nD2,Báo Hànộimới"),
    QueryCase("count fields group by inventory", "inventory,count\nCDVCQG-2020,10\nSTC-2022,5"),
    QueryCase("count outside_sources", "count\n3"),
  ]
}
