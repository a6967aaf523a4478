import Testing

@testable import Tally

/// Windows: ranks, values of other rows, running and moving aggregates.
@Suite struct WindowTests {
  @Test(arguments: cases) func computesTheWindow(_ test: QueryCase) throws {
    let database = try SampleTables.database()
    for (name, text) in [("sales", Self.sales), ("days", Self.days)] {
      try database.load(name, from: .bytes(Array(text.utf8), name: name))
    }
    test.check(on: database)
  }

  /// Months of two regions, of which one has no March.
  static let sales = """
    region,month,amount
    North,2024-01-10,10.50
    North,2024-02-10,20.25
    North,2024-03-10,5.00
    Söuth,2024-01-20,7.00
    Söuth,2024-02-20,
    Söuth,2024-04-20,3.00
    """

  /// Days with a tie, a gap and a missing day.
  static let days = """
    day,x
    2024-01-30,1
    2024-01-31,2
    2024-01-31,4
    2024-02-29,8
    2024-03-31,16
    ,32
    """

  static let cases: [QueryCase] =
    [ranks, neighbours, running, moving, ofTime, partitions, ofGroups, places, lines, additive]
    .flatMap { $0 }

  static let ranks: [QueryCase] = [
    QueryCase(
      "list id, rank(fee) as r from visits", "id,r\n1,2\n2,1\n3,\n4,3\n5,4\n6,",
      receipt: "6 rows read; rank(fee) leaves out 2 missing values"),
    QueryCase(
      "list id, rank(fee within agency) as r from visits",
      "id,r\n1,2\n2,1\n3,\n4,1\n5,1\n6,"),
    QueryCase(
      "list id, rank(level) as r, dense_rank(level) as d from visits",
      "id,r,d\n1,4,3\n2,2,2\n3,2,2\n4,,\n5,1,1\n6,,",
      receipt: "6 rows read; rank(level) leaves out 2 missing values; dense_rank(level) leaves out "
        + "2 missing values; rank(level): 2 rows tied; dense_rank(level): 2 rows tied"),
    QueryCase(
      "list id, percent_rank(level) as p from visits",
      "id,p\n1,0.0%\n2,33.33333333333333%\n3,33.33333333333333%\n4,\n5,100.0%\n6,"),
    QueryCase("list percent_rank(id) as p from visits where id = 1", "p\n\"\""),
    QueryCase(
      "list id, tile(id, 4) as q from visits", "id,q\n1,1\n2,1\n3,2\n4,2\n5,3\n6,4"),
    QueryCase(
      "list id, tile(level, 2) as q from visits", "id,q\n1,1\n2,1\n3,1\n4,\n5,2\n6,"),
    QueryCase("list id, tile(id, 9) as q from visits limit 2", "id,q\n1,1\n2,2"),
    QueryCase(
      "list id, row_number(within agency) as n from visits",
      "id,n\n1,1\n2,2\n3,1\n4,2\n5,1\n6,1"),
    QueryCase(
      "list id, row_number() as n from visits order by fee desc limit 3",
      "id,n\n2,1\n1,2\n4,3",
      receipt: "6 rows read; row_number(): 2 rows tied; 3 rows cut off; "
        + "2 rows without a value to rank by stand last"),
    QueryCase(
      "list agency, rank(agency) as r from visits where id < 5", "agency,r\nA,3\nA,3\nB,1\nB,1"),
    QueryCase("list rank(fee) as r from visits where false", "r"),
    QueryCase("list rank(fee) as r, fee from visits top 1 by fee", "r,fee\n1,20.50"),
  ]

  static let neighbours: [QueryCase] = [
    QueryCase(
      "list id, previous(id) as p, next(id) as n from visits order by id",
      "id,p,n\n1,,2\n2,1,3\n3,2,4\n4,3,5\n5,4,6\n6,5,"),
    QueryCase(
      "list id, previous(id, 2) as p, next(agency, 5) as n from visits order by id",
      "id,p,n\n1,,C\n2,,\n3,1,\n4,2,\n5,3,\n6,4,"),
    QueryCase(
      "list id, previous(id within agency) as p from visits order by id desc",
      "id,p\n6,\n5,\n4,\n3,4\n2,\n1,2"),
    QueryCase(
      "list id, first(fee within agency) as a, last(fee within agency) as z from visits order by id",
      "id,a,z\n1,10.00,20.50\n2,10.00,20.50\n3,5.25,5.25\n4,5.25,5.25\n5,0.00,0.00\n6,,"),
    QueryCase(
      "list place, previous(place) as p from places order by people",
      "place,p\nha noi,\nĐà Nẵng,ha noi\nHÀ NỘI,Đà Nẵng\nHà Nội,HÀ NỘI"),
    QueryCase(
      "from visits add previous(opened) as p where id in (2, 5) order by id then list id, p",
      "id,p\n2,2024-01-05\n5,2024-02-29"),
  ]

