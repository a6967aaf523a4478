/// The median and other percentiles: values are kept and sorted out at the end.
///
/// The percentile at fraction `p` of `n` ascending values lies at place `p (n - 1)`, between two
/// values where that is no whole number: linear interpolation, definition 7 of R. J. Hyndman and
/// Y. Fan, "Sample quantiles in statistical packages" (1996).
final class PercentileState: AggregateState {
  private let call: AggregateCall
  private let budget: MemoryBudget?
  private let fraction: ExactDecimal
  private var groupCount = 0
  private var groups: GroupArray<UInt32>
  private var integers: GroupArray<Int64>
  private var wide: GroupArray<Int128>
  private var floats: GroupArray<Double>

  /// Makes the state of no groups.
  init(_ call: AggregateCall, isWide: Bool, budget: MemoryBudget?) throws(QueryError) {
    self.call = call
    self.budget = budget
    let half = ExactDecimal(coefficient: 5, scale: 1)
    fraction = (call.function == .median ? half : call.fraction ?? half).reduced
    guard fraction >= ExactDecimal(coefficient: 0, scale: 0),
      fraction <= ExactDecimal(coefficient: 1, scale: 0)
    else { throw QueryError.inconsistentAggregate("a fraction outside of 0 to 1") }
    groups = try GroupArray(budget: budget)
    integers = try GroupArray(budget: budget)
    wide = try GroupArray(budget: budget)
    floats = try GroupArray(budget: budget)
  }

  func reserve(groups: Int) { groupCount = max(groupCount, groups) }

  func update(_ rows: AggregateRows) throws(QueryError) {
    try groups.append(UnsafeBufferPointer(start: rows.groups, count: rows.count))
    switch rows.values {
    case .integers(let values):
      try integers.append(UnsafeBufferPointer(start: values, count: rows.count))
    case .wide(let values):
      try wide.append(UnsafeBufferPointer(start: values, count: rows.count))
    case .floats(let values):
      try floats.append(UnsafeBufferPointer(start: values, count: rows.count))
    default: throw QueryError.inconsistentAggregate("values without a percentile")
    }
  }

  func merge(
    _ other: any AggregateState, targets: UnsafeBufferPointer<UInt32>
  ) throws(QueryError) {
    guard let other = other as? PercentileState else {
      throw QueryError.inconsistentAggregate("the state of another aggregate")
    }
    let start = groups.count
    let added = other.groups.count
    try groups.resize(to: start + added, filling: 0)
    let (own, source) = (groups.pointer + start, other.groups.pointer)
    for index in 0..<added { own[index] = targets[Int(source[index])] }
    try integers.append(other.integers.elements)
    try wide.append(other.wide.elements)
    try floats.append(other.floats.elements)
  }

  func finish(order: UnsafeBufferPointer<UInt32>) throws(QueryError) -> Column {
    // starts[g] ..< starts[g + 1] are the values of group g once they stand together.
    let starts = try GroupArray<Int>(count: groupCount + 1, filling: 0, budget: budget)
    for index in 0..<groups.count { starts[Int(groups[index]) + 1] += 1 }
    for group in 0..<groupCount { starts[group + 1] += starts[group] }
    if floats.count > 0 {
      let sorted = try scatter(floats, groups, starts, budget)
      return try floatColumn(count: order.count, type: call.type, budget: budget) { row in
        guard let place = place(Int(order[row]), starts) else { return nil }
        let (low, high) = selectPair(sorted.pointer + place.start, place.count, place.index)
        return interpolate(low, high, place)
      }
    }
    if wide.count > 0 {
      let sorted = try scatter(wide, groups, starts, budget)
      return try finishExact(order, starts) { place in
        selectPair(sorted.pointer + place.start, place.count, place.index)
      }
    }
    let sorted = try scatter(integers, groups, starts, budget)
    return try finishExact(order, starts) { place in
      let (low, high) = selectPair(sorted.pointer + place.start, place.count, place.index)
      return (Int128(low), Int128(high))
    }
  }

