import ArgumentParser
import Tally

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Makes benchmark data and measures Tally, alone or beside its peers.
@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks",
    abstract: "Make benchmark data; measure Tally, alone or beside its peers.",
    subcommands: [
      Generate.self, GenerateJoin.self, Measure.self, Cancel.self, Limit.self, Compare.self,
      Cases.self, Serve.self,
    ])
}

/// Writes the group-by table.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the group-by table of the database-like ops benchmark.")

  @Option(help: "The rows.") var rows = 10_000_000
  @Option(help: "The different values of the coarse keys.") var groups = 100
  @Option(help: "Percent of values that are missing.") var missing = 0
  @Flag(help: "Order the rows by their keys.") var sorted = false
  @Flag(help: "Write no number with a power of ten.") var decimals = false
  @Option(help: "The directory to write to.") var directory = "."

  func validate() throws {
    guard rows > 0, groups > 0, rows / groups > 0, rows <= Int(Int32.max), (0...100) ~= missing
    else { throw ValidationError("rows, groups or missing are out of range") }
  }

  func run() throws {
    let shape = GroupByTable.Shape(
      rows: rows, groups: groups, missingPercent: missing, isSorted: sorted)
    let table = GroupByTable(shape)
    let path = "\(directory)/\(shape.name).csv"
    let bytes = try table.write(to: path, hasPowers: !decimals)
    let sums = table.values.map { $0.reduce(0) { $0 + Int($1) } }
    let amount = table.amounts.reduce(0) { $0 + max(0, Int($1)) }
    print("\(path): \(bytes) bytes")
    print("sums: v1 \(sums[0]), v2 \(sums[1]), v3 \(fixed(Double(amount) / 1e6, 3))")
    if let published = Self.published[shape.name] {
      let isSame = sums == Array(published.prefix(2)) && (amount + 500) / 1000 == published[2]
      print(isSame ? "These are the published sums." : "The published sums are \(published).")
      if !isSame { throw ExitCode.failure }
    }
  }

  /// The sums of v1, v2 and of v3 in thousandths that the benchmark publishes.
  private static let published = [
    "G1_1e7_1e2_0_0": [29_998_789, 79_989_360, 499_976_651_408],
    "G1_1e8_1e2_0_0": [299_991_302, 799_978_221, 5_000_103_937_772],
  ]
}

/// Writes the join tables.
struct GenerateJoin: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the join tables of the database-like ops benchmark.")

  @Option(help: "The rows: a multiple of a million.") var rows = 10_000_000
  @Flag(help: "Write no number with a power of ten.") var decimals = false
  @Option(help: "The directory to write to.") var directory = "."

  func validate() throws {
    guard rows > 0, rows.isMultiple(of: 10_000_000), rows <= 1_000_000_000 else {
      throw ValidationError("rows must be a multiple of ten million, a thousand million at most")
    }
  }

  func run() throws {
    for table in JoinTables(rows: rows).tables {
      let path = "\(directory)/\(table.name).csv"
      let bytes = try table.write(to: path, hasPowers: !decimals)
      let amount = table.amounts.reduce(0) { $0 + Int($1) }
      print("\(path): \(bytes) bytes, sum \(table.amountName) \(fixed(Double(amount) / 1e6, 3))")
    }
  }
}

/// What all measuring commands are told.
struct MeasureOptions: ParsableArguments {
  @Argument(help: "The file of the group-by table, or of the join tables' `x`.") var file: String
  @Option(help: "The threads that each engine may use.") var threads = 2
  @Option(help: "How often each question is asked, beside the first time.") var rounds = 7
  @Option(help: "Questions by number; all if none is given.") var question: [Int] = []

  var questions: [Question] {
    if question.isEmpty { return suite.questions }
    return suite.answerable.filter { question.contains($0.number) }
  }

  var suite: Suite { Suite(file: file) }

  var fileBytes: Int { suite.tables.reduce(0) { $0 + ($1.bytes) } }

  /// Runs engines and prints what they took.
  func report(_ engines: inout [any Engine], loads: Comparison.Loads) throws {
    let comparison = Comparison(
      questions: questions, rounds: rounds, loads: loads, hasPublishedSums: suite.isPublished)
    let reports = try comparison.run(&engines) { printProgress($0) }
    let table = ReportTable(reports: reports, questions: questions, fileBytes: fileBytes)
    print(table.text)
    if reports.first?.failures.isEmpty == false { throw ExitCode.failure }
  }
}

/// Measures Tally alone.
struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Measure Tally in this process.")
  @OptionGroup var options: MeasureOptions

  func run() throws {
    var engines: [any Engine] = [TallyEngine(suite: options.suite, threads: options.threads)]
    try options.report(&engines, loads: Comparison.Loads(rounds: 1, touch: 0))
  }
}

/// Measures Tally and its peers in turns, each in a process of its own.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure Tally beside peers that are installed, in turns.")
  @OptionGroup var options: MeasureOptions
  @OptionGroup var peers: PeerOptions
  @Option(help: "The command `tally`, to measure how soon it answers.") var tally: String?

  func run() throws {
    let running = try peers.start(options.file, threads: options.threads)
    defer { for engine in running { engine.end() } }
    var engines: [any Engine] = running
    try options.report(&engines, loads: peers.loads)
    if let tally { print(try StartUp(tally: tally, python: peers.python).text()) }
  }
}

/// Answers the commands that ``PeerEngine`` sends.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer commands on standard input.", shouldDisplay: false)
  @OptionGroup var options: MeasureOptions

  func run() throws {
    var engine = TallyEngine(suite: options.suite, threads: options.threads)
    while let line = readLine() {
      do {
        if line == "load" {
          let load = try engine.load()
          print(load.seconds, load.resident, load.peak)
        } else if line == "forget" {
          engine.forget()
          print(0)
        } else if line == "tune" {
          engine.tune()
          print(0)
        } else if line == "memory" {
          let memory = try engine.memory()
          print(memory.resident, memory.peak)
        } else if let question = options.suite.answerable.first(
          where: { "run \($0.number)" == line })
        {
          let measure = try engine.run(question)
          print(([measure.seconds] + measure.sums).map { "\($0)" }.joined(separator: " "))
        } else {
          print("error unknown command")
        }
      } catch {
        print("error \(error)")
      }
      fflush(nil)
    }
  }
}
