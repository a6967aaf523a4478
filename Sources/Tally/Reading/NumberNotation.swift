/// How numbers are written: which sign groups thousands, which begins the decimals, how many of
/// these there are, and what stands behind.
struct NumberNotation: Sendable, Hashable {
  /// An index of ``NumberConvention/groupSigns``.
  let group: Int
  /// 0 for the dot, 1 for the comma.
  let decimal: Int
  /// How many decimal places are printed.
  let style: Style
  /// The decimal places of coefficients: all that a cell has.
  let places: Int
  /// As ``NumberShape/suffix``.
  let suffix: Int

  /// How many decimal places are printed.
  enum Style: Sendable, Hashable {
    /// Always all.
    case fixed
    /// As many as needed: never a zero at the end.
    case minimal
    /// As needed, with an exponent for small and large numbers as `%.15g` of C has it.
    case exponent
    /// As needed, with an exponent for small numbers where that is shorter, as `fwrite` of R has it,
    /// and for large ones as C has it.
    case shortest
  }

  /// The type of a column of such numbers.
  var type: ColumnType {
    if suffix > 0 { return .percent(scale: places + 2) }
    return places == 0 ? .integer : .decimal(scale: places)
  }

  /// The digits of a cell as one whole number with ``places`` decimal places, or nil where it
  /// isn't written so or 128 bits don't hold it.
  func coefficient(of cell: CellBytes) -> Int128? {
    var index = 0
    var end = cell.count
    if suffix > 0 {
      guard end > 0, cell[end - 1] == UInt8(ascii: "%") else { return nil }
      end -= 1
      end -= cell.blankLength(before: end).length
    }
    let isNegative = end > 0 && cell[0] == UInt8(ascii: "-")
    if isNegative { index = 1 }
    var digits: UInt64 = 0
    var wide: Int128 = 0
    var digitCount = 0
    var decimalsFrom = -1
    var power = 0
    while index < end {
      let byte = cell[index]
      if byte.isDigit {
        if digitCount >= 38 { return nil }
        if digitCount < 18 {
          digits = digits &* 10 &+ UInt64(byte &- 0x30)
        } else {
          if digitCount == 18 { wide = Int128(digits) }
          wide = wide * 10 + Int128(byte &- 0x30)
        }
        digitCount += 1
        index += 1
      } else if byte == UInt8(ascii: "e") {
        guard let exponent = Self.exponent(cell, index + 1, end) else { return nil }
        power = exponent
        index = end
      } else {
        let (sign, length) = cell.groupSign(at: index, end: end)
        if sign == decimal + 1 {
          if decimalsFrom >= 0 { return nil }
          decimalsFrom = digitCount
        } else if sign == 0 || sign != group {
          return nil
        }
        index += length
      }
    }
    guard digitCount > 0 else { return nil }
    if digitCount <= 18 { wide = Int128(digits) }
    let places = decimalsFrom < 0 ? 0 : digitCount - decimalsFrom
    return Self.scaled(isNegative ? -wide : wide, by: self.places - places + power)
  }

  private static func exponent(_ cell: CellBytes, _ start: Int, _ end: Int) -> Int? {
    guard end - start >= 2, end - start <= 5 else { return nil }
    var value = 0
    for index in start + 1..<end {
      guard cell[index].isDigit else { return nil }
      value = value * 10 + Int(cell[index] - 0x30)
    }
    return cell[start] == UInt8(ascii: "-") ? -value : value
  }

  /// `value · 10^power`, or nil where digits would be lost or 38 don't hold it.
  static func scaled(_ value: Int128, by power: Int) -> Int128? {
    if power == 0 || value == 0 { return value }
    guard power > 0, power <= ExactDecimal.maximumScale else { return nil }
    let factor = ExactDecimal.powersOfTen[power]
    let (product, overflow) = value.multipliedReportingOverflow(by: factor)
    let limit = ExactDecimal.powersOfTen[ExactDecimal.maximumScale]
    return overflow || product >= limit || product <= -limit ? nil : product
  }

  /// The notation with more decimal places in its coefficients.
  func with(places: Int) -> NumberNotation {
    NumberNotation(group: group, decimal: decimal, style: style, places: places, suffix: suffix)
  }
}

extension NumberNotation {
  /// Writes a coefficient at the end of `target`.
  func write(_ coefficient: Int128, to target: inout [UInt8]) {
    var digits = coefficient.magnitude
    var places = self.places
    if style != .fixed {
      while places > 0, digits % 10 == 0 {
        digits /= 10
        places -= 1
      }
    }
    if coefficient < 0 { target.append(UInt8(ascii: "-")) }
    var reversed: [UInt8] = []
    var small = UInt64(truncatingIfNeeded: digits)
    if digits > UInt128(UInt64.max) {
      var rest = digits
      while rest > UInt128(UInt64.max) {
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
        reversed.append(0x30 &+ UInt8(truncatingIfNeeded: digit))
        rest = quotient
      }
      small = UInt64(truncatingIfNeeded: rest)
    }
    repeat {
      reversed.append(0x30 &+ UInt8(truncatingIfNeeded: small % 10))
      small /= 10
    } while small > 0
    if style == .exponent || style == .shortest,
      writeExponent(reversed, places: places, to: &target)
    {
      return
    }
    while reversed.count <= places { reversed.append(0x30) }
    writePlain(reversed, places: places, to: &target)
    if suffix > 0 { target.append(contentsOf: Self.suffixes[suffix].utf8) }
  }

  static let suffixes = ["", "%", " %", "\u{A0}%", "\u{202F}%"]

  /// Writes digits that run from the last to the first.
  private func writePlain(_ reversed: [UInt8], places: Int, to target: inout [UInt8]) {
    let sign = NumberConvention.groupSigns[group]
    var index = reversed.count - 1
    while index >= 0 {
      target.append(reversed[index])
      if index == places, places > 0 {
        target.append(decimal == 0 ? UInt8(ascii: ".") : UInt8(ascii: ","))
      } else if group != 0, index > places, (index - places) % 3 == 0 {
        target.append(contentsOf: sign.utf8)
      }
      index -= 1
    }
  }

  /// Writes the number with an exponent if the style has one for it, and says whether it did.
  private func writeExponent(
    _ reversed: [UInt8], places: Int, to target: inout [UInt8]
  ) -> Bool {
    var exponent = reversed.count - 1 - places
    let significant = reversed.drop { $0 == 0x30 }
    let isShorter = style == .shortest && exponent == -4 && significant.count == 1
    guard exponent < -4 || exponent >= 15 || isShorter, !significant.isEmpty else { return false }
    var index = significant.endIndex - 1
    target.append(significant[index])
    if significant.count > 1 { target.append(UInt8(ascii: ".")) }
    while index > significant.startIndex {
      index -= 1
      target.append(significant[index])
    }
    target.append(UInt8(ascii: "e"))
    target.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    exponent = abs(exponent)
    if exponent < 10 { target.append(0x30) }
    target.append(contentsOf: String(exponent).utf8)
    return true
  }

  /// The notation as a pattern, for instance `#.##0,0#%`.
  var pattern: String {
    let sign = NumberConvention.groupSigns[group]
    var result = group == 0 ? "0" : "#\(sign)##0"
    if places > 0 {
      result += decimal == 0 ? "." : ","
      result += String(repeating: style == .fixed ? "0" : "#", count: places)
    }
    if style == .exponent || style == .shortest { result += " or 0e-00" }
    return result + Self.suffixes[suffix]
  }
}
