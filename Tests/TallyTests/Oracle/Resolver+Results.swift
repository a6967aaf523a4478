@testable import Tally
@testable import TallySyntax

/// The result of one step.
struct OracleResult {
  var table: OracleTable
  var receipt: Receipt.Step
  /// Whether the columns are known without the data, so that a next step can name them.
  var isPlain = true
  /// The groups that appear in the answer.
  var shown = Set<[CellValue]>()
  /// Whether whole numbers may have 128 bits, by column.
  var mayBeWide: [Bool] = []
  /// What values of columns are that can't be added up, by place.
  var additivity: [Int: Additivity] = [:]
  /// The columns in which no row of the table that was read has a value.
  var isEmpty: [Bool] = []
}

extension Resolver {
  /// The result of a step; nothing where it only keeps and extends rows, unless it is forced.
  mutating func result(of input: inout OracleInput, _ step: StepSyntax, isForced: Bool) throws
    -> OracleResult?
  {
    defer { groups = nil }
    switch step.head?.form {
    case .aggregate, .show: return try grouped(&input, step)
    case .list, nil:
      guard !step.clauses.contains(where: \.groups) else { throw invalid("groups of rows") }
      return try listed(&input, step, isForced: isForced)
    }
  }

  // MARK: Rows given out

  private mutating func listed(_ input: inout OracleInput, _ step: StepSyntax, isForced: Bool)
    throws -> OracleResult?
  {
    var outputs: [OracleColumn] = []
    if let head = step.head {
      var names = OracleNames()
      for item in head.items {
        guard case .expression(let expression) = item.kind else { continue }
        let meaning = try value(expression, clause: "list")
        outputs.append(
          OracleColumn(
            name: try names.claim(item.alias, name(of: expression)), meaning: meaning))
      }
      if head.items.isEmpty { outputs = allColumns }
      for (item, output) in zip(head.items, outputs) where item.alias != nil {
        scope.entries.append(
          OracleScope.Entry(name: output.name, qualifier: nil, meaning: output.meaning))
      }
    }
    let cuts = try OracleCuts(step, self, defaultMeasure: nil)
    input.watched += takeWatched()
    takeWindows(&input)
    if step.head == nil {
      guard cuts.isAny || isForced else { return nil }
      outputs = allColumns
    }
    var receipt = Receipt.Step()
    let (kept, _) = try run(input, &receipt)
    for filter in input.watched { _ = try note(filter, kept, &receipt) }
    var rows = kept
    if step.head?.isDistinct == true {
      var known = Set<[CellValue]>()
      rows = try rows.filter { row in
        known.insert(try outputs.map { try $0.meaning.value(row).value }).inserted
      }
    }
    rows = try cuts.cut(rows, &receipt).rows
    if step.head?.isDistinct == true { receipt.rowsUnranked = 0 }
    receipt.rowsOut = rows.count
    return OracleResult(
      table: OracleTable(
        names: outputs.map(\.name), types: outputs.map(\.meaning.type),
        rows: try rows.map { row in try outputs.map { try $0.meaning.value(row).value } }),
      receipt: receipt, mayBeWide: outputs.map(\.meaning.mayBeWide),
      additivity: outputs.additivity(from: 0),
      isEmpty: outputs.map(\.meaning.isEmptyColumn))
  }

  /// Has the rows so far computed for the windows that were found.
  func takeWindows(_ input: inout OracleInput) {
    input.stages += notes.windows.map { .window($0) }
    notes.windows = []
  }

  func takeWatched() -> [OracleFilter] {
    defer { notes.watched = [] }
    return notes.watched
  }

