/// Reads delimited text (CSV, TSV) into a table.
///
/// Nothing is sampled: every cell of every row has its say about the type of its column, and a
/// column is typed only where each of its values, written back in the column's notation, gives the
/// text that was read. A file that can be read in two ways that give different values is refused,
/// or read in one documented way with a note, as ``LoadOptions/ambiguity`` says.
///
/// An empty field is a missing value. An empty field in quotes is an empty text in a column of
/// texts and a missing value in any other.
enum DelimitedReader {
  /// Reads a source. What is read doesn't depend on the number of threads, the size of blocks or
  /// the level of vectors. `progress` is called after each block, on any thread, one call at a time.
  ///
  /// Throws errors of kind `file` if a source can't be read, `data` if it isn't the table that it
  /// should be or can be read in several ways, `memory` beyond the budget, and `cancelled`.
  ///
  /// Where `mentioned` is given, columns that it doesn't mention may be left out of the table; the
  /// others are as they would be with all.
  static func read(
    _ source: DataSource, options: LoadOptions = LoadOptions(), context: RunContext,
    calls: FileCalls = .system, blockSize: Int = BlockFeed.defaultBlockSize,
    level: VectorLevel = .highest, mentioned: MentionedNames? = nil,
    progress: (@Sendable (LoadProgress) -> Void)? = nil
  ) throws(QueryError) -> LoadedTable {
    let how = (options, context, calls, blockSize, level)
    if let mentioned, source.canBeReadAgain,
      let loaded = try read(source, how, mentioned, progress)
    {
      return loaded
    }
    guard let loaded = try read(source, how, nil, progress) else {
      throw .bug("all columns were read and more are wanted")
    }
    return loaded
  }

  /// How a source is read.
  private typealias Manner = (
    options: LoadOptions, context: RunContext, calls: FileCalls, blockSize: Int,
    level: VectorLevel
  )

  /// Reads a source once and gives nil where columns are needed that were left out.
  private static func read(
    _ source: DataSource, _ manner: Manner, _ mentioned: MentionedNames?,
    _ progress: (@Sendable (LoadProgress) -> Void)?
  ) throws(QueryError) -> LoadedTable? {
    let (options, context, calls, blockSize, level) = manner
    let feed = try BlockFeed(
      source, options: options, budget: context.budget, calls: calls, blockSize: blockSize,
      level: level)
    try feed.start()
    guard let head = feed.heads.first else { throw .bug("a feed without a file") }
    let choice = mentioned.flatMap { ColumnChoice($0, feed, options) }
    if mentioned != nil, choice == nil { return nil }
    let missing = MissingMarks(options.missing)
    let readings = initialReadings(head, options)
    let shared = SharedFeed(feed, progress: progress)
    var workers: [ReadingWorker] = []
    for number in 0..<context.workerCount {
      workers.append(
        try ReadingWorker(
          number: number, feed: shared, readings: readings, missing: missing,
          isLenient: options.isLenient, isRead: choice?.isRead, level: level, context: context))
    }
    let team = WorkerTeam(workers)
    WorkerPool.shared.run(workers: workers.count) { number in team.workers[number].run() }
    if let failure = shared.failure { throw failure }
    var assembly = TableAssembly(
      heads: shared.heads, workers: workers, options: options, missing: missing,
      choice: choice, context: context)
    return try assembly.assemble(source)
  }

  /// What the options leave of all readings, for each column.
  private static func initialReadings(_ head: FileHead, _ options: LoadOptions) -> [ReadingSet] {
    var readings = ReadingSet.all
    switch options.numbers {
    case .decimalPoint: readings = readings.restricted(toDecimal: 0)
    case .decimalComma: readings = readings.restricted(toDecimal: 1)
    case nil: break
    }
    switch options.dates {
    case .dayFirst: readings = readings.excluding(dateOrder: DateShape.monthFirst)
    case .monthFirst: readings = readings.excluding(dateOrder: DateShape.dayFirst)
    case .yearFirst:
      readings = readings.excluding(dateOrder: DateShape.dayFirst)
        .excluding(dateOrder: DateShape.monthFirst)
    case nil: break
    }
    var result = [ReadingSet](repeating: readings, count: head.columnCount)
    for (column, cell) in (head.firstRecord ?? []).enumerated()
    where options.types[cell.text] == .text {
      result[column] = .textOnly
    }
    return result
  }
}

/// SAFETY: each worker is used by one thread at a time, and by the caller only when all threads
/// have ended.
private final class WorkerTeam: @unchecked Sendable {
  let workers: [ReadingWorker]
  init(_ workers: [ReadingWorker]) { self.workers = workers }
}

extension DataSource {
  /// Whether the source gives the same bytes when it is read once more.
  fileprivate var canBeReadAgain: Bool {
    switch self {
    case .file, .pattern, .bytes: true
    case .files, .standardInput, .descriptor: false
    }
  }
}
