/// How the rows of a step find their groups, with the sizes that decided it.
enum GroupStrategy: Equatable, Sendable {
  /// All rows are one group.
  case one
  /// A table with a slot for each combination of the keys' values. Columns are added straight from
  /// their codes where that is possible.
  case slots(Int, isFused: Bool)
  /// A table of slots that numbers groups as they are met.
  case numbered(slots: Int)
  /// A hash table of keys of so many words.
  case hashed(words: Int)
  /// The texts of so many keys are numbered, then rows are grouped by these numbers.
  case numberedTexts(Int)
  /// Rows are dealt out to ranges of keys.
  case partitioned(keyBits: Int, valueBits: Int, ranges: Int)
}

extension GroupStrategy {
  /// The way that a step's groups take, found as a run finds it.
  init(_ source: RowInput, _ plan: GroupPlan, context: RunContext) throws(QueryError) {
    if plan.keys.isEmpty {
      self = .one
      return
    }
    let source = source.usingKnownNumbers(for: plan)
    let texts =
      source.columnsToNumber(for: plan, context).count
      + (try source.keysToCompute(for: plan, context)).count
    if texts > 0 {
      self = .numberedTexts(texts)
    } else if let choice = try PartitionChoice(
      source, plan, isOfKept: source.isGroupedAsKept(for: plan, context), context: context)
    {
      self = .partitioned(
        keyBits: choice.layout.keyBits, valueBits: choice.layout.valueBits,
        ranges: choice.partitioning.count)
    } else {
      self = try GroupWorker(source, plan, context: context).strategy
    }
  }

  /// What is done and why, in words.
  func explanation(rowCount: Int) -> String {
    let cost = " (about \(nanosecondsPerRow) ns for each row and thread)"
    switch self {
    case .one: return "every row belongs to the only group"
    case .slots(let slots, let isFused):
      let way =
        isFused ? "columns are added from their codes" : "values are computed batch by batch"
      return "use a table of slots: keys have \(slots) combinations, missing values included; "
        + way + cost
    case .numbered(let slots):
      return "number groups as they are met: keys have \(slots) combinations, many of which may "
        + "not occur in \(rowCount) rows" + cost
    case .hashed(let words):
      return "use a hash table with keys of \(words * 8) bytes: they have more combinations than "
        + "slots are worth, or texts without a dictionary" + cost
    case .numberedTexts(let count):
      return "number the texts of \(count == 1 ? "a column" : "\(count) columns") first, in parts "
        + "that fit the cache: a sample shows many different ones; then group by the numbers" + cost
    case .partitioned(let keyBits, let valueBits, let ranges):
      return "deal rows out to \(ranges) ranges of keys that fit the cache, and sort these: keys "
        + "have \(keyBits) bits and values \(valueBits), and a sample shows many groups" + cost
    }
  }

  /// What one thread takes for a row, from measurements on one machine; a guide, not a promise.
  var nanosecondsPerRow: Int {
    switch self {
    case .one: 1
    case .slots(let slots, let isFused): (isFused ? 1 : 5) + (slots > 1 << 16 ? 1 : 0)
    case .numbered: 8
    case .hashed(let words): 12 + 4 * words
    case .partitioned: 23
    case .numberedTexts(let count): 23 + 60 * count
    }
  }
}

extension StepPlan {
  /// How groups and the best rows are found in a table, in words; nothing where only a run can tell.
  var strategies: (words: [String], groups: GroupStrategy?) {
    // What a run would complain about is its business.
    (try? findStrategies()) ?? ([], nil)
  }

  private func findStrategies() throws(QueryError) -> (words: [String], groups: GroupStrategy?) {
    // An index of a table that is looked up takes as long to make as many a query.
    guard case .table(let table, _) = rows.input, rows.lookups.isEmpty, rows.windows.isEmpty
    else { return ([], nil) }
    let context = RunContext()
    let source = try RowInput(rows, of: table, answers: [], context: context)
    if let groups {
      let plan = try groups.answered(by: [], source)
      let strategy = try GroupStrategy(source, plan, context: context)
      return ([strategy.explanation(rowCount: table.rowCount)], strategy)
    }
    guard let top = result.top else { return ([], nil) }
    if try TopChoice(source, result, context: context) == nil {
      return (["order all rows to find them"], nil)
    }
    let words =
      "keep \(top.count) rows of each group while rows are read; no others are put in order"
    return ([words], nil)
  }
}
