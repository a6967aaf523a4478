@testable import Tally
@testable import TallySyntax

/// What the words of the language are for, as pages and editors group them.
enum WordClass: String, CaseIterable {
  case statement = "Statements"
  case verb = "Verbs"
  case head = "Heads"
  case clause = "Clauses"
  case condition = "Conditions"
  case constant = "Values"
  case unit = "Units of time"
  case option = "Options of load"

  /// Every word of the parser with its class; verbs and units are words that it finds by their
  /// spelling.
  static let words: [(word: String, kind: WordClass, isReserved: Bool)] = {
    let verbs = AggregateVerbSyntax.allCases.map(\.rawValue)
    let units = TimeUnitSyntax.allCases.map(\.rawValue)
    let keywords = Keyword.allCases.map(\.rawValue)
    let plain = (verbs + units).filter { !keywords.contains($0) }
    return Keyword.allCases.map { ($0.rawValue, $0.wordClass, $0.isReserved) }
      + plain.map { ($0, verbs.contains($0) ? .verb : .unit, false) }
  }()

  /// The words of a class, sorted.
  var words: [String] { Self.words.filter { $0.kind == self }.map(\.word).sorted() }
}

extension Keyword {
  /// What the word is for.
  fileprivate var wordClass: WordClass {
    switch self {
    case .let, .param, .expect, .warn, .assert, .load, .describe, .explain, .measure, .profile:
      .statement
    case .list, .show, .distinct, .of: .head
    case .first, .last: .verb
    case .and, .or, .not, .in, .is, .between, .contains, .starts, .ends, .loosely, .div, .mod, .if,
      .else:
      .condition
    case .true, .false, .null, .missing, .all, .this, .next: .constant
    case .numbers, .dates, .delimiter, .header, .encoding, .types, .lenient: .option
    default: .clause
    }
  }
}
