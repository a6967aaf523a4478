/// Counts, sums and averages over windows that slide: what comes in is added and what falls out is
/// subtracted, exactly, so that no sum depends on the windows before it.
struct WindowSums {
  let order: WindowOrder
  let frames: WindowFrames
  let values: WindowValues
  let context: RunContext

  /// The numbers of values by row.
  func counts() throws(QueryError) -> Column {
    let counts = try AlignedBytes(byteCount: order.count * 8, budget: context.budget)
    try context.touch(counts)
    let own = self
    try frames.forEachPiece(of: order, context) { piece throws(QueryError) in
      try own.slideCounts(over: piece, into: counts.pointer(to: Int64.self))
    }
    return try .integers(
      counts, count: order.count, type: .integer, validity: try frames.validity(order, context),
      context)
  }

  /// The sums or averages by row. `bounds` are those of the values, as they are known.
  func column(
    _ function: AggregateFunction, of operand: ColumnType, _ type: ColumnType,
    bounds: ClosedRange<Int64>?
  ) throws(QueryError) -> Column {
    if values.kind == .floats { return try floats(function == .average, type) }
    // A sum needs no counts.
    let counts =
      function == .sum
      ? nil : try AlignedBytes(byteCount: order.count * 8, budget: context.budget)
    let own = self
    if values.kind == .integers, let bounds, fits(bounds) {
      let sums = try AlignedBytes(byteCount: order.count * 8, budget: context.budget)
      try context.touch(sums)
      try frames.forEachPiece(of: order, context) { piece throws(QueryError) in
        var window = WholeSums(
          values: own.values.values.pointer(to: Int64.self), present: own.presence,
          sums: sums.pointer(to: Int64.self), counts: counts?.pointer(to: Int64.self))
        try own.frames.slide(&window, over: piece, own.order, own.context)
      }
      if let counts { return try averages(counts, sums, isWide: false, operand, type) }
      return try .integers(
        sums, count: order.count, type: type, validity: try frames.validity(order, context),
        context)
    }
    let sums = try AlignedBytes(byteCount: order.count * 16, budget: context.budget)
    try context.touch(sums)
    try frames.forEachPiece(of: order, context) { piece throws(QueryError) in
      var window = WideSums(
        values: own.values, present: own.presence, sums: sums.pointer(to: Int128.self),
        counts: counts?.pointer(to: Int64.self))
      try own.frames.slide(&window, over: piece, own.order, own.context)
    }
    let totals = sums.pointer(to: Int128.self)
    if let counts { return try averages(counts, sums, isWide: true, operand, type) }
    let hasTime = try frames.validity(order, context)
    return try integerColumn(count: order.count, type: type, budget: context.budget) { row in
      hasTime.map { $0[row] } ?? true ? totals[row] : nil
    }
  }

  /// Whether no window's sum exceeds 64 bits.
  private func fits(_ bounds: ClosedRange<Int64>) -> Bool {
    let largest = max(bounds.lowerBound.magnitude, bounds.upperBound.magnitude)
    let (product, overflow) = largest.multipliedReportingOverflow(by: UInt64(order.count + 1))
    return !overflow && product <= UInt64(Int64.max)
  }

  private func averages(
    _ counts: AlignedBytes, _ sums: AlignedBytes, isWide: Bool, _ operand: ColumnType,
    _ type: ColumnType
  ) throws(QueryError) -> Column {
    let total = { @Sendable (row: Int) -> Int128 in
      isWide ? sums.pointer(to: Int128.self)[row] : Int128(sums.pointer(to: Int64.self)[row])
    }
    if type == .duration {
      return try integerColumn(count: order.count, type: type, budget: context.budget) { row in
        let count = counts.pointer(to: Int64.self)[row]
        return count == 0 ? nil : nearestInteger(total(row), Int128(count))
      }
    }
    let power = ExactDecimal.powersOfTen[operand.scale]
    return try doubleColumn(type, count: order.count, context) { row in
      let count = counts.pointer(to: Int64.self)[row]
      if count == 0 { return nil }
      let divisor = Int128(count).multipliedReportingOverflow(by: power)
      if !divisor.overflow { return quotient(total(row), divisor.partialValue) }
      return nearestQuotient(
        BigInteger(total(row)), BigInteger(Int128(count)) * BigInteger(power))
    }
  }

  /// The presence of values by place.
  private var presence: UnsafePointer<UInt8>? {
    values.present.map { UnsafePointer($0.pointer(to: UInt8.self)) }
  }

  private func slideCounts(over piece: Range<Int>, into counts: UnsafeMutablePointer<Int64>)
    throws(QueryError)
  {
    guard let presence else {
      let (first, end, rows) = (frames.first.pointer, frames.end.pointer, order.rows.pointer)
      for place in piece { counts[Int(rows[place])] = Int64(end[place] &- first[place]) }
      return
    }
    var window = Counts(present: presence, counts: counts)
    try frames.slide(&window, over: piece, order, context)
  }

  private func floats(_ isAverage: Bool, _ type: ColumnType) throws(QueryError) -> Column {
    let found = try WindowNumbers(count: order.count, context)
    let hasTime = try frames.validity(order, context)
    let own = self
    try frames.forEachPiece(of: order, context) { piece throws(QueryError) in
      var window = FloatingSums(
        values: own.values.values.pointer(to: Double.self), present: own.presence,
        isAverage: isAverage, hasTime: hasTime, found: found,
        sum: try FloatingSum(ofProducts: false, own.context))
      try own.frames.slide(&window, over: piece, own.order, own.context)
    }
    return try found.column(type, count: order.count, context)
  }
}

