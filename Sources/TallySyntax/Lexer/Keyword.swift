/// The words the grammar knows. Only those that `isReserved` can't be bare names; the others mean
/// something in certain places only.
enum Keyword: String, Sendable, CaseIterable {
  // Reserved.
  case from, `where`, and, or, not, `in`, `is`, `as`, with, within, then, having, between
  case `if`, `else`, null, `true`, `false`
  // Heads.
  case list, show, distinct, of
  // Clauses.
  case lookup, join, left, full, cross, inner, one, many, on, add, group, by, across, totals
  case fill, vs, previous, target, first, to, date, order, asc, desc, collate, top, bottom, rest
  case limit, skip, append, except, unpivot, into, chart, save, all, over, last, this, next
  // Statements.
  case `let`, param, expect, warn, assert, load, describe, explain, measure, profile
  case unpublished, why, rows, row
  case no, unique, matches, sql, run
  case numbers, dates, delimiter, header, encoding, missing, types, lenient
  // Operators in words.
  case contains, starts, ends, loosely, div, mod

  /// Whether the word can be a name only in backticks.
  var isReserved: Bool {
    switch self {
    case .from, .where, .and, .or, .not, .in, .is, .as, .with, .within, .then, .having, .between,
      .if, .else, .null, .true, .false:
      true
    default: false
    }
  }

  /// The keyword for each spelling.
  static let bySpelling = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

  /// The most letters a keyword has.
  static let longest = allCases.map(\.rawValue.count).max() ?? 0
}
