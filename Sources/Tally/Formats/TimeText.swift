/// How days, moments and lengths of time are written.
struct TimeStyle: Sendable {
  /// Whether the text is for people: a space between day and time, `30 days` for a duration.
  var isDisplay = false
  /// Whether the text is put in quotes.
  var isQuoted = false

  /// The most bytes that any of the writers takes.
  static let widestText = 96

  /// Writes a day since 1970-01-01 and returns how many bytes that took.
  func writeDate(_ days: Int64, to target: UnsafeMutablePointer<UInt8>) -> Int {
    let open = quote(target)
    let written = Self.writeDate(days, to: target + open)
    return open + written + quote(target + open + written)
  }

  /// Writes a moment in microseconds since 1970-01-01 00:00 and returns how many bytes that took.
  func writeDateTime(_ microseconds: Int64, to target: UnsafeMutablePointer<UInt8>) -> Int {
    let (days, rest, _) = floorDivision(microseconds, microsecondsPerDay)
    var end = target + quote(target)
    end += Self.writeDate(days, to: end)
    end[0] = UInt8(ascii: isDisplay ? " " : "T")
    let seconds = UInt64(rest / 1_000_000)
    DigitWriter.write(seconds / 3600, digits: 2, to: end + 1)
    end[3] = UInt8(ascii: ":")
    DigitWriter.write(seconds / 60 % 60, digits: 2, to: end + 4)
    end[6] = UInt8(ascii: ":")
    DigitWriter.write(seconds % 60, digits: 2, to: end + 7)
    end += 9
    end += Self.writeFraction(UInt64(rest % 1_000_000), to: end)
    return end - target + quote(end)
  }

  /// The text of a length of time.
  func duration(_ microseconds: Int64) -> String {
    let text = isDisplay ? Self.words(microseconds) : Self.isoDuration(microseconds)
    return isQuoted ? "\"\(text)\"" : text
  }

  /// The text of a period.
  func period(_ unit: PeriodUnit, index: Int64) -> String {
    let text = CalendarPeriod(unit, index: Int(index)).description
    return isQuoted ? "\"\(text)\"" : text
  }

  @inline(__always)
  private func quote(_ target: UnsafeMutablePointer<UInt8>) -> Int {
    if isQuoted { target[0] = UInt8(ascii: "\"") }
    return isQuoted ? 1 : 0
  }

  private static func writeDate(_ days: Int64, to target: UnsafeMutablePointer<UInt8>) -> Int {
    let (year, month, day) = CalendarDate(daysSince1970: Int(days)).parts
    var end = target
    if year < 0 {
      end[0] = UInt8(ascii: "-")
      end += 1
    }
    let magnitude = UInt64(year.magnitude)
    if magnitude < 10_000 {
      DigitWriter.write(magnitude, digits: 4, to: end)
      end += 4
    } else {
      end += DigitWriter.write(magnitude, to: end)
    }
    end[0] = UInt8(ascii: "-")
    DigitWriter.write(UInt64(month.magnitude), digits: 2, to: end + 1)
    end[3] = UInt8(ascii: "-")
    DigitWriter.write(UInt64(day.magnitude), digits: 2, to: end + 4)
    return end + 6 - target
  }

  /// Writes a point and the digits of a part of a second, or nothing where it is zero.
  private static func writeFraction(
    _ microseconds: UInt64, to target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    guard microseconds != 0 else { return 0 }
    target[0] = UInt8(ascii: ".")
    DigitWriter.write(microseconds, digits: 6, to: target + 1)
    var count = 7
    while target[count - 1] == UInt8(ascii: "0") { count -= 1 }
    return count
  }

  /// A length of time as ISO 8601 writes it, where a day is 24 hours: `P1DT2H`, `PT0.5S`.
  private static func isoDuration(_ microseconds: Int64) -> String {
    if microseconds == 0 { return "P0D" }
    var rest = microseconds.magnitude
    func take(_ unit: UInt64) -> UInt64 {
      defer { rest %= unit }
      return rest / unit
    }
    let days = take(86_400_000_000)
    let hours = take(3_600_000_000)
    let minutes = take(60_000_000)
    var time = hours > 0 ? "\(hours)H" : ""
    if minutes > 0 { time += "\(minutes)M" }
    if rest > 0 { time += seconds(rest) + "S" }
    return (microseconds < 0 ? "-P" : "P") + (days > 0 ? "\(days)D" : "")
      + (time.isEmpty ? "" : "T" + time)
  }

  /// A length of time in the largest unit that it is a whole number of: `30 days`, `90 minutes`.
  private static func words(_ microseconds: Int64) -> String {
    let magnitude = microseconds.magnitude
    let sign = microseconds < 0 ? "-" : ""
    let units: [(UInt64, String)] = [
      (86_400_000_000, "day"), (3_600_000_000, "hour"), (60_000_000, "minute"),
    ]
    for (unit, name) in units where magnitude % unit == 0 {
      let count = magnitude / unit
      return "\(sign)\(count) \(name)\(count == 1 ? "" : "s")"
    }
    return "\(sign)\(seconds(magnitude)) second\(magnitude == 1_000_000 ? "" : "s")"
  }

  private static func seconds(_ microseconds: UInt64) -> String {
    let (whole, part) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    guard part != 0 else { return String(whole) }
    var digits = padded(Int(part), 6)
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits)"
  }
}
