import ArgumentParser
import Tally

/// Measures how long runs go on after they were cancelled, operator by operator.
struct Cancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Cancel loads and queries at random moments; print how soon each ends.")
  @OptionGroup var options: MeasureOptions
  @Option(help: "How often each load and query is cancelled.") var times = 100
  @Option(help: "Operators whose name contains this; all if it isn't given.") var only = ""

  /// The promise: at the 99th percentile no run goes on for longer, in milliseconds.
  private static let promised = 5.0

  func run() async throws {
    let limits = Limits(threads: options.threads)
    let database = Database()
    var rows: [Row] = []
    for table in options.suite.tables {
      let load: @Sendable () async throws -> Void = {
        try await Database().load(table.name, from: .file(table.path), limits: limits)
      }
      try await database.load(table.name, from: .file(table.path), limits: limits)
      let name = "load \(table.name)"
      if isWanted(name) { rows.append(try await measure(name, load)) }
    }
    let questions = options.questions.map { ("q\($0.number)", $0.query) }
    for (name, text) in questions + options.suite.operators where isWanted(name) {
      let query = Query(text: text)
      rows.append(
        try await measure(name) { _ = try await database.run(query, limits: limits) })
    }
    print(Self.table(rows))
    if rows.contains(where: { $0.percentile(99) > Self.promised }) { throw ExitCode.failure }
  }

  private func isWanted(_ name: String) -> Bool { only.isEmpty || name.contains(only) }

  // MARK: One operator

  private struct Row {
    var name: String
    /// What an undisturbed run takes, in milliseconds.
    var whole: Double
    /// From the cancellation to the end of the run, in milliseconds, ascending.
    var delays: [Double] = []

    func percentile(_ percent: Int) -> Double {
      delays.isEmpty ? 0 : delays[(delays.count - 1) * percent / 100]
    }
  }

  private func measure(_ name: String, _ body: @escaping @Sendable () async throws -> Void)
    async throws -> Row
  {
    let clock = ContinuousClock()
    // The second time tells how long a run takes that finds memory as the others will.
    try await body()
    let whole = try await clock.measure { try await body() }
    var row = Row(name: name, whole: seconds(whole) * 1000)
    var random = MersenneTwister(seed: 108)
    for _ in 0..<times {
      let moment = whole * (Double(random.bits()) / 4_294_967_296)
      let work = Task { try await body() }
      try await Task.sleep(for: moment)
      let start = clock.now
      work.cancel()
      let outcome = await work.result
      let delay = seconds(clock.now - start) * 1000
      // A run that ended before counts for nothing.
      if case .failure = outcome { row.delays.append(delay) }
    }
    row.delays.sort()
    return row
  }

  private static func table(_ rows: [Row]) -> String {
    var lines = [
      "| operator | runs, ms | cancelled | median, ms | p99, ms | longest, ms |",
      "|---|---:|---:|---:|---:|---:|",
    ]
    for row in rows {
      let numbers = [50, 99, 100].map { fixed(row.percentile($0), 2) }.joined(separator: " | ")
      lines.append(
        "| \(row.name) | \(fixed(row.whole, 0)) | \(row.delays.count) | \(numbers) |")
    }
    return lines.joined(separator: "\n")
  }
}

extension Suite {
  /// What the questions leave out: a query for each further operator.
  fileprivate var operators: [(String, String)] {
    tables.count == 1 ? Self.operatorsOfOne : Self.operatorsOfJoins
  }

  private static let operatorsOfOne = [
    ("filter and compute", "list id1, v3 * v1 as p, v3 / v2 as r from x where v3 > 10"),
    ("text filter", #"count x where id3 contains "77" and not (id1 = "id001")"#),
    ("sort numbers", "list id3, v3 from x order by v3 desc"),
    ("sort by several", "list id3, v3 from x order by id3, id6 desc, v3"),
    ("sort, limit", "list id3, v3 from x order by v3 desc, id3 limit 100000"),
    ("distinct rows", "list distinct id3, id4 from x"),
    ("distinct of groups", "count(distinct v3), count(distinct id3) from x group by id4"),
    ("percentile of groups", "show percentile(v3, 90) as p from x group by id6"),
    ("percentile of all", "median v3, stddev v3 from x"),
    ("texts of groups", "first id3, last id3, min id3, max id3 from x group by id6"),
    ("groups by value", "count, sum v1 from x group by v3"),
    ("shares", "sum v3, share of v3 within id1 from x group by id1, id3"),
    ("across", "sum v3 from x group by id3 across id4 with totals"),
    ("groups, then sort", "sum v3 from x group by id6, id3 then list id6, sum_v3 order by sum_v3"),
    ("top by text", "list id3, v3 from x top 3 by id3 within id6"),
    ("in a query", "count x where id6 in (list id6 from x where v3 > 90)"),
    ("not in", "count x where v3 not in (list v3 from x where v1 = 1)"),
    ("self join", "list id6, total from x join (sum v3 as total from x group by id6) as t on id6"),
  ]

  private static let operatorsOfJoins = [
    ("in", "count x where id3 in big.id3"), ("not in", "count x where id6 not in big.id6"),
    ("join many", "list x.id3, big.v2 from x join many big on id3"),
    ("join many, groups", "sum big.v2, count from x join many big on id1 group by x.id2"),
    ("left join, sort", "list x.id3, v2 from x left join big on id3 order by v2 desc"),
    ("several keys", "count x join big on x.id3 = big.id3 and x.id2 = big.id2"),
    ("lookup, groups", "sum v1 from x lookup big on id3 = big.id3 group by big.id5"),
  ]
}
