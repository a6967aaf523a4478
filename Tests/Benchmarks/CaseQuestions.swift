extension Question {
  /// Two more questions on the group-by table, about texts.
  static let texts = [
    case_(16, #"count x where id3 = "id0000042202""#),
    case_(17, #"count x where id3 < "id0000000100""#),
  ]

  /// One more question on the join tables: a join by texts that are all different.
  static let textJoin = Question(
    number: 6,
    query: "list x.id1, x.id2, x.id3, x.id4, x.id5, x.id6, v1, big.id1 as big_id1,"
      + " big.id2 as big_id2, big.id4 as big_id4, big.id5 as big_id5, v2"
      + " from x join big on id6",
    published: [450_032_092, 449_860_429], columns: ["v1", "v2"], tolerance: 0.5)

  /// The questions on the table of frequent and rare words.
  static let zipf = [
    case_(21, "sum v1 from x group by word"),
    case_(22, "sum v1, average v3 from x group by number", sums: 2),
    case_(23, "count(distinct word) from x"),
    case_(24, "count x group by word, v1"),
    case_(25, "list number, v3 from x top 2 by v3 within number"),
    case_(26, "median v3 from x group by number"),
  ]

  /// The questions on the table of addresses.
  static let urls = [
    case_(31, "sum ms from x group by url"),
    case_(32, "count(distinct url) from x"),
    case_(33, #"count x where url contains "/item77""#),
    case_(34, "list url, ms from x order by url limit 10"),
    case_(35, "sum ms, max size from x group by host", sums: 2),
    case_(36, #"count x where url >= "https://www.site5""#),
    case_(37, "sum ms from x where ms < 1500 group by url"),
  ]

  /// The questions on the table of a thousand columns.
  static let wide = [
    case_(41, "count x where c1 > 500"),
    case_(42, "sum c1, sum c4 from x group by c0", sums: 2),
    case_(43, wideSum + " as total from x"),
    Question(number: 44, query: "list from x where c1 = 7", published: [0], columns: ["c1"]),
  ]

  private static var wideSum: String {
    stride(from: 1, to: 300, by: 3).map { "sum(c\($0))" }.joined(separator: " + ")
  }

  private static func case_(_ number: Int, _ query: String, sums: Int = 1) -> Question {
    Question(number: number, query: query, published: [Double](repeating: 0, count: sums))
  }
}
