import Testing

@testable import Tally
@testable import TallySyntax

/// Joins held to the oracle: keys of every type, unique and repeated, one and several, through every
/// kind of index.
@Suite struct JoinOracleTests {
  @Test(arguments: 1...24) func joinsAsTheOracle(seed: Int) throws {
    var tally = Comparison.Tally()
    for number in 0..<40 {
      let tables = RandomTables(seed: seed &* 100_003 &+ number / 4)
      var random = RandomSource(seed: UInt64(seed &* 7919 &+ number))
      let query = Self.query(&random)
      tally.add(try Comparison(tables: tables, query: query).run(EngineRun(seed &* 40 &+ number)))
      if tally.differences > 3 { break }
    }
    #expect(tally.answered * 100 >= tally.asked * 40, "\(tally)")
  }

  private static func query(_ random: inout RandomSource) -> String {
    var clauses = ""
    if random.chance(20) {
      clauses += " lookup u as w on \(random.pick(["k = w.id", "s = w.code"]))"
    }
    if random.chance(20) { clauses += " lookup \(random.pick(timed))" }
    let kind = random.pick(["join", "left join", "full join"])
    let many = random.chance(70) ? " many" : ""
    if random.chance(12) {
      clauses += random.pick([
        " cross join u", " cross join many u", " join many u on k < u.place",
        " join many u on s = u.code, k >= limit_value",
      ])
    } else {
      clauses += " \(kind)\(many) u on " + random.pick(keys)
    }
    if random.chance(15) {
      clauses += " \(random.pick(["join", "left join"])) many u as z on k = z.id"
    }
    if random.chance(30) { clauses += " add k * 2 as twice" }
    if random.chance(30) { clauses += " where \(random.pick(conditions))" }
    let source = random.chance(25) ? "(t where \(random.pick(["k > 3", "s != \"A\""])))" : "t"
    if random.chance(30) {
      let tail = random.pick([
        "", " group by place", " group by s2", " group by u.code, k", " group by u.s",
      ])
      let add = tail.contains("s2") ? " add u.s as s2" : ""
      let head = random.pick([
        "count", "max k, count", "sum rate, count", "sum rate * k as x1", "sum k, sum rate",
        "sum k with rate > 10%, count of rate, average u.id", "min s, count distinct s, sum place",
        "count t, count u as n2", "count u, count z",
        "count t with k > 3, sum distinct rate, average(distinct k)",
        "sum k with place > 1 and k > 2, first u.code, last row",
      ])
      // `add` stands before `where`.
      let parts = clauses.split(separator: " where ", maxSplits: 1).map(String.init)
      let condition = parts.count > 1 ? " where " + parts[1] : ""
      let merged =
        parts[0].contains(" add ") && !add.isEmpty
        ? parts[0] + "," + add.dropFirst(4) : parts[0] + add
      return "\(head) from \(source)\(merged)\(condition)\(tail)"
    }
    let outputs = random.pick([
      "", "row, place", "row, u.s, code, k + 1 as x1", "place, rate, v, Tên phí".quotedLast,
      "distinct u.s, k",
    ])
    if outputs.hasPrefix("distinct") { return "list \(outputs) from \(source)\(clauses)" }
    let order = random.pick([
      "", "", " order by place desc, k", " order by v, row", " order by u.s",
    ])
    let cut = random.pick(["", "", " limit 3", " top 2 by k", " limit 4 skip 2"])
    return "list \(outputs) from \(source)\(clauses)\(order)\(cut)"
  }

  private static let keys = [
    "k = u.id", "s = u.s", "u.s = s", "s = u.code", "d = u.place", "e = u.place", "p = u.rate",
    "i = u.limit_value", "v = u.place", "big = u.id", "k = u.id and s = u.code",
    "s = u.s and i = u.limit_value", "v = u.place and s = u.s and k = u.id", "q = u.s",
    "lower(s) = u.s", "lower(s) = lower(u.s)", "k = u.id + 1", "s", "u.id * 2 = k",
    "k - 1 = u.limit_value", "big = u.id and v = u.place and q = u.code",
  ]

  /// Tables whose rows hold from some day on.
  static let timed = [
    "(sum row as n from t group by k, day) as w on k = w.k as of day",
    "(count as n from t group by k, month(day) as since) as w on k = w.k as of day",
    "(count as n from t group by s, at) as w on s = w.s as of at",
    "(min day as valid_from, max day as valid_to from t group by s) as w on s = w.s as of day",
    "(min day as valid_from, max date(at) as valid_to from t group by k) as w on k = w.k as of day",
    "(list id as k, code as s from u) as w on k = w.k as of day",
  ]

  private static let conditions = [
    "place > 1", "s in u.s", "q not in u.code", "d in u.place", "big in u.id", "v in u.place",
    "f in t.f", "day not in t.day", "k < limit_value", "u.s = \"A\"", "rate is missing",
    "k in u.id",
    "u.s not in t.q",
  ]
}

extension String {
  /// The text with its last item as a quoted name.
  fileprivate var quotedLast: String {
    let items = split(separator: ",").map(String.init)
    let last = items[items.count - 1].dropFirst()
    return (items.dropLast() + [" `\(last)`"]).joined(separator: ",")
  }
}
