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
    "sort": "order by", "orderby": "order by", "groupby": "group by", "filter": "where",
    "derive": "add", "extend": "add", "mutate": "add", "take": "limit", "head": "limit",
    "fetch": "limit", "offset": "skip", "union": "append", "minus": "except", "pivot": "across",
    "summarize": "then", "aggregate": "then", "having": "having", "versus": "vs", "render": "chart",
    "plot": "chart", "write": "save to", "export": "save to",
  ]
}

extension Parser {
  /// The clause that begins at `position`.
  ///
  /// Where a clause is expected its first word tells. Where a statement or a name could stand as
  /// well, `strict` also asks for what must follow the word, so that `group = 3` stays a column.
  func clauseWord(at position: Int, strict: Bool) -> ClauseWord? {
    let word = tokens[min(position, tokens.count - 1)]
    guard word.kind == .word, let keyword = word.keyword else { return nil }
    let next = tokens[min(position + 1, tokens.count - 1)]
    func holds(_ clause: ClauseWord, _ condition: @autoclosure () -> Bool) -> ClauseWord? {
      !strict || condition() ? clause : nil
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
    case .add: return holds(.add, beginsNewOperand(at: position + 1))
    case .across: return holds(.across, beginsNewOperand(at: position + 1))
    case .fill: return holds(.fill, beginsValue(next))
    case .vs:
      return holds(.versus, [.previous, .target, .first].contains(next.keyword))
    case .top, .bottom: return holds(.top, beginsCount(next))
    case .limit: return holds(.limit, beginsCount(next))
    case .append: return holds(.append, beginsSource(next))
    case .except: return holds(.except, beginsSource(next))
    case .unpivot: return holds(.unpivot, isName(next))
    case .chart: return holds(.chart, next.kind == .word && next.keyword?.isReserved != true)
    case .save: return holds(.save, next.keyword == .to)
    default: return nil
    }
  }

  private func beginsSource(_ next: Token) -> Bool {
    isName(next) || next.kind == .text || next.kind == .leftParenthesis
  }

  private func beginsCount(_ next: Token) -> Bool {
    next.kind == .number || next.kind == .parameter || next.kind == .placeholder
  }

  /// Whether an operand begins at `position`, and no operator: `add -x` is taken for a subtraction.
  private func beginsNewOperand(at position: Int) -> Bool {
    let next = tokens[min(position, tokens.count - 1)]
    guard next.kind != .minus, next.kind != .plus else { return false }
    return beginsOperand(at: position) && wordOperator(at: min(position, tokens.count - 1)) == nil
  }

  private func beginsValue(_ next: Token) -> Bool {
    switch next.kind {
    case .number, .percent, .text, .parameter, .placeholder, .date: true
    default: next.keyword == .missing || next.keyword == .true || next.keyword == .false
    }
  }
}
