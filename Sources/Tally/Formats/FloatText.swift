/// The shortest decimal digits that read back as a given double, as Swift's description finds them.
///
///     digits × 10^exponent, for instance 59 672 466 734 902 76 × 10^-16
struct ShortestDigits {
  /// Whether the number is below zero.
  private(set) var isNegative = false
  /// The digits, each 0 to 9, without leading zeros; none for zero.
  private(set) var digits: [UInt8] = []
  /// The power of ten of the last digit.
  private(set) var exponent = 0

  /// Takes the digits of a finite number.
  init(_ number: Double) {
    var isBehindPoint = false
    var written = 0
    var isExponent = false
    var isExponentNegative = false
    for byte in number.description.utf8 {
      switch byte {
      case UInt8(ascii: "-"):
        if isExponent { isExponentNegative = true } else { isNegative = true }
      case UInt8(ascii: "."): isBehindPoint = true
      case UInt8(ascii: "e"): isExponent = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = byte - UInt8(ascii: "0")
        if isExponent {
          written = written * 10 + Int(digit)
        } else {
          if !digits.isEmpty || digit != 0 { digits.append(digit) }
          if isBehindPoint { exponent -= 1 }
        }
      default: break
      }
    }
    exponent += isExponentNegative ? -written : written
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    if digits.isEmpty { exponent = 0 }
  }

  /// The power of ten of the first digit.
  var leadingExponent: Int { exponent + digits.count - 1 }

  /// Multiplies by ten to the power of `power`.
  mutating func shift(_ power: Int) {
    if !digits.isEmpty { exponent += power }
  }

  /// Rounds to a number of decimal places, halves away from zero.
  mutating func round(places: Int) {
    let surplus = -places - exponent
    guard surplus > 0 else { return }
    let isUp = surplus <= digits.count && digits[digits.count - surplus] >= 5
    digits.removeLast(min(surplus, digits.count))
    exponent = -places
    if isUp { increment() }
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    if digits.isEmpty { exponent = 0 }
  }

  private mutating func increment() {
    var place = digits.count - 1
    while place >= 0, digits[place] == 9 {
      digits[place] = 0
      place -= 1
    }
    if place >= 0 { digits[place] += 1 } else { digits.insert(1, at: 0) }
  }

  /// The number with a point where it has digits behind it, padded with zeros to `places`.
  func plain(places: Int = 0) -> String {
    var text = isNegative && !digits.isEmpty ? "-" : ""
    let wholeCount = digits.count + exponent
    for place in 0..<max(1, wholeCount) {
      let isDigit = wholeCount > 0 && place < digits.count
      text.unicodeScalars.append(Unicode.Scalar(0x30 + (isDigit ? digits[place] : 0)))
    }
    let behind = max(places, -exponent)
    guard behind > 0 else { return text }
    text += "."
    for place in 0..<behind {
      let index = wholeCount + place
      let isDigit = index >= 0 && index < digits.count
      text.unicodeScalars.append(Unicode.Scalar(0x30 + (isDigit ? digits[index] : 0)))
    }
    return text
  }
}

/// How a double is written.
enum FloatStyle: Sendable {
  /// The shortest text that reads back as the same double.
  case exact
  /// The same as a percentage.
  case exactPercentage
  /// Six significant digits, and all digits before the point.
  case display
  /// A percentage of one decimal place, or as many as it takes to tell it from 0% and 100%.
  case displayPercentage

  /// The text of a finite number.
  func text(_ number: Double) -> String {
    // A quotient can be minus zero, which reads as a mistake.
    if number == 0 {
      switch self {
      case .exact: return "0.0"
      case .exactPercentage: return "0.0%"
      case .display: return "0"
      case .displayPercentage: return "0.0%"
      }
    }
    switch self {
    case .exact: return number.description
    case .exactPercentage:
      var digits = ShortestDigits(number)
      digits.shift(2)
      return digits.plain(places: 1) + "%"
    case .display: return Self.displayed(number)
    case .displayPercentage: return Self.displayedPercentage(number)
    }
  }

  private static func displayed(_ number: Double) -> String {
    var digits = ShortestDigits(number)
    var leading = digits.leadingExponent
    guard (-6...15).contains(leading) else {
      digits.round(places: 5 - leading)
      leading = digits.leadingExponent
      digits.shift(-leading)
      return "\(digits.plain())e\(leading)"
    }
    digits.round(places: max(0, 5 - leading))
    return digits.plain()
  }

  private static func displayedPercentage(_ number: Double) -> String {
    var exact = ShortestDigits(number)
    exact.shift(2)
    var places = 1
    while true {
      var rounded = exact
      rounded.round(places: places)
      let isWhole = rounded.digits == [1] && rounded.exponent == 2
      let isFalse = rounded.digits.isEmpty || (isWhole && abs(number) != 1)
      if !isFalse || places >= 20 { return rounded.plain(places: places) + "%" }
      places += 1
    }
  }
}
