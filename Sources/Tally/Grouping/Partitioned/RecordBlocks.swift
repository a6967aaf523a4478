/// The records of one worker, each in a block of its partition.
///
///     block:  keys (8 bytes each) | values
///
/// SAFETY: blocks are cut from memory that the object owns. One thread at a time writes; once all
/// are filled, each partition is read and sorted by one thread.
final class RecordBlocks<Value: CodeInteger>: @unchecked Sendable {
  /// The records of a block.
  let blockRows: Int
  private let budget: MemoryBudget?
  private let chunkBlocks: Int
  private var memory: [AlignedBytes] = []
  private var freeBlocks = 0
  /// The block that each partition fills, and how far.
  private let open: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private let filled: UnsafeMutablePointer<Int>
  private var full: [[UnsafeMutableRawPointer]]
  private let partitionCount: Int

  /// Makes no blocks.
  init(partitionCount: Int, blockRows: Int, budget: MemoryBudget?) {
    self.partitionCount = partitionCount
    self.blockRows = blockRows
    self.budget = budget
    let size = Self.blockBytes(blockRows)
    chunkBlocks = max(1, min(partitionCount, (8 << 20) / size))
    open = .allocate(capacity: partitionCount)
    open.initialize(repeating: nil, count: partitionCount)
    filled = .allocate(capacity: partitionCount)
    filled.initialize(repeating: blockRows, count: partitionCount)
    full = Array(repeating: [], count: partitionCount)
  }

  deinit {
    open.deallocate()
    filled.deallocate()
  }

  private static func blockBytes(_ rows: Int) -> Int {
    rows * (8 + MemoryLayout<Value>.stride)
  }

  /// Puts records into the blocks of their partitions, which are those of their keys or of `tops`.
  func add(
    _ keys: UnsafePointer<UInt64>, _ values: UnsafePointer<Value>, _ count: Int,
    _ partitioning: Partitioning, tops: UnsafePointer<UInt64>? = nil
  ) throws(QueryError) {
    var row = 0
    while true {
      let partition =
        if let tops {
          addRecords(
            keys, tops, values, &row, count, partitioning.table, open, filled, blockRows)
        } else {
          addRecords(
            keys, keys, values, &row, count, partitioning.table, open, filled, blockRows)
        }
      if partition < 0 { return }
      try makeBlock(partition)
    }
  }

  private func makeBlock(_ partition: Int) throws(QueryError) {
    let size = Self.blockBytes(blockRows)
    if freeBlocks == 0 {
      memory.append(try AlignedBytes(byteCount: chunkBlocks * size, budget: budget))
      freeBlocks = chunkBlocks
    }
    guard let chunk = memory.last else { return }
    if let block = open[partition] { full[partition].append(block) }
    open[partition] = chunk.address + (chunkBlocks - freeBlocks) * size
    filled[partition] = 0
    freeBlocks -= 1
  }

  /// The records of one partition.
  func count(_ partition: Int) -> Int {
    open[partition] == nil ? 0 : full[partition].count * blockRows + filled[partition]
  }

  /// Calls `body` with the keys and values of each block of a partition.
  func forEachBlock(
    _ partition: Int,
    _ body: (UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<Value>, Int) -> Void
  ) {
    for block in full[partition] { body(keys(block), values(block), blockRows) }
    if let last = open[partition], filled[partition] > 0 {
      body(keys(last), values(last), filled[partition])
    }
  }

  // SAFETY: a block holds so many keys, and behind them as many values.
  private func keys(_ block: UnsafeMutableRawPointer) -> UnsafeMutablePointer<UInt64> {
    block.assumingMemoryBound(to: UInt64.self)
  }

  private func values(_ block: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Value> {
    (block + blockRows * 8).assumingMemoryBound(to: Value.self)
  }
}

/// Adds records from `row` on. Returns -1 at the end, or the partition that needs a block first.
@inline(__always)
private func addRecords<Value: CodeInteger>(
  _ keys: UnsafePointer<UInt64>, _ tops: UnsafePointer<UInt64>, _ values: UnsafePointer<Value>,
  _ row: inout Int, _ count: Int, _ table: Partitioning.Table,
  _ open: UnsafePointer<UnsafeMutableRawPointer?>,
  _ filled: UnsafeMutablePointer<Int>, _ blockRows: Int
) -> Int {
  var current = row
  while current < count {
    let key = keys[current]
    let partition = table.partition(tops[current])
    let place = filled[partition]
    guard place < blockRows, let block = open[partition] else {
      row = current
      return partition
    }
    // SAFETY: the block has room for `blockRows` keys and values.
    block.assumingMemoryBound(to: UInt64.self)[place] = key
    (block + blockRows &* 8).assumingMemoryBound(to: Value.self)[place] = values[current]
    filled[partition] = place &+ 1
    current &+= 1
  }
  return -1
}
