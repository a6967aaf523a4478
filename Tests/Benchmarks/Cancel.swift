import ArgumentParser
import Tally

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Measures how long runs go on after they were cancelled, operator by operator.
struct Cancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Cancel loads and queries at random moments; print how soon each ends.")
  @OptionGroup var options: MeasureOptions
  @Option(help: "How often each load and query is cancelled at most.") var times = 100
  @Option(help: "The seconds after which no more runs of one of them are cancelled.")
  var seconds = 3.0
  @Option(help: "Operators whose name contains this; all if it isn't given.") var only = ""
  @Option(help: "Gigabytes to write to and give back first.") var touch = 4
  @Flag(help: "Print where the longest work without a look began and ended, for addr2line.")
  var places = false

  /// The promise: at the 99th percentile no run goes on for longer, in milliseconds.
  private static let promised = 5.0

  /// What is done with a flag that stops it.
  private typealias Work = @Sendable (Cancellation) throws -> Void

  func run() async throws {
    let limits = Limits(threads: options.threads)
    let database = Database()
    touchMemory(gigabytes: touch)
    var isKept = true
    print(Row.head)
    for table in options.suite.tables {
      try await database.load(table.name, from: .file(table.path), limits: limits)
      let row = try await measure("load \(table.name)") { cancellation in
        try Database().load(
          table.name, from: .file(table.path), limits: limits, cancellation: cancellation)
      }
      if let row { isKept = row.isWithin(Self.promised) && isKept }
    }
    let questions = options.questions.map { ("q\($0.number)", $0.query) }
    for (name, text) in questions + options.suite.operators {
      if name.hasPrefix("let ") {
        do {
          database[String(name.dropFirst(4))] = try await database.run(Query(text: text))
        } catch {
          print("\(name): \(error)")
        }
        continue
      }
      let row = try await measureOrTell(name) { cancellation in
        _ = try database.snapshot().run(
          Query(text: text), limits: limits, cancellation: cancellation)
      }
      if let row { isKept = row.isWithin(Self.promised) && isKept }
    }
    if !isKept { throw ExitCode.failure }
  }

  /// Measures one operator, or prints why it could not be run.
  private func measureOrTell(_ name: String, _ work: @escaping Work) async throws -> Row? {
    do {
      return try await measure(name, work)
    } catch let error as QueryError {
      print("\(name): \(error)")
      return nil
    }
  }

  /// Measures one operator and prints its line, unless another is wanted.
  private func measure(_ name: String, _ work: @escaping Work) async throws -> Row? {
    if !only.isEmpty, !name.contains(only) { return nil }
    let clock = ContinuousClock()
    let watch = PollWatch(findsPlaces: places)
    // Runs but the first find memory as later ones will, and the watch their threads.
    for _ in 0..<2 {
      let cancellation = Cancellation()
      watch.begin(cancellation)
      try work(cancellation)
      watch.end()
    }
    let whole = try clock.measure { try work(Cancellation()) }
    var row = Row(
      name: name, whole: milliseconds(whole), longestGap: watch.longest,
      expected: watch.delay(exceededBy: 1))
    var random = MersenneTwister(seed: 108)
    let start = clock.now
    var count = 0
    while count < times, clock.now - start < .seconds(seconds) {
      count += 1
      let moment = whole * (Double(random.bits()) / 4_294_967_296)
      if let delay = await Self.delay(of: work, cancelledAfter: moment) {
        row.delays.append(delay)
      }
    }
    row.delays.sort()
    print(row.line)
    if places {
      for (word, place) in [("from", watch.places.start), ("to", watch.places.end)] {
        print("  \(word)", place.map { "0x" + String($0, radix: 16) }.joined(separator: " "))
      }
    }
    fflush(nil)
    return row
  }

  /// The milliseconds from the cancellation to the end of the run; nil where it ended before.
  private static func delay(of work: @escaping Work, cancelledAfter moment: Duration) async
    -> Double?
  {
    let clock = ContinuousClock()
    let cancellation = Cancellation()
    let task = Task.detached { () -> ContinuousClock.Instant? in
      do {
        try work(cancellation)
        return nil
      } catch {
        return clock.now
      }
    }
    try? await Task.sleep(for: moment)
    let start = clock.now
    cancellation.cancel()
    return await task.value.map { milliseconds($0 - start) }
  }

  private struct Row {
    var name: String
    /// What an undisturbed run takes, in milliseconds.
    var whole: Double
    /// The longest that a thread works without looking whether the run is to stop.
    var longestGap: Double
    /// What one in a hundred cancellations would wait longer for, by these gaps.
    var expected: Double
    /// From the cancellation to the end of the run, in milliseconds, ascending.
    var delays: [Double] = []

    func percentile(_ percent: Int) -> Double {
      delays.isEmpty ? 0 : delays[(delays.count - 1) * percent / 100]
    }

    func isWithin(_ promised: Double) -> Bool { max(expected, percentile(99)) <= promised }

    static let head = """
      | operator | runs, ms | longest gap, ms | p99 by gaps, ms | cancelled | median, ms | p99, ms \
      | longest, ms |
      |---|---:|---:|---:|---:|---:|---:|---:|
      """

    var line: String {
      let gaps = "\(fixed(longestGap, 2)) | \(fixed(expected, 2))"
      let numbers = [50, 99, 100].map { fixed(percentile($0), 2) }.joined(separator: " | ")
      return "| \(name) | \(fixed(whole, 0)) | \(gaps) | \(delays.count) | \(numbers) |"
    }
  }
}

/// The milliseconds of a duration.
private func milliseconds(_ duration: Duration) -> Double { seconds(duration) * 1000 }
