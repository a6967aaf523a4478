/// The values of a column: decoded from its codes, or borrowed where they lie ready.
final class ColumnSource: VectorSource {
  let column: Column
  let rows: RowSource
  private let mask: ColumnMask
  private let integers: Scratch<Int64>
  private let wide: Scratch<Int128>
  private let floats: Scratch<Double>
  private let bytes: Scratch<UInt8>
  private let codes: Scratch<UInt32>
  private let slices: Scratch<TextSlice>

  init(_ column: Column, rows: RowSource, resources: EvaluationResources) {
    self.column = column
    self.rows = rows
    mask = ColumnMask(column, resources: resources)
    integers = Scratch(resources)
    wide = Scratch(resources)
    floats = Scratch(resources)
    bytes = Scratch(resources)
    codes = Scratch(resources)
    slices = Scratch(resources)
  }

  /// How the values of a column lie in a vector.
  static func layout(of column: Column) -> Layout {
    switch column.payload {
    case .codes: column.type == .boolean ? .booleans : .integers
    case .wide: .wide
    case .floats: .floats
    case .dictionary(_, let dictionary): .codes(dictionary)
    case .plain: .texts
    }
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let access = try rows.rows()
    let valid = try mask.mask(access)
    return Vector(
      storage: try storage(access), count: access.count, valid: valid, unknown: nil)
  }

  private func storage(_ access: RowAccess) throws(QueryError) -> Vector.Storage {
    // A looked-up table without rows has nothing to read, and no row of it is present.
    if column.count == 0 { return try absentStorage(access.count) }
    switch column.payload {
    case .codes(let codes, let base):
      if column.type == .boolean { return try booleans(codes, base: base, access) }
      return try integers(codes, base: base, access)
    case .wide(let bytes):
      return .wide(try borrowed(bytes.pointer(to: Int128.self), access, wide))
    case .floats(let bytes):
      return .floats(try borrowed(bytes.pointer(to: Double.self), access, floats))
    case .dictionary(let codes, let dictionary):
      return .codes(try widened(codes, access), dictionary)
    case .plain(let heap):
      let out = try slices.pointer()
      sliceTexts(heap, first: access.first, index: access.index, count: access.count, into: out)
      return .texts(out)
    }
  }

  private func integers(_ codes: Codes, base: Int64, _ access: RowAccess) throws(QueryError)
    -> Vector.Storage
  {
    let out = try integers.pointer()
    let (first, index, count) = (access.first, access.index, access.count)
    switch codes.width {
    case .one:
      let start = codes.pointer(to: UInt8.self) + first
      decodeIntegers(start, base: base, index: index, count: count, into: out)
    case .two:
      let start = codes.pointer(to: UInt16.self) + first
      decodeIntegers(start, base: base, index: index, count: count, into: out)
    case .four:
      let start = codes.pointer(to: UInt32.self) + first
      decodeIntegers(start, base: base, index: index, count: count, into: out)
    case .eight:
      if base == 0, index == nil {
        return .integers(UnsafePointer(codes.bytes.pointer(to: Int64.self) + first))
      }
      let start = codes.pointer(to: UInt64.self) + first
      decodeIntegers(start, base: base, index: index, count: count, into: out)
    }
    return .integers(out)
  }

  private func booleans(_ codes: Codes, base: Int64, _ access: RowAccess) throws(QueryError)
    -> Vector.Storage
  {
    let out = try bytes.pointer()
    let low = UInt8(truncatingIfNeeded: base)
    let (first, index, count) = (access.first, access.index, access.count)
    switch codes.width {
    case .one:
      let start = codes.pointer(to: UInt8.self) + first
      decodeBooleans(start, base: low, index: index, count: count, into: out)
    case .two:
      let start = codes.pointer(to: UInt16.self) + first
      decodeBooleans(start, base: low, index: index, count: count, into: out)
    case .four:
      let start = codes.pointer(to: UInt32.self) + first
      decodeBooleans(start, base: low, index: index, count: count, into: out)
    case .eight:
      let start = codes.pointer(to: UInt64.self) + first
      decodeBooleans(start, base: low, index: index, count: count, into: out)
    }
    return .booleans(out)
  }

