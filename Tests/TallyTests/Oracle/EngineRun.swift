@testable import Tally
@testable import TallySyntax

/// How the engine runs a query of a test: nothing of it may change the answer.
struct EngineRun: Sendable {
  var workers = 1
  var batchRows = 64
  /// How columns are kept; nil as they were read.
  var layout: ColumnLayout? = .narrowest
  var tuning = JoinTuning.standard
  var grouping = GroupTuning.standard

  /// The day that counts as today.
  static let today = CalendarDate(daysSince1970: 19_770)

  init() {}

  /// One way of many, by number.
  init(_ number: Int) {
    batchRows = [1, 7, 63, 64, 65, 1000][number % 6]
    layout = ColumnLayout.allCases[number / 6 % ColumnLayout.allCases.count]
    workers = [1, 2, 3][number / 18 % 3]
    tuning = JoinTuning.small[number / 3 % JoinTuning.small.count]
    grouping = GroupTuning.choices[number % 5]
  }

  /// The answer on tables `t` and `u`.
  func answer(_ tree: QuerySyntax, _ source: SourceText, _ tables: RandomTables)
    throws(QueryError) -> Table
  {
    try answer(tree, source, [("t", tables.facts), ("u", tables.others)])
  }

  func answer(
    _ tree: QuerySyntax, _ source: SourceText, _ tables: [(name: String, table: OracleTable)]
  ) throws(QueryError) -> Table {
    try answer(
      tree, source,
      on: try tables.mapThrowing { (name, table) throws(QueryError) in
        (name, try table.table(layout ?? .narrowest))
      })
  }

  /// The answer on tables whose columns are kept as they are, whatever ``layout`` says.
  func answer(
    _ tree: QuerySyntax, _ source: SourceText, on tables: [(String, Table)],
    budget: MemoryBudget? = nil
  ) throws(QueryError) -> Table {
    let plan = try plan(tree, source, on: tables)
    return try QueryRunner(context: context(budget)).run(plan)
  }

  /// The context of a run, in which all workers take part however few rows there are.
  private func context(_ budget: MemoryBudget? = nil) -> RunContext {
    RunContext(
      budget: budget, workerCount: workers, batchRows: batchRows, leastParallelRows: 0,
      tuning: tuning, grouping: grouping)
  }

  /// The plan of a query.
  func plan(_ tree: QuerySyntax, _ source: SourceText, on tables: [(String, Table)])
    throws(QueryError) -> QueryPlan
  {
    var environment = Environment()
    OracleScript(source.text)?.define(in: &environment)
    environment.today = Self.today
    for (name, table) in tables {
      environment.tables[name] = Environment.NamedTable(name: name, table: table)
    }
    let context = context()
    var binder = Binder(environment: environment, source: source)
    binder.access = TableAccess(
      run: { (plan) throws(QueryError) in try QueryRunner(context: context).run(plan) },
      load: { (path, _) throws(QueryError) in
        throw QueryError(kind: .file, message: "no files: \(path)")
      })
    return try binder.plan(tree)
  }

  /// The answer to a text.
  func answer(_ query: String, on tables: [(String, Table)], budget: MemoryBudget? = nil)
    throws(QueryError) -> Table
  {
    let (tree, source) = try Self.parsed(query)
    return try answer(tree, source, on: tables, budget: budget)
  }

  func answer(_ query: String, _ tables: RandomTables) throws(QueryError) -> Table {
    try answer(query, [("t", tables.facts), ("u", tables.others)])
  }

  func answer(_ query: String, _ tables: [(name: String, table: OracleTable)])
    throws(QueryError) -> Table
  {
    let (tree, source) = try Self.parsed(query)
    return try answer(tree, source, tables)
  }

  private static func parsed(_ query: String) throws(QueryError) -> (QuerySyntax, SourceText) {
    guard let script = OracleScript(query) else {
      throw QueryError(kind: .syntax, message: "no query: \(query)")
    }
    return (script.query, script.source)
  }
}

extension EngineRun {
  /// Ways in which every choice meets every choice of each other kind: rows and columns of a square
  /// and its diagonals, an orthogonal array of strength two.
  static let pairs: [EngineRun] = (0..<25).map { number in
    let (row, column) = (number / 5, number % 5)
    var run = EngineRun()
    run.workers = [1, 2, 3, 8, 2][row]
    run.batchRows = [7, 1, 64, 1000, RunContext.defaultBatchRows][column]
    let layout = (row + column) % 5
    run.layout = layout < ColumnLayout.allCases.count ? ColumnLayout.allCases[layout] : nil
    run.tuning = JoinTuning.small[(row + 2 * column) % 5]
    run.grouping = GroupTuning.choices[(row + 3 * column) % 5]
    return run
  }
}

extension JoinTuning {
  /// Sizes at which few rows go every way, the usual one among them.
  static let small: [JoinTuning] = {
    var hashed = JoinTuning()
    hashed.freePositions = 0
    hashed.positionsPerRow = 0
    var parted = hashed
    parted.cachedRows = 2
    var pruned = JoinTuning()
    pruned.leastPrunedRows = 0
    pruned.sharedTextFraction = 1
    var shared = pruned
    shared.sharedTextFraction = 1000
    return [.standard, hashed, parted, pruned, shared]
  }()
}

extension GroupTuning {
  /// Sizes at which small tables take each of the ways to group.
  static let choices = [
    .standard,
    GroupTuning(leastFusedRows: 0, leastBucketedRows: 0),
    GroupTuning(
      leastPartitionedRows: 0, mostSlots: 0, leastSampledGroups: 0, partitionRows: 8,
      leastDealtTexts: 0),
    GroupTuning(
      leastFusedRows: 0, leastPartitionedRows: 0, mostSlots: 30, leastSampledGroups: 0,
      partitionRows: 1, leastBucketedRows: 0),
    GroupTuning(
      leastPartitionedRows: 0, mostSlots: 8, leastSampledGroups: 5, partitionRows: 30,
      leastDealtTexts: 40),
  ]
}
