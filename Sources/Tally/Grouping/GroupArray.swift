#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A growing array of trivial values, one or more per group, whose memory counts against the
/// budget of the run.
///
/// SAFETY: `pointer` and `elements` are valid until the next call that resizes and while a named
/// variable or property holds the array; they are never taken from a temporary.
struct GroupArray<Element: BitwiseCopyable> {
  /// The number of elements.
  private(set) var count = 0
  private var memory: AlignedBytes
  private let budget: MemoryBudget?

  /// Makes an empty array.
  init(budget: MemoryBudget?) throws(QueryError) {
    memory = try AlignedBytes(byteCount: 0, budget: budget)
    self.budget = budget
  }

  /// Makes an array of `count` equal elements.
  init(count: Int, filling element: Element, budget: MemoryBudget?) throws(QueryError) {
    try self.init(budget: budget)
    try resize(to: count, filling: element)
  }

  /// Makes an array of the elements of another one.
  init(_ elements: [Element], budget: MemoryBudget? = nil) throws(QueryError) {
    var copy = try GroupArray(budget: budget)
    try withBuffer(of: elements) { buffer throws(QueryError) in try copy.append(buffer) }
    self = copy
  }

  /// The memory of the elements.
  var bytes: AlignedBytes { memory }

  /// The first element.
  @inline(__always)
  var pointer: UnsafeMutablePointer<Element> { memory.pointer(to: Element.self) }

  /// All elements, valid until the next call that resizes.
  var elements: UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: UnsafePointer(pointer), count: count)
  }

  /// One element.
  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count)
      return pointer[index]
    }
    nonmutating set {
      assert(index >= 0 && index < count)
      pointer[index] = newValue
    }
  }

  /// Appends elements up to `newCount`; never shrinks.
  mutating func resize(to newCount: Int, filling element: Element) throws(QueryError) {
    if newCount <= count { return }
    try ensureCapacity(newCount)
    try budget.fill(pointer + count, newCount - count, with: element)
    count = newCount
  }

  /// Appends one element.
  @inline(__always)
  mutating func append(_ element: Element) throws(QueryError) {
    if (count &+ 1) &* MemoryLayout<Element>.stride > memory.byteCount {
      try ensureCapacity(count + 1)
    }
    pointer[count] = element
    count &+= 1
  }

  /// Appends elements from other memory.
  mutating func append(_ elements: UnsafeBufferPointer<Element>) throws(QueryError) {
    guard let source = elements.baseAddress, !elements.isEmpty else { return }
    try ensureCapacity(count + elements.count)
    try budget.copy(source, elements.count, to: pointer + count)
    count += elements.count
  }

  /// Counts elements up to `newCount` as present, which the caller has written into the room that
  /// ``ensureCapacity(_:)`` made.
  mutating func extend(to newCount: Int) {
    assert(newCount >= count && newCount * MemoryLayout<Element>.stride <= memory.byteCount)
    count = newCount
  }

  /// Makes room for `wanted` elements without changing ``count``; at least doubles.
  mutating func ensureCapacity(_ wanted: Int) throws(QueryError) {
    let stride = MemoryLayout<Element>.stride
    let capacity = memory.byteCount / stride
    if wanted <= capacity { return }
    let bytes = max(wanted, capacity * 2, 8).multipliedReportingOverflow(by: stride)
    guard !bytes.overflow else { throw QueryError.outOfMemory(requested: .max) }
    let larger = try AlignedBytes(byteCount: bytes.partialValue, budget: budget)
    let (source, target) = (memory.address, larger.address)
    try budget.forEachPiece(of: count) { piece in
      memcpy(
        target + piece.lowerBound * stride, source + piece.lowerBound * stride,
        piece.count * stride)
    }
    memory = larger
  }
}
