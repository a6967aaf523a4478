extension Question {
  /// The questions on the table of visits: windows over all rows, and the same within stations.
  static let windows = [
    window(51, "running(v1)", order: "id"),
    window(52, "running(v1 within station)", order: "id"),
    window(53, "average(v3 over last 7)", order: "id"),
    window(54, "average(v3 within station over last 7)", order: "id"),
    window(55, "average(v3 over last 7 days)", order: "day"),
    window(56, "average(v3 within station over last 7 days)", order: "day"),
    window(57, "rank(v3)"),
    window(58, "rank(v3 within station)"),
    window(59, "previous(v1)", order: "id"),
    window(60, "previous(v1 within station)", order: "id"),
    window(61, "share(v1 within station)"),
    window(62, "median(v3 over last 100)", order: "id"),
    window(63, "median(v3 within station over last 100)", order: "id"),
    window(64, "stddev(v3 over last 100)", order: "id"),
    window(65, "stddev(v3 within station over last 100)", order: "id"),
    window(66, "corr(v1, v3 over last 100)", order: "id"),
    window(67, "corr(v1, v3 within station over last 100)", order: "id"),
    window(68, "max(v3 over last 100)", order: "id"),
    window(69, "max(v3 within station over last 100)", order: "id"),
  ]

  private static func window(_ number: Int, _ call: String, order: String? = nil) -> Question {
    let clause = order.map { " order by \($0)" } ?? ""
    return Question(
      number: number, query: "list \(call) as a from x\(clause)", published: [0], columns: ["a"])
  }
}
