/// One worker's way through the stages of a row source.
final class RowPipeline {
  /// The evaluators, to which the owner adds its own.
  let group: EvaluatorGroup
  /// What each condition decided, by its place among the source's filters.
  private(set) var decisions: [Decision]
  /// What each lookup met, in their order.
  private(set) var meetings: [Meeting]
  /// The rows that passed all stages.
  private(set) var rowsKept = 0
  private let source: RowInput
  private let budget: MemoryBudget?
  private let batchRows: Int
  private var steps: [Step] = []
  private let unknown: AlignedBytes

  /// The rows that a condition decided on.
  struct Decision {
    var tested = 0
    var isTrue = 0
    var unknown = 0
    var unknownKept = 0
  }

  /// The rows that a lookup met.
  struct Meeting {
    var rows = 0
    var matched = 0
    var missingKeys = 0
    var greatestAge: Int64 = -1
  }

  private enum Step {
    case filter(Evaluator, place: Int, selection: AlignedBytes)
    case lookup(slot: Int, LookupProbe, partners: AlignedBytes, selection: AlignedBytes?)
  }

  /// The partners of rows that a condition left undecided, by lookup.
  private let restPartners: [AlignedBytes]

  init(_ source: RowInput, context: RunContext) throws(QueryError) {
    self.source = source
    budget = context.budget
    batchRows = context.batchRows
    group = source.makeGroup(context)
    decisions = source.filters.map { _ in Decision() }
    meetings = source.lookups.map { _ in Meeting() }
    unknown = try AlignedBytes(byteCount: batchRows * 4, budget: budget)
    let (rows, memory) = (batchRows, budget)
    restPartners = try source.lookups.mapThrowing { _ throws(QueryError) in
      try AlignedBytes(byteCount: rows * 4, budget: memory)
    }
    var place = 0
    for stage in source.stages {
      let memory = try AlignedBytes(byteCount: batchRows * 4, budget: budget)
      switch stage {
      case .filter(let filter):
        steps.append(
          .filter(try group.add(filter.condition), place: place, selection: memory))
        place += 1
      case .lookup(let slot):
        let lookup = slot - source.given.count
        let (plan, index) = (source.lookups[lookup], source.indexes[lookup])
        let keys = try index.keys(plan.keys.map(\.left), columns: source.columns, group)
        let selection =
          plan.join == .inner ? try AlignedBytes(byteCount: batchRows * 4, budget: budget) : nil
        let probe = try LookupProbe(
          index, keys, rows: context.batchRows, budget: context.budget)
        if let time = plan.asOf?.time, let timed = source.timed[lookup] {
          probe.asOf = AsOfProbe(timed, try group.add(time))
        }
        steps.append(
          .lookup(slot: slot, probe, partners: memory, selection: selection))
      }
    }
  }

  /// Takes rows through the stages.
  ///
  /// `undecided` is called with the rows of each condition that a missing value decided, by the
  /// condition's place; `kept` once with those that passed. The group has begun the batch that it
  /// is called with.
  func run(
    start: Int, count: Int,
    undecided: (Int, Batch) throws(QueryError) -> Void,
    kept: (Batch) throws(QueryError) -> Void
  ) throws(QueryError) {
    var batch = batch(start: start, count: count)
    for index in steps.indices {
      if batch.selectedCount == 0 { return }
      try group.begin(batch)
      try run(index, &batch, undecided)
    }
    if batch.selectedCount == 0 { return }
    rowsKept += batch.selectedCount
    try group.begin(batch)
    try kept(batch)
  }

