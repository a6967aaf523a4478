/// The queries of the same-bits suite: every operator, on the tables of ``SameBitsTables``.
enum SameBitsQueries {
  static let all = [
    filters, computed, groups, values, shares, orders, tops, windows, joins, sets, steps,
  ].flatMap { $0 }

  static let filters = [
    "count t where v >= 3", "count t where w > 12.5 and near < 100",
    "count t where (w > 12.5 or f < 1) and not (near < 100)",
    #"count t where s in ("t1", "t2", "absent") or s is missing"#,
    #"list row from t where not (s = "t3") and near between -50 and 50"#,
    #"count t where s starts with "t1" and b"#,
    #"list far, q from t where q contains "duong" loosely or day >= @2024-11-20"#,
    #"count t where q contains "uong""#, #"count t where v > 2 and q contains "1""#,
    "count t where near in -5..5 or missing", "count t where big > 50000000000000000000000000",
    "list row from t where f > 0.2 limit 12 skip 3", "count t where none > 3",
  ]

  static let computed = [
    "list row, w * v as x, far div 7 as y, far mod 7 as z, v / u as r from t where f > 0.5",
    "list upper(q) as a, length(q) as l, month(day) as m, not b as n from t where v < 4",
    #"list row, ("low" if w < 20 else "high" if near > 0 else s) as band, -w as n from t"#,
    "list round(w, 2) as r, f * 2 as twice, big + w as sum, day + 3 days as later from t",
    "sum of (w * near) with b, average of (u / v) from t group by s",
  ]

  static let groups = [
    "sum v, average w, count from t group by far, near, s",
    "min w, max w, count(w), sum w from t group by far, hot",
    "sum v, sum w, average u, min u, max v, sum none from t group by far",
    "sum u, count, max near from t group by far, w, v, hot", "count t group by s, far, w, v",
    "count t group by near, hot, s", "max none, average none from t group by far, s",
    "sum(u) - sum(v) as rest from t group by far having rest > 5 order by rest desc limit 20",
    "average v, average w, average u from t group by v", "sum v from t group by s, hot",
    "max(v) - min(near) as span from t group by far", "count t group by q",
    "sum w, count from t group by s, far, q, hot, v, near",
    "sum v, average w from t where v > 2 group by q", "count(distinct q) from t where v > 2",
    "count, sum w, min day, max q from t group by b, month(day)", "count t group by big, f",
    "sum v from t group by w", "sum v, max w, count from t",
  ]

  static let values = [
    "median u, stddev v, corr(v, hot), count(distinct s), min w from t group by near",
    "count(distinct u), count(distinct far), count(distinct s) from t",
    "average f, stddev f, variance w, sum f, corr(f, f * 2), corr(v, w) from t group by s",
    "median w, stddev w from t group by v, hot", "median w, median f, median u from t",
    "show percentile(w, 90) as a, percentile(u, 12.5) as b, percentile(f, 50) as c from t"
      + " group by hot",
    "first w, last q, min s, max s, min big, max big, sum big, average big from t group by v",
    "sum(v with b) as a, count with w > 50 as c, count(distinct v) as d from t group by s",
    "count(distinct q), count(distinct day), count(distinct w) from t group by hot",
    "corr(v, u) * corr(v, u) as r2 from t group by s, hot", "count distinct q from t",
  ]

  static let shares = [
    "share of t with v >= 3 group by hot", "sum w, share of w within s from t group by s, v",
    "share of t within all group by s", "count t group by s across v with totals",
    "sum w, count from t group by hot across b",
    "share of t within v group by v across s with totals",
    "average w, median w from t group by s across b with totals",
  ]

  static let orders = [
    "list far, near, s, row from t order by s desc, w, row", "list row, q from t order by q",
    "list row, f from t order by f desc limit 17 skip 4", "list row from t order by none, day",
    "list row from t order by big desc, far limit 300", "list row, near from t order by near",
    "list row from t order by length(q) desc, b, near desc limit 40",
    "list distinct hot, s from t", "list distinct q from t order by q desc",
    "list distinct v, b, month(day) as m from t order by m desc limit 30",
    "list row, w, s from t limit 5 skip 290", "list row, near from t order by near limit 5",
  ]

