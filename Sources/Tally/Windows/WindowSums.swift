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
    let sums = self
    try order.forEachPiece(context) { piece throws(QueryError) in
      countSliding(sums, piece, counts.pointer(to: Int64.self))
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
    let counts = try AlignedBytes(byteCount: order.count * 8, budget: context.budget)
    if values.kind == .floats { return try floats(function == .average, type, counts) }
    if values.kind == .integers, let bounds, fits(bounds) {
      let sums = try AlignedBytes(byteCount: order.count * 8, budget: context.budget)
      let own = self
      try order.forEachPiece(context) { piece throws(QueryError) in
        sumSliding(own, piece, sums.pointer(to: Int64.self), counts.pointer(to: Int64.self))
      }
      if function == .sum {
        return try .integers(
          sums, count: order.count, type: type, validity: try frames.validity(order, context),
          context)
      }
      return try averages(counts, sums, isWide: false, operand, type)
    }
    let sums = try AlignedBytes(byteCount: order.count * 16, budget: context.budget)
    let own = self
    try order.forEachPiece(context) { piece throws(QueryError) in
      let isExact = sumSlidingWide(
        own, piece, sums.pointer(to: Int128.self), counts.pointer(to: Int64.self))
      if !isExact { throw QueryError.resultOverflow }
    }
    let totals = sums.pointer(to: Int128.self)
    if function == .average { return try averages(counts, sums, isWide: true, operand, type) }
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

  private func floats(_ isAverage: Bool, _ type: ColumnType, _ counts: AlignedBytes)
    throws(QueryError) -> Column
  {
    let sums = try AlignedBytes(byteCount: order.count * 8, budget: context.budget)
    let own = self
    try order.forEachPiece(context) { piece throws(QueryError) in
      try sumSlidingFloats(
        own, piece, isAverage, sums.pointer(to: Double.self), counts.pointer(to: Int64.self))
    }
    let hasTime = try frames.validity(order, context)
    return try doubleColumn(type, count: order.count, context) { row in
      let isKnown =
        isAverage ? counts.pointer(to: Int64.self)[row] > 0 : hasTime.map { $0[row] } ?? true
      return isKnown ? sums.pointer(to: Double.self)[row] : nil
    }
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

private func countSliding(
  _ sums: WindowSums, _ piece: Range<Int>, _ counts: UnsafeMutablePointer<Int64>
) {
  let (first, end) = (sums.frames.first.pointer, sums.frames.end.pointer)
  let rows = sums.order.rows.pointer
  guard let present = sums.values.present?.pointer(to: UInt8.self) else {
    for place in piece { counts[Int(rows[place])] = Int64(end[place] &- first[place]) }
    return
  }
  var (low, high, count) = (piece.lowerBound, piece.lowerBound, Int64(0))
  for place in piece {
    let (from, to) = (Int(first[place]), Int(end[place]))
    if from >= high { (low, high, count) = (from, from, 0) }
    while high < to {
      count &+= Int64(present[high])
      high &+= 1
    }
    while low < from {
      count &-= Int64(present[low])
      low &+= 1
    }
    counts[Int(rows[place])] = count
  }
}

private func sumSliding(
  _ sums: WindowSums, _ piece: Range<Int>, _ out: UnsafeMutablePointer<Int64>,
  _ counts: UnsafeMutablePointer<Int64>
) {
  let (first, end) = (sums.frames.first.pointer, sums.frames.end.pointer)
  let rows = sums.order.rows.pointer
  let values = sums.values.values.pointer(to: Int64.self)
  var (low, high, sum) = (piece.lowerBound, piece.lowerBound, Int64(0))
  for place in piece {
    let (from, to) = (Int(first[place]), Int(end[place]))
    if from >= high { (low, high, sum) = (from, from, 0) }
    while high < to {
      sum &+= values[high]
      high &+= 1
    }
    while low < from {
      sum &-= values[low]
      low &+= 1
    }
    out[Int(rows[place])] = sum
  }
  countSliding(sums, piece, counts)
}

/// The same in 128 bits: false where a sum exceeds them.
private func sumSlidingWide(
  _ sums: WindowSums, _ piece: Range<Int>, _ out: UnsafeMutablePointer<Int128>,
  _ counts: UnsafeMutablePointer<Int64>
) -> Bool {
  let (first, end) = (sums.frames.first.pointer, sums.frames.end.pointer)
  let rows = sums.order.rows.pointer
  let narrow = sums.values.values.pointer(to: Int64.self)
  let wide = sums.values.values.pointer(to: Int128.self)
  let isWide = sums.values.kind == .wide
  // Words of 64 bits are added apart, so that nothing overflows on the way.
  var (low, high) = (piece.lowerBound, piece.lowerBound)
  var (bottom, top) = (Int128(0), Int128(0))
  var isExact = true
  for place in piece {
    let (from, to) = (Int(first[place]), Int(end[place]))
    if from >= high { (low, high, bottom, top) = (from, from, 0, 0) }
    while high < to {
      let value = isWide ? wide[high] : Int128(narrow[high])
      bottom &+= Int128(UInt64(truncatingIfNeeded: value))
      top &+= value >> 64
      high &+= 1
    }
    while low < from {
      let value = isWide ? wide[low] : Int128(narrow[low])
      bottom &-= Int128(UInt64(truncatingIfNeeded: value))
      top &-= value >> 64
      low &+= 1
    }
    let upper = top.multipliedReportingOverflow(by: 1 << 64)
    let sum = upper.partialValue.addingReportingOverflow(bottom)
    if upper.overflow || sum.overflow { isExact = false }
    out[Int(rows[place])] = sum.partialValue
  }
  countSliding(sums, piece, counts)
  return isExact
}

private func sumSlidingFloats(
  _ sums: WindowSums, _ piece: Range<Int>, _ isAverage: Bool,
  _ out: UnsafeMutablePointer<Double>, _ counts: UnsafeMutablePointer<Int64>
) throws(QueryError) {
  countSliding(sums, piece, counts)
  let (first, end) = (sums.frames.first.pointer, sums.frames.end.pointer)
  let rows = sums.order.rows.pointer
  let values = sums.values.values.pointer(to: Double.self)
  let sum = BandedSum(ofProducts: false, budget: sums.context.budget)
  try sum.reserve(groups: 1)
  var group: UInt32 = 0
  var (low, high) = (piece.lowerBound, piece.lowerBound)
  for place in piece {
    if place & 0xFFF == 0 { try sums.context.checkCancellation() }
    let (from, to) = (Int(first[place]), Int(end[place]))
    // What is added and subtracted again leaves nothing, so that sums need no new beginning.
    while high < to {
      try sum.add(values + high, &group, 1)
      high &+= 1
    }
    while low < from {
      var gone = 0 - values[low]
      try sum.add(&gone, &group, 1)
      low &+= 1
    }
    let row = Int(rows[place])
    out[row] = isAverage && counts[row] == 0 ? 0 : sum.quotient(0, by: isAverage ? counts[row] : 1)
  }
}
