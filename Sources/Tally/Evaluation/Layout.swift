/// How the values of an expression lie in memory, which is known before the first row is read.
enum Layout {
  case integers
  case wide
  case floats
  case booleans
  case codes(TextDictionary)
  case texts

  /// Whether values are exact numbers, or days, periods and the like.
  var isExact: Bool {
    switch self {
    case .integers, .wide: true
    default: false
    }
  }

  /// A vector's storage of this layout at an address that is aligned for it.
  func storage(at address: UnsafeMutableRawPointer) -> Vector.Storage {
    // SAFETY: the caller has written values of this layout, or reads none.
    switch self {
    case .integers: .integers(address.assumingMemoryBound(to: Int64.self))
    case .wide: .wide(address.assumingMemoryBound(to: Int128.self))
    case .floats: .floats(address.assumingMemoryBound(to: Double.self))
    case .booleans: .booleans(address.assumingMemoryBound(to: UInt8.self))
    case .codes(let dictionary): .codes(address.assumingMemoryBound(to: UInt32.self), dictionary)
    case .texts: .texts(address.assumingMemoryBound(to: TextSlice.self))
    }
  }

  /// A vector of no rows.
  var emptyVector: Vector {
    Vector(storage: storage(at: Layout.nowhere.address), count: 0, valid: nil, unknown: nil)
  }

  private static let nowhere = Nowhere()

  /// Memory that is never freed.
  ///
  /// SAFETY: the address is set once and the memory is never written after that.
  private final class Nowhere: @unchecked Sendable {
    let address = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
    init() { address.initializeMemory(as: UInt8.self, repeating: 0, count: 64) }
  }
}

/// The values of a vector that a kernel reads: one per row, or one that stands for all.
struct Operand<T: BitwiseCopyable> {
  /// The values.
  let values: UnsafePointer<T>
  /// 1 where each row has a value of its own, 0 where one stands for all.
  let stride: Int

  init(_ values: UnsafePointer<T>, isConstant: Bool = false) {
    self.values = values
    stride = isConstant ? 0 : 1
  }

  /// Whether one value stands for all rows.
  var isConstant: Bool { stride == 0 }

  /// The value of one row.
  @inline(__always)
  subscript(place: Int) -> T { values[place &* stride] }
}

/// The types that the values of a vector have.
protocol VectorValue: BitwiseCopyable {
  /// The values of a vector whose layout is of this type.
  static func values(of vector: Vector) throws(QueryError) -> UnsafePointer<Self>
}

extension Int64: VectorValue {
  static func values(of vector: Vector) throws(QueryError) -> UnsafePointer<Int64> {
    guard case .integers(let pointer) = vector.storage else { throw mismatch("integers") }
    return pointer
  }
}

extension Int128: VectorValue {
  static func values(of vector: Vector) throws(QueryError) -> UnsafePointer<Int128> {
    guard case .wide(let pointer) = vector.storage else { throw mismatch("wide integers") }
    return pointer
  }
}

extension Double: VectorValue {
  static func values(of vector: Vector) throws(QueryError) -> UnsafePointer<Double> {
    guard case .floats(let pointer) = vector.storage else { throw mismatch("floats") }
    return pointer
  }
}

extension UInt8: VectorValue {
  static func values(of vector: Vector) throws(QueryError) -> UnsafePointer<UInt8> {
    guard case .booleans(let pointer) = vector.storage else { throw mismatch("booleans") }
    return pointer
  }
}

extension UInt32: VectorValue {
  static func values(of vector: Vector) throws(QueryError) -> UnsafePointer<UInt32> {
    guard case .codes(let pointer, _) = vector.storage else { throw mismatch("codes") }
    return pointer
  }
}

extension TextSlice: VectorValue {
  static func values(of vector: Vector) throws(QueryError) -> UnsafePointer<TextSlice> {
    guard case .texts(let pointer) = vector.storage else { throw mismatch("texts") }
    return pointer
  }
}

private func mismatch(_ wanted: String) -> QueryError {
  EvaluationFailure.bug("an expression gave something else than \(wanted)")
}

extension TextSlice: Comparable {
  /// Whether both have the same bytes.
  static func == (left: TextSlice, right: TextSlice) -> Bool {
    left.count == right.count && compareBytes(left.bytes, right.bytes) == 0
  }

  /// Compares by bytes, which is the order of code points.
  static func < (left: TextSlice, right: TextSlice) -> Bool {
    compareBytes(left.bytes, right.bytes) < 0
  }
}

extension Vector {
  /// The values as operands of a kernel.
  func operand<T: VectorValue>(_ type: T.Type) throws(QueryError) -> Operand<T> {
    Operand(try T.values(of: self), isConstant: isConstant)
  }
}