  private func finishExact(
    _ order: UnsafeBufferPointer<UInt32>, _ starts: GroupArray<Int>,
    _ neighbours: (PercentilePlace) -> (Int128, Int128)
  ) throws(QueryError) -> Column {
    let power = ExactDecimal.powersOfTen[call.operands.first?.type.scale ?? 0]
    if call.type == .duration {
      return try integerColumn(count: order.count, type: .duration, budget: budget) { row in
        guard let place = place(Int(order[row]), starts) else { return nil }
        let (low, high) = neighbours(place)
        return interpolateWhole(low, high, place)
      }
    }
    return try floatColumn(count: order.count, type: call.type, budget: budget) { row in
      guard let place = place(Int(order[row]), starts) else { return nil }
      let (low, high) = neighbours(place)
      return interpolate(low, high, place, power)
    }
  }

  /// Where the percentile of a group lies; nil where the group has no value.
  private func place(_ group: Int, _ starts: GroupArray<Int>) -> PercentilePlace? {
    let count = starts[group + 1] - starts[group]
    if count == 0 { return nil }
    let divisor = ExactDecimal.powersOfTen[fraction.scale].magnitude
    let product = UInt128(count - 1).multipliedFullWidth(by: fraction.coefficient.magnitude)
    // The fraction is at most 1, so the quotient is at most `count - 1`.
    let (whole, rest) = divisor.dividingFullWidth((product.high, product.low))
    return PercentilePlace(
      start: starts[group], count: count, index: Int(whole), rest: Int128(rest),
      divisor: Int128(divisor))
  }
}

/// The place of a percentile among the values of one group: `index + rest / divisor`.
private struct PercentilePlace {
  var start: Int
  var count: Int
  var index: Int
  var rest: Int128
  var divisor: Int128
}

/// The value between two whole numbers over a power of ten, rounded once.
private func interpolate(
  _ low: Int128, _ high: Int128, _ place: PercentilePlace, _ power: Int128
) -> Double {
  if place.rest == 0 || low == high { return quotient(low, power) }
  let first = low.multipliedReportingOverflow(by: place.divisor - place.rest)
  let second = high.multipliedReportingOverflow(by: place.rest)
  let sum = first.partialValue.addingReportingOverflow(second.partialValue)
  let divisor = power.multipliedReportingOverflow(by: place.divisor)
  if !first.overflow, !second.overflow, !sum.overflow, !divisor.overflow {
    return quotient(sum.partialValue, divisor.partialValue)
  }
  let weighted =
    BigInteger(low) * BigInteger(place.divisor - place.rest)
    + BigInteger(high) * BigInteger(place.rest)
  return nearestQuotient(weighted, BigInteger(power) * BigInteger(place.divisor))
}

/// The value between two whole numbers, rounded to a whole number.
private func interpolateWhole(_ low: Int128, _ high: Int128, _ place: PercentilePlace) -> Int128 {
  let divisor = place.divisor.magnitude
  let product = UInt128(high - low).multipliedFullWidth(by: place.rest.magnitude)
  let (whole, rest) = divisor.dividingFullWidth((product.high, product.low))
  let other = divisor - rest
  let goesUp = rest > other || (rest == other && (low + Int128(whole)) & 1 != 0)
  return low + Int128(whole) + (goesUp ? 1 : 0)
}

/// The value between two doubles, rounded once.
private func interpolate(_ low: Double, _ high: Double, _ place: PercentilePlace) -> Double {
  if place.rest == 0 || low == high { return low + 0 }
  let sum = low + high
  if place.rest == place.divisor - place.rest, sum.isFinite, sum.magnitude > 0x1p-1000 {
    // One rounding: halving a normal number is exact.
    return sum / 2
  }
  let (lowPart, highPart) = (BandedSum.exact(low), BandedSum.exact(high))
  let weighted =
    lowPart * BigInteger(place.divisor - place.rest) + highPart * BigInteger(place.rest)
  return nearestQuotient(weighted, BigInteger(place.divisor), exponent: -1074)
}

/// Puts values together by group.
private func scatter<T: BitwiseCopyable & ExpressibleByIntegerLiteral>(
  _ values: GroupArray<T>, _ groups: GroupArray<UInt32>, _ starts: GroupArray<Int>,
  _ budget: MemoryBudget?
) throws(QueryError) -> GroupArray<T> {
  let result = try GroupArray<T>(count: values.count, filling: 0, budget: budget)
  var cursors = try GroupArray<Int>(budget: budget)
  try cursors.append(starts.elements)
  let (next, source, target) = (cursors.pointer, values.pointer, result.pointer)
  let of = groups.pointer
  for index in 0..<values.count {
    let group = Int(of[index])
    target[next[group]] = source[index]
    next[group] &+= 1
  }
  return result
}
