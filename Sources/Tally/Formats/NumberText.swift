/// Two digits for each number from 0 to 99.
private let digitPairs: [UInt16] = (0..<100).map { number in
  // The first digit comes first in memory.
  UInt16(littleEndian: UInt16(0x30 + number / 10) | UInt16(0x30 + number % 10) << 8)
}

/// Writes the digits of numbers as text into memory that the caller has reserved.
struct DigitWriter: Sendable {
  /// The most bytes that ``write(_:to:)-(UInt128,_)`` writes.
  static let widestNumber = 39

  /// Writes a number and returns how many bytes that took, at most 20.
  @inline(__always)
  static func write(_ number: UInt64, to target: UnsafeMutablePointer<UInt8>) -> Int {
    if number < 10 {
      target[0] = UInt8(truncatingIfNeeded: number) &+ 0x30
      return 1
    }
    let count = digitCount(number)
    write(number, digits: count, to: target)
    return count
  }

  /// Writes the last `digits` digits of a number, with zeros before it.
  @inline(__always)
  static func write(_ number: UInt64, digits: Int, to target: UnsafeMutablePointer<UInt8>) {
    var rest = number
    var place = digits
    digitPairs.withUnsafeBufferPointer { pairs in
      while place >= 2 {
        let (tens, pair) = rest.quotientAndRemainder(dividingBy: 100)
        place &-= 2
        UnsafeMutableRawPointer(target + place)
          .storeBytes(of: pairs[Int(truncatingIfNeeded: pair)], as: UInt16.self)
        rest = tens
      }
    }
    if place == 1 { target[0] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30 }
  }

  /// Writes a number and returns how many bytes that took, at most 39.
  static func write(_ number: UInt128, to target: UnsafeMutablePointer<UInt8>) -> Int {
    if let short = UInt64(exactly: number) { return write(short, to: target) }
    let block = UInt128(1_000_000_000_000_000_000)
    let (upper, low) = number.quotientAndRemainder(dividingBy: block)
    let count = write(upper, to: target)
    write(UInt64(low), digits: 18, to: target + count)
    return count + 18
  }

  /// The number of digits, 1 to 20.
  @inline(__always)
  private static func digitCount(_ number: UInt64) -> Int {
    var count = 1
    var limit: UInt64 = 10
    while number >= limit {
      count &+= 1
      let (next, overflow) = limit.multipliedReportingOverflow(by: 10)
      if overflow { break }
      limit = next
    }
    return count
  }
}

/// How an exact number is written.
struct ExactNumberStyle: Sendable {
  /// The decimal places of the stored coefficient.
  var scale = 0
  /// Whether the number is written as a percentage: times a hundred, with the sign.
  var isPercentage = false
  /// Whether numbers that doubles cannot keep are put in quotes.
  var quotesLongNumbers = false

  /// The most bytes that ``write(_:_:to:)`` writes.
  static let widestNumber = 96

  /// Writes a number and returns how many bytes that took.
  @inline(__always)
  func write(_ value: Int64, to target: UnsafeMutablePointer<UInt8>) -> Int {
    if scale == 0 && !isPercentage && (!quotesLongNumbers || value.magnitude <= 1 << 53) {
      target[0] = UInt8(ascii: "-")
      let sign = value < 0 ? 1 : 0
      return sign &+ DigitWriter.write(value.magnitude, to: target + sign)
    }
    return write(UInt128(value.magnitude), value < 0, to: target)
  }

  /// Writes the number of a magnitude and a sign and returns how many bytes that took.
  func write(_ magnitude: UInt128, _ isNegative: Bool, to target: UnsafeMutablePointer<UInt8>)
    -> Int
  {
    let isQuoted = quotesLongNumbers && isLong(magnitude)
    var end = target
    func put(_ character: Unicode.Scalar) {
      end[0] = UInt8(ascii: character)
      end += 1
    }
    if isQuoted { put("\"") }
    if isNegative { put("-") }
    let places = isPercentage ? scale - 2 : scale
    let digits = DigitWriter.write(magnitude, to: end)
    if places <= 0 {
      end += digits
      if magnitude != 0 { for _ in places..<0 { put("0") } }
    } else {
      // Shift the digits behind the point to the right, with zeros before them if they are few.
      let whole = max(1, digits - places)
      let zeros = max(0, places + 1 - digits)
      if zeros > 0 {
        (end + zeros).update(from: end, count: digits)
        for place in 0..<zeros { end[place] = UInt8(ascii: "0") }
      }
      (end + whole + 1).update(from: end + whole, count: places)
      end[whole] = UInt8(ascii: ".")
      end += whole + 1 + places
    }
    if isPercentage { put("%") }
    if isQuoted { put("\"") }
    return end - target
  }

  private func isLong(_ magnitude: UInt128) -> Bool {
    scale == 0 ? magnitude > 1 << 53 : magnitude >= 1_000_000_000_000_000
  }
}