  private func widened(_ codes: Codes, _ access: RowAccess) throws(QueryError)
    -> UnsafePointer<UInt32>
  {
    let (first, index, count) = (access.first, access.index, access.count)
    if codes.width == .four, index == nil {
      return UnsafePointer(codes.pointer(to: UInt32.self) + first)
    }
    let out = try self.codes.pointer()
    switch codes.width {
    case .one:
      widenCodes(codes.pointer(to: UInt8.self) + first, index: index, count: count, into: out)
    case .two:
      widenCodes(codes.pointer(to: UInt16.self) + first, index: index, count: count, into: out)
    case .four:
      widenCodes(codes.pointer(to: UInt32.self) + first, index: index, count: count, into: out)
    case .eight:
      widenCodes(codes.pointer(to: UInt64.self) + first, index: index, count: count, into: out)
    }
    return UnsafePointer(out)
  }

  private func borrowed<T: BitwiseCopyable>(
    _ values: UnsafeMutablePointer<T>, _ access: RowAccess, _ scratch: Scratch<T>
  ) throws(QueryError) -> UnsafePointer<T> {
    guard let index = access.index else { return UnsafePointer(values + access.first) }
    let out = try scratch.pointer()
    gatherValues(values + access.first, index: index, count: access.count, into: out)
    return UnsafePointer(out)
  }

  private func absentStorage(_ count: Int) throws(QueryError) -> Vector.Storage {
    switch Self.layout(of: column) {
    case .integers: return .integers(try cleared(integers, 0, count))
    case .wide: return .wide(try cleared(wide, 0, count))
    case .floats: return .floats(try cleared(floats, 0, count))
    case .booleans: return .booleans(try cleared(bytes, 0, count))
    case .codes(let dictionary): return .codes(try cleared(codes, 0, count), dictionary)
    case .texts: return .texts(try cleared(slices, TextSlice(start: nil, count: 0), count))
    }
  }

  private func cleared<T: BitwiseCopyable>(_ scratch: Scratch<T>, _ value: T, _ count: Int)
    throws(QueryError) -> UnsafePointer<T>
  {
    let out = try scratch.pointer()
    for place in 0..<count { out[place] = value }
    return UnsafePointer(out)
  }
}

/// One value for all rows.
final class ConstantSource: VectorSource {
  private let vector: Vector
  // What the vector borrows.
  private let memory: AlignedBytes
  private let text: TextHeap?

  /// `value` is stored at the scale of `type`.
  init(_ value: CellValue, type: ColumnType, layout: Layout, budget: MemoryBudget?)
    throws(QueryError)
  {
    // A value, and behind it the byte that says whether there is one.
    memory = try AlignedBytes(byteCount: 64, zeroed: true, budget: budget)
    let valid = memory.pointer(to: UInt8.self) + 32
    valid.pointee = value == .missing ? 0 : 1
    let stored = value.storedInteger(at: type) ?? 0
    var heap: TextHeap?
    let storage: Vector.Storage
    switch layout {
    case .integers:
      memory.pointer(to: Int64.self).pointee = Int64(truncatingIfNeeded: stored)
      storage = .integers(memory.pointer(to: Int64.self))
    case .wide:
      memory.pointer(to: Int128.self).pointee = stored
      storage = .wide(memory.pointer(to: Int128.self))
    case .floats:
      memory.pointer(to: Double.self).pointee = value.storedDouble ?? 0
      storage = .floats(memory.pointer(to: Double.self))
    case .booleans:
      memory.pointer(to: UInt8.self).pointee = stored == 0 ? 0 : 1
      storage = .booleans(memory.pointer(to: UInt8.self))
    case .codes, .texts:
      var words = ""
      if case .text(let text) = value { words = text }
      let made = try TextHeap([words], budget: budget)
      let bytes = made.slice(0)
      let slice = memory.pointer(to: TextSlice.self)
      slice.pointee = TextSlice(start: bytes.baseAddress, count: bytes.count)
      storage = .texts(slice)
      heap = made
    }
    text = heap
    vector = Vector(
      storage: storage, count: 1, valid: value == .missing ? UnsafePointer(valid) : nil,
      unknown: nil, isConstant: true)
  }

  func compute(_ batch: Batch) -> Vector { vector }
}

extension CellValue {
  /// The integer that a column of `type` stores for this value; nil where it stores none.
  func storedInteger(at type: ColumnType) -> Int128? {
    switch (self, type) {
    case (.decimal(let value), _), (.percent(let value), _):
      value.coefficient(atScale: type.scale)
    case (.integer(let value), .decimal), (.integer(let value), .percent):
      ExactDecimal(coefficient: value, scale: 0).coefficient(atScale: type.scale)
    default: storedInteger
    }
  }

  /// The double that a column stores for this value; nil where it stores none.
  var storedDouble: Double? {
    switch self {
    case .float(let value), .ratio(let value): value
    case .integer(let value): quotient(value, 1)
    case .decimal(let value), .percent(let value): value.doubleValue
    default: nil
    }
  }
}
