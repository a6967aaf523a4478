/// Working memory that prepares the rows of one update: leaves out rows without a value or whose
/// condition fails, and brings values into the few layouts that states work on.
final class AggregateScratch {
  private let budget: MemoryBudget?
  private var mask: AlignedBytes?
  private var indices: AlignedBytes?
  private var groups: AlignedBytes?
  private var values: AlignedBytes?
  private var others: AlignedBytes?
  private var positions: AlignedBytes?
  private var zeroCount = 0
  private var zeros: AlignedBytes?

  /// Makes empty working memory.
  init(budget: MemoryBudget?) { self.budget = budget }

  /// The rows that count, or nil where none does.
  struct Selected {
    /// The number of rows.
    var count: Int
    /// Their indices; nil where all rows count.
    var indices: UnsafePointer<UInt32>?
    /// The number of rows whose condition holds and whose operand is missing.
    var skipped: Int
  }

  /// Finds the rows whose condition holds and that have a value in each operand.
  func select(count: Int, operands: [Vector], condition: Vector?) throws(QueryError) -> Selected {
    var chosen = count
    var isMasked = false
    let mask = try Self.room(&self.mask, count, UInt8.self, budget)
    if let condition {
      guard case .booleans(let holds) = condition.storage else {
        throw QueryError.inconsistentAggregate("a condition that is no boolean")
      }
      if condition.isConstant {
        if count > 0, holds[0] == 0 || condition.valid?[0] == 0 {
          return Selected(count: 0, indices: nil, skipped: 0)
        }
      } else {
        restrict(mask, holds, count, isFirst: true)
        if let valid = condition.valid { restrict(mask, valid, count, isFirst: false) }
        isMasked = true
        chosen = sumBytes(mask, count)
      }
    }
    var hasNoValue = false
    for operand in operands {
      guard let valid = operand.valid else { continue }
      if operand.isConstant {
        if count > 0, valid[0] == 0 { hasNoValue = true }
      } else {
        restrict(mask, valid, count, isFirst: !isMasked)
        isMasked = true
      }
    }
    if hasNoValue { return Selected(count: 0, indices: nil, skipped: chosen) }
    if !isMasked { return Selected(count: count, indices: nil, skipped: 0) }
    let kept = sumBytes(mask, count)
    if kept == count { return Selected(count: count, indices: nil, skipped: 0) }
    let indices = try Self.room(&self.indices, count, UInt32.self, budget)
    compress(mask, count, into: indices)
    return Selected(count: kept, indices: UnsafePointer(indices), skipped: chosen - kept)
  }

  /// The groups of the selected rows; zeros for one group.
  func groups(
    _ source: UnsafePointer<UInt32>?, _ selected: Selected
  ) throws(QueryError) -> UnsafePointer<UInt32> {
    guard let source else {
      if zeroCount < selected.count || zeros == nil {
        zeros = try AlignedBytes(byteCount: selected.count * 4, zeroed: true, budget: budget)
        zeroCount = selected.count
      }
      guard let zeros else { throw QueryError.inconsistentAggregate("no memory") }
      return UnsafePointer(zeros.pointer(to: UInt32.self))
    }
    guard let indices = selected.indices else { return source }
    let result = try Self.room(&groups, selected.count, UInt32.self, budget)
    gather(source, indices, selected.count, into: result)
    return UnsafePointer(result)
  }

  /// The positions of the selected rows in the source.
  func positions(
    _ source: RowPositions, _ selected: Selected
  ) throws(QueryError) -> UnsafePointer<Int64> {
    let result = try Self.room(&positions, selected.count, Int64.self, budget)
    let start = Int64(source.start)
    for row in 0..<selected.count {
      let index = selected.indices.map { Int($0[row]) } ?? row
      result[row] = start &+ Int64(source.selection.map { Int($0[index]) } ?? index)
    }
    return UnsafePointer(result)
  }

  /// The first operand's values of the selected rows; exact numbers as 128 bits if `isWide`.
  func values(
    _ vector: Vector, _ selected: Selected, isWide: Bool
  ) throws(QueryError) -> AggregateValues {
    try Self.values(vector, selected, isWide: isWide, memory: &values, budget)
  }

  /// The second operand's values of the selected rows.
  func others(
    _ vector: Vector, _ selected: Selected, isWide: Bool
  ) throws(QueryError) -> AggregateValues {
    try Self.values(vector, selected, isWide: isWide, memory: &others, budget)
  }