  /// Takes rows through the only stage, a condition. `masked` is called with a 1 for each row that
  /// passed and their number, or with no mask where all did; `kept` instead where few passed.
  func runMasked(
    start: Int, count: Int,
    undecided: (Int, Batch) throws(QueryError) -> Void,
    masked: (UnsafePointer<UInt8>?, Int) throws(QueryError) -> Void,
    kept: (Batch) throws(QueryError) -> Void
  ) throws(QueryError) {
    guard case .filter(let condition, let place, let selection) = steps.first else {
      throw .bug("a mask of rows that no condition decides on")
    }
    var batch = batch(start: start, count: count)
    try group.begin(batch)
    let outcome = try condition.evaluate()
    guard case .booleans(let mask) = outcome.storage else {
      throw .bug("a condition that is neither true nor false")
    }
    let rest = decide(outcome, place, batch)
    let passed = outcome.isConstant ? Int(mask[0]) * count : countOnes(mask, count: count)
    decisions[place].isTrue += passed
    rowsKept += passed
    if passed == count {
      try masked(nil, count)
    } else if passed * Self.maskedShare >= count {
      try masked(mask, passed)
    } else if passed > 0 {
      select(outcome, &batch, into: selection.pointer(to: UInt32.self))
      try group.begin(batch)
      try kept(batch)
    }
    if let rest { try undecided(place, rest) }
  }

  /// A mask over all rows is cheaper than a selection where at least one row in so many passes.
  private static let maskedShare = 8

  /// Counts rows that nothing had to be done to, because the input keeps all.
  func pass(_ count: Int) {
    rowsKept += count
    for place in decisions.indices {
      decisions[place].tested += count
      decisions[place].isTrue += count
    }
  }

  /// All rows of a batch, before the first stage.
  private func batch(start: Int, count: Int) -> Batch {
    var batch = Batch(columns: source.columns, start: start, count: count)
    // Slots that no stage has met yet are read by no expression.
    batch.partners =
      source.given.map { UnsafePointer($0.numbers.pointer + start) }
      + restPartners.map { UnsafePointer($0.pointer(to: UInt32.self)) }
    return batch
  }

  /// Counts the rows that pass where nothing else is wanted of them, and those that a missing value
  /// decided; nil, with nothing counted, where the stages are more than one condition.
  func countKept(start: Int, count: Int) throws(QueryError) -> (kept: Int, undecided: Int)? {
    guard steps.count == 1, case .filter(let condition, let place, _) = steps[0] else {
      return nil
    }
    try group.begin(batch(start: start, count: count))
    let before = group.counts
    let found: TruthCount
    if let short = try condition.countTrue() {
      found = short
    } else {
      let outcome = try condition.evaluate()
      guard case .booleans(let mask) = outcome.storage else {
        // The rows are taken once more.
        group.counts = before
        return nil
      }
      let (rows, times) = outcome.isConstant ? (1, count) : (count, 1)
      found = TruthCount(
        isTrue: countOnes(mask, count: rows) * times,
        unknown: (outcome.unknown.map { countOnes($0, count: rows) } ?? 0) * times,
        unknownTrue: countKeptUnknown(outcome, count))
    }
    decisions[place].tested += count
    decisions[place].isTrue += found.isTrue
    decisions[place].unknown += found.unknown
    decisions[place].unknownKept += found.unknownTrue
    rowsKept += found.isTrue
    return (found.isTrue, found.unknown)
  }

  private func run(
    _ index: Int, _ batch: inout Batch, _ undecided: (Int, Batch) throws(QueryError) -> Void
  ) throws(QueryError) {
    switch steps[index] {
    case .filter(let condition, let place, let selection):
      let outcome = try condition.evaluate()
      var rest = decide(outcome, place, batch)
      select(outcome, &batch, into: selection.pointer(to: UInt32.self))
      decisions[place].isTrue += batch.selectedCount
      try lookUpRest(&rest, after: index)
      if let rest { try undecided(place, rest) }
    case .lookup(let slot, let probe, let partners, let selection):
      let rows = partners.pointer(to: UInt32.self)
      let met = try probe.meet(batch, into: rows)
      let lookup = slot - source.given.count
      meetings[lookup].rows += batch.selectedCount
      meetings[lookup].matched += met.matched
      meetings[lookup].missingKeys += met.missingKeys
      meetings[lookup].greatestAge = max(meetings[lookup].greatestAge, met.greatestAge)
      batch.partners[slot] = UnsafePointer(rows)
      guard let selection, met.matched < batch.selectedCount else { break }
      // An inner join keeps the rows that have a partner.
      selectPartnered(rows, &batch, into: selection.pointer(to: UInt32.self))
    }
  }

