/// Numbers of rows, one after another.
///
/// SAFETY: who makes them writes them before sharing them; they are only read after that.
struct RowNumbers: @unchecked Sendable {
  let memory: AlignedBytes
  /// The number of rows.
  let count: Int

  /// Makes room for `count` numbers, which the caller writes.
  init(count: Int, budget: MemoryBudget?) throws(QueryError) {
    memory = try AlignedBytes(byteCount: count * 4, budget: budget)
    self.count = count
  }

  /// Copies numbers.
  init(_ numbers: [UInt32], budget: MemoryBudget?) throws(QueryError) {
    try self.init(count: numbers.count, budget: budget)
    let target = pointer
    try budget.forEachPiece(of: count) { piece in
      for place in piece { target[place] = numbers[place] }
    }
  }

  /// Makes the numbers `0..<count`.
  init(upTo count: Int, budget: MemoryBudget?) throws(QueryError) {
    try self.init(count: count, budget: budget)
    let target = pointer
    try budget.forEachPiece(of: count) { piece in
      for row in piece { target[row] = UInt32(truncatingIfNeeded: row) }
    }
  }

  /// The first number, valid while a named variable or property holds the numbers.
  @inline(__always)
  var pointer: UnsafeMutablePointer<UInt32> { memory.pointer(to: UInt32.self) }

  /// One number.
  @inline(__always)
  subscript(place: Int) -> UInt32 {
    assert(place >= 0 && place < count)
    return pointer[place]
  }

  /// The first `limit` numbers.
  func first(_ limit: Int) -> RowNumbers { RowNumbers(memory, count: min(limit, count)) }

  /// The numbers as an array.
  var array: [UInt32] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  private init(_ memory: AlignedBytes, count: Int) {
    self.memory = memory
    self.count = count
  }
}

extension MemoryBudget? {
  /// Numbers as integers, piece by piece.
  func integers(_ numbers: RowNumbers) throws(QueryError) -> [Int] {
    var integers: [Int] = []
    integers.reserveCapacity(numbers.count)
    try forEachPiece(of: numbers.count) { piece in
      for place in piece { integers.append(Int(numbers[place])) }
    }
    return integers
  }
}