  static let running: [QueryCase] = [
    QueryCase(
      "list id, running(fee) as s from visits order by id",
      "id,s\n1,10.00\n2,30.50\n3,30.50\n4,35.75\n5,35.75\n6,35.75",
      receipt: "6 rows read; running(fee) leaves out 2 missing values"),
    QueryCase(
      "list id, running(fee within agency) as s from visits order by id desc",
      "id,s\n6,0.00\n5,0.00\n4,5.25\n3,5.25\n2,20.50\n1,30.50"),
    QueryCase(
      "list id, running(max(fee)) as m, running(count()) as n, running(count(fee)) as k,"
        + " running(average(level)) as a from visits order by id",
      "id,m,n,k,a\n1,10.00,1,1,1.0\n2,20.50,2,2,2.0\n3,20.50,3,2,2.3333333333333335\n"
        + "4,20.50,4,3,2.3333333333333335\n5,20.50,5,4,2.75\n6,20.50,6,4,2.75"),
    QueryCase(
      "list id, running(share(fee)) as s from visits where fee is not missing order by fee desc",
      "id,s\n2,57.34265734265734%\n1,85.31468531468531%\n4,100.0%\n5,100.0%"),
    QueryCase(
      "list x, running(x / 8) as s from days order by x",
      "x,s\n1,0.125\n2,0.375\n4,0.875\n8,1.875\n16,3.875\n32,7.875"),
    QueryCase(
      "list status, running(count() within status) as n from visits order by status, id",
      "status,n\nopen,1\nopen,2\npaid,1\npaid,2\npaid,3\n,1"),
    QueryCase(
      "list level, running(fee) as s from visits where level is not missing order by level",
      "level,s\n1,10.00\n3,30.50\n3,30.50\n4,30.50",
      receipt: "6 rows read, 4 kept; running(fee) leaves out 1 missing value; "
        + "running(fee): 2 rows tied"),
  ]

  static let moving: [QueryCase] = [
    QueryCase(
      "list id, average(fee over last 2) as a, sum(level over last 3) as s,"
        + " min(fee over last 3) as l, max(agency over last 2) as h from visits order by id",
      "id,a,s,l,h\n1,10.0,1,10.00,A\n2,15.25,4,10.00,A\n3,20.5,7,10.00,B\n4,5.25,6,5.25,B\n"
        + "5,2.625,7,0.00,B\n6,0.0,4,0.00,C"),
    QueryCase(
      "list id, count(fee over last 3) as n, median(level over last 4) as m,"
        + " count(distinct agency over last 4) as d from visits order by id",
      "id,n,m,d\n1,1,1.0,1\n2,2,2.0,1\n3,2,3.0,2\n4,2,3.0,2\n5,2,3.0,2\n6,2,3.5,2"),
    QueryCase(
      "list id, stddev(id over last 3) as s, percentile(id, 50 over last 2) as p from visits"
        + " order by id limit 3", "id,s,p\n1,,1.0\n2,0.7071067811865476,1.5\n3,1.0,2.5"),
    QueryCase(
      "list id, first(fee over last 2) as f, last(fee over last 3) as l from visits order by id",
      "id,f,l\n1,10.00,10.00\n2,10.00,20.50\n3,20.50,20.50\n4,5.25,5.25\n5,5.25,0.00\n6,0.00,0.00"),
    QueryCase(
      "list id, count(with level >= 3 over last 2) as n from visits order by id",
      "id,n\n1,0\n2,1\n3,2\n4,1\n5,1\n6,1"),
    QueryCase(
      "list id, sum(fee within agency over last 1) as s from visits order by id",
      "id,s\n1,10.00\n2,20.50\n3,0.00\n4,5.25\n5,0.00\n6,0.00"),
    QueryCase(
      "list x, sum(x / 8 over last 2) as s from days order by x",
      "x,s\n1,0.125\n2,0.375\n4,0.75\n8,1.5\n16,3.0\n32,6.0"),
    QueryCase(
      "list average(id over last 3) as a from visits order by id limit 3", "a\n1.0\n1.5\n2.0",
      receipt: "6 rows read; average(id over last 3): 2 windows reach back before the first row; "
        + "3 rows cut off"),
  ]