  /// All columns of the rows: of several with one name the last of the step's own.
  private var allColumns: [OracleColumn] {
    var names = OracleNames()
    var outputs: [OracleColumn] = []
    for (index, entry) in scope.entries.enumerated() {
      let key = entry.name.lowercased()
      let isHidden = scope.entries[(index + 1)...].contains {
        !$0.isLookedUp && !entry.isLookedUp && $0.name.lowercased() == key
      }
      if isHidden { continue }
      let prefix = names.isTaken(entry.name) ? entry.qualifier.map { $0 + "." } ?? "" : ""
      outputs.append(
        OracleColumn(name: names.make(prefix + entry.name), meaning: entry.meaning))
    }
    return outputs
  }

  // MARK: Groups

  private mutating func grouped(_ input: inout OracleInput, _ step: StepSyntax) throws
    -> OracleResult
  {
    guard let head = step.head else { throw invalid("no head") }
    let scope = OracleGroups()
    var names = OracleNames()
    var (rowKeys, acrossKeys) = (0, 0)
    var (hasTotals, hasSubtotals) = (false, false)
    for clause in step.clauses {
      let items: [ItemSyntax]
      switch clause {
      case .groupBy(let clause):
        items = clause.keys
        hasSubtotals = clause.hasTotals
        rowKeys = items.count
      case .across(let clause):
        items = clause.keys
        hasTotals = clause.hasTotals
        acrossKeys = items.count
      default: continue
      }
      for item in items {
        guard case .expression(let expression) = item.kind else { continue }
        let meaning = try value(expression, clause: "group by")
        let name = try names.claim(item.alias, name(of: expression))
        scope.addKey(OracleColumn(name: name, meaning: meaning), words: text(expression.span))
      }
    }
    scope.members = input.members
    scope.memberNames = input.memberNames
    groups = scope
    var measures = try measures(head, &names)
    scope.items = measures
    let shaped = try shape(step, measures, &names, &input)
    if let shaped {
      measures = shaped.columns
      scope.items = measures
      if acrossKeys > 0 || hasSubtotals || !scope.windows.isEmpty { throw invalid("a shape") }
    }
    let cuts = try OracleCuts(step, self, defaultMeasure: measures[0].meaning)
    if shaped != nil, cuts.hasRest { throw invalid("a rest of a shape") }
    if cuts.hasRest, rowKeys == 0 { throw invalid("a rest of one row") }
    let isCrossed = acrossKeys > 0 && (!cuts.order.isEmpty || cuts.top != nil || cuts.having != nil)
    if !scope.windows.isEmpty, acrossKeys > 0 || hasSubtotals || cuts.hasRest {
      throw invalid("a window over a table of two axes")
    }
    if hasTotals || hasSubtotals || isCrossed || cuts.hasRest,
      scope.calls.contains(where: { $0.isDistinct && $0.function != .count })
    {
      throw invalid("a total of distinct values")
    }
    input.watched += takeWatched()
    var receipt = Receipt.Step()
    let (kept, undecided) = try run(input, &receipt)
    let filters = receipt.conditions
    receipt.conditions = []
    try scope.take(kept, isEager: oracle.isEager)
    var known = Set<String>()
    for call in scope.calls where known.insert(call.words).inserted {
      try noteSkipped(call, scope, &receipt)
    }
    if let shape = shaped?.shape { try extendDomains(shape, step, scope.rowKeys) }
    var layout = OracleLayout(
      groups: scope, measures: measures, cuts: cuts, rowKeys: rowKeys, acrossKeys: acrossKeys,
      hasTotals: hasTotals, hasSubtotals: hasSubtotals)
    layout.shape = shaped?.shape
    var result =
      acrossKeys > 0 || hasSubtotals ? try layout.crossed(receipt) : try layout.listed(receipt)
    result.receipt.rowsOut = result.table.rows.count
    if shaped == nil { result.additivity = measures.additivity(from: rowKeys) }
    try noteConditions(input, filters, undecided, layout, kept, &result)
    return result
  }

