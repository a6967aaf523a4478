/// Variance, standard deviation and correlation from exact sums of values, squares and products,
/// rounded once.
///
///     variance = (n Sxx - Sx Sx) / (n (n - 1))
///     corr     = (n Sxy - Sx Sy) / root((n Sxx - Sx Sx) (n Syy - Sy Sy))
final class MomentState: AggregateState {
  private let call: AggregateCall
  private let budget: MemoryBudget?
  private var counts: GroupArray<Int64>
  private var sums: MomentSums
  /// Sums in 64-bit words, where the operands are small enough; moved before they could overflow.
  private var small: SmallMoments?

  /// The sums, in the order x, xx and for two operands y, yy, xy.
  private enum MomentSums {
    /// Products whose sums fit into one word, or need two or four.
    case exact([LimbSum])
    case floating([BandedSum])
  }

  /// Makes the state of no groups. Sums of small operands have 64 bits for `smallRows` rows.
  init(
    _ call: AggregateCall, isWide: Bool, smallRows: Int = SmallMoments.rowLimit,
    budget: MemoryBudget?
  ) throws(QueryError) {
    self.call = call
    self.budget = budget
    counts = try GroupArray(budget: budget)
    let hasPair = call.function == .corr
    if call.operands.first?.type.isFloating == true {
      let single = [false, true] + (hasPair ? [false, true, true] : [])
      sums = .floating(single.map { BandedSum(ofProducts: $0, budget: budget) })
      return
    }
    let bounds = call.operands.map(\.bounds)
    var exact: [LimbSum] = []
    for (first, second) in [(0, -1), (0, 0)] + (hasPair ? [(1, -1), (1, 1), (0, 1)] : []) {
      let words: Int
      if isWide {
        words = second < 0 ? 2 : 4
      } else {
        words = second < 0 || Self.fits(bounds[first], bounds[second]) ? 1 : 2
      }
      exact.append(try LimbSum(wordCount: words, budget: budget))
    }
    sums = .exact(exact)
    if call.operands.allSatisfy({ SmallMoments.holds($0.bounds) }) {
      small = try SmallMoments(isPair: hasPair, rowLimit: smallRows, budget: budget)
    }
  }

  /// Whether the products of 2^40 rows add up to less than 2^127.
  private static func fits(_ first: ClosedRange<Int128>?, _ second: ClosedRange<Int128>?) -> Bool {
    guard let first, let second else { return false }
    let left = max(first.lowerBound.magnitude, first.upperBound.magnitude)
    let right = max(second.lowerBound.magnitude, second.upperBound.magnitude)
    let product = left.multipliedReportingOverflow(by: right)
    return !product.overflow && product.partialValue < 1 << 87
  }

  func reserve(groups: Int) throws(QueryError) {
    try counts.resize(to: groups, filling: 0)
    if small != nil {
      try small?.reserve(groups: groups)
      return
    }
    try reserveSums(groups)
  }

  private func reserveSums(_ groups: Int) throws(QueryError) {
    switch sums {
    case .exact(var all):
      // Emptied first, so that growing does not copy the list.
      sums = .exact([])
      defer { sums = .exact(all) }
      for index in all.indices { try all[index].reserve(groups: groups) }
    case .floating(let all):
      for sum in all { try sum.reserve(groups: groups) }
    }
  }

  func update(_ rows: AggregateRows) throws(QueryError) {
    if small?.add(rows) == true { return }
    try moveSmallMoments()
    countRows(rows, into: counts.pointer)
    let (groups, count) = (rows.groups, rows.count)
    switch (sums, rows.values, rows.others) {
    case (.exact(let all), .integers(let x), .none) where all.count == 2:
      addMoments(x, x, groups, count, single: all[0], product: all[1])
    case (.exact(let all), .integers(let x), .integers(let y)) where all.count == 5:
      addMoments(x, x, groups, count, single: all[0], product: all[1])
      addMoments(y, y, groups, count, single: all[2], product: all[3])
      addMoments(x, y, groups, count, single: nil, product: all[4])
    case (.exact(let all), .wide(let x), .none) where all.count == 2:
      addMoments(x, x, groups, count, single: all[0], product: all[1])
    case (.exact(let all), .wide(let x), .wide(let y)) where all.count == 5:
      addMoments(x, x, groups, count, single: all[0], product: all[1])
      addMoments(y, y, groups, count, single: all[2], product: all[3])
      addMoments(x, y, groups, count, single: nil, product: all[4])
    case (.floating(let all), .floats(let x), .none) where all.count == 2:
      try all[0].add(x, groups, count)
      try all[1].add(x, times: x, groups, count)
    case (.floating(let all), .floats(let x), .floats(let y)) where all.count == 5:
      try all[0].add(x, groups, count)
      try all[1].add(x, times: x, groups, count)
      try all[2].add(y, groups, count)
      try all[3].add(y, times: y, groups, count)
      try all[4].add(x, times: y, groups, count)
    default: throw QueryError.inconsistentAggregate("values without moments")
    }
  }

