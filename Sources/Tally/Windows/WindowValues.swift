/// The values of a column by place, as whole numbers or doubles; 0 where one is missing.
struct WindowValues: Sendable {
  let values: AlignedBytes
  /// One byte per place, 1 where there is a value; nil where all have one.
  let present: AlignedBytes?
  let kind: Kind

  /// How values are kept.
  enum Kind: Sendable {
    case integers, wide, floats
  }

  /// Reads a column, texts as numbers that are in their order.
  init(_ column: Column, _ order: WindowOrder, _ context: RunContext) throws(QueryError) {
    let count = order.count
    var present: AlignedBytes?
    if let validity = column.validity {
      let mask = try AlignedBytes(byteCount: count, budget: context.budget)
      try context.forEachBatch(of: count) { _, places throws(QueryError) in
        let (out, rows) = (mask.pointer(to: UInt8.self), order.rows.pointer)
        for place in places { out[place] = validity[Int(rows[place])] ? 1 : 0 }
      }
      present = mask
    }
    self.present = present
    switch try column.numbered(context).payload {
    case .codes(let codes, let base):
      kind = .integers
      values = try Self.integers(codes, base, order, present, context)
    case .dictionary(let codes, _):
      kind = .integers
      values = try Self.integers(codes, 0, order, present, context)
    case .plain: throw QueryError(kind: .bug, message: "texts have no numbers")
    case .wide(let source):
      kind = .wide
      values = try Self.gathered(Int128.self, source, order, present, context)
    case .floats(let source):
      kind = .floats
      values = try Self.gathered(Double.self, source, order, present, context)
    }
  }

  private static func integers(
    _ codes: Codes, _ base: Int64, _ order: WindowOrder, _ present: AlignedBytes?,
    _ context: RunContext
  ) throws(QueryError) -> AlignedBytes {
    let target = try AlignedBytes(byteCount: order.count * 8, budget: context.budget)
    try context.forEachBatch(of: order.count) { _, places throws(QueryError) in
      let out = target.pointer(to: Int64.self) + places.lowerBound
      let rows = order.rows.pointer + places.lowerBound
      let count = places.count
      switch codes.width {
      case .one:
        decodeIntegers(
          codes.pointer(to: UInt8.self), base: base, index: rows, count: count, into: out)
      case .two:
        decodeIntegers(
          codes.pointer(to: UInt16.self), base: base, index: rows, count: count, into: out)
      case .four:
        decodeIntegers(
          codes.pointer(to: UInt32.self), base: base, index: rows, count: count, into: out)
      case .eight:
        decodeIntegers(
          codes.pointer(to: UInt64.self), base: base, index: rows, count: count, into: out)
      }
      if let present { clearMissing(present, places, out) }
    }
    return target
  }

  private static func gathered<T: Numeric & BitwiseCopyable & SendableMetatype>(
    _ type: T.Type, _ source: AlignedBytes, _ order: WindowOrder, _ present: AlignedBytes?,
    _ context: RunContext
  ) throws(QueryError) -> AlignedBytes {
    let target = try AlignedBytes(
      byteCount: order.count * MemoryLayout<T>.stride, budget: context.budget)
    try context.forEachBatch(of: order.count) { _, places throws(QueryError) in
      let out = target.pointer(to: T.self) + places.lowerBound
      gatherValues(
        source.pointer(to: T.self), index: order.rows.pointer + places.lowerBound,
        count: places.count, into: out)
      if let present { clearMissing(present, places, out) }
    }
    return target
  }
}

private func clearMissing<T: Numeric & BitwiseCopyable>(
  _ present: AlignedBytes, _ places: Range<Int>, _ out: UnsafeMutablePointer<T>
) {
  let mask = present.pointer(to: UInt8.self) + places.lowerBound
  for place in 0..<places.count where mask[place] == 0 { out[place] = 0 }
}
