import CVectorKernels

/// What a kernel found in the cells it took.
struct KernelTotals {
  /// The least and greatest value; least above greatest where there was none.
  var low = Int64.max
  var high = Int64.min
  /// The most and fewest digits before the decimal sign.
  var mostDigits = 0
  var fewestDigits = Int.max
  /// The rows without a value.
  var missing = 0
}

/// Where kernels write.
struct KernelTarget {
  let values: UnsafeMutablePointer<Int64>
  /// A bit per row; kernels clear those of missing rows.
  let valid: UnsafeMutablePointer<UInt64>

  @inline(__always)
  func markMissing(_ row: Int) {
    values[row] = 0
    valid[row >> 6] &= ~(1 &<< UInt64(truncatingIfNeeded: row & 63))
  }
}

/// Which numbers a kernel may take: those that delete no reading of their column.
struct NumberLimits {
  /// The most digits before the decimal sign.
  var digits: Int
  /// `%` if each number must end with one, else 0.
  var suffix: UInt8 = 0
  /// The sign before decimals.
  var decimal: UInt8 = 0
  /// The decimal places of stored coefficients, and the most that a cell may have.
  var places = 0
  /// Whether each cell must have exactly so many.
  var isFixed = false
  /// Whether decimals may not end with zero.
  var isMinimal = false
  /// Whether cells must read as grouped too, because that reading is still possible.
  var mustGroup = false
  /// Whether numbers that may be written with an exponent, or of more than 15 digits, must be looked
  /// at.
  var hasExponents = false
}

private let zeros: UInt64 = 0x3030_3030_3030_3030

/// Whether all bytes of a word are digits.
@inline(__always)
func areDigits(_ word: UInt64) -> Bool {
  ((word &+ 0x4646_4646_4646_4646) | (word &- zeros)) & 0x8080_8080_8080_8080 == 0
}

