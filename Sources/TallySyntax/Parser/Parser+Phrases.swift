/// The aggregate in words whose operand is being read.
struct Phrase: Sendable {
  let verb: SourceSpan
  /// Where the operand begins.
  let operand: Int
  /// The number of parentheses open there.
  let brackets: Int
}

extension Parser {
  /// The verb of an aggregate in words that begins here: `sum fee`, `count`.
  ///
  /// A word that an operator, a dot or a glued parenthesis follows is a name or a call. Only `count`
  /// and `share` are aggregates without an object; any other verb alone is a name.
  var verbPhraseAhead: AggregateVerbSyntax? {
    guard token.kind == .word else { return nil }
    let spelling = text(token).lowercased()
    let foreign = AggregateVerbSyntax.foreignSpellings[spelling]
    guard let verb = AggregateVerbSyntax(spelling) ?? foreign else { return nil }
    if index + 1 == recorder.index { return verb }
    let alone = verb == .count || verb == .share ? verb : nil
    let next = token(1)
    if next.keyword == .from { return alone }
    if endsStatement(at: index + 1) { return foreign == nil ? alone : nil }
    switch next.kind {
    case .text, .number, .percent, .date, .parameter, .placeholder, .quotedName: return verb
    case .leftParenthesis: return next.hasSpaceBefore ? verb : nil
    case .comma, .rightParenthesis: return foreign == nil ? alone : nil
    case .minus, .plus: return isGluedSign(at: index + 1) ? verb : nil
    case .word: return verbPhrase(verb, before: next, alone: foreign == nil ? alone : nil)
    default: return nil
    }
  }

  private func verbPhrase(
    _ verb: AggregateVerbSyntax, before next: Token, alone: AggregateVerbSyntax?
  ) -> AggregateVerbSyntax? {
    switch next.keyword {
    case .as, .with, .within, .then, .having, .where: return alone
    case .in, .is, .and, .or, .between, .if, .else: return nil
    case .not:
      return token(2).keyword == .in || token(2).keyword == .between ? nil : verb
    case .true, .false, .null: return verb
    default: break
    }
    if clauseWord(at: index + 1, given: .name) != nil { return alone }
    if wordOperator(at: index + 1) != nil {
      let goesOn = next.keyword == .starts || next.keyword == .ends ? index + 3 : index + 2
      let hasOperand =
        beginsOperand(at: goesOn) && !endsStatement(at: goesOn)
        && clauseWord(at: goesOn, given: .name) == nil
      return hasOperand ? nil : verb
    }
    return verb
  }

  /// Reads an aggregate in words that stands within an expression, where it should be a call.
  mutating func parsePhraseWithin() throws(Abandoned) -> ExpressionSyntax? {
    guard let verb = AggregateVerbSyntax(text(token)), isName(token(1)),
      !token(1).startsLine || brackets > 0, !isSuffix(token(1)),
      clauseWord(at: index + 1, given: .word) == nil, wordOperator(at: index + 1) == nil,
      let call = callForm(at: index)
    else { return nil }
    let start = token.start
    var edits = [SourceEdit(call.span, call.text)]
    if let phrase = recorder.phrase, phrase.brackets == brackets, index >= 2,
      tokens[index - 2].start >= phrase.operand
    {
      let outer = SourceSpan(phrase.operand, tokens[index - 2].end)
      let gap = SourceSpan(phrase.verb.end, outer.start)
      edits.append(SourceEdit(gap, "("))
      edits.append(SourceEdit(SourceSpan(outer.end, outer.end), ")"))
    }
    report(
      .phraseWithin, "within an expression an aggregate is a call", at: call.span,
      fixIts: [FixIt("write `\(call.text)`", edits)])
    advance()
    let distinct = at(.distinct) && isName(token(1)) && !isSuffix(token(1))
    if at(.of) || distinct { advance() }
    let path = try parseNamePath("a column")
    let operand = try make(.name(path), at: path.span)
    let name = NameSyntax(
      text: verb.rawValue, span: SourceSpan(start, start + verb.rawValue.utf8.count),
      isQuoted: false)
    return try make(
      .call(
        CallSyntax(
          name: name, isDistinct: distinct, arguments: [operand], with: nil, within: nil, over: nil)
      ), at: span(from: start))
  }

  /// The aggregate in words at `position` written as a call of its first name.
  func callForm(at position: Int) -> (span: SourceSpan, text: String)? {
    let verb = tokens[position]
    var next = position + 1
    var prefix = ""
    if tokens[next].keyword == .of, isName(tokens[min(next + 1, tokens.count - 1)]) { next += 1 }
    if tokens[next].keyword == .distinct, isName(tokens[min(next + 1, tokens.count - 1)]) {
      next += 1
      prefix = "distinct "
    }
    guard isName(tokens[next]) else { return nil }
    let first = tokens[next]
    while next + 2 < tokens.count, tokens[next + 1].kind == .dot, isName(tokens[next + 2]) {
      next += 2
    }
    guard next + 1 >= tokens.count || tokens[next + 1].kind != .leftParenthesis else { return nil }
    let operand = source.text(in: first.span.joined(with: tokens[next].span))
    return (verb.span.joined(with: tokens[next].span), "\(text(verb))(\(prefix)\(operand))")
  }

  /// Whether the word belongs behind an expression, so that a verb before it is a name.
  func isSuffix(_ token: Token) -> Bool {
    switch token.keyword {
    case .asc, .desc, .collate, .on, .into, .to, .skip, .loosely, .unique, .matches, .sql, .rest,
      .totals, .over, .by:
      true
    default: false
    }
  }
}

extension DiagnosticCode {
  static let phraseWithin = DiagnosticCode(
    "T0117", "An aggregate in words can only be an item of a head; elsewhere it is a call.")
}
