extension Parser {
  /// Reads the head of a step.
  mutating func parseHead() throws(Abandoned) -> HeadDraft {
    let start = token.start
    if let select = try acceptSelect() { return select }
    guard beginsListing else {
      let items = try parseMoreItems([try parseHeadItem()])
      return HeadDraft(form: .aggregate, isDistinct: false, items: items, span: span(from: start))
    }
    let form: HeadSyntax.Form = at(.list) ? .list : .show
    let word = token
    advance()
    var isDistinct = false
    if form == .list, at(.distinct), !isAtEnd, !isNamed(before: index + 1) {
      advance()
      isDistinct = true
    }
    if at(.star), !isAtEnd {
      report(
        .foreignSpelling, "without names `\(text(word))` takes all columns", at: token.span,
        fixIts: [FixIt("leave the star out", replace: token.span, with: "")])
      advance()
    }
    note(.column)
    note(.table)
    var items: [ItemSyntax] = []
    if !isAtEnd, beginsOperand(at: index), clauseWord(at: index, given: .name) == nil {
      items = try parseItems(of: text(word))
    }
    if form == .show, items.isEmpty {
      throw fail(
        .unexpected, "expected an expression behind `show`, not \(described(token))",
        at: token.span)
    }
    return HeadDraft(
      form: form, isDistinct: isDistinct, items: items, span: span(from: start))
  }

  /// Whether what stands at `position` shows that the word before it is a column.
  private func isNamed(before position: Int) -> Bool {
    let next = tokens[min(position, tokens.count - 1)]
    return next.kind == .comma || next.kind == .dot || next.keyword == .as
      || (next.kind != .minus && next.kind != .plus && beginsInfix(at: position))
  }

  /// Whether nothing more of an item stands at `position`.
  private func endsItem(at position: Int) -> Bool {
    if endsStatement(at: position) { return true }
    let next = tokens[min(position, tokens.count - 1)]
    switch next.kind {
    case .comma, .rightParenthesis, .dot: return true
    case .word:
      switch next.keyword {
      case .as, .with, .within, .then, .from: return true
      default: return clauseWord(at: position, given: .name) != nil || beginsInfix(at: position)
      }
    default: return beginsInfix(at: position) && next.kind != .minus && next.kind != .plus
    }
  }

  // MARK: Items

  /// Reads the other items of a bare head whose first ones were read.
  mutating func parseMoreItems(_ first: [ItemSyntax]) throws(Abandoned) -> [ItemSyntax] {
    var items = first
    if let last = items.last, last.alias == nil, case .expression(let value) = last.kind {
      items[items.count - 1] = try parseAlias(of: value)
    }
    while accept(.comma) { items.append(try parseHeadItem()) }
    return items
  }

  /// Reads expressions with or without names; `clause` is the word before them.
  mutating func parseItems(of clause: String) throws(Abandoned) -> [ItemSyntax] {
    var items: [ItemSyntax] = []
    repeat {
      if let verb = verbPhraseAhead, isClearPhrase { throw failPhrase(verb, after: clause) }
      items.append(try parseAlias(of: try parseExpression()))
    } while accept(.comma)
    return items
  }

  /// Whether a verb is followed by an object on which it can act, not by a word it could be a
  /// column beside.
  private var isClearPhrase: Bool {
    let next = token(1)
    return isName(next) && !endsStatement(at: index + 1)
      && clauseWord(at: index + 1, given: .word) == nil && !isSuffix(next)
  }

  private mutating func failPhrase(
    _ verb: AggregateVerbSyntax, after clause: String
  ) -> Abandoned {
    let word = token.span
    var fixIts: [FixIt] = []
    if let edits = phraseEdits(clause) {
      fixIts = [FixIt("begin with it", edits)]
    } else if let call = callForm(at: index) {
      fixIts = [FixIt("write a call", replace: call.span, with: call.text)]
    }
    return fail(
      .phraseWithin, "behind `\(clause)` stand expressions, and an aggregate among them is a call",
      at: word, help: ["`\(verb.rawValue) ...` in words begins a query"], fixIts: fixIts)
  }

  private mutating func parseAlias(
    of value: ExpressionSyntax
  ) throws(Abandoned) -> ItemSyntax {
    let alias = try acceptAlias()
    return ItemSyntax(
      kind: .expression(value), alias: alias,
      span: alias.map { value.span.joined(with: $0.span) } ?? value.span)
  }

  /// Reads the name behind `as`.
  mutating func acceptAlias() throws(Abandoned) -> NameSyntax? {
    guard !endsExplanation, accept(.as) else { return nil }
    let name = try parseName("a name behind `as`")
    recorder.define(name.text)
    return name
  }

  /// Whether `as sql` or `as run` here ends an `explain`, and gives no name.
  var endsExplanation: Bool {
    guard isExplaining, brackets == 0, at(.as) else { return false }
    if token(1).keyword == .run { return endsStatement(at: index + 2) }
    guard token(1).keyword == .sql else { return false }
    return endsStatement(at: index + 2)
      || (isName(token(2)) && endsStatement(at: index + 3))
  }

  /// Reads an item of a bare head: an aggregate in words, or an expression.
  mutating func parseHeadItem() throws(Abandoned) -> ItemSyntax {
    note(.column)
    for verb in AggregateVerbSyntax.allCases { note(.verb(verb.rawValue)) }
    guard let verb = verbPhraseAhead else {
      return try parseAlias(of: try parseExpression())
    }
    return try parseAggregate(verb)
  }

