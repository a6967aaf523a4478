extension DiagnosticCode {
  static let tooManyFilled = DiagnosticCode(
    "T0505", "`fill` would make more groups than a table may have.")
}

/// Adds groups of no rows, so that each series has all values of some keys.
struct GroupFilling {
  let plan: FillPlan
  let context: RunContext
  /// The columns of the keys.
  private let keys: [Column]
  private let count: Int
  private let series: GroupSeries
  /// The values of each domain.
  private let ranges: [ClosedRange<Int64>?]
  private let stored: [GroupArray<Int64>]

  /// The groups as they come out, series by series.
  private struct Filled {
    /// The group that a row was, or ``Batch/noPartner``.
    var source: GroupArray<UInt32>
    /// A group of the same series.
    var sibling: GroupArray<UInt32>
    /// The value of each domain's key, and whether there is one.
    var values: [GroupArray<Int64>]
  }

  init(_ plan: FillPlan, keys: [Column], count: Int, _ context: RunContext) throws(QueryError) {
    self.plan = plan
    self.context = context
    self.keys = keys
    self.count = count
    let filled = plan.domains.map(\.key)
    let same = keys.indices.filter { !filled.contains($0) }
    series = try GroupSeries(
      by: same.map { keys[$0] }, orderedBy: filled.map { keys[$0] }, count: count, context)
    var ranges: [ClosedRange<Int64>?] = []
    var stored: [GroupArray<Int64>] = []
    for domain in plan.domains {
      let column = keys[domain.key]
      guard let values = try column.storedIntegers(budget: context.budget) else {
        throw QueryError(kind: .bug, message: "a key that is filled has no codes")
      }
      ranges.append(try Self.range(domain, column, values, context.budget))
      stored.append(values)
    }
    self.ranges = ranges
    self.stored = stored
  }

  /// From the first to the last value: those that the query says, else those that groups have.
  private static func range(
    _ domain: FillPlan.Domain, _ column: Column, _ values: GroupArray<Int64>,
    _ budget: MemoryBudget?
  ) throws(QueryError) -> ClosedRange<Int64>? {
    var (low, high) = (Int64.max, Int64.min)
    try budget.forEachPiece(of: column.count) { piece in
      for row in piece where !column.isMissing(row) {
        low = min(low, values[row])
        high = max(high, values[row])
      }
    }
    let found = low <= high ? low...high : nil
    guard let first = domain.first ?? found?.lowerBound,
      var last = domain.last ?? found?.upperBound
    else { return nil }
    if let latest = domain.latest { last = min(last, max(latest, found?.upperBound ?? latest)) }
    return first <= last ? first...last : nil
  }

  /// The most groups that a table may have after `fill`.
  static let greatestCount = 1 << 27

  /// The columns of keys and others with the groups that were added, in the order of all keys, and
  /// for each group the one that it was.
  ///
  /// `others` come with the value that they have in groups that are added.
  func columns(_ others: [(column: Column, value: CellValue)]) throws(QueryError)
    -> (columns: [Column], sources: [UInt32])
  {
    let filled = try fill()
    let total = filled.source.count
    var columns: [Column] = []
    for (index, key) in keys.enumerated() {
      if let place = plan.domains.firstIndex(where: { $0.key == index }) {
        columns.append(try self.key(place, filled))
      } else {
        columns.append(
          try key.gathered(
            filled.sibling.elements, budget: context.budget))
      }
    }
    for (column, value) in others {
      try context.checkCancellation()
      columns.append(try self.column(column, value, filled))
    }
    let order = try RowOrder(
      columns.prefix(keys.count).map { RowOrder.Column(column: $0, isDescending: false) },
      count: total, context
    ).sorted()
    let places = UnsafeBufferPointer(start: UnsafePointer(order.pointer), count: total)
    let inOrder = try columns.mapThrowing { column throws(QueryError) in
      try column.gathered(places, budget: context.budget)
    }
    let memory = MemoryReservation(context.budget)
    try memory.grow(by: total * MemoryLayout<UInt32>.stride)
    var sources: [UInt32] = []
    sources.reserveCapacity(total)
    try context.budget.forEachPiece(of: total) { piece in
      for place in piece { sources.append(filled.source[Int(order[place])]) }
    }
    return (inOrder, sources)
  }

