/// Variances and standard deviations over windows that slide, from exact sums of the values and their
/// squares, rounded once.
struct WindowSpread {
  let order: WindowOrder
  let frames: WindowFrames
  let values: WindowValues
  let context: RunContext

  /// Where windows put what they find.
  private struct Found: Sendable {
    let numbers: AlignedBytes
    let present: AlignedBytes
  }

  /// Whether the values are such as this adds up; wider ones are not.
  static func takes(_ column: Column) -> Bool {
    if case .wide = column.payload { return false }
    return true
  }

  /// The variances or their roots by row; the operand's type has `scale` decimals.
  func column(_ function: AggregateFunction, scale: Int) throws(QueryError) -> Column {
    let found = Found(
      numbers: try AlignedBytes(byteCount: order.count * 8, budget: context.budget),
      present: try AlignedBytes(byteCount: order.count, budget: context.budget))
    let own = self
    let spread = Spread(
      isRoot: function == .stddev, isFloating: values.kind == .floats, scale: scale)
    try order.forEachPiece(context) { piece throws(QueryError) in
      if spread.isFloating {
        try own.slideFloats(over: piece, spread, found)
      } else {
        try own.slideIntegers(over: piece, spread, found)
      }
    }
    return Column(
      type: .float, count: order.count, payload: .floats(found.numbers),
      validity: try Bitmap(mask: found.present, count: order.count, context))
  }

  private func put(_ number: Double?, _ row: Int, _ found: Found) throws(QueryError) {
    guard number?.isFinite ?? true else { throw QueryError.resultOverflow }
    found.numbers.pointer(to: Double.self)[row] = number ?? 0
    found.present.pointer(to: UInt8.self)[row] = number == nil ? 0 : 1
  }

  private func slideIntegers(over piece: Range<Int>, _ spread: Spread, _ found: Found)
    throws(QueryError)
  {
    let (first, end) = (frames.first.pointer, frames.end.pointer)
    let rows = order.rows.pointer
    let numbers = values.values.pointer(to: Int64.self)
    let present = values.present?.pointer(to: UInt8.self)
    // A square has 126 bits: its words are added apart.
    var (from, to, count) = (piece.lowerBound, piece.lowerBound, Int64(0))
    var (sum, bottom, top) = (Int128(0), Int128(0), Int128(0))
    for place in piece {
      if place & 0xFFF == 0 { try context.checkCancellation() }
      let (start, limit) = (Int(first[place]), Int(end[place]))
      if start >= to { (from, to, count, sum, bottom, top) = (start, start, 0, 0, 0, 0) }
      while to < limit {
        let square = Int128(numbers[to]) &* Int128(numbers[to])
        sum &+= Int128(numbers[to])
        bottom &+= Int128(UInt64(truncatingIfNeeded: square))
        top &+= square >> 64
        count &+= Int64(present?[to] ?? 1)
        to &+= 1
      }
      while from < start {
        let square = Int128(numbers[from]) &* Int128(numbers[from])
        sum &-= Int128(numbers[from])
        bottom &-= Int128(UInt64(truncatingIfNeeded: square))
        top &-= square >> 64
        count &-= Int64(present?[from] ?? 1)
        from &+= 1
      }
      let number = count < 2 ? nil : value(spread, count, sum, bottom, top)
      try put(number, Int(rows[place]), found)
    }
  }

  /// The value of whole numbers, in machine words where these hold what it is made of.
  private func value(
    _ spread: Spread, _ count: Int64, _ sum: Int128, _ bottom: Int128, _ top: Int128
  ) -> Double {
    let high = top.multipliedReportingOverflow(by: 1 << 64)
    let squares = high.partialValue.addingReportingOverflow(bottom)
    if !high.overflow, !squares.overflow,
      let value = spread.value(count, sum, squares.partialValue)
    {
      return value
    }
    return spread.value(
      count, BigInteger(sum), BigInteger(top).shifted(by: 64) + BigInteger(bottom))
  }

  private func slideFloats(over piece: Range<Int>, _ spread: Spread, _ found: Found)
    throws(QueryError)
  {
    let (first, end) = (frames.first.pointer, frames.end.pointer)
    let rows = order.rows.pointer
    let numbers = values.values.pointer(to: Double.self)
    let present = values.present?.pointer(to: UInt8.self)
    let sum = BandedSum(ofProducts: false, budget: context.budget)
    let squares = BandedSum(ofProducts: true, budget: context.budget)
    try sum.reserve(groups: 1)
    try squares.reserve(groups: 1)
    var group: UInt32 = 0
    var (from, to, count) = (piece.lowerBound, piece.lowerBound, Int64(0))
    for place in piece {
      if place & 0xFFF == 0 { try context.checkCancellation() }
      let (start, limit) = (Int(first[place]), Int(end[place]))
      while to < limit {
        try sum.add(numbers + to, &group, 1)
        try squares.add(numbers + to, times: numbers + to, &group, 1)
        count &+= Int64(present?[to] ?? 1)
        to &+= 1
      }
      // What is added and subtracted again leaves nothing.
      while from < start {
        var gone = 0 - numbers[from]
        try sum.add(&gone, &group, 1)
        try squares.add(&gone, times: numbers + from, &group, 1)
        count &-= Int64(present?[from] ?? 1)
        from &+= 1
      }
      try put(
        count < 2 ? nil : spread.value(count, sum.total(0), squares.total(0)), Int(rows[place]),
        found)
    }
  }
}