  static let ofTime: [QueryCase] = [
    QueryCase(
      "list x, sum(x over last 2 days) as s from days order by day",
      "x,s\n1,1\n2,7\n4,7\n8,8\n16,16\n32,",
      receipt: "6 rows read; sum(x over last 2 days): 1 window reaches back before the first row; "
        + "sum(x over last 2 days): 1 row without a time"),
    QueryCase(
      "list x, sum(x over last 1 month) as s, count(over last 1 week) as n from days order by day",
      "x,s,n\n1,1,1\n2,7,3\n4,7,3\n8,15,1\n16,16,1\n32,,"),
    QueryCase(
      "list x, count(x over last 2 days) as n, count(distinct x over last 2 days) as d from days"
        + " order by day",
      "x,n,d\n1,1,1\n2,3,3\n4,3,3\n8,1,1\n16,1,1\n32,,"),
    QueryCase(
      "list x, max(x over last 2 months) as s from days order by day desc",
      "x,s\n16,16\n8,8\n2,4\n4,4\n1,1\n32,"),
    QueryCase(
      "sum amount from sales where region = \"North\" group by month(month)"
        + " then add average(sum_amount over last 2 months) as a",
      "month,sum_amount,a\n2024-01,10.50,10.5\n2024-02,20.25,15.375\n2024-03,5.00,12.625"),
    QueryCase(
      "sum amount from sales group by quarter(month) then add sum(sum_amount over last 1 year) as a",
      "quarter,sum_amount,a\n2024-Q1,42.75,42.75\n2024-Q2,3.00,45.75"),
  ]

  static let partitions: [QueryCase] = [
    QueryCase(
      "list id, fee, sum(fee within agency) as s, count(within agency) as n from visits",
      "id,fee,s,n\n1,10.00,30.50,2\n2,20.50,30.50,2\n3,,5.25,2\n4,5.25,5.25,2\n5,0.00,0.00,1\n"
        + "6,,0.00,1"),
    QueryCase(
      "list id from visits where fee > average(fee within all)", "id\n1\n2"),
    QueryCase(
      "list id, share(fee within agency) as s from visits",
      "id,s\n1,32.786885245901637%\n2,67.21311475409836%\n3,\n4,100.0%\n5,\n6,"),
    QueryCase(
      "list id, median(fee within all) as m, count(distinct agency within all) as d from visits"
        + " limit 1", "id,m,d\n1,7.625,3"),
    QueryCase(
      "list id from visits where rank(fee within agency) = 1", "id\n2\n4\n5"),
    QueryCase(
      "count visits group by tile(id, 2) as half", "half,count\n1,3\n2,3"),
    QueryCase("list id, sum(id within (agency, status)) as s from visits limit 1", "id,s\n1,1"),
  ]

  static let ofGroups: [QueryCase] = [
    QueryCase(
      "sum amount from sales group by month(month) then add running(sum_amount) as total",
      "month,sum_amount,total\n2024-01,17.50,17.50\n2024-02,20.25,37.75\n2024-03,5.00,42.75\n"
        + "2024-04,3.00,45.75"),
    QueryCase(
      "sum amount from sales group by region, month(month) then add previous(sum_amount) as p",
      "region,month,sum_amount,p\nNorth,2024-01,10.50,\nNorth,2024-02,20.25,10.50\n"
        + "North,2024-03,5.00,20.25\nSöuth,2024-01,7.00,\nSöuth,2024-02,0.00,7.00\n"
        + "Söuth,2024-04,3.00,0.00",
      receipt: "6 rows read; sum_amount leaves out 1 missing value; then previous(sum_amount): "
        + "1 gap between the periods of neighbouring rows"),
    QueryCase(
      "sum amount from sales group by region, month(month)"
        + " then add running(sum_amount within all) as t",
      "region,month,sum_amount,t\nNorth,2024-01,10.50,10.50\nNorth,2024-02,20.25,37.75\n"
        + "North,2024-03,5.00,42.75\nSöuth,2024-01,7.00,17.50\nSöuth,2024-02,0.00,37.75\n"
        + "Söuth,2024-04,3.00,45.75"),
    QueryCase(
      "show sum(amount) as s, rank(sum(amount)) as r, running(share(amount)) as c from sales"
        + " group by region order by s desc",
      "region,s,r,c\nNorth,35.75,1,78.14207650273224%\nSöuth,10.00,2,100.0%"),
    QueryCase(
      "show count() as n, running(average(amount)) as a, running(max(amount)) as m from sales"
        + " group by month(month) having count() > 1",
      "month,n,a,m\n2024-01,2,8.75,10.50\n2024-02,2,12.583333333333334,20.25"),
    QueryCase(
      "show sum(amount) as s, sum(amount) / first(sum(amount) within all) as i from sales"
        + " where region = \"North\" group by month(month) order by month desc",
      "month,s,i\n2024-03,5.00,0.47619047619047616\n2024-02,20.25,1.9285714285714286\n"
        + "2024-01,10.50,1.0"),
    QueryCase(
      "count sales group by region order by count desc, region then add running(share(count)) as c,"
        + " row_number() as n", "region,count,c,n\nNorth,3,50.0%,1\nSöuth,3,100.0%,2"),
    QueryCase(
      "sum amount from sales group by month(month) order by month desc"
        + " then add previous(sum_amount) as p limit 1",
      "month,sum_amount,p\n2024-04,3.00,5.00"),
    QueryCase(
      "from (sum amount from sales group by month(month)) add sum_amount - previous(sum_amount) as d"
        + " then list d", "d\n\"\"\n2.75\n-15.25\n-2.00"),
    QueryCase(
      "sum amount from sales group by month(month) then add row_number() as n then where n <= 2"
        + " then list n, running(sum_amount) as t", "n,t\n1,17.50\n2,37.75"),
  ]

