extension Suite {
  /// What the questions leave out: a query for each further operator. Names that begin with `let`
  /// make a table for those behind.
  var operators: [(String, String)] {
    tables.count == 1
      ? Self.rows + Self.groups + Self.shapes + Self.windows + Self.stages
      : Self.joins
  }

  private static let rows = [
    ("filter and compute", "list id1, v3 * v1 as p, v3 / v2 as r from x where v3 > 10"),
    ("texts computed", #"list upper(id3) as a, concat(id1, "-", id2) as b from x"#),
    ("text filter", #"count x where id3 contains "77" and not (id1 = "id001")"#),
    ("loose text filter", #"count x where id3 contains "ID77" loosely"#),
    ("sort numbers", "list id3, v3 from x order by v3 desc"),
    ("sort by several", "list id3, v3 from x order by id3, id6 desc, v3"),
    ("sort, limit", "list id3, v3 from x order by v3 desc, id3 limit 100000"),
    ("sort collated", "list id3, v3 from x order by id3 collate vi"),
    ("distinct rows", "list distinct id3, id4 from x"),
    ("distinct numbers", "list distinct v3 from x"),
    ("top of all", "list id3, v3 from x top 100000 by v3"),
    ("top by text", "list id3, v3 from x top 3 by id3 within id6"),
    ("top within text", "list id3, v3 from x top 2 by v3 within id3"),
  ]

  private static let groups = [
    ("distinct of all", "count(distinct v3), count(distinct id3) from x"),
    ("distinct of groups", "count(distinct v3), count(distinct id3) from x group by id4"),
    ("distinct of many groups", "count(distinct v3), count(distinct id2) from x group by id6"),
    ("sum of distinct", "sum(distinct v3), average(distinct v1) from x group by id2"),
    ("percentile of groups", "show percentile(v3, 90) as p from x group by id6"),
    ("percentile of all", "median v3, stddev v3 from x"),
    ("texts of groups", "first id3, last id3, min id3, max id3 from x group by id6"),
    ("floats of groups", "average(v3 / 7) as a, stddev(v3 / 7) as s from x group by id6"),
    ("groups by value", "count, sum v1 from x group by v3"),
    ("groups by computed", "count, sum v1 from x group by v3 div 3, id6 mod 1000"),
    ("groups by text", #"count x group by concat(id3, id1)"#),
    ("shares", "sum v3, share of v3 within id1 from x group by id1, id3"),
    ("groups, then sort", "sum v3 from x group by id6, id3 then list id6, sum_v3 order by sum_v3"),
    ("groups, order, top", "sum v3 from x group by id6, id4 top 1000 by sum_v3 with rest"),
  ]

  private static let shapes = [
    ("across", "sum v3 from x group by id3 across id4"),
    ("across with totals", "sum v3 from x group by id3 across id4 with totals"),
    ("totals", "median v3, count(distinct id3) from x group by id1, id2 with totals"),
    ("bands", "count, median v3 from x group by bands(v3, 10, 20, 50, 90) as band, id6"),
    ("fill", "count x where v3 > 99 group by id3, bands(v3, 10, 50, 99.5) as band fill 0"),
    ("vs target", "share of x with v1 >= 3 group by id3, id4 vs target 60%"),
    (
      "let days",
      "list add_days(@2001-01-01, id6 mod 3000) as day, id3, id6, id2, v1, v3 from x"
    ),
    ("periods, fill", "sum v3 from days group by id2, day fill 0"),
    ("vs previous", "sum v3 from days group by id2, day vs previous year, first"),
    ("chart", "sum v3 from days group by day chart line"),
    ("histogram", "list v3 from x chart histogram"),
  ]

  private static let windows = [
    ("rank", "list id6, rank(v3 within id6) as r from x"),
    ("rank of all", "list id6, rank(v3) as r, percent_rank(v3) as p from x"),
    ("previous", "list id6, previous(v3 within id6) as p, next(v3) as n from x order by v3"),
    ("running", "list id6, running(v3 within id6) as s from x order by v3"),
    (
      "over rows",
      "list id6, average(v3 over last 5) as a, median(v3 over last 5) as m from x order by v3"
    ),
    (
      "over rows, extremes",
      "list id6, max(v3 over last 100) as a, count(distinct v1 over last 9) as d from x order by id6"
    ),
    ("over time", "list id6, sum(v3 over last 30 days) as a from days order by day"),
    ("whole partitions", "list id6, v3 / sum(v3 within id3) as part, tile(v3, 10) as t from x"),
    ("trend", "list id6, slope(v3 within id6) as s from x order by v3"),
  ]

  private static let stages = [
    ("append", "list id3, id6, v3 from x append (list upper(id3) as id3, id6, v3 from x)"),
    ("except", "list id3, id6, v3 from x except (list id3, id6, v3 from x where v1 = 1)"),
    ("unpivot", "list id3, v1, v2 from x unpivot v1, v2 into name, value"),
    ("in a query", "count x where id6 in (list id6 from x where v3 > 90)"),
    ("not in", "count x where v3 not in (list v3 from x where v1 = 1)"),
    ("self join", "list id6, total from x join (sum v3 as total from x group by id6) as t on id6"),
    (
      "let rates",
      "min day as day, max v3 as rate from days group by id6, quarter(day) then list id6, day, rate"
    ),
    (
      "lookup as of",
      "list v3, rate from days lookup rates on id6 = rates.id6 as of day by rates.day"
    ),
    (
      "let pairs", "list id6, v3 from x limit 4000"
    ),
    ("cross join", "count pairs cross join (list v1 from x limit 2000) as o group by v1"),
  ]

  private static let joins = [
    ("in", "count x where id3 in big.id3"), ("not in", "count x where id6 not in big.id6"),
    ("join many", "list x.id3, big.v2 from x join many big on id3"),
    ("join many, groups", "sum big.v2, count from x join many big on id3 group by x.id2"),
    ("join many of many", "count, sum v1 from small join many x on id1 group by small.id4"),
    ("join many, condition", "count x join many big on id3 where big.v2 > v1 group by x.id1"),
    ("left join, sort", "list x.id3, v2 from x left join big on id3 order by v2 desc"),
    ("full join", "list x.id3, big.id3 as other, v2 from x full join many big on id3"),
    ("several keys", "count x join big on x.id3 = big.id3 and x.id2 = big.id2"),
    ("join by text", "list x.id6, v2 from x join big on id6"),
    ("lookup, groups", "sum v1 from x lookup big on id3 = big.id3 group by big.id5"),
    ("append", "list id6, v1 from x append (list id6, v2 as v1 from big)"),
    ("except", "list id6 from x except (list id6 from big)"),
    ("distinct texts", "count(distinct id6) from x"),
    ("groups by texts", "count, max v1 from x group by id6"),
    ("sort texts", "list id6 from x order by id6"),
    ("sort texts collated", "list id6 from x order by id6 collate vi limit 1000"),
  ]
}
