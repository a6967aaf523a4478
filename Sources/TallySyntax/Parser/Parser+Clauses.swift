extension Parser {
  /// Reads the clauses of a step.
  ///
  /// A clause in the wrong place is reported with the sentence in its right order, and read.
  mutating func parseClauses(
    isFirst: Bool, head: HeadDraft?
  ) throws(Abandoned) -> [ClauseSyntax] {
    var words: [ClauseWord] = []
    var seen: Set<ClauseWord> = []
    var clauses: [ClauseSyntax] = []
    while true {
      noteClauses(after: words.last, isFirst: isFirst)
      guard !isAtEnd, let word = clauseWord(at: index, given: .word) else { break }
      let start = token.start
      let clause = try parseClause(word)
      awaitsFrom = false
      if word == .from, !isFirst {
        let isAlone = head == nil && words.isEmpty && (isAtEnd || at(.then))
        reportSecondSource(clause.span, isAlone: isAlone)
      }
      if !seen.insert(word).inserted, !word.mayRepeat {
        reportRepetition(word, of: clauses, words, at: SourceSpan(start, clause.span.end))
      }
      words.append(word)
      clauses.append(clause)
    }
    try refuseUnknownClause(head: head, words: words, isFirst: isFirst)
    reportOrder(words, clauses, head)
    return zip(words, clauses).enumerated()
      .sorted { ($0.element.0.rank, $0.offset) < ($1.element.0.rank, $1.offset) }
      .map(\.element.1)
  }

  private mutating func noteClauses(after last: ClauseWord?, isFirst: Bool) {
    guard recorder.index == index else { return }
    for word in ClauseWord.allCases {
      if word == .from && (!isFirst || last != nil) { continue }
      if let last, word.rank < last.rank || (word == last && !word.mayRepeat) { continue }
      note(.keyword(word.spelling))
      if word == .top { note(.keyword("bottom")) }
      if word == .join {
        for kind in ["left join", "full join", "cross join"] { note(.keyword(kind)) }
      }
    }
    note(.keyword("then"))
  }

  private mutating func parseClause(_ word: ClauseWord) throws(Abandoned) -> ClauseSyntax {
    switch word {
    case .from: return try parseFrom()
    case .lookup: return try parseLookup()
    case .join: return try parseJoin()
    case .add: return try parseAdd()
    case .where: return try parseWhere()
    case .groupBy: return try parseGroupBy()
    case .across: return try parseAcross()
    case .fill: return try parseFill()
    case .versus: return try parseVersus()
    case .having: return try parseHaving()
    case .orderBy: return try parseOrderBy()
    case .top: return try parseTop()
    case .limit: return try parseLimit()
    case .append, .except: return try parseSetClause(word)
    case .unpivot: return try parseUnpivot()
    case .chart: return try parseChart()
    case .save: return try parseSave()
    }
  }

  // MARK: Order

  /// Reports clauses that stand in the wrong order, with the sentence in the right one.
  private mutating func reportOrder(
    _ words: [ClauseWord], _ clauses: [ClauseSyntax], _ head: HeadDraft?
  ) {
    guard
      let late = words.indices.dropFirst().first(where: {
        words[$0].rank < words[$0 - 1].rank
      }), let earlier = words.firstIndex(where: { $0.rank > words[late].rank })
    else { return }
    let order = words.indices.sorted { (words[$0].rank, $0) < (words[$1].rank, $1) }
    let edits = words.indices.compactMap { slot -> SourceEdit? in
      guard order[slot] != slot else { return nil }
      return SourceEdit(clauses[slot].span, source.text(in: clauses[order[slot]].span))
    }
    var fixIts = [FixIt("put the clauses into their order", edits)]
    if case .where(let late) = clauses[late], head?.computes(late.condition) == true,
      !words.contains(.having), words.last == .where
    {
      let word = SourceSpan(late.span.start, late.span.start + "where".utf8.count)
      fixIts.insert(FixIt("write `having`", replace: word, with: "having"), at: 0)
    }
    if words[late] != .from {
      let place = SourceSpan(clauses[late].span.start, clauses[late].span.start)
      fixIts.append(FixIt("make it a step of its own", replace: place, with: "then "))
    }
    report(
      .clauseOrder,
      "`\(words[late].spelling)` stands before `\(words[earlier].spelling)`",
      at: clauses[late].span, fixIts: fixIts)
  }

  private mutating func reportRepetition(
    _ word: ClauseWord, of clauses: [ClauseSyntax], _ words: [ClauseWord], at span: SourceSpan
  ) {
    var fixIts: [FixIt] = []
    let first = words.firstIndex(of: word).map { clauses[$0] }
    let wordSpan = SourceSpan(span.start, span.start + word.spelling.utf8.count)
    let isAdjacent = words.last == word
    switch (word, first) {
    case (.where, .where(let clause)) where isAdjacent && !clause.condition.isMixing:
      fixIts = [FixIt("join the conditions", replace: wordSpan, with: "and")]
    case (.having, .having(let clause)) where isAdjacent && !clause.condition.isMixing:
      fixIts = [FixIt("join the conditions", replace: wordSpan, with: "and")]
    default: break
    }
    report(
      .clauseTwice, "a step has one `\(word.spelling)`", at: span,
      help: ["`then` begins a step that reads the result of this one"], fixIts: fixIts)
  }

  private mutating func reportSecondSource(_ span: SourceSpan, isAlone: Bool) {
    let blank = SourceSpan(previousStop(before: span.start), span.end)
    report(
      .secondSource, "behind `then` the source is the step before", at: span,
      help: ["further tables come in with `lookup`, `join` or `append`"],
      fixIts: isAlone ? [] : [FixIt("leave it out", replace: blank, with: "")])
  }

  private func previousStop(before offset: Int) -> Int {
    tokens[..<index].last { $0.end <= offset }?.end ?? offset
  }

  // MARK: Words that are no clauses

  /// Throws if a word stands where a clause could, and is none.
  private mutating func refuseUnknownClause(
    head: HeadDraft?, words: [ClauseWord], isFirst: Bool
  ) throws(Abandoned) {
    guard !isAtEnd else { return }
    if let foreign = foreignStep(head, words, isFirst: isFirst) { throw foreign }
    switch token.kind {
    case .word, .quotedName: break
    case .rightParenthesis where brackets > 0: return
    case .leftParenthesis where words.isEmpty:
      if let method = failMethod(head) { throw method }
    case .comma where words.last == .where || words.last == .having: throw failNoAnd()
    case .comma where words.last == .from:
      throw fail(
        .foreignSpelling, "a step reads one table, and brings others in", at: token.span,
        help: ["for example `from services lookup agencies on agency`"])
    default: return
    }
    if at(.with), let totals = failTotals(words) { throw totals }
    switch token.keyword {
    case .then, .else, .as, .and, .or, .unique, .matches: return
    default: break
    }
    let word = token
    let name = text(word)
    if beginsListing || (verbPhraseAhead != nil && !words.isEmpty) {
      if head == nil, words.last == .groupBy, let late = failLateHead() { throw late }
      throw fail(
        .unexpected, "`\(name)` begins a step, which `then` joins to this one", at: word.span,
        fixIts: [
          FixIt("write `then`", replace: SourceSpan(word.start, word.start), with: "then ")
        ])
    }
    if at(.by) { throw failBy(head, words) }
    if words.last == .where || words.last == .having,
      let comparison = failComparison(from: word.start)
    {
      throw comparison
    }
    if let foreign = failForeignClause(word) { throw foreign }
    if words.isEmpty, let over = failOver() { throw over }
    if let misspelt = try misspeltHead(head, words) { throw misspelt }
    if words.isEmpty, isName(word), hasFromAhead { throw failNoComma(word) }
    if let unquoted = unquotedText(words) { throw unquoted }
    if words.last == .where || words.last == .having, beginsInfix(at: index + 1) {
      throw failNoAnd()
    }
    let isLast = endsStatement(at: index + 1) || clauseWord(at: index + 1, given: .name) != nil
    if let head, !words.contains(.from), words.isEmpty, isLast, isName(word), head.wantsSource {
      throw failMissingFrom(word)
    }
    let known = ClauseWord.allCases.map(\.spelling) + ["then", "bottom"]
    if let near = closest(
      to: name, among: known.map { $0.split(separator: " ").map(String.init)[0] })
    {
      let spelling = near == "group" || near == "order" ? misspeltPair(near) : near
      throw fail(
        .unknownClause, "no clause begins with \(described(word))", at: word.span,
        label: "did you mean `\(spelling)`?",
        fixIts: [FixIt("write `\(spelling)`", replace: word.span, with: spelling)])
    }
    if head != nil, words.isEmpty, isName(word), head?.wantsSource == true {
      throw failMissingFrom(word)
    }
    if let last = words.last, [.groupBy, .across, .orderBy].contains(last), isName(word),
      !word.startsLine, index > 0, isName(tokens[index - 1])
    {
      throw failNoCall(word)
    }
    throw fail(
      .unknownClause, "no clause begins with \(described(word))", at: word.span,
      help: ["clauses: \(known.joined(separator: ", "))"])
  }

  private mutating func failForeignClause(_ word: Token) -> Abandoned? {
    let name = text(word).lowercased()
    if ["ignorecase", "nocase", "insensitive", "insensitively"].contains(name) {
      return fail(
        .foreignSpelling, "`\(text(word))` is `loosely` here", at: word.span,
        fixIts: [FixIt("write `loosely`", replace: word.span, with: "loosely")])
    }
    guard let ours = ClauseWord.foreignSpellings[name] else { return nil }
    if let set = failSet(word, ours) { return set }
    let second = text(token(1)).lowercased()
    let isPair =
      token(1).keyword == .by && ours.hasSuffix(" by")
      || name == "for" && (second == "each" || second == "every")
    let span = isPair ? word.span.joined(with: token(1).span) : word.span
    var edits = [SourceEdit(span, ours)]
    if ours == "add" { edits += namingEdits(from: index + 1) }
    return fail(
      .foreignSpelling, "`\(source.text(in: span))` is `\(ours)` here", at: word.span,
      fixIts: [FixIt("write `\(ours)`", edits)])
  }

  private mutating func failNoAnd() -> Abandoned {
    if at(.comma), index > 0, tokens[index - 1].kind == .number, token(1).kind == .number,
      !token(1).hasSpaceBefore, token(1).end - token(1).start == 3
    {
      let whole = tokens[index - 1].span.joined(with: token(1).span)
      let digits = text(tokens[index - 1]) + text(token(1))
      return fail(
        .malformedNumber, "a number is written without separators between its digits", at: whole,
        fixIts: [FixIt("write `\(digits)`", replace: whole, with: digits)])
    }
    let blank = token(1).hasSpaceBefore || !at(.comma) ? "" : " "
    let comma = at(.comma) ? token.span : SourceSpan(previousEnd, previousEnd)
    return fail(
      .unexpected, "conditions are joined by `and`", at: token.span,
      fixIts: [FixIt("write `and`", replace: comma, with: " and" + blank)])
  }

  /// The error for `agency = Bộ Y tế`: a text without its quotes.
  private mutating func unquotedText(_ words: [ClauseWord]) -> Abandoned? {
    guard words.last == .where || words.last == .having || words.last == .add, index >= 2,
      isName(tokens[index - 1]), beginsInfix(at: index - 2), !token.startsLine
    else { return nil }
    var last = index
    while last + 1 < tokens.count, isName(tokens[last + 1]), !tokens[last + 1].startsLine,
      clauseWord(at: last + 1, given: .name) == nil
    {
      last += 1
    }
    let whole = tokens[index - 1].span.joined(with: tokens[last].span)
    let text = source.text(in: whole)
    return fail(
      .unexpected, "a text stands in quotes", at: whole,
      fixIts: [FixIt("quote it", replace: whole, with: "\"\(text)\"")])
  }

  /// Whether `from` stands further on in this step.
  private var hasFromAhead: Bool {
    var position = index + 1
    var depth = 0
    while !endsStatement(at: position), tokens[position].keyword != .then {
      switch tokens[position].kind {
      case .leftParenthesis: depth += 1
      case .rightParenthesis: depth -= 1
      default: break
      }
      if depth < 0 { return false }
      if depth == 0, tokens[position].keyword == .from { return true }
      position += 1
    }
    return false
  }

  /// `group by month opened`: two names side by side are a call or two keys.
  private mutating func failNoCall(_ word: Token) -> Abandoned {
    let before = tokens[index - 1]
    var (function, value) = (text(before), text(word))
    if TimeUnitSyntax(word: value) != nil, TimeUnitSyntax(word: function) == nil {
      swap(&function, &value)
    }
    if ["totals", "total", "rollup"].contains(value.lowercased()) {
      return fail(
        .foreignSpelling, "totals are asked for with `with totals`", at: word.span,
        fixIts: [FixIt("write `with totals`", replace: word.span, with: "with totals")])
    }
    return fail(
      .unexpected, "expected a comma between `\(function)` and `\(value)`, or a call",
      at: word.span,
      fixIts: [
        FixIt(
          "write `\(function)(\(value))`", replace: before.span.joined(with: word.span),
          with: "\(function)(\(value))"),
        FixIt("write a comma", replace: SourceSpan(before.end, before.end), with: ","),
      ])
  }

  private mutating func failNoComma(_ word: Token) -> Abandoned {
    let before = SourceSpan(previousEnd, previousEnd)
    let last = tokens[max(0, index - 1)]
    if ["unique", "different"].contains(text(last).lowercased()) {
      return fail(
        .foreignSpelling, "`\(text(last))` is `distinct` here", at: last.span,
        fixIts: [FixIt("write `distinct`", replace: last.span, with: "distinct")])
    }
    var fixIts = [
      FixIt("write a comma", replace: before, with: ","),
      FixIt("write `as`", replace: before, with: " as"),
    ]
    // A name behind what is computed is more likely its name.
    if !isName(last) || index >= 2 && beginsInfix(at: index - 2) { fixIts.reverse() }
    return fail(
      .unexpected, "expected a comma or `as` before \(described(word))", at: word.span,
      fixIts: fixIts)
  }

  private func misspeltPair(_ word: String) -> String {
    token(1).keyword == .by ? word : "\(word) by"
  }

  private mutating func failMissingFrom(_ word: Token) -> Abandoned {
    let place = SourceSpan(word.start, word.start)
    if word.keyword == .of, isName(token(1)) {
      return fail(
        .noSource, "the table stands behind `from`", at: word.span,
        fixIts: [FixIt("write `from`", replace: word.span, with: "from")])
    }
    let before = tokens[max(0, index - 1)]
    if index > 0, ["all", "the", "every", "each", "any"].contains(text(before).lowercased()) {
      return fail(
        .foreignSpelling, "`\(text(before))` means nothing here", at: before.span,
        fixIts: [FixIt("leave it out", replace: SourceSpan(before.start, word.start), with: "")])
    }
    return fail(
      .noSource, "expected `from` before the table", at: word.span,
      fixIts: [FixIt("write `from`", replace: place, with: "from ")])
  }

  /// The error for a first word that is nearly a verb: `cuont services`.
  private mutating func misspeltHead(
    _ head: HeadDraft?, _ words: [ClauseWord]
  ) throws(Abandoned) -> Abandoned? {
    guard words.isEmpty, let head, head.items.count == 1, head.items[0].alias == nil,
      case .expression(let value) = head.items[0].kind, case .name(let path) = value.kind,
      path.parts.count == 1, !path.parts[0].isQuoted, isName(token) || at(.text)
    else { return nil }
    let name = path.parts[0]
    let verbs = AggregateVerbSyntax.allCases.map(\.rawValue)
    let known = ["list", "show"] + verbs + Self.statementWords.map(\.rawValue)
    guard let near = closest(to: name.text, among: known), near != name.text.lowercased() else {
      return nil
    }
    return fail(
      .unknownClause, "no sentence begins with `\(name.text)`", at: name.span,
      label: "did you mean `\(near)`?",
      fixIts: [FixIt("write `\(near)`", replace: name.span, with: near)])
  }
}