  /// The values of a column in the groups that they came from, and `value` in those that are added.
  private func column(_ column: Column, _ value: CellValue, _ filled: Filled) throws(QueryError)
    -> Column
  {
    // A group of no rows has no row to gather, and so no value.
    if value == .missing {
      return try column.gathered(filled.source.elements, budget: context.budget)
    }
    let last = try Column(cells: [value], type: column.type, budget: context.budget)
    let extended = try Column.stacked(
      [ColumnPart(column: column, count: count), ColumnPart(column: last, count: 1)],
      type: column.type, context)
    let total = filled.source.count
    let sources = try GroupArray<UInt32>(count: total, filling: 0, budget: context.budget)
    let behind = UInt32(truncatingIfNeeded: count)
    try context.budget.forEachPiece(of: total) { piece in
      for row in piece {
        let source = filled.source[row]
        sources[row] = source == Batch.noPartner ? behind : source
      }
    }
    return try extended.gathered(sources.elements, budget: context.budget)
  }

  private func key(_ place: Int, _ filled: Filled) throws(QueryError) -> Column {
    let column = keys[plan.domains[place].key]
    let total = filled.source.count
    let validity = try Bitmap(count: total, filled: true, budget: context.budget)
    if column.validity != nil {
      try context.budget.forEachPiece(of: total) { piece in
        for row in piece where filled.source[row] != Batch.noPartner {
          if column.isMissing(Int(filled.source[row])) { validity.clear(row) }
        }
      }
    }
    return try .integers(
      filled.values[place].elements, type: column.type, validity: validity,
      budget: context.budget)
  }

  /// Goes through all series and, in each, through all combinations of the domains' values.
  private func fill() throws(QueryError) -> Filled {
    var filled = Filled(
      source: try GroupArray(budget: context.budget),
      sibling: try GroupArray(budget: context.budget), values: [])
    for _ in plan.domains { filled.values.append(try GroupArray(budget: context.budget)) }
    let size = try combinationCount()
    // Without other keys there is one series, also of no groups.
    if count == 0 {
      let hasOthers = plan.domains.count < keys.count
      if !hasOthers { try add(0..<size, sibling: Batch.noPartner, to: &filled) }
      return filled
    }
    var looked = 0
    for index in 0..<series.count {
      if filled.source.count - looked > 1 << 14 {
        looked = filled.source.count
        try context.checkCancellation()
      }
      var next = 0
      let sibling = series.order[series[index].lowerBound]
      for place in series[index] {
        let row = series.order[place]
        // Groups without a value in one of the keys, or beyond its range, stay as they are.
        if let number = combination(of: Int(row)) {
          try add(next..<max(next, number), sibling: sibling, to: &filled)
          next = max(next, number + 1)
        }
        try filled.source.append(row)
        try filled.sibling.append(row)
        for domain in plan.domains.indices {
          try filled.values[domain].append(stored[domain][Int(row)])
        }
      }
      try add(next..<max(next, size), sibling: sibling, to: &filled)
    }
    return filled
  }

  /// The number of combinations of the domains' values, if no table would be too large.
  private func combinationCount() throws(QueryError) -> Int {
    var size = 1
    for range in ranges {
      let own = range.map { $0.count } ?? 0
      let (product, overflow) = size.multipliedReportingOverflow(by: own)
      size = overflow ? .max : product
    }
    let (total, overflow) = size.multipliedReportingOverflow(by: max(1, series.count))
    if overflow || total > Self.greatestCount {
      throw QueryError(
        kind: .type,
        diagnostics: [
          Diagnostic(
            .tooManyFilled,
            "`fill` would make more than \(Self.greatestCount) groups", at: plan.span,
            help: ["a condition on the date keeps the range short"])
        ])
    }
    return size
  }

  /// The number of a group's combination; nil where it is none of the domains' values.
  private func combination(of row: Int) -> Int? {
    var number = 0
    for (domain, range) in ranges.enumerated() {
      guard let range, !keys[plan.domains[domain].key].isMissing(row),
        range.contains(stored[domain][row])
      else { return nil }
      number = number * range.count + Int(stored[domain][row] - range.lowerBound)
    }
    return number
  }

  /// Adds groups of no rows.
  private func add(_ numbers: Range<Int>, sibling: UInt32, to filled: inout Filled)
    throws(QueryError)
  {
    for number in numbers {
      if number & 0x3FFF == 0x3FFF { try context.checkCancellation() }
      try filled.source.append(Batch.noPartner)
      try filled.sibling.append(sibling)
      var rest = number
      for (domain, range) in ranges.enumerated().reversed() {
        guard let range else { continue }
        try filled.values[domain].append(range.lowerBound + Int64(rest % range.count))
        rest /= range.count
      }
    }
  }
}
