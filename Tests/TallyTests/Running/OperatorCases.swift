import Testing

@testable import Tally

/// A query for each operator, on tables of some size: what holds for every operator is tested by
/// them.
enum OperatorCases {
  static let all = rows + groups + shapes + windows + stages + joins

  static let rows = [
    "list id, v * 2 as w, f / 3 as r from t where k > 3",
    "list upper(name) as a, concat(name, code) as b from t",
    #"list id, "low" if v < 3 else name as b from t where code contains "7""#,
    "list name, id from t order by name desc", "list id from t order by f, k desc",
    "list code from t order by code", "list code from t order by code collate vi",
    "list distinct k, g from t", "list id from t top 5000 by v",
    "list id from t top 2 by v within k", "list id from t top 3 by name within g",
  ]

  static let groups = [
    "count t group by k", "average f, stddev f, variance v from t group by k",
    "min name, max code, first name, last code from t group by k",
    "median v, stddev v, corr(v, id) from t group by k",
    "show percentile(f, 90) as p, median(v) as m from t group by k", "median f from t",
    "count(distinct name), count(distinct f), count(distinct code) from t group by g",
    "sum(distinct v), average(distinct g) from t group by k", "count t group by f",
    "sum v, count from t group by code", "count t group by concat(name, code)",
    "sum v from t group by v, f", "sum v, max id from t group by id, k",
    "share of v within g from t group by g, k",
    "sum v from t group by k, id top 10 by sum_v with rest",
  ]

  static let shapes = [
    "count t group by k across g", "sum v from t group by k across g with totals",
    "median v from t group by g, k with totals",
    "share of v within g from t group by k across g with totals",
    "count t group by bands(v, 10, 100) as band, k fill 0", "sum v from t group by k, day fill 0",
    "sum v from t group by g, day vs previous year, first", "count t group by day chart line",
    "share of t with g >= 3 group by k, g vs target 60%",
  ]

  static let windows = [
    "list id, rank(v within k) as r, running(v within g) as s from t order by id",
    "list id, average(v over last 5) as a, max(f over last 50) as b from t order by id",
    "list id, median(v over last 5) as a, count(distinct g over last 9) as b from t order by id",
    "list id, sum(v over last 30 days) as a from t order by day",
    "list id, previous(v) as p, tile(v, 4) as q, percent_rank(v) as r from t order by id",
    "list id, slope(v within g) as s from t order by id",
    "list id, v / sum(v within g) as part from t",
  ]

  static let stages = [
    "list id, k from t append (list id, k from u)", "list id from t except (list id from u)",
    "list id, k, g from t unpivot k, g into name, value",
    "count t group by k then sum count, count", "list id from t where v > (average v from t)",
  ]

  static let joins = [
    "count t where id in u.id", "count t where v not in (list v from t where g = 1)",
    "list t.id, w from t join u on id", "list t.id, w from t left join u on id order by w",
    "list t.id, u.id as other from t full join u on id", "list t.id, w from t join many u on k",
    "sum w from t join many u on k group by t.g",
    "count t join u on t.id = u.id and t.name = u.name", "count t join u on name",
    "sum w from t lookup u on id = u.id group by g",
    "list id, rate from t lookup rates on k = rates.k as of day by rates.day",
    "count u cross join (list rate as r from rates limit 20) as o group by r",
  ]

  /// Tables `t` of so many rows, `u` of half as many, and `rates`.
  static func database(rows count: Int) throws -> Database {
    let database = Database()
    let keys = max(1, count / 10)
    let numbers = Array(0..<count)
    let start = 18_262
    let days: [CalendarDate] = numbers.map { CalendarDate(daysSince1970: start + $0 * 7 % 900) }
    let floats: [Double] = numbers.map { Double($0 * 7919 % 10_007) / 7 }
    let names: [String] = numbers.map { "word \($0 * 17 % max(1, count / 3))" }
    let codes: [String] = numbers.map { "code \($0 * 7919 % count) of \($0)" }
    let values: [ExactDecimal?] = numbers.map { number -> ExactDecimal? in
      if number % 11 == 0 { return nil }
      return ExactDecimal(coefficient: Int128(number * 7919 % 10_007), scale: 2)
    }
    database["t"] = try Table {
      NamedColumn("id", numbers.map { $0 * 7919 % count })
      NamedColumn("k", numbers.map { $0 * 31 % keys })
      NamedColumn("g", numbers.map { $0 % 7 })
      NamedColumn("name", names)
      NamedColumn("code", codes)
      NamedColumn("day", days)
      NamedColumn("f", floats)
      NamedColumn("v", values)
    }
    let half = Array(0..<count / 2)
    let others: [String] = half.map { "word \($0)" }
    database["u"] = try Table {
      NamedColumn("id", half.map { $0 * 2 })
      NamedColumn("k", half.map { $0 % max(1, keys / 2) })
      NamedColumn("name", others)
      NamedColumn("w", half.map { $0 * 3 })
    }
    let rates = Array(0..<5 * keys)
    let begins: [CalendarDate] = rates.map {
      CalendarDate(daysSince1970: start - 100 + $0 % 5 * 150)
    }
    database["rates"] = try Table {
      NamedColumn("k", rates.map { $0 / 5 })
      NamedColumn("day", begins)
      NamedColumn("rate", rates.map { $0 % 3 })
    }
    return database
  }
}
