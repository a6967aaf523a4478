#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Synchronization

/// Texts that an expression computes, collected by all workers part by part and then put one after
/// another.
final class ComputedTexts: Sendable {
  private let parts: Mutex<[Part?]>
  /// The first row of each part.
  private let starts: [Int]
  private let rowCount: Int
  private let context: RunContext

  /// Prepares for parts whose first rows are known.
  init(starts: [Int], rowCount: Int, _ context: RunContext) {
    parts = Mutex([Part?](repeating: nil, count: starts.count))
    self.starts = starts
    self.rowCount = rowCount
    self.context = context
  }

  /// The texts of some rows, on their own.
  private struct Part: Sendable {
    let count: Int
    /// The number of bytes of each text.
    let lengths: AlignedBytes
    let bytes: AlignedBytes
    /// One byte per row, 1 where it has a text; nil where all have.
    let present: AlignedBytes?
  }

  /// Copies the texts of a part, of which each has one owner.
  func add(_ vector: Vector, count: Int, part: Int) throws(QueryError) {
    guard case .texts(let values) = vector.storage else {
      throw QueryError(kind: .bug, message: "an expression changed its layout")
    }
    let stride = vector.isConstant ? 0 : 1
    let lengths = try AlignedBytes(byteCount: count * 4, budget: context.budget)
    var total = 0
    for row in 0..<count {
      let isPresent = vector.valid.map { $0[row &* stride] != 0 } ?? true
      let length = isPresent ? values[row &* stride].count : 0
      guard let short = UInt32(exactly: length) else {
        throw QueryError.outOfMemory(requested: length)
      }
      lengths.pointer(to: UInt32.self)[row] = short
      total += length
    }
    let bytes = try AlignedBytes(byteCount: total, budget: context.budget)
    var end = bytes.pointer(to: UInt8.self)
    for row in 0..<count {
      let length = Int(lengths.pointer(to: UInt32.self)[row])
      if length == 0 { continue }
      if let start = values[row &* stride].start { memcpy(end, start, length) }
      end += length
    }
    var present: AlignedBytes?
    if let valid = vector.valid {
      let mask = try AlignedBytes(byteCount: count, budget: context.budget)
      for row in 0..<count { mask.pointer(to: UInt8.self)[row] = valid[row &* stride] }
      present = mask
    }
    let made = Part(count: count, lengths: lengths, bytes: bytes, present: present)
    parts.withLock { $0[part] = made }
  }

  /// The column of all parts, which are given up one by one.
  func column() throws(QueryError) -> Column {
    let all = parts.withLock { $0.compactMap { $0 } }
    guard all.count == starts.count else {
      throw QueryError(kind: .bug, message: "a part has no texts")
    }
    var firsts: [Int] = []
    var total = 0
    for part in all {
      firsts.append(total)
      total += part.bytes.byteCount
    }
    let hasMissing = all.contains { $0.present != nil }
    let places = firsts
    let offsets = try AlignedBytes(byteCount: (rowCount + 1) * 8, budget: context.budget)
    let bytes = try AlignedBytes(byteCount: total, budget: context.budget)
    let mask = hasMissing ? try AlignedBytes(byteCount: rowCount, budget: context.budget) : nil
    try context.forEachPart(of: starts.count, rows: rowCount) {
      [self] _, number throws(QueryError) in
      guard let part = parts.withLock({ $0[number].take() }) else { return }
      let target = offsets.pointer(to: Int.self) + starts[number]
      let lengths = part.lengths.pointer(to: UInt32.self)
      var place = places[number]
      for row in 0..<part.count {
        target[row] = place
        place &+= Int(lengths[row])
      }
      memcpy(
        bytes.pointer(to: UInt8.self) + places[number], part.bytes.address, part.bytes.byteCount)
      guard let mask = mask?.pointer(to: UInt8.self) else { return }
      if let present = part.present {
        memcpy(mask + starts[number], present.address, part.count)
      } else {
        memset(mask + starts[number], 1, part.count)
      }
    }
    offsets.pointer(to: Int.self)[rowCount] = total
    return Column(
      type: .text, count: rowCount,
      payload: .plain(TextHeap(count: rowCount, offsets: offsets, bytes: bytes)),
      validity: try mask.map { mask throws(QueryError) in
        try Bitmap(mask: mask, count: rowCount, context)
      })
  }
}

extension RowInput {
  /// The keys that compute many different texts, as a sample shows: these are computed first and
  /// numbered as those of a column are.
  func keysToCompute(for plan: GroupPlan, _ context: RunContext) throws(QueryError) -> [Int] {
    guard keepsAllRows, slotCount == 0, watched.isEmpty,
      rowCount >= context.grouping.leastPartitionedRows, rowCount < Int(UInt32.max) - 1
    else { return [] }
    let facts = makeFactFinder()
    var found: [Int] = []
    for (place, key) in plan.keys.enumerated() {
      // What may fail, or counts what it meets, does so where groups are made.
      guard key.expression.type == .text, key.expression.columnReference == nil,
        facts.facts(of: key.expression).isTotal, try computesManyTexts(key.expression, context)
      else { continue }
      found.append(place)
    }
    return found
  }

  /// The same rows and plan with columns in place of ``keysToCompute(for:_:)``.
  func computingTexts(for plan: GroupPlan, _ context: RunContext) throws(QueryError)
    -> (RowInput, GroupPlan)
  {
    var (source, plan) = (self, plan)
    for place in try keysToCompute(for: plan, context) {
      let key = plan.keys[place].expression
      let rows = CollectedRows(all: rowCount, batchRows: context.batchRows)
      let column = try RowEvaluation(source: self, collected: rows, context: context)
        .column(key).0
      plan.keys[place].expression = BoundExpression(
        .column(source.columns.count), .text, mayBeMissing: key.mayBeMissing, at: key.span)
      source = source.adding([column])
    }
    return (source, plan)
  }

  private func computesManyTexts(_ expression: BoundExpression, _ context: RunContext)
    throws(QueryError) -> Bool
  {
    let group = makeGroup(context)
    let evaluator = try group.add(expression)
    guard case .texts = evaluator.layout else { return false }
    let (pieces, hash) = (16, SeededHash())
    let count = min(256, context.batchRows, rowCount / pieces)
    var sample: Set<UInt64> = []
    for piece in 0..<pieces {
      try group.begin(
        Batch(columns: columns, start: rowCount / pieces * piece, count: count))
      let vector = try evaluator.evaluate()
      guard case .texts(let values) = vector.storage, !vector.isConstant else { return false }
      for row in 0..<count where vector.valid.map({ $0[row] != 0 }) ?? true {
        sample.insert(hash(values[row].bytes))
      }
    }
    return sample.count >= context.grouping.leastSampledGroups
  }
}