  /// The items of a head; windows come last, as their order may be that of another item.
  private func measures(_ head: HeadSyntax, _ names: inout OracleNames) throws -> [OracleColumn] {
    var found: [Int: (Meaning, String)] = [:]
    for areWindows in [false, true] {
      for (index, item) in head.items.enumerated() {
        var isWindow = false
        item.forEachExpression { if $0.mayHoldWindow(ofGroups: true) { isWindow = true } }
        guard isWindow == areWindows else { continue }
        found[index] = try measure(item)
      }
      groups?.items = found.sorted { $0.key < $1.key }.map { index, value in
        OracleColumn(name: head.items[index].alias?.text ?? value.1, meaning: value.0)
      }
    }
    groups?.items = []
    return try head.items.enumerated().compactMap { index, item in
      guard let (meaning, name) = found[index] else { return nil }
      return OracleColumn(name: try names.claim(item.alias, name), meaning: meaning)
    }
  }

  private func measure(_ item: ItemSyntax) throws -> (Meaning, String) {
    switch item.kind {
    case .aggregate(let aggregate):
      let phrase = phrase(aggregate)
      return (try self.aggregate(phrase), name(of: phrase))
    case .expression(let expression): return (try meaning(expression), name(of: expression))
    }
  }

  private func noteSkipped(
    _ call: OracleCall, _ groups: OracleGroups, _ receipt: inout Receipt.Step
  ) throws {
    // The parts of a share stand at one place.
    let name = call.place.map { "\(call.name) at \($0)" } ?? call.name
    let skipped = Receipt.Skipped(column: name, rows: try groups.skipped(call))
    guard skipped.rows > 0 else { return }
    if let known = receipt.skipped.firstIndex(where: { $0.column == skipped.column }) {
      receipt.skipped[known].rows = max(receipt.skipped[known].rows, skipped.rows)
    } else {
      receipt.skipped.append(skipped)
    }
  }

  /// Says in which groups conditions were decided by missing values.
  private func noteConditions(
    _ input: OracleInput, _ filters: [Receipt.Condition], _ undecided: [[OracleRow]],
    _ layout: OracleLayout, _ kept: [OracleRow], _ result: inout OracleResult
  ) throws {
    for (place, filter) in filters.enumerated() {
      var condition = filter
      condition.unknown.groups = try layout.groups(of: undecided[place], shown: result.shown)
      result.receipt.conditions.append(condition)
    }
    for filter in input.watched {
      let open = try note(filter, kept, &result.receipt)
      if let last = result.receipt.conditions.indices.last, !open.isEmpty {
        result.receipt.conditions[last].unknown.groups = try layout.groups(
          of: open, shown: result.shown)
      }
    }
    var seen = Set<String>()
    for case let filter? in layout.groups.calls.map(\.condition)
    where seen.insert(filter.text).inserted {
      let open = try note(filter, kept, &result.receipt)
      if let last = result.receipt.conditions.indices.last, !open.isEmpty {
        result.receipt.conditions[last].unknown.groups = try layout.groups(
          of: open, shown: result.shown)
      }
    }
  }
}

extension ClauseSyntax {
  fileprivate var groups: Bool {
    switch self {
    case .groupBy, .across, .having: true
    default: false
    }
  }
}

/// Names of columns that do not repeat.
struct OracleNames {
  private var taken = Set<String>()

  func isTaken(_ name: String) -> Bool { taken.contains(name.lowercased()) }

  /// The name, or the name with the first free number from 2.
  mutating func make(_ name: String) -> String {
    let candidates = [name] + (2...taken.count + 2).map { "\(name)_\($0)" }
    let free = candidates.first { !isTaken($0) } ?? name
    taken.insert(free.lowercased())
    return free
  }

  /// A name that was written, which must be free, or else one that was found.
  mutating func claim(_ alias: NameSyntax?, _ found: String) throws -> String {
    if let alias, isTaken(alias.text) { throw Refusal.invalid("\(alias.text) twice") }
    return make(alias?.text ?? found)
  }
}
