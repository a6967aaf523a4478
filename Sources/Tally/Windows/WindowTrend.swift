/// The straight line of least squares through the values of a partition: its slope, or its height at
/// each row.
///
///     slope  b = (n Σtx − Σt Σx) / D          D = n Σtt − (Σt)²
///     height a + b t = (Σx Σtt − Σt Σtx + (n Σtx − Σt Σx) t) / D
///
/// Sums are exact, also of doubles, and the quotient is rounded once. Times count from the first of
/// the partition.
struct WindowTrend {
  let order: WindowOrder
  let values: WindowValues
  /// The times by place; nil where places are counted.
  let times: WindowValues?
  /// How much later than its row a height is asked for; nil for the slope.
  let ahead: Int64?
  /// How many times make one unit of the slope.
  let unit: Int64
  /// The decimal places of the values.
  let scale: Int
  let context: RunContext

  /// The slopes or heights by row.
  func column(_ type: ColumnType) throws(QueryError) -> Column {
    let numbers = try AlignedBytes(byteCount: order.count * 8, budget: context.budget)
    let present = try AlignedBytes(byteCount: order.count, budget: context.budget)
    try context.touch(numbers)
    try context.touch(present)
    let trend = self
    try order.forEachPiece(context) { piece throws(QueryError) in
      let marks = trend.order.marks.pointer(to: UInt8.self)
      var start = piece.lowerBound
      while start < piece.upperBound {
        let end = partitionEnd(marks, start, piece.upperBound)
        try trend.write(
          start..<end, numbers.pointer(to: Double.self), present.pointer(to: UInt8.self))
        start = end
      }
    }
    return Column(
      type: type, count: order.count, payload: .floats(numbers),
      validity: try Bitmap(mask: present, count: order.count, context))
  }

  /// The sums of a partition. Values are whole numbers of 2^`exponent`.
  private struct Sums {
    var count = BigInteger(0)
    var t = BigInteger(0)
    var tt = BigInteger(0)
    var x = BigInteger(0)
    var tx = BigInteger(0)
    var exponent = 0
  }

  private func time(_ place: Int, _ first: Int) -> Int128? {
    guard let times else { return Int128(place - first) }
    if let present = times.present, present.pointer(to: UInt8.self)[place] == 0 { return nil }
    let values = times.values.pointer(to: Int64.self)
    return Int128(values[place]) - Int128(values[first])
  }

  private func hasValue(_ place: Int) -> Bool {
    values.present.map { $0.pointer(to: UInt8.self)[place] == 1 } ?? true
  }

  private func write(
    _ places: Range<Int>, _ numbers: UnsafeMutablePointer<Double>,
    _ present: UnsafeMutablePointer<UInt8>
  ) throws(QueryError) {
    let sums = try values.kind == .floats ? floatSums(places) : wholeSums(places)
    let divisor = sums.count * sums.tt - sums.t * sums.t
    let rise = sums.count * sums.tx - sums.t * sums.x
    let base = sums.x * sums.tt - sums.t * sums.tx
    let scaled = divisor * BigInteger.powerOfTen(scale)
    for place in places {
      if place & 0xFFF == 0 { try context.checkCancellation() }
      let row = Int(order.rows.pointer[place])
      numbers[row] = 0
      present[row] = 0
      guard !divisor.isZero, let time = time(place, places.lowerBound) else { continue }
      let height =
        ahead.map { base + rise * BigInteger(time + Int128($0)) }
        ?? rise * BigInteger(Int128(unit))
      let number = nearestQuotient(height, scaled, exponent: sums.exponent)
      guard number.isFinite else { throw QueryError.resultOverflow }
      numbers[row] = number
      present[row] = 1
    }
  }

  private func wholeSums(_ places: Range<Int>) throws(QueryError) -> Sums {
    var sums = Sums()
    let narrow = values.values.pointer(to: Int64.self)
    let wide = values.values.pointer(to: Int128.self)
    // Sums are kept in 128 bits as long as they fit.
    var (count, t, tt) = (Int128(0), Int128(0), Int128(0))
    for place in places {
      if place & 0x3FFF == 0 { try context.checkCancellation() }
      if !hasValue(place) { continue }
      guard let time = time(place, places.lowerBound) else { continue }
      count += 1
      t += time
      let value = values.kind == .wide ? wide[place] : Int128(narrow[place])
      let (square, overflow) = time.multipliedReportingOverflow(by: time)
      let (next, overflows) = tt.addingReportingOverflow(square)
      if overflow || overflows { throw QueryError.resultOverflow }
      tt = next
      sums.x = sums.x + BigInteger(value)
      sums.tx = sums.tx + BigInteger(value) * BigInteger(time)
    }
    (sums.count, sums.t, sums.tt) = (BigInteger(count), BigInteger(t), BigInteger(tt))
    return sums
  }

  private func floatSums(_ places: Range<Int>) throws(QueryError) -> Sums {
    var sums = Sums()
    let floats = values.values.pointer(to: Double.self)
    for place in places {
      if place & 0x3FFF == 0 { try context.checkCancellation() }
      if !hasValue(place) { continue }
      guard let time = time(place, places.lowerBound) else { continue }
      let (big, value) = (BigInteger(time), BandedSum.exact(floats[place]))
      sums.count = sums.count + BigInteger(1)
      sums.t = sums.t + big
      sums.tt = sums.tt + big * big
      sums.x = sums.x + value
      sums.tx = sums.tx + value * big
    }
    sums.exponent = -1074
    return sums
  }
}
