/// Rows dealt out to ranges of their words: each range fits into the cache of a core, and is sorted
/// there by itself.
///
/// SAFETY: the blocks are written while rows are dealt out; after that each partition is read and
/// sorted by one thread.
final class WordOrder<Value: CodeInteger>: @unchecked Sendable {
  /// The number of ranges, ascending as words are.
  var partitionCount: Int { partitioning.count }
  private let blocks: [RecordBlocks<Value>]
  private let partitioning: Partitioning
  private let sorters: [RecordSorter<Value>]
  private let count: Int
  private let context: RunContext

  /// Writes the words of some rows and their numbers, and says of how many: others are left out.
  typealias Reader =
    @Sendable (
      _ rows: Range<Int>, _ words: UnsafeMutablePointer<UInt64>,
      _ numbers: UnsafeMutablePointer<Value>
    ) -> Int

  /// Deals out `count` rows. Words that `areUniform` lie at even distances, as hashes do.
  init(count: Int, areUniform: Bool = false, _ context: RunContext, _ read: @escaping Reader)
    throws(QueryError)
  {
    self.count = count
    self.context = context
    let sample =
      areUniform ? (0..<4096).map { UInt64($0) << 52 } : try Self.sample(count, read, context)
    let partitioning = try Partitioning(
      sample: sample, wanted: max(2, min(1024, count / context.grouping.partitionRows)),
      budget: context.budget)
    self.partitioning = partitioning
    let workers = try scan(rowCount: count, context: context) { () throws(QueryError) in
      try Dealer(count, partitioning, read, context)
    }
    blocks = workers.map(\.blocks)
    sorters = try workers.mapThrowing { _ throws(QueryError) in
      try RecordSorter(context: context)
    }
  }

  private static func sample(_ count: Int, _ read: Reader, _ context: RunContext)
    throws(QueryError) -> [UInt64]
  {
    let memory = try AlignedBytes(byteCount: 16, budget: context.budget)
    var sample: [UInt64] = []
    let wanted = min(count, 4096)
    for index in 0..<wanted {
      let (high, low) = index.multipliedFullWidth(by: count)
      let row = wanted.dividingFullWidth((high, low)).quotient
      // SAFETY: there is room for one word, and for one number behind it.
      let found = read(
        row..<row + 1, memory.pointer(to: UInt64.self),
        (memory.address + 8).assumingMemoryBound(to: Value.self))
      if found == 1 { sample.append(memory.pointer(to: UInt64.self).pointee) }
    }
    return sample
  }

  private final class Dealer: ScanWorker {
    static var pieceRows: Int { 2048 }
    let blocks: RecordBlocks<Value>
    private let partitioning: Partitioning
    private let read: Reader
    private let budget: MemoryBudget?
    private let words: AlignedBytes
    private let numbers: AlignedBytes

    init(
      _ count: Int, _ partitioning: Partitioning, _ read: @escaping Reader, _ context: RunContext
    ) throws(QueryError) {
      self.partitioning = partitioning
      self.read = read
      budget = context.budget
      let share = count / (8 * partitioning.count)
      blocks = RecordBlocks(
        partitionCount: partitioning.count, blockRows: min(1024, max(16, share)),
        budget: context.budget)
      words = try AlignedBytes(byteCount: Self.pieceRows * 8, budget: context.budget)
      numbers = try AlignedBytes(
        byteCount: Self.pieceRows * MemoryLayout<Value>.stride, budget: context.budget)
    }

    func take(batch: Int, start: Int, count: Int) throws(QueryError) {
      let (words, numbers) = (words.pointer(to: UInt64.self), numbers.pointer(to: Value.self))
      for first in stride(from: start, to: start + count, by: Self.pieceRows) {
        let rows = first..<min(first + Self.pieceRows, start + count)
        try budget?.checkCancellation()
        let found = read(rows, words, numbers)
        try blocks.add(words, numbers, found, partitioning)
      }
    }
  }

  /// The rows of a partition.
  func count(_ partition: Int) -> Int { blocks.reduce(0) { $0 + $1.count(partition) } }

  /// Where each partition begins if they follow one another, and the end of the last.
  var starts: [Int] {
    var starts = [0]
    for partition in 0..<partitionCount { starts.append(starts[partition] + count(partition)) }
    return starts
  }

  /// Calls `body` with the words and numbers of each partition, in any order of partitions.
  func forEachPartition(
    _ body:
      @Sendable (_ partition: Int, _ worker: Int, _ records: RecordSorter<Value>)
      throws(QueryError) -> Void
  ) throws(QueryError) {
    try context.forEachPart(of: partitionCount, rows: count) {
      worker, partition throws(QueryError) in
      let records = sorters[worker]
      try records.load(blocks, partition)
      if records.count > 0 { try body(partition, worker, records) }
    }
  }

  /// Keeps the present order of a partition's records for the next time it is asked for.
  func store(_ records: RecordSorter<Value>, _ partition: Int) { records.store(blocks, partition) }

  /// The number of workers that partitions are handed to.
  var workerCount: Int { sorters.count }
}

extension RecordSorter {
  /// Sorts the records by all bits of their words.
  func sort() throws(QueryError) {
    if count > 1 { try sort(varying: range().varying) }
  }
}
