import Tally

/// The ten questions of the group-by benchmark, and five on filters, distinct values and the
/// largest rows, as Tally asks them.
struct Question: Sendable {
  /// The number that the benchmark gives it; the peers' program knows it by the same.
  let number: Int
  /// The query on the table `x`.
  let query: String
  /// The sums of the result columns that are published for ten million rows, 100 groups, no
  /// missing values, in random order.
  let published: [Double]
  /// The columns whose sums are published; the last ones unless given.
  var columns: [String] = []
  /// How far sums may lie from the published ones, which are rounded to so much.
  var tolerance = 0.001

  /// All questions.
  static let all = [
    Question(number: 1, query: "sum v1 from x group by id1", published: [29_998_789]),
    Question(number: 2, query: "sum v1 from x group by id1, id2", published: [29_998_789]),
    Question(
      number: 3, query: "sum v1, average v3 from x group by id3",
      published: [29_998_789, 4_999_719.622]),
    Question(
      number: 4, query: "average v1, average v2, average v3 from x group by id4",
      published: [299.988, 799.894, 4999.767]),
    Question(
      number: 5, query: "sum v1, sum v2, sum v3 from x group by id6",
      published: [29_998_789, 79_989_360, 499_976_651.408]),
    Question(
      number: 6, query: "median v3, stddev v3 from x group by id4, id5",
      published: [499_920.140, 288_648.108]),
    Question(
      number: 7, query: "max(v1) - min(v2) as span from x group by id3", published: [399_882]),
    Question(
      number: 8, query: "list id6, v3 from x where v3 is not missing top 2 by v3 within id6",
      published: [19_700_450.588]),
    Question(
      number: 9, query: "corr(v1, v2) * corr(v1, v2) as r2 from x group by id2, id4",
      published: [9.839]),
    Question(
      number: 10, query: "sum v3, count from x group by id1, id2, id3, id4, id5, id6",
      published: [499_976_651.408, 10_000_000]),
    // These are no part of the benchmark; their answers were counted in the file.
    Question(number: 11, query: "count x where v3 >= 50", published: [4_998_940]),
    Question(number: 12, query: "count x where v1 >= 3 group by id4", published: [5_998_825]),
    Question(number: 13, query: #"count x where id1 = "id016""#, published: [99_526]),
    Question(number: 14, query: "count(distinct id3) from x", published: [100_000]),
    Question(number: 15, query: "list id6, v3 from x top 10 by v3", published: [999.999_241]),
  ]

  /// The sums of the columns behind the keys of an answer.
  func check(_ answer: Table) -> [Double] {
    let summed =
      columns.isEmpty
      ? Array(answer.columns.suffix(published.count))
      : columns.compactMap { answer.columnIndex($0) }.map { answer.columns[$0] }
    return summed.map { column in
      var exact: Int128 = 0
      var floating = 0.0
      var scale = 0
      for row in 0..<column.count {
        switch column[row] {
        case .integer(let number): exact += number
        case .decimal(let number):
          exact += number.coefficient
          scale = number.scale
        case .float(let number), .ratio(let number): floating += number
        default: continue
        }
      }
      return ExactDecimal(coefficient: exact, scale: scale).doubleValue + floating
    }
  }

  /// Whether the sums of an answer are the published ones.
  func isPublished(_ sums: [Double]) -> Bool {
    sums.count == published.count
      && zip(sums, published).allSatisfy { abs($0 - $1) <= tolerance }
  }
}
