import Tally

/// Asks the shipped services questions, as a program that embeds the engine does.
///
///     swift run example Datasets/services.csv
@main struct Example {
  /// A row of an answer.
  struct AgencyCount: Codable {
    var agency: String
    var count: Int
  }

  /// A target that this program sets, beside the tables from files.
  struct Target: Codable {
    var inventory: String
    var share: ExactDecimal
  }

  static func main() async {
    do {
      let path = CommandLine.arguments.dropFirst().first ?? "Datasets/services.csv"
      let database = Database()
      try await database.load("services", from: .path(path))
      try await ask(database)
      try read(database)
      try await change(database)
      try await watch(database)
      showMistakes(database)
    } catch {
      print(error)
    }
  }

  /// Asks with values, again and again, and within limits.
  private static func ask(_ database: Database) async throws(QueryError) {
    let floor = 3
    let answer = try await database.run(
      "count services where level >= \(floor) group by agency", limits: Limits(time: .seconds(10)))
    print(answer)
    print(answer.receipt.summary)

    let atLeast = try database.prepare(
      "count services where inventory = $1 and level >= $2", taking: String.self, Int.self)
    for level in 1...4 {
      let count: Int = try await atLeast("BTC-2020", level).value()
      print("level \(level) and above:", count)
    }
    print(try database.explain("count services where level >= \(floor) group by agency"))
  }

  /// Takes an answer out in each of the ways there are.
  private static func read(_ database: Database) throws(QueryError) {
    let query: Query = "count services group by agency order by count desc"
    let answer = try database.run(query)
    let counts: [AgencyCount] = try answer.decode()
    print(counts.map { "\($0.agency): \($0.count)" }.joined(separator: ", "))
    for (agency, count) in try answer.tuples(String.self, Int.self).prefix(2) {
      print(agency, count)
    }
    if let last = answer.rows.last {
      let agency: String = try last["agency"]
      let count: Int? = try last["count"]
      print(agency, count ?? 0)
    }
    let numbers = try answer.column("count", as: Int64.self)
    print("largest:", numbers.withSpan { span in span.indices.reduce(0) { max($0, span[$1]) } })
    print(answer.formatted(.markdown))
  }

  /// Makes tables of values, and changes several at once.
  private static func change(_ database: Database) async throws(QueryError) {
    let share = ExactDecimal(coefficient: 30, scale: 2)
    let targets = try Table(rows: [Target(inventory: "BTC-2020", share: share)])
    try database.update { draft throws(QueryError) in
      draft["goals"] = targets
      draft["names"] = try Table {
        NamedColumn("code", ["BTC-2020"])
        NamedColumn("name", ["Bộ Tài chính, 29/12/2020"])
      }
    }
    let goal: ExactDecimal = try await database.run("max share from goals").value()
    let reached: Double = try await database.run(
      "share of services with level >= 4 where inventory = \("BTC-2020")"
    ).value()
    print("goal \(goal), reached \(reached >= goal.doubleValue ? "and passed" : "not yet")")
    print(database.tableNames.joined(separator: " "))
  }

  /// Reads an answer batch by batch, and two at the same time. (`async let` forgets what is thrown.)
  private static func watch(_ database: Database) async throws {
    var rows = 0
    for try await batch in database.stream(
      "list service_id from services where level >= 3", batchRows: 250)
    {
      rows += batch.rowCount
    }
    print("streamed:", rows)
    let frozen = database.snapshot()
    async let all = frozen.run("count services")
    async let online = frozen.run("count services where online")
    let counts = (try await all, try await online)
    print("online: \(try counts.1.value() as Int) of \(try counts.0.value() as Int)")
  }

  /// Looks at mistakes before and after they happen.
  private static func showMistakes(_ database: Database) {
    let text = "count services where agncy = \"Bộ Tài chính\""
    for diagnostic in database.check(Query(text: text)) {
      print(diagnostic.message, "->", diagnostic.suggestion ?? "?")
    }
    do throws(QueryError) {
      _ = try database.run(Query(text: text))
    } catch {
      switch error.kind {
      case .name: print(error)
      default: print("unexpected:", error.kind.name)
      }
    }
    let typed = "count services where agency = bo tai"
    for item in database.completions(in: typed, at: typed.utf8.count).items {
      print(item.text, item.note)
    }
  }
}
