import ArgumentParser
import Tally

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs operators with less memory than they need: each must say so, hold no more than it was given,
/// and leave the engine as it was.
struct Limit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run questions and operators within limits on memory that grow until they suffice.")
  @OptionGroup var options: MeasureOptions
  @Option(help: "The smallest limit, in megabytes; each next is twice as large.") var least = 2
  @Option(help: "Megabytes that a process may grow by beyond a limit.") var allowance = 32
  @Option(help: "Operators whose name contains this; all if it isn't given.") var only = ""

  /// What a table's rows, the engine's own objects and the system's tables of pages may take.
  private static let greatest = 1 << 40

  func run() async throws {
    let threads = options.threads
    let database = Database()
    for table in options.suite.tables {
      try await database.load(table.name, from: .file(table.path), limits: Limits(threads: threads))
    }
    let control = Query(text: "count, sum v1 from x")
    let expected = try await database.run(control).formatted(.csv)
    print(Self.head)
    fflush(nil)
    var isKept = true
    let questions = options.questions.map { ("q\($0.number)", $0.query) }
    for (name, text) in questions + options.suite.operators {
      if name.hasPrefix("let ") {
        database[String(name.dropFirst(4))] = try await database.run(Query(text: text))
        continue
      }
      if !only.isEmpty, !name.contains(only) { continue }
      let row = try measure(name, Query(text: text), database)
      let isRight = try await database.run(control).formatted(.csv) == expected
      let isWithin = row.excess <= allowance << 20
      let verdict = !isRight ? "wrong afterwards" : isWithin ? "kept" : "exceeded"
      print(row.line + " \(verdict) |")
      fflush(nil)
      isKept = isKept && isRight && isWithin
    }
    if !isKept { throw ExitCode.failure }
  }

  private static let head = """
    | operator | refused at, MB | answered at, MB | grew beyond, MB | promise |
    |---|---:|---:|---:|---|
    """

  private struct Row {
    var name: String
    /// The largest limit that did not suffice, and the first that did.
    var refused: Int?
    var answered = 0
    /// The most that the process grew by beyond a limit.
    var excess = Int.min

    var line: String {
      let refused = refused.map { "\($0 >> 20)" } ?? "-"
      return "| \(name) | \(refused) | \(answered >> 20) | \(fixed(Double(excess) / 1e6, 1)) |"
    }
  }

  /// Raises the limit until a query is answered.
  private func measure(_ name: String, _ query: Query, _ database: Database) throws -> Row {
    var row = Row(name: name)
    var limit = least << 20
    while limit < Self.greatest {
      // Memory that is kept for who asks next counts for nobody.
      Database.releaseSpareMemory()
      ProcessMemory.forgetPeak()
      let before = ProcessMemory.now.resident
      var isAnswered = false
      do throws(QueryError) {
        let limits = Limits(memory: limit, threads: options.threads)
        let answer = try database.snapshot().run(query, limits: limits)
        isAnswered = answer.rowCount >= 0
      } catch {
        guard error.kind == .memory else { throw error }
      }
      row.excess = max(row.excess, ProcessMemory.now.peak - before - limit)
      if isAnswered {
        row.answered = limit
        return row
      }
      row.refused = limit
      limit *= 2
    }
    return row
  }
}
