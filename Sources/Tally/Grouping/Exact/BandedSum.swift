/// One exact sum of doubles, or of products of two doubles, per group.
///
/// Every double is a whole multiple of 2^-1074. The exponents are cut into bands of 32; each band
/// has one 128-bit counter per group, made when a value first falls into it:
///
///     value = significand * 2^(origin + 32 * band + shift),   0 <= shift < 32
///     counter[band][group] += significand << shift            at most 85 bits
///
/// So 2^42 values fit without a carry, the order of additions is of no consequence, and the
/// result is rounded once. The idea is that of the "small superaccumulator" of R. M. Neal,
/// "Fast exact summation using small and large superaccumulators" (2015).
///
/// SAFETY: the table of counters is owned by the object and freed with it; its pointers are
/// renewed whenever a counter array is made or grown.
final class BandedSum {
  private let budget: MemoryBudget?
  private let bandCount: Int
  private var groupCount = 0
  private var bands: [GroupArray<Int128>?]
  private let table: UnsafeMutablePointer<UnsafeMutablePointer<Int128>?>
  /// The exponent of the lowest bit: -1074 for sums, -2148 for sums of products.
  let origin: Int

  /// Makes sums of doubles, or of products, without groups.
  init(ofProducts: Bool, budget: MemoryBudget?) {
    self.budget = budget
    origin = ofProducts ? -2148 : -1074
    bandCount = ofProducts ? 130 : 64
    bands = Array(repeating: nil, count: bandCount)
    table = .allocate(capacity: bandCount)
    table.initialize(repeating: nil, count: bandCount)
  }

  deinit { table.deallocate() }

  /// Makes room for groups.
  func reserve(groups: Int) throws(QueryError) {
    groupCount = max(groupCount, groups)
    for index in bands.indices where bands[index] != nil {
      try bands[index]?.resize(to: groupCount, filling: 0)
      table[index] = bands[index]?.pointer
    }
  }

  private func makeBand(_ index: Int) throws(QueryError) {
    let band = try GroupArray<Int128>(count: groupCount, filling: 0, budget: budget)
    bands[index] = band
    table[index] = band.pointer
  }

  /// Adds doubles, which must be finite.
  func add(
    _ values: UnsafePointer<Double>, _ groups: UnsafePointer<UInt32>, _ count: Int
  ) throws(QueryError) {
    var row = 0
    while true {
      let missing = addFloats(values, groups, &row, count, table)
      if missing < 0 { return }
      guard missing < bandCount else { throw Self.notFinite }
      try makeBand(missing)
    }
  }

  /// Adds products of doubles, which must be finite.
  func add(
    _ first: UnsafePointer<Double>, times second: UnsafePointer<Double>,
    _ groups: UnsafePointer<UInt32>, _ count: Int
  ) throws(QueryError) {
    var row = 0
    while true {
      let missing = addFloatProducts(first, second, groups, &row, count, table)
      if missing < 0 { return }
      guard missing < bandCount else { throw Self.notFinite }
      try makeBand(missing)
    }
  }

  private static var notFinite: QueryError {
    .inconsistentAggregate("a floating-point number that is not finite")
  }

  /// A finite double in units of 2^-1074.
  static func exact(_ value: Double) -> BigInteger {
    let (significand, exponent) = parts(value)
    return BigInteger(Int128(significand)).shifted(by: exponent)
  }

  /// Adds the sums of other groups.
  func merge(_ other: BandedSum, targets: UnsafeBufferPointer<UInt32>) throws(QueryError) {
    for index in other.bands.indices {
      guard let added = other.bands[index] else { continue }
      if bands[index] == nil { try makeBand(index) }
      guard let own = table[index] else { continue }
      try budget.forEachPiece(of: targets.count) { piece in
        for group in piece { own[Int(targets[group])] &+= added[group] }
      }
    }
  }

  /// The sum of one group in units of two to the power of ``origin``.
  func total(_ group: Int) -> BigInteger {
    let (significand, exponent) = compact(group)
    if let significand { return BigInteger(significand).shifted(by: exponent - origin) }
    var total = BigInteger(words: [])
    for index in bands.indices {
      guard let part = bands[index]?[group], part != 0 else { continue }
      total = total + BigInteger(part).shifted(by: 32 * index)
    }
    return total
  }