  static let places: [QueryCase] = [
    QueryCase(
      "from visits lookup agencies on agency = agencies.code add rank(fee within region) as r"
        + " where r = 1 then list id, region", "id,region\n2,north\n4,south\n5,"),
    QueryCase(
      "list id, name, row_number(within name) as n from visits join many agencies on"
        + " agency = agencies.code",
      "id,name,n\n1,Ministry A,1\n2,Ministry A,2\n3,Ministry B,1\n"
        + "4,Ministry B,2"),
    QueryCase(
      "from visits add rank(fee) as r then join many agencies on agency = agencies.code"
        + " then list id, r, name",
      "id,r,name\n1,2,Ministry A\n2,1,Ministry A\n3,,Ministry B\n4,3,Ministry B"),
    QueryCase(
      "from visits where level >= 3 then add row_number() as n then list id, n",
      "id,n\n2,1\n3,2\n5,3"),
    QueryCase(
      "from visits add running(running(id)) as r order by id then list r", "r\n1\n4\n10\n20\n35\n56"
    ),
  ]

  static let lines: [QueryCase] = [
    QueryCase(
      "sum amount from sales where region = \"North\" group by month(month)"
        + " then list month, slope(sum_amount) as s, trend(sum_amount, 1) as t",
      "month,s,t\n2024-01,-2.75,11.916666666666666\n2024-02,-2.75,9.166666666666666\n"
        + "2024-03,-2.75,6.416666666666667"),
    QueryCase(
      "list id, trend(level) as t from visits order by id",
      "id,t\n1,1.6\n2,2.257142857142857\n3,2.914285714285714\n4,3.5714285714285716\n"
        + "5,4.228571428571429\n6,4.885714285714286",
      receipt: "6 rows read; trend(level) leaves out 2 missing values"),
    QueryCase(
      "list x, slope(x / 1) as s, trend(x) as t from days order by day",
      "x,s,t\n1,0.22307479607355177,2.050808793031937\n2,0.22307479607355177,2.273883589105489\n"
        + "4,0.22307479607355177,2.273883589105489\n8,0.22307479607355177,8.74305267523849\n"
        + "16,0.22307479607355177,15.658371353518595\n32,,"),
    QueryCase(
      "list id, slope(fee within agency) as s from visits order by id limit 3",
      "id,s\n1,10.5\n2,10.5\n3,"),
    QueryCase("list slope(part) as s from visits order by id limit 1", "s\n-3.29%"),
    QueryCase("list trend(fee) as t from visits where id = 1 order by id", "t\n\"\""),
  ]

  /// What adds up, and what is taken raw.
  static let additive: [QueryCase] = [
    QueryCase("share of fee from visits group by agency then sum share", "sum_share\n100.0%"),
    QueryCase(
      "average fee from visits group by agency then show sum(raw(average_fee)) as s", "s\n20.5"),
    QueryCase(
      "average fee as a, count as n from visits group by agency then show sum(a * n) / sum(n) as s",
      "s\n6.833333333333333"),
    QueryCase(
      "count distinct status as k from visits group by agency then average k", "average_k\n1.25"),
    QueryCase("max fee from visits group by agency then sum max_fee", "sum_max_fee\n25.75"),
  ]
}