  /// Goes over to sums that hold any number of rows.
  private func moveSmallMoments() throws(QueryError) {
    guard let moments = small else { return }
    small = nil
    try reserveSums(counts.count)
    guard case .exact(let all) = sums else { return }
    try budget.forEachPiece(of: counts.count) { piece in
      for group in piece { moments.move(group, counts.pointer, all) }
    }
  }

  /// Whether sums of small numbers can be taken over from a kernel.
  var takesSums: Bool { small != nil }

  /// Adds counts and sums that a fused kernel made, by their place in the order x, xx, y, yy, xy.
  func add(
    groups: Int, counts added: (Int) -> Int64, sums part: (Int, Int) -> Int128
  ) throws(QueryError) {
    try moveSmallMoments()
    guard case .exact(let all) = sums else { return }
    for group in 0..<groups where added(group) > 0 {
      counts[group] &+= added(group)
      for index in all.indices { all[index].word(0)[group] &+= part(index, group) }
    }
  }

  func merge(
    _ other: any AggregateState, targets: UnsafeBufferPointer<UInt32>
  ) throws(QueryError) {
    guard let other = other as? MomentState else {
      throw QueryError.inconsistentAggregate("the state of another aggregate")
    }
    if let added = other.small, try small?.merge(added, targets, budget) == true { return }
    try moveSmallMoments()
    try other.moveSmallMoments()
    try addMapped(other.counts.pointer, targets, into: counts.pointer, budget)
    switch (sums, other.sums) {
    case (.exact(let own), .exact(let added)) where own.count == added.count:
      for index in own.indices { try own[index].merge(added[index], targets: targets, budget) }
    case (.floating(let own), .floating(let added)) where own.count == added.count:
      for index in own.indices { try own[index].merge(added[index], targets: targets) }
    default: throw QueryError.inconsistentAggregate("the state of another aggregate")
    }
  }

  private func total(_ index: Int, _ group: Int) -> BigInteger {
    switch sums {
    case .exact(let all): all[index].total(group)
    case .floating(let all): all[index].total(group)
    }
  }

  func finish(order: UnsafeBufferPointer<UInt32>) throws(QueryError) -> Column {
    try moveSmallMoments()
    return try floatColumn(count: order.count, type: call.type, budget: budget) { row in
      let group = Int(order[row])
      if counts[group] < 2 { return nil }
      return call.function == .corr ? correlation(group) : spread(group)
    }
  }

  /// The variance or its root.
  private func spread(_ group: Int) -> Double {
    var isFloating = false
    if case .floating = sums { isFloating = true }
    let spread = Spread(
      isRoot: call.function == .stddev, isFloating: isFloating,
      scale: call.operands.first?.type.scale ?? 0)
    if let sum = small(0, group), let squares = small(1, group),
      let value = spread.value(counts[group], sum, squares)
    {
      return value
    }
    return spread.value(counts[group], total(0, group), total(1, group))
  }

  /// Pearson's coefficient; nil where an operand does not vary. Scales cancel out.
  private func correlation(_ group: Int) -> Double? {
    let count = counts[group]
    if let x = small(0, group), let xx = small(1, group), let y = small(2, group),
      let yy = small(3, group), let xy = small(4, group),
      let value = Correlation.value(count, x: x, xx: xx, y: y, yy: yy, xy: xy)
    {
      return value
    }
    return Correlation.value(
      count, x: total(0, group), xx: total(1, group), y: total(2, group), yy: total(3, group),
      xy: total(4, group))
  }
}

/// The variance of some values or its root, from their number, sum and sum of squares.
struct Spread: Sendable {
  /// Whether the root is wanted.
  let isRoot: Bool
  /// Whether the sums are those of doubles, and not of whole numbers over a power of ten.
  let isFloating: Bool
  /// The decimals of the values.
  let scale: Int