/// A column of a double per row, made on all workers; nil is missing.
func doubleColumn(
  _ type: ColumnType, count: Int, _ context: RunContext, _ value: @Sendable (Int) -> Double?
) throws(QueryError) -> Column {
  let numbers = try AlignedBytes(byteCount: count * 8, budget: context.budget)
  let present = try AlignedBytes(byteCount: count, budget: context.budget)
  try context.forEachBatch(of: count) { _, rows throws(QueryError) in
    let (out, mask) = (numbers.pointer(to: Double.self), present.pointer(to: UInt8.self))
    for row in rows {
      let number = value(row)
      guard number?.isFinite ?? true else { throw QueryError.resultOverflow }
      out[row] = number ?? 0
      mask[row] = number == nil ? 0 : 1
    }
  }
  return Column(
    type: type, count: count, payload: .floats(numbers),
    validity: try Bitmap(mask: present, count: count, context))
}

// MARK: Windows

private struct Counts: SlidingWindow {
  let present: UnsafePointer<UInt8>
  let counts: UnsafeMutablePointer<Int64>
  private var count: Int64 = 0

  init(present: UnsafePointer<UInt8>, counts: UnsafeMutablePointer<Int64>) {
    (self.present, self.counts) = (present, counts)
  }

  @inline(__always)
  mutating func add(_ place: Int) { count &+= Int64(present[place]) }
  @inline(__always)
  mutating func remove(_ place: Int) { count &-= Int64(present[place]) }
  mutating func clear(_ places: Range<Int>) { count = 0 }
  @inline(__always)
  mutating func write(_ row: Int) { counts[row] = count }
}

/// Sums that fit into 64 bits.
private struct WholeSums: SlidingWindow {
  let values: UnsafePointer<Int64>
  let present: UnsafePointer<UInt8>?
  let sums: UnsafeMutablePointer<Int64>
  let counts: UnsafeMutablePointer<Int64>?
  private var sum: Int64 = 0
  private var count: Int64 = 0

  init(
    values: UnsafePointer<Int64>, present: UnsafePointer<UInt8>?,
    sums: UnsafeMutablePointer<Int64>, counts: UnsafeMutablePointer<Int64>?
  ) {
    (self.values, self.present, self.sums, self.counts) = (values, present, sums, counts)
  }

  @inline(__always)
  mutating func add(_ place: Int) {
    sum &+= values[place]
    count &+= Int64(present?[place] ?? 1)
  }

  @inline(__always)
  mutating func remove(_ place: Int) {
    sum &-= values[place]
    count &-= Int64(present?[place] ?? 1)
  }

  mutating func clear(_ places: Range<Int>) { (sum, count) = (0, 0) }

  @inline(__always)
  mutating func write(_ row: Int) {
    sums[row] = sum
    if let counts { counts[row] = count }
  }
}

/// Sums of whole numbers in 128 bits; one that exceeds them is an error.
private struct WideSums: SlidingWindow {
  let narrow: UnsafePointer<Int64>
  let wide: UnsafePointer<Int128>
  let isWide: Bool
  let present: UnsafePointer<UInt8>?
  let sums: UnsafeMutablePointer<Int128>
  let counts: UnsafeMutablePointer<Int64>?
  private var sum = HalvesSum()
  private var count: Int64 = 0

  init(
    values: WindowValues, present: UnsafePointer<UInt8>?, sums: UnsafeMutablePointer<Int128>,
    counts: UnsafeMutablePointer<Int64>?
  ) {
    narrow = UnsafePointer(values.values.pointer(to: Int64.self))
    wide = UnsafePointer(values.values.pointer(to: Int128.self))
    isWide = values.kind == .wide
    (self.present, self.sums, self.counts) = (present, sums, counts)
  }

  @inline(__always)
  mutating func add(_ place: Int) {
    sum.add(isWide ? wide[place] : Int128(narrow[place]))
    count &+= Int64(present?[place] ?? 1)
  }

  @inline(__always)
  mutating func remove(_ place: Int) {
    sum.subtract(isWide ? wide[place] : Int128(narrow[place]))
    count &-= Int64(present?[place] ?? 1)
  }

  mutating func clear(_ places: Range<Int>) { (sum, count) = (HalvesSum(), 0) }

  @inline(__always)
  mutating func write(_ row: Int) throws(QueryError) {
    guard let total = sum.narrow else { throw QueryError.resultOverflow }
    sums[row] = total
    if let counts { counts[row] = count }
  }
}

/// Exact sums of doubles, or their averages.
private struct FloatingSums: SlidingWindow {
  let values: UnsafePointer<Double>
  let present: UnsafePointer<UInt8>?
  let isAverage: Bool
  let hasTime: Bitmap?
  let found: WindowNumbers
  private var sum: FloatingSum
  private var count: Int64 = 0

  init(
    values: UnsafePointer<Double>, present: UnsafePointer<UInt8>?, isAverage: Bool,
    hasTime: Bitmap?, found: WindowNumbers, sum: FloatingSum
  ) {
    (self.values, self.present, self.isAverage) = (values, present, isAverage)
    (self.hasTime, self.found, self.sum) = (hasTime, found, sum)
  }

  mutating func add(_ place: Int) throws(QueryError) {
    try sum.add(values[place])
    count &+= Int64(present?[place] ?? 1)
  }

  mutating func remove(_ place: Int) throws(QueryError) {
    try sum.add(0 - values[place])
    count &-= Int64(present?[place] ?? 1)
  }

  mutating func clear(_ places: Range<Int>) throws(QueryError) {
    // What is added and subtracted again leaves nothing.
    for place in places { try remove(place) }
  }

  mutating func write(_ row: Int) throws(QueryError) {
    let isKnown = isAverage ? count > 0 : hasTime.map { $0[row] } ?? true
    try found.put(isKnown ? sum.quotient(by: isAverage ? count : 1) : nil, row)
  }
}