  static let tops = [
    "list far, w from t top 2 by w within hot", "list far, u from t bottom 3 by u within near",
    "list far from t where w is not missing top 5 by v", "list s, w from t bottom 60 by w",
    "list row, q from t top 7 by q", "list row, day from t bottom 2 by day within (s, v)",
    "list row, f from t top 3 by f within far", "list row, big from t top 4 by big within b",
    "count t group by hot top 4 with rest", "sum w from t group by s bottom 5 by sum_w",
    "list row, s from t order by row top 3 by w within q",
  ]

  static let windows = [
    "list row, running(v) as a, running(w within s) as c from t order by row",
    "list row, average(w over last 3) as a, sum(f within hot over last 9) as c from t order by row",
    "list row, count(q over last 5) as a, average(v over last 40 days) as c from t order by day",
    "list row, median(w over last 11) as a, percentile(f, 30 within s over last 4) as c from t"
      + " order by row",
    "list row, stddev(v within hot over last 6) as a, variance(w over last 3) as c from t"
      + " order by row",
    "list row, corr(v, near over last 8) as a, corr(f, f * 2 within s over last 5) as c from t"
      + " order by row",
    "list row, max(w over last 7) as a, min(f within s over last 3) as c from t order by row",
    "list row, count(distinct s over last 12) as a, first(w over last 4) as c from t order by row",
    "list row, rank(w) as a, dense_rank(q within s) as c, tile(w, 4 within hot) as d from t",
    "list row, previous(w) as a, next(q within s) as c from t order by row",
    "list row, share(w within s) as a, sum(big within hot) as c from t",
    "list row, slope(w within s) as a, trend(v) as c from t order by day",
  ]

  static let joins = [
    "list row, name, rate from t join u on near = u.id",
    "list row, team, rate from t left join u on near = u.id order by row",
    "list row, weight from t lookup c on s = c.code where weight > 2",
    "sum weight, count from t lookup c on s = c.code group by c.label",
    "list row, rate from t join u on far = u.far_id",
    "list row from t join u on near = u.id and s = u.name",
    "count t left join u on far = u.far_id and near = u.id and s = u.name group by team",
    "count t join c on s = c.code join u on near = u.id group by label, team",
    "list row, m.amount from t join many m on near = m.id",
    "list row, m.amount, m.code from t left join many m on near = m.id order by amount, row",
    "count, max amount from t join many m on near = m.id group by s",
    "list t.row, o.row as other from t join many t as o on q = o.q where t.hot > 3",
    "count t join many m on s = m.code where m.amount > near group by hot",
    "list row, o.far as f2 from t join many t as o on w = o.w and day = o.day",
    "list row, o.row as other from t join many t as o on far = o.far and f = o.f",
    "count t join many t as o on f = o.f", "count t join many t as o on big = o.big",
    "list distinct team, label from t left join u on near = u.id left join c on name = c.code",
    "median rate, count(distinct label) from t left join u on far = u.far_id"
      + " left join c on s = c.code group by team across b",
  ]

  static let sets = [
    "count t where near in u.id", "list row from t where near not in u.id",
    "count t where s in (list code from c where weight > 3)",
    "list row from t where far not in (list far from t where v > 2)",
    "count t where day in t.day and q not in c.code", "count t where w in t.w or f in t.f",
    "list row from t where big in (list big from t where v = 1) and s in m.code",
  ]

  static let steps = [
    "list row from t where w > (average w from t)",
    "from t where v > 2 then count group by s then where count > 3 then sum count as n, max s",
    "list near, w from t order by w desc limit 50 then sum w group by near then list order by near",
    "count (t where near > 0) group by s then top 5 by count then list s order by s",
    "sum w from t group by s then list s, sum_w, sum_w * 100 / (sum w from t) as part",
    "list row, near from t where b top 30 by w then join u on near = u.id then list team, row",
  ]
}
