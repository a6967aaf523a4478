/// The clauses by the words they begin with, in the order they must have.
enum ClauseWord: Int, CaseIterable {
  case from, lookup, join, add, `where`, groupBy, across, fill, versus, having, orderBy, top, limit
  case append, except, unpivot, chart, save

  /// The words, for messages and completion.
  var spelling: String {
    switch self {
    case .groupBy: "group by"
    case .orderBy: "order by"
    case .versus: "vs"
    case .save: "save to"
    default: "\(self)"
    }
  }

  /// Clauses of the same rank may stand in any order among themselves, and repeatedly.
  var rank: Int {
    switch self {
    case .join: ClauseWord.lookup.rawValue
    case .except: ClauseWord.append.rawValue
    default: rawValue
    }
  }

  var mayRepeat: Bool {
    switch self {
    case .lookup, .join, .append, .except: true
    default: false
    }
  }

  /// The words of other languages, and the clause that does it here.
  static let foreignSpellings: [String: String] = [
    "select": "then list", "project": "then list", "per": "group by", "for": "group by",
    "each": "group by", "compare": "vs", "arrange": "order by",
    "sort": "order by", "orderby": "order by", "groupby": "group by",
    "filter": "where",
    "derive": "add", "extend": "add", "mutate": "add", "take": "limit", "head": "limit",
    "fetch": "limit", "offset": "skip", "union": "append", "minus": "except", "pivot": "across",
    "summarize": "then", "aggregate": "then", "having": "having", "versus": "vs", "render": "chart",
    "plot": "chart", "write": "save to", "export": "save to",
  ]
}

extension Parser {
  /// How much must speak for a clause.
  enum ClauseEvidence: Equatable {
    /// A clause is expected, so its first word is enough.
    case word
    /// It begins a line, where a statement could begin as well: what follows must fit.
    case line
    /// A name could stand here, and go on with an operator: `fill + 1` is a sum then.
    case name
  }

  /// The clause that begins at `position`.
  ///
  /// Where a clause is expected its first word tells. Elsewhere what follows the word must fit as
  /// well, so that `group = 3` stays a column.
  func clauseWord(at position: Int, given evidence: ClauseEvidence) -> ClauseWord? {
    let word = tokens[min(position, tokens.count - 1)]
    guard word.kind == .word, let keyword = word.keyword else { return nil }
    let clause: ClauseWord
    switch keyword {
    case .add: clause = .add
    case .across: clause = .across
    case .fill: clause = .fill
    default: return plainClauseWord(keyword, at: position, given: evidence)
    }
    guard evidence != .word else { return clause }
    guard beginsOperand(at: position + 1), wordOperator(at: position + 1) == nil else { return nil }
    let next = tokens[min(position + 1, tokens.count - 1)]
    if next.kind == .minus || next.kind == .plus {
      return evidence == .line || isGluedSign(at: position + 1) ? clause : nil
    }
    // Before another clause the word is a name: `list fill group by agency`.
    if next.kind == .word, let keyword = next.keyword,
      plainClauseWord(keyword, at: position + 1, given: .name) != nil
    {
      return nil
    }
    return clause
  }

  /// The clause that `keyword` at `position` begins, if no expression follows on its first word.
  private func plainClauseWord(
    _ keyword: Keyword, at position: Int, given evidence: ClauseEvidence
  ) -> ClauseWord? {
    let next = tokens[min(position + 1, tokens.count - 1)]
    func holds(_ clause: ClauseWord, _ condition: @autoclosure () -> Bool) -> ClauseWord? {
      evidence == .word || condition() ? clause : nil
    }
    switch keyword {
    case .from: return .from
    case .where: return .where
    case .having: return .having
    case .group: return holds(.groupBy, next.keyword == .by)
    case .order: return holds(.orderBy, next.keyword == .by)
    case .lookup: return holds(.lookup, beginsSource(next))
    case .join: return holds(.join, beginsSource(next))
    case .left, .full, .cross, .inner: return next.keyword == .join ? .join : nil
    case .vs: return holds(.versus, [.previous, .target, .first].contains(next.keyword))
    case .top, .bottom: return holds(.top, beginsCount(next))
    case .limit: return holds(.limit, beginsCount(next))
    case .append: return holds(.append, beginsSource(next))
    case .except: return holds(.except, beginsSource(next))
    case .unpivot: return holds(.unpivot, isName(next))
    case .chart: return holds(.chart, isName(next))
    case .save: return holds(.save, next.keyword == .to)
    default: return nil
    }
  }

  /// Whether the token is a sign that stands like that of a number: `add -x`, not `add - x`.
  func isGluedSign(at position: Int) -> Bool {
    let sign = tokens[min(position, tokens.count - 1)]
    let next = tokens[min(position + 1, tokens.count - 1)]
    return (sign.kind == .minus || sign.kind == .plus) && sign.hasSpaceBefore
      && !next.hasSpaceBefore
  }

  /// Whether two words that can't be names side by side begin a clause at `position`.
  func beginsCertainClause(at position: Int) -> Bool {
    switch tokens[position].keyword {
    case .group, .order, .save, .top, .bottom, .limit:
      clauseWord(at: position, given: .name) != nil
    default: false
    }
  }

  func beginsSource(_ next: Token) -> Bool {
    isName(next) || next.kind == .text || next.kind == .leftParenthesis
  }

  private func beginsCount(_ next: Token) -> Bool {
    next.kind == .number || next.kind == .parameter || next.kind == .placeholder
  }

  /// Whether an operand begins at `position`, and no operator.
  func beginsNewOperand(at position: Int) -> Bool {
    let next = tokens[min(position, tokens.count - 1)]
    guard next.kind != .minus, next.kind != .plus else { return false }
    return beginsOperand(at: position) && wordOperator(at: position) == nil
  }
}