  private mutating func parseAggregate(
    _ verb: AggregateVerbSyntax
  ) throws(Abandoned) -> ItemSyntax {
    let start = token.start
    let verbSpan = token.span
    if verb == .percentile || verb == .corr, !endsItem(at: index + 1) {
      throw failTwoValues(verb)
    }
    if text(token).lowercased() != verb.rawValue {
      report(
        .foreignSpelling, "`\(text(token))` is called `\(verb.rawValue)` here", at: verbSpan,
        fixIts: [FixIt("write `\(verb.rawValue)`", replace: verbSpan, with: verb.rawValue)])
    }
    advance()
    let usesOf = at(.of) && !endsItem(at: index + 1)
    if usesOf { advance() }
    note(.keyword("of"))
    note(.keyword("distinct"))
    let isDistinct = at(.distinct) && !endsItem(at: index + 1)
    if isDistinct { advance() }
    var operand: ExpressionSyntax?
    noteOperand()
    if verb == .count || verb == .share { note(.table) }
    if !endsItem(at: index) {
      operand =
        usesOf ? try parseExpression() : try parseObject(of: verb, verbSpan)
    }
    let with = accept(.with) ? try parseExpression() : nil
    let within = try acceptWithin()
    let alias = try acceptAlias()
    try refuseLateParts(within: within, alias: alias)
    let aggregate = AggregateSyntax(
      verb: verb, verbSpan: verbSpan, isDistinct: isDistinct, operand: operand,
      with: with, within: within)
    return ItemSyntax(kind: .aggregate(aggregate), alias: alias, span: span(from: start))
  }

  private mutating func failTwoValues(_ verb: AggregateVerbSyntax) -> Abandoned {
    let example = verb == .corr ? "corr(fee, days)" : "percentile(fee, 90)"
    let call = callOfTwo(verb)
    return fail(
      .phraseWithin, "`\(verb.rawValue)` needs two values: write it as a call", at: token.span,
      help: call == nil ? ["for example `\(example)`"] : [],
      fixIts: call.map { [FixIt("write `\($0.text)`", replace: $0.span, with: $0.text)] } ?? [])
  }

  /// Reads what a verb acts on, and reports what could be meant as a call or a difference.
  private mutating func parseObject(
    of verb: AggregateVerbSyntax, _ verbSpan: SourceSpan
  ) throws(Abandoned) -> ExpressionSyntax {
    let first = token
    let opening = index
    recorder.phrase = Phrase(verb: verbSpan, operand: first.start, brackets: brackets)
    let operand = try parseExpression()
    recorder.phrase = nil
    let blank = SourceSpan(verbSpan.end, first.start)
    if first.kind == .leftParenthesis, !isOneParenthesis(opening..<index) {
      report(
        .ambiguousPhrase,
        "this can be read two ways: the aggregate of all that follows, or of the "
          + "parentheses only", at: verbSpan.joined(with: operand.span),
        fixIts: [
          FixIt("aggregate the parentheses only", replace: blank, with: ""),
          FixIt("aggregate all", replace: blank, with: " of "),
        ])
    }
    if first.kind == .minus || first.kind == .plus {
      report(
        .ambiguousPhrase, "this can be read two ways: an aggregate, or a difference",
        at: verbSpan.joined(with: operand.span),
        fixIts: [
          FixIt("aggregate", replace: blank, with: " of "),
          FixIt("calculate", replace: SourceSpan(first.end, first.end), with: " "),
        ])
    }
    return operand
  }

  /// Whether the parenthesis that the first of these tokens opens is closed by the last.
  private func isOneParenthesis(_ range: Range<Int>) -> Bool {
    var depth = 0
    for position in range.dropLast() {
      if tokens[position].kind == .leftParenthesis { depth += 1 }
      if tokens[position].kind == .rightParenthesis { depth -= 1 }
      if depth == 0 { return false }
    }
    return true
  }

  /// Reports `with` and `within` that stand too late, and mends the order of the first.
  private mutating func refuseLateParts(
    within: WithinSyntax?, alias: NameSyntax?
  ) throws(Abandoned) {
    guard let before = alias.map(aliasSpan) ?? within?.span else { return }
    var isFirst = true
    while at(.with) || at(.within), !isAtEnd {
      let word = token
      advance()
      if word.keyword == .with { _ = try parseExpression() } else { _ = try parseBinary(.additive) }
      let late = span(from: word.start)
      let edits = [
        SourceEdit(before, source.text(in: late)), SourceEdit(late, source.text(in: before)),
      ]
      if isFirst {
        report(
          .wrongOrder,
          "`\(text(word))` stands before `\(alias == nil ? "within" : "as")`", at: word.span,
          fixIts: [FixIt("put it there", edits)])
      }
      isFirst = false
    }
  }

  private func aliasSpan(_ alias: NameSyntax) -> SourceSpan {
    let before = tokens[..<index].lastIndex { $0.start == alias.span.start } ?? index
    return SourceSpan(before > 0 ? tokens[before - 1].start : alias.span.start, alias.span.end)
  }
}

extension DiagnosticCode {
  static let ambiguousPhrase = DiagnosticCode(
    "T0115", "A verb before a parenthesis or a minus can be read two ways.")
  static let wrongOrder = DiagnosticCode(
    "T0116", "Clauses and their parts have one order; other orders are mended, never guessed.")
}