  /// Counts the rows that a condition decides on, but for those that pass; gives those that a
  /// missing value decided, if there are any.
  private func decide(_ outcome: Vector, _ place: Int, _ batch: Batch) -> Batch? {
    let open = unknown.pointer(to: UInt32.self)
    let openCount = selectUnknown(outcome, batch, into: open)
    decisions[place].tested += batch.selectedCount
    decisions[place].unknown += openCount
    decisions[place].unknownKept += countKeptUnknown(outcome, batch.selectedCount)
    if openCount == 0 { return nil }
    var rest = batch
    rest.selection = UnsafePointer(open)
    rest.selectedCount = openCount
    return rest
  }

  /// Takes rows that a condition left undecided through the lookups behind it, whose columns may
  /// be keys of their groups.
  private func lookUpRest(_ rest: inout Batch?, after index: Int) throws(QueryError) {
    guard var batch = rest else { return }
    defer { rest = batch }
    for case .lookup(let slot, let probe, _, _) in steps[(index + 1)...] {
      try group.begin(batch)
      let partners = restPartners[slot - source.given.count].pointer(to: UInt32.self)
      _ = try probe.meet(batch, into: partners)
      batch.partners[slot] = UnsafePointer(partners)
    }
  }
}

/// Narrows a batch to the rows that have a partner.
private func selectPartnered(
  _ partners: UnsafePointer<UInt32>, _ batch: inout Batch,
  into selection: UnsafeMutablePointer<UInt32>
) {
  var kept = 0
  if let offsets = batch.selection {
    for place in 0..<batch.selectedCount {
      let offset = offsets[place]
      selection[kept] = offset
      kept &+= Int(unsafeBitCast(partners[Int(offset)] != Batch.noPartner, to: UInt8.self))
    }
  } else {
    for row in 0..<batch.selectedCount {
      selection[kept] = UInt32(truncatingIfNeeded: row)
      kept &+= Int(unsafeBitCast(partners[row] != Batch.noPartner, to: UInt8.self))
    }
  }
  batch.selection = UnsafePointer(selection)
  batch.selectedCount = kept
}

/// Narrows a batch to the rows for which a condition is true.
func select(_ outcome: Vector, _ batch: inout Batch, into selection: UnsafeMutablePointer<UInt32>) {
  guard case .booleans(let mask) = outcome.storage else { return }
  if outcome.isConstant {
    if mask[0] == 0 { batch.selectedCount = 0 }
    return
  }
  let count = compactOffsets(
    mask, wanted: 1, offsets: batch.selection, count: batch.selectedCount, into: selection)
  if count == batch.selectedCount { return }
  batch.selection = UnsafePointer(selection)
  batch.selectedCount = count
}

/// The rows of a batch that a missing value decided.
private func selectUnknown(
  _ outcome: Vector, _ batch: Batch, into selection: UnsafeMutablePointer<UInt32>
) -> Int {
  guard let mask = outcome.unknown else { return 0 }
  if outcome.isConstant {
    if mask[0] == 0 { return 0 }
    for row in 0..<batch.selectedCount {
      selection[row] = batch.selection.map { $0[row] } ?? UInt32(truncatingIfNeeded: row)
    }
    return batch.selectedCount
  }
  return compactOffsets(
    mask, wanted: 1, offsets: batch.selection, count: batch.selectedCount, into: selection)
}

private func countKeptUnknown(_ outcome: Vector, _ count: Int) -> Int {
  guard let unknown = outcome.unknown, case .booleans(let mask) = outcome.storage else { return 0 }
  if outcome.isConstant { return unknown[0] & mask[0] == 1 ? count : 0 }
  var kept = 0
  for row in 0..<count { kept &+= Int(unknown[row] & mask[row]) }
  return kept
}