extension Parser.HeadDraft {
  /// Whether a condition speaks of what the head computes, and not of rows.
  fileprivate func computes(_ condition: ExpressionSyntax) -> Bool {
    var names: Set<String> = []
    for item in items {
      if let alias = item.alias { names.insert(alias.text.lowercased()) }
      guard case .aggregate(let aggregate) = item.kind else { continue }
      let verb = aggregate.verb.rawValue
      if case .name(let path)? = aggregate.operand?.kind, let column = path.parts.last {
        names.insert("\(verb)_\(column.text.lowercased())")
      }
      if aggregate.verb == .count || aggregate.verb == .share { names.insert(verb) }
    }
    var found = false
    condition.forEachDescendant {
      switch $0.kind {
      case .name(let path): found = found || names.contains(path.text.lowercased())
      case .call(let call): found = found || call.verb != nil
      default: break
      }
    }
    return found
  }

  /// Whether no item could be the source.
  fileprivate var wantsSource: Bool {
    guard let first = items.first else { return true }
    if case .aggregate(let aggregate) = first.kind, aggregate.operand == nil { return true }
    return form != .aggregate || items.count > 1 || first.isAggregate
  }
}

extension ExpressionSyntax {
  /// Whether another condition can't be joined to this one by `and` without parentheses.
  fileprivate var isMixing: Bool {
    switch kind {
    case .logical(.or, _), .conditional: true
    default: false
    }
  }
}

extension DiagnosticCode {
  static let clauseOrder = DiagnosticCode(
    "T0118", "Clauses stand in one fixed order within a step; `then` begins another step.")
  static let clauseTwice = DiagnosticCode(
    "T0119", "A step has each clause once; `then` begins another step.")
  static let secondSource = DiagnosticCode(
    "T0120", "A step behind `then` reads the result of the step before, and has no `from`.")
  static let unknownClause = DiagnosticCode(
    "T0121", "A word begins no clause and no sentence.")
}
