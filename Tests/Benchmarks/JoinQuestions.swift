extension Question {
  /// The five questions of the join benchmark, on the tables `x`, `small`, `medium` and `big`.
  static let joins = [
    join(
      1, "small.id4 as small_id4, v2 from x join small on id1", [450_015_154, 347_720_187]),
    join(
      2,
      "medium.id1 as medium_id1, medium.id4 as medium_id4, medium.id5 as medium_id5, v2"
        + " from x join medium on id2", [449_954_076, 449_999_845]),
    join(
      3,
      "medium.id1 as medium_id1, medium.id4 as medium_id4, medium.id5 as medium_id5, v2"
        + " from x left join medium on id2", [500_043_741, 449_999_845]),
    join(
      4,
      "medium.id1 as medium_id1, medium.id2 as medium_id2, medium.id4 as medium_id4, v2"
        + " from x join medium on id5", [449_954_076, 449_999_845]),
    join(
      5,
      "big.id1 as big_id1, big.id2 as big_id2, big.id4 as big_id4, big.id5 as big_id5,"
        + " big.id6 as big_id6, v2 from x join big on id3", [450_032_092, 449_860_429]),
  ]

  private static func join(_ number: Int, _ rest: String, _ published: [Double]) -> Question {
    Question(
      number: number,
      query: "list x.id1, x.id2, x.id3, x.id4, x.id5, x.id6, v1, " + rest,
      published: published, columns: ["v1", "v2"], tolerance: 0.5)
  }
}