  /// The value for two rows or more, rounded once.
  func value(_ count: Int64, _ sum: BigInteger, _ squares: BigInteger) -> Double {
    let n = BigInteger(Int128(count))
    let numerator = n * squares - sum * sum
    var divisor = n * (n - BigInteger(1))
    var exponent = 0
    if isFloating {
      exponent = -2148
    } else {
      divisor = divisor * BigInteger.powerOfTen(2 * scale)
    }
    return isRoot
      ? nearestRoot(numerator, divisor, exponent: exponent)
      : nearestQuotient(numerator, divisor, exponent: exponent)
  }

  /// The same where machine words hold what it is made of; else nil.
  func value(_ count: Int64, _ sum: Int128, _ squares: Int128) -> Double? {
    let n = Int128(count)
    guard !isFloating, scale < 10, let numerator = difference(n, squares, sum, sum),
      let pairs = UInt64(exactly: n &* (n &- 1))
    else { return nil }
    let power = UInt64(truncatingIfNeeded: ExactDecimal.powersOfTen[2 * scale])
    let divisor = pairs.multipliedReportingOverflow(by: power)
    if divisor.overflow { return nil }
    return isRoot
      ? nearestRoot(numerator.magnitude, divisor.partialValue)
      : nearestQuotient(numerator.magnitude, divisor.partialValue)
  }
}

extension MomentState {
  /// A sum of a group; nil where it may need more than 128 bits.
  private func small(_ index: Int, _ group: Int) -> Int128? {
    guard case .exact(let all) = sums, all[index].words.count == 1 else { return nil }
    return all[index].word(0)[group]
  }
}

/// Pearson's coefficient of some pairs, from their number, the sums of both values, of their squares
/// and of their products. Scales cancel out.
enum Correlation {
  /// The coefficient, rounded once; nil where a value does not vary.
  static func value(
    _ count: Int64, x: BigInteger, xx: BigInteger, y: BigInteger, yy: BigInteger, xy: BigInteger
  ) -> Double? {
    let n = BigInteger(Int128(count))
    let varianceX = n * xx - x * x
    let varianceY = n * yy - y * y
    if varianceX.isZero || varianceY.isZero { return nil }
    let numerator = n * xy - x * y
    let root = nearestRoot(numerator * numerator, varianceX * varianceY)
    return numerator.isNegative ? -root : root
  }

  /// The same where machine words hold what it is made of; else nil.
  static func value(
    _ count: Int64, x: Int128, xx: Int128, y: Int128, yy: Int128, xy: Int128
  ) -> Double? {
    let n = Int128(count)
    guard let varianceX = difference(n, xx, x, x), let varianceY = difference(n, yy, y, y),
      let numerator = difference(n, xy, x, y)
    else { return nil }
    let product = varianceX.multipliedReportingOverflow(by: varianceY)
    let square = numerator.magnitude.multipliedReportingOverflow(by: numerator.magnitude)
    guard !product.overflow, !square.overflow, product.partialValue > 0,
      let divisor = UInt64(exactly: product.partialValue),
      let root = nearestRoot(square.partialValue, divisor)
    else { return nil }
    return numerator < 0 ? -root : root
  }
}

/// `a b - c d`; nil where 128 bits do not hold it.
private func difference(_ a: Int128, _ b: Int128, _ c: Int128, _ d: Int128) -> Int128? {
  let (first, second) = (a.multipliedReportingOverflow(by: b), c.multipliedReportingOverflow(by: d))
  let result = first.partialValue.subtractingReportingOverflow(second.partialValue)
  return first.overflow || second.overflow || result.overflow ? nil : result.partialValue
}

private func addMoments(
  _ x: UnsafePointer<Int64>, _ y: UnsafePointer<Int64>, _ groups: UnsafePointer<UInt32>,
  _ count: Int, single: LimbSum?, product: LimbSum
) {
  if let single { addIntegers(x, groups, count, into: single.word(0)) }
  if product.words.count == 1 {
    addSmallProducts(x, y, groups, count, into: product.word(0))
  } else {
    addProducts(x, y, groups, count, low: product.word(0), high: product.word(1))
  }
}

private func addMoments(
  _ x: UnsafePointer<Int128>, _ y: UnsafePointer<Int128>, _ groups: UnsafePointer<UInt32>,
  _ count: Int, single: LimbSum?, product: LimbSum
) {
  if let single { addWide(x, groups, count, low: single.word(0), high: single.word(1)) }
  addWideProducts(x, y, groups, count, into: product)
}