  private static func values(
    _ vector: Vector, _ selected: Selected, isWide: Bool, memory: inout AlignedBytes?,
    _ budget: MemoryBudget?
  ) throws(QueryError) -> AggregateValues {
    let count = selected.count
    let isWhole = selected.indices == nil && !vector.isConstant
    switch vector.storage {
    case .integers(let source):
      if isWide {
        let result = try room(&memory, count, Int128.self, budget)
        convert(source, selected, vector.isConstant, into: result) { Int128($0) }
        return .wide(result)
      }
      if isWhole { return .integers(source) }
      let result = try room(&memory, count, Int64.self, budget)
      convert(source, selected, vector.isConstant, into: result) { $0 }
      return .integers(result)
    case .wide(let source):
      guard isWide else {
        throw QueryError.inconsistentAggregate("wider numbers than their bounds allow")
      }
      if isWhole { return .wide(source) }
      let result = try room(&memory, count, Int128.self, budget)
      convert(source, selected, vector.isConstant, into: result) { $0 }
      return .wide(result)
    case .floats(let source):
      if isWhole { return .floats(source) }
      let result = try room(&memory, count, Double.self, budget)
      convert(source, selected, vector.isConstant, into: result) { $0 }
      return .floats(result)
    case .booleans(let source):
      let result = try room(&memory, count, Int64.self, budget)
      convert(source, selected, vector.isConstant, into: result) { Int64($0) }
      return .integers(result)
    case .codes(let source, _):
      let result = try room(&memory, count, Int64.self, budget)
      convert(source, selected, vector.isConstant, into: result) { Int64($0) }
      return .integers(result)
    case .texts(let source):
      if isWhole { return .texts(source) }
      let result = try room(&memory, count, TextSlice.self, budget)
      convert(source, selected, vector.isConstant, into: result) { $0 }
      return .texts(result)
    }
  }

  /// Memory for `count` values, kept from one update to the next.
  private static func room<T: BitwiseCopyable>(
    _ memory: inout AlignedBytes?, _ count: Int, _ type: T.Type, _ budget: MemoryBudget?
  ) throws(QueryError) -> UnsafeMutablePointer<T> {
    let size = count * MemoryLayout<T>.stride
    if let memory, memory.byteCount >= size { return memory.pointer(to: type) }
    memory = nil
    let larger = try AlignedBytes(byteCount: size, budget: budget)
    memory = larger
    return larger.pointer(to: type)
  }
}

/// Copies the selected values, or one value for all rows.
@inline(__always)
private func convert<Source: BitwiseCopyable, Target: BitwiseCopyable>(
  _ source: UnsafePointer<Source>, _ selected: AggregateScratch.Selected, _ isConstant: Bool,
  into target: UnsafeMutablePointer<Target>, _ change: (Source) -> Target
) {
  if isConstant {
    if selected.count == 0 { return }
    let value = change(source[0])
    for row in 0..<selected.count { target[row] = value }
  } else if let indices = selected.indices {
    for row in 0..<selected.count { target[row] = change(source[Int(indices[row])]) }
  } else {
    for row in 0..<selected.count { target[row] = change(source[row]) }
  }
}

private func gather(
  _ source: UnsafePointer<UInt32>, _ indices: UnsafePointer<UInt32>, _ count: Int,
  into target: UnsafeMutablePointer<UInt32>
) {
  for row in 0..<count { target[row] = source[Int(indices[row])] }
}

/// Sets each byte to `flags`, or clears it where `flags` is 0.
private func restrict(
  _ mask: UnsafeMutablePointer<UInt8>, _ flags: UnsafePointer<UInt8>, _ count: Int, isFirst: Bool
) {
  if isFirst {
    for row in 0..<count { mask[row] = flags[row] & 1 }
  } else {
    for row in 0..<count { mask[row] &= flags[row] }
  }
}

/// The number of ones among bytes that are 0 or 1.
func sumBytes(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
  var total = 0
  for row in 0..<count { total &+= Int(bytes[row]) }
  return total
}

/// Writes the indices of the bytes that are 1; `target` has room for `count`.
private func compress(
  _ mask: UnsafePointer<UInt8>, _ count: Int, into target: UnsafeMutablePointer<UInt32>
) {
  var kept = 0
  for row in 0..<count {
    target[kept] = UInt32(truncatingIfNeeded: row)
    kept &+= Int(mask[row])
  }
}