/// The number that eight digits make, the first in the lowest byte.
///
/// Pairs, then quadruples, then all eight digits are joined by one multiplication each (the method
/// of fast_float's `parse_eight_digits_unrolled`).
@inline(__always)
func joinedDigits(_ word: UInt64) -> UInt64 {
  let ones = word &- zeros
  let pairs = ones &* 10 &+ (ones &>> 8)
  let low = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
  let high = ((pairs &>> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
  return (low &+ high) &>> 32
}

@inline(__always)
func loadWord(_ base: UnsafePointer<UInt8>, _ offset: Int) -> UInt64 {
  UInt64(
    littleEndian: UnsafeRawPointer(base).loadUnaligned(fromByteOffset: offset, as: UInt64.self))
}

/// The last `length` bytes before `end`, 1 to 8, as a word with zeros in front.
@inline(__always)
func loadPadded(_ base: UnsafePointer<UInt8>, _ end: Int, _ length: Int) -> UInt64 {
  let word = loadWord(base, end &- 8)
  let front = (1 &<< UInt64(truncatingIfNeeded: (8 &- length) &* 8)) &- 1
  return (word & ~front) | (zeros & front)
}

/// Reads whole numbers of up to 16 digits without grouping, and gives the first row that it
/// doesn't take: one that may delete a reading, or is longer.
func scanWholeNumbers(
  _ cells: CellWindow, from first: Int, to rows: Int, _ limits: NumberLimits,
  _ target: KernelTarget, _ totals: inout KernelTotals
) -> Int {
  var window = cells.cells
  var vectorTarget = target.target
  return cells.level.scan(from: first, to: rows) { row in
    totals.withTotals {
      tallyScanWholeNumbers(
        cells.level.code, &window, row, rows, Int64(limits.digits), &vectorTarget, &$0)
    }
  } twin: { row, end in
    scanWholeNumbersByWords(cells, from: row, to: end, limits, target, &totals)
  }
}

private func scanWholeNumbersByWords(
  _ cells: CellWindow, from first: Int, to rows: Int, _ limits: NumberLimits,
  _ target: KernelTarget, _ totals: inout KernelTotals
) -> Int {
  let base = cells.base
  let limit = min(limits.digits, 16)
  var local = totals
  defer { totals = local }
  for row in first..<rows {
    let start = cells.start(row)
    let end = cells.end(row)
    if start == end {
      target.markMissing(row)
      local.missing &+= 1
      continue
    }
    let isNegative = base[start] == UInt8(ascii: "-")
    let digits = start &+ (isNegative ? 1 : 0)
    let length = end &- digits
    guard length > 0, length <= limit else { return row }
    var value: UInt64
    if length <= 8 {
      let word = loadPadded(base, end, length)
      guard areDigits(word) else { return row }
      value = joinedDigits(word)
    } else {
      let back = loadWord(base, end &- 8)
      let front = loadPadded(base, end &- 8, length &- 8)
      guard areDigits(back), areDigits(front) else { return row }
      value = joinedDigits(front) &* 100_000_000 &+ joinedDigits(back)
    }
    if base[digits] == UInt8(ascii: "0"), length > 1 || isNegative { return row }
    if isNegative { value = 0 &- value }
    let signed = Int64(bitPattern: value)
    target.values[row] = signed
    local.low = min(local.low, signed)
    local.high = max(local.high, signed)
    local.mostDigits = max(local.mostDigits, length)
    local.fewestDigits = min(local.fewestDigits, length)
  }
  return rows
}

/// The digits of a number without its decimal sign.
private struct SplitDigits {
  var front: UInt64
  var back: UInt64
  /// The decimal places.
  var places: Int
  var hasSign: Bool
}

/// Takes the decimal sign out of up to 16 bytes before `end`.
@inline(__always)
private func splitDigits(
  _ base: UnsafePointer<UInt8>, _ end: Int, _ length: Int, _ signs: UInt64
) -> SplitDigits {
  let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
  let back = length <= 8 ? loadPadded(base, end, length) : loadWord(base, end &- 8)
  let front = length <= 8 ? zeros : loadPadded(base, end &- 8, length &- 8)
  let difference = back ^ signs
  let found = ~(((difference & low) &+ low) | difference | low)
  if found != 0 {
    // Everything in front of the sign moves up by one place.
    let shift = UInt64(truncatingIfNeeded: found.trailingZeroBitCount & ~7)
    let below = (1 &<< shift) &- 1
    let joined =
      (back & ~(below &<< 8 | 0xFF)) | ((back & below) &<< 8) | (front &>> 56)
    return SplitDigits(
      front: front &<< 8 | 0x30, back: joined, places: 7 &- Int(shift &>> 3), hasSign: true)
  }
  let frontDifference = front ^ signs
  let foundInFront =
    ~(((frontDifference & low) &+ low) | frontDifference | low)
  guard foundInFront != 0 else {
    return SplitDigits(front: front, back: back, places: 0, hasSign: false)
  }
  let shift = UInt64(truncatingIfNeeded: foundInFront.trailingZeroBitCount & ~7)
  let below = (1 &<< shift) &- 1
  let joined = (front & ~(below &<< 8 | 0xFF)) | ((front & below) &<< 8) | 0x30
  return SplitDigits(
    front: joined, back: back, places: 15 &- Int(shift &>> 3), hasSign: true)
}

private let smallPowersOfTen: [UInt64] = (0..<19).map { exponent in
  (0..<exponent).reduce(1) { power, _ in power * 10 }
}

/// Reads numbers of up to 16 bytes with one decimal sign and without grouping as coefficients, and
/// gives the first row that it doesn't take.
func scanDecimals(
  _ cells: CellWindow, from first: Int, to rows: Int, _ limits: NumberLimits,
  _ target: KernelTarget, _ totals: inout KernelTotals
) -> Int {
  smallPowersOfTen.withUnsafeBufferPointer { powers in
    guard let powers = powers.baseAddress else { return first }
    guard limits.suffix == 0, !limits.mustGroup else {
      return scanDecimalsByWords(cells, from: first, to: rows, limits, powers, target, &totals)
    }
    var window = cells.cells
    var vectorTarget = target.target
    var vectorLimits = limits.vectorLimits
    return cells.level.scan(from: first, to: rows) { row in
      totals.withTotals {
        tallyScanDecimals(
          cells.level.code, &window, row, rows, &vectorLimits, &vectorTarget, &$0)
      }
    } twin: { row, end in
      scanDecimalsByWords(cells, from: row, to: end, limits, powers, target, &totals)
    }
  }
}

extension NumberLimits {
  /// The limits as the C kernels take them.
  fileprivate var vectorLimits: TallyNumberLimits {
    TallyNumberLimits(
      digits: Int64(digits), places: Int64(places), decimal: decimal, isFixed: isFixed,
      isMinimal: isMinimal, hasExponents: hasExponents)
  }
}

private func scanDecimalsByWords(
  _ cells: CellWindow, from first: Int, to rows: Int, _ limits: NumberLimits,
  _ powers: UnsafePointer<UInt64>, _ target: KernelTarget, _ totals: inout KernelTotals
) -> Int {
  let base = cells.base
  let signs = UInt64(limits.decimal) &* 0x0101_0101_0101_0101
  let suffixLength = limits.suffix == 0 ? 0 : 1
  var local = totals
  defer { totals = local }
  for row in first..<rows {
    let start = cells.start(row)
    var end = cells.end(row)
    if start == end {
      target.markMissing(row)
      local.missing &+= 1
      continue
    }
    if suffixLength > 0 {
      guard base[end &- 1] == limits.suffix else { return row }
      end &-= 1
    }
    let isNegative = base[start] == UInt8(ascii: "-")
    let digits = start &+ (isNegative ? 1 : 0)
    let length = end &- digits
    guard length > 0, length <= 16 else { return row }
    let split = splitDigits(base, end, length, signs)
    guard areDigits(split.front), areDigits(split.back) else { return row }
    let whole = length &- split.places &- (split.hasSign ? 1 : 0)
    guard whole > 0, whole <= limits.digits, split.places <= limits.places,
      !split.hasSign || split.places > 0, !limits.isFixed || split.places == limits.places
    else { return row }
    let startsWithZero = base[digits] == UInt8(ascii: "0")
    if startsWithZero, whole > 1 { return row }
    if limits.isMinimal, split.places > 0, base[end &- 1] == UInt8(ascii: "0") { return row }
    if limits.mustGroup, whole > 3 || (split.hasSign && (split.places != 3 || startsWithZero)) {
      return row
    }
    var value = joinedDigits(split.front) &* 100_000_000 &+ joinedDigits(split.back)
    if limits.hasExponents, whole &+ split.places > 15 || isTiny(value, split.places, powers) {
      return row
    }
    if isNegative, value == 0 { return row }
    value &*= powers[limits.places &- split.places]
    let signed = Int64(bitPattern: isNegative ? 0 &- value : value)
    target.values[row] = signed
    local.low = min(local.low, signed)
    local.high = max(local.high, signed)
    local.mostDigits = max(local.mostDigits, whole)
    local.fewestDigits = min(local.fewestDigits, whole)
  }
  return rows
}

/// Whether some program writes a number with so many decimal places with an exponent: it lies between
/// 0 and 0.0001, or has one digit behind three zeros.
@inline(__always)
private func isTiny(_ value: UInt64, _ places: Int, _ powers: UnsafePointer<UInt64>) -> Bool {
  places >= 4 && value != 0 && value < (places == 4 ? 10 : powers[places &- 4])
}
