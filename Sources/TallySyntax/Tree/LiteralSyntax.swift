/// A value that stands in the source.
package enum LiteralSyntax: Sendable {
  /// `3`, `1.50`, `1e-9`. An integer has scale 0.
  case number(NumberSyntax)
  /// `60%`, whose number is 60: the value is a hundredth of it.
  case percent(NumberSyntax)
  /// Text in Unicode normalisation form C, escapes resolved.
  case text(String)
  /// `true` or `false`.
  case boolean(Bool)
  /// `missing`.
  case missing
  /// `@2025-Q1`: a period, a day or an instant.
  case period(PeriodSyntax)
  /// `30 days`.
  case span(count: NumberSyntax, unit: TimeUnitSyntax)
}

/// An exact number: `coefficient` divided by ten to the power of `scale`.
///
/// The scale is the number of digits behind the point as written, so `1.50` has scale 2. A literal
/// is never negative; a sign is an operator.
package struct NumberSyntax: Sendable, Hashable {
  package let coefficient: Int128
  /// From 0 to `largestScale`.
  package let scale: Int
  /// The most digits behind the point.
  package static let largestScale = 38

  /// Whether there are no digits behind the point.
  package var isInteger: Bool { scale == 0 }

  /// The value, if it is an integer of 64 bits.
  package var integer: Int? { isInteger ? Int(exactly: coefficient) : nil }
}

/// A date literal; each case is valid in the Gregorian calendar (ISO 8601).
package enum PeriodSyntax: Sendable, Hashable {
  /// `@2025`
  case year(Int)
  /// `@2025-H1`
  case half(year: Int, half: Int)
  /// `@2025-Q1`
  case quarter(year: Int, quarter: Int)
  /// `@2025-03`
  case month(year: Int, month: Int)
  /// `@2025-W07`: the ISO week, which begins on a Monday.
  case week(year: Int, week: Int)
  /// `@2025-03-01`
  case day(year: Int, month: Int, day: Int)
  /// `@2025-03-01T13:53`, with seconds, their fraction and an offset from UTC if written.
  case instant(InstantSyntax)
}

/// A point in time of a date literal.
package struct InstantSyntax: Sendable, Hashable {
  package let year: Int
  package let month: Int
  package let day: Int
  package let hour: Int
  package let minute: Int
  package let second: Int
  /// From 0 to 999,999,999.
  package let nanosecond: Int
  /// The offset from UTC in minutes; nothing where none is written.
  package let offset: Int?
}

/// A unit of time, as in `30 days` or `previous year`.
package enum TimeUnitSyntax: String, Sendable, Hashable, CaseIterable {
  case second, minute, hour, day, week, month, quarter, year

  /// The unit that `word` names, in the singular or the plural, in any letter case.
  package init?(word: String) {
    let lower = word.lowercased()
    self.init(rawValue: lower.hasSuffix("s") ? String(lower.dropLast()) : lower)
  }
}