  /// The sum of one group divided by a count, rounded once; infinite where it is too large.
  func quotient(_ group: Int, by count: Int64) -> Double {
    let (significand, exponent) = compact(group)
    if let significand {
      if count == 1 {
        let magnitude = nearestDouble(significand.magnitude, hasRest: false, exponent: exponent)
        return significand < 0 ? -magnitude : magnitude
      }
      return nearestQuotient(BigInteger(significand), BigInteger(Int128(count)), exponent: exponent)
    }
    return nearestQuotient(total(group), BigInteger(Int128(count)), exponent: origin)
  }

  /// The sum of one group as `significand * 2^exponent`; nil where it takes more than 128 bits.
  private func compact(_ group: Int) -> (significand: Int128?, exponent: Int) {
    var sum: Int128 = 0
    var last = -1
    for index in bands.indices.reversed() {
      guard let part = bands[index]?[group], part != 0 else { continue }
      if sum != 0 {
        let gap = 32 * (last - index)
        guard gap < 127 else { return (nil, 0) }
        let moved = sum.multipliedReportingOverflow(by: 1 << Int128(gap))
        let next = moved.partialValue.addingReportingOverflow(part)
        if moved.overflow || next.overflow { return (nil, 0) }
        sum = next.partialValue
      } else {
        sum = part
      }
      last = index
    }
    return (sum, last < 0 ? origin : origin + 32 * last)
  }
}

/// Adds doubles from `row` on. Returns -1 at the end, or the band that has to be made first.
private func addFloats(
  _ values: UnsafePointer<Double>, _ groups: UnsafePointer<UInt32>, _ row: inout Int, _ count: Int,
  _ table: UnsafeMutablePointer<UnsafeMutablePointer<Int128>?>
) -> Int {
  var current = row
  while current < count {
    let (significand, exponent) = parts(values[current])
    if significand != 0 {
      let band = exponent >> 5
      guard exponent < 2046, let counters = table[band] else {
        row = current
        return exponent < 2046 ? band : .max
      }
      counters[Int(groups[current])] &+= Int128(significand) &<< Int128(exponent & 31)
    }
    current &+= 1
  }
  return -1
}

/// Adds products of doubles from `row` on. Returns -1 at the end, or the band to be made first.
private func addFloatProducts(
  _ first: UnsafePointer<Double>, _ second: UnsafePointer<Double>,
  _ groups: UnsafePointer<UInt32>, _ row: inout Int, _ count: Int,
  _ table: UnsafeMutablePointer<UnsafeMutablePointer<Int128>?>
) -> Int {
  var current = row
  while current < count {
    let (left, leftExponent) = parts(first[current])
    let (right, rightExponent) = parts(second[current])
    guard leftExponent < 2046, rightExponent < 2046 else { return .max }
    let product = Int128(left) &* Int128(right)
    if product != 0 {
      // Two halves of at most 53 bits each: low + high * 2^53, where low is not negative.
      let low = product & ((1 << 53) - 1)
      let high = product >> 53
      let exponent = leftExponent &+ rightExponent
      guard let lowCounters = table[exponent >> 5] else {
        row = current
        return exponent >> 5
      }
      guard let highCounters = table[(exponent &+ 53) >> 5] else {
        row = current
        return (exponent &+ 53) >> 5
      }
      let group = Int(groups[current])
      lowCounters[group] &+= low &<< Int128(exponent & 31)
      highCounters[group] &+= high &<< Int128((exponent &+ 53) & 31)
    }
    current &+= 1
  }
  return -1
}

/// A finite double as `significand * 2^(exponent - 1074)`. The exponent is 2046 where the number
/// is not finite.
@inline(__always)
private func parts(_ value: Double) -> (significand: Int64, exponent: Int) {
  let bits = value.bitPattern
  let biased = Int((bits >> 52) & 0x7FF)
  let fraction = Int64(bits & 0xF_FFFF_FFFF_FFFF)
  let magnitude = biased == 0 ? fraction : fraction | 1 << 52
  return (value.sign == .minus ? 0 &- magnitude : magnitude, biased == 0 ? 0 : biased &- 1)
}
