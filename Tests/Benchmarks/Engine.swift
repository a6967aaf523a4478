import Tally

/// One engine that answers the questions about one file: this process, or a peer behind a pipe.
protocol Engine {
  /// Its name in tables.
  var name: String { get }
  /// Reads the file.
  mutating func load() throws -> LoadMeasure
  /// Gives the tables up, so that they can be loaded again.
  mutating func forget() throws
  /// Brings the tables into the set-up that suits the engine best, if that is not the usual one.
  mutating func tune() throws
  /// The bytes that are resident, and the most that were since this was last asked or tables were
  /// loaded; the present is the most from here on.
  mutating func memory() throws -> ProcessMemory
  /// Answers a question once, with the sums of the answer's columns.
  mutating func run(_ question: Question) throws -> RunMeasure
}

/// What loading took.
struct LoadMeasure {
  var seconds: Double
  /// Bytes that are resident after it, and at most during it.
  var resident: Int
  var peak: Int
}

/// What one answer took, and the sums that prove it.
struct RunMeasure {
  var seconds: Double
  var sums: [Double]
}

/// Tally inside of this process.
struct TallyEngine: Engine {
  let name = "tally"
  let suite: Suite
  let threads: Int
  private var database = Database()
  private let clock = ContinuousClock()

  init(suite: Suite, threads: Int) {
    self.suite = suite
    self.threads = threads
  }

  func load() throws -> LoadMeasure {
    let took = try clock.measure {
      for table in suite.tables {
        try database.load(table.name, from: .file(table.path), limits: Limits(threads: threads))
      }
    }
    let memory = ProcessMemory.now
    ProcessMemory.forgetPeak()
    return LoadMeasure(seconds: seconds(took), resident: memory.resident, peak: memory.peak)
  }

  mutating func forget() { database = Database() }

  func tune() {}

  func memory() throws -> ProcessMemory {
    defer { ProcessMemory.forgetPeak() }
    return ProcessMemory.now
  }

  func run(_ question: Question) throws -> RunMeasure {
    let query = Query(text: question.query)
    let start = clock.now
    let answer = try database.run(query, limits: Limits(threads: threads))
    let took = seconds(clock.now - start)
    return RunMeasure(seconds: took, sums: question.check(answer))
  }
}
