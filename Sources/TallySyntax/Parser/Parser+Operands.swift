extension Parser {
  /// Whether an expression can begin with the token at `position`.
  func beginsOperand(at position: Int) -> Bool {
    let next = tokens[min(position, tokens.count - 1)]
    switch next.kind {
    case .number, .percent, .text, .date, .parameter, .placeholder, .quotedName, .leftParenthesis,
      .minus, .plus:
      return true
    case .word:
      switch next.keyword {
      case .not, .true, .false, .null: return true
      case let keyword?: return !keyword.isReserved
      case nil: return true
      }
    default: return false
    }
  }

  /// Reads an expression without operators: a literal, a name, a call, or one in parentheses.
  mutating func parseOperand() throws(Abandoned) -> ExpressionSyntax {
    noteOperand()
    if startsNextStatement || beginsCertainClause(at: index) { throw failNoOperand() }
    if token.startsLine { joined = index }
    let span = token.span
    switch token.kind {
    case .number: return try parseNumberOrSpan()
    case .percent: return try parsePercent()
    case .text: return try make(.literal(.text(takeText())), at: span)
    case .date: return try parseDate()
    case .parameter, .placeholder: return try parseParameter()
    case .leftParenthesis: return try parseParenthesised()
    case .word:
      switch token.keyword {
      case .true: return try takeLiteral(.boolean(true))
      case .false: return try takeLiteral(.boolean(false))
      case .missing where !namesColumn: return try takeLiteral(.missing)
      case .null:
        report(
          .foreignSpelling, "no value is called `missing`", at: span,
          fixIts: [FixIt("write `missing`", replace: span, with: "missing")])
        return try takeLiteral(.missing)
      default: return try parseNameOrCall()
      }
    case .quotedName: return try parseNameOrCall()
    default: throw failNoOperand()
    }
  }

  /// Whether a dot or a parenthesis shows that the current word is a name.
  private var namesColumn: Bool {
    token(1).kind == .dot || (token(1).kind == .leftParenthesis && !token(1).hasSpaceBefore)
  }

  private mutating func takeLiteral(
    _ literal: LiteralSyntax
  ) throws(Abandoned) -> ExpressionSyntax {
    let span = token.span
    advance()
    return try make(.literal(literal), at: span)
  }

  /// Whether the line end before the current token was meant as the end of the statement, though
  /// more is needed.
  private var startsNextStatement: Bool {
    token.startsLine && index > joined && brackets == 0 && clearlyStartsStatement(at: index)
  }

  private mutating func failNoOperand() -> Abandoned {
    let before = index > 0 ? tokens[index - 1] : nil
    let place = before.map { " behind `\(text($0).prefix(40))`" } ?? ""
    let isNewStatement = startsNextStatement
    let here = isNewStatement ? SourceSpan(previousEnd, previousEnd) : token.span
    let found = isNewStatement ? "the end of the line" : described(token)
    var fixIts: [FixIt] = []
    if at(.if), !isNewStatement, let choice = foreignChoice() { return failChoice(choice) }
    if let subject = subjectBefore, !isNewStatement {
      let sign = SourceSpan(token.start, token.start)
      fixIts = [FixIt("write `\(subject)` again", replace: sign, with: subject + " ")]
    } else if let before, before.keyword != nil, before.keyword == token.keyword, !isNewStatement {
      let twice = SourceSpan(before.end, token.end)
      fixIts = [FixIt("leave one `\(text(token))` out", replace: twice, with: "")]
    } else if let before, before.kind == .comma, clauseWord(at: index, given: .name) != nil {
      fixIts = [FixIt("leave the comma out", replace: before.span, with: "")]
    } else if at(.then), index == joined {
      let word = SourceSpan(token.start, self.token(1).start)
      fixIts = [FixIt("leave `then` out", replace: word, with: "")]
    } else if token.kind == .word, token.keyword?.isReserved == true, !isNewStatement, !isAtEnd {
      fixIts = [
        FixIt("quote it, if it is a name", replace: token.span, with: "`\(text(token))`")
      ]
    }
    return fail(.unexpected, "expected a value\(place), not \(found)", at: here, fixIts: fixIts)
  }

  // MARK: Names and calls

  private mutating func parseNameOrCall() throws(Abandoned) -> ExpressionSyntax {
    let start = token.start
    if token.kind == .word, text(token).lowercased() == "exists",
      token(1).kind == .leftParenthesis, text(token(2)).lowercased() == "select"
    {
      throw fail(
        .foreignSpelling, "whether a row exists is asked with `in`", at: token.span,
        help: ["for example `where id in payments.service_id`"])
    }
    if token.kind == .word, token(1).kind != .dot {
      if token(1).kind == .leftParenthesis, token.keyword?.isReserved != true,
        !token(1).startsLine || brackets > 0
      {
        return try parseCall()
      }
      if let inner = try parsePhraseWithin() { return inner }
    }
    guard isName(token) else { throw failNoOperand() }
    if token.kind == .word, text(token).lowercased() == "case", token(1).kind == .word,
      text(token(1)).lowercased() == "when"
    {
      throw failChoice(foreignChoice())
    }
    if token.kind == .word, text(token).lowercased() == "interval", token(1).kind == .text {
      let whole = token.span.joined(with: token(1).span)
      let length = source.text(in: SourceSpan(token(1).start + 1, token(1).end - 1))
      throw fail(
        .foreignSpelling, "a length of time is written without `interval` and quotes", at: whole,
        fixIts: [FixIt("write `\(length)`", replace: whole, with: length)])
    }
    let path = try parseNamePath("a column")
    return try make(.name(path), at: span(from: start))
  }

  private mutating func failChoice(_ choice: (span: SourceSpan, text: String)?) -> Abandoned {
    fail(
      .foreignSpelling, "a choice is written `x if condition else y`", at: token.span,
      help: choice == nil ? [#"for example `"online" if level >= 3 else "counter"`"#] : [],
      fixIts: choice.map { [FixIt("write it so", replace: $0.span, with: $0.text)] } ?? [])
  }

  /// Reads `name(distinct arguments with c within k over last n)`.
  private mutating func parseCall() throws(Abandoned) -> ExpressionSyntax {
    try enter()
    defer { nesting -= 1 }
    let start = token.start
    let name = takeFunctionName()
    let open = token
    advance()
    brackets += 1
    let isDistinct = at(.distinct) && beginsOperand(at: index + 1)
    if isDistinct { advance() }
    var arguments: [ExpressionSyntax] = []
    if at(.star), token(1).kind == .rightParenthesis {
      report(
        .foreignSpelling, "rows are counted by `count()`, without a star", at: token.span,
        fixIts: [FixIt("leave the star out", replace: token.span, with: "")])
      advance()
    } else if !at(.rightParenthesis), !at(.with), !at(.within), !beginsOver {
      repeat { arguments.append(try parseExpression()) } while accept(.comma)
    }
    let with = accept(.with) ? try parseExpression() : nil
    let within = try acceptWithin()
    let over = try acceptOver()
    try close(open)
    let call = CallSyntax(
      name: name, isDistinct: isDistinct, arguments: arguments, with: with, within: within,
      over: over)
    return try make(.call(call), at: span(from: start))
  }

  /// Takes the name of a function; a foreign name for an aggregate is reported and mended.
  private mutating func takeFunctionName() -> NameSyntax {
    let place = token.span
    let name = takeName()
    guard let ours = AggregateVerbSyntax.foreignSpellings[name.text.lowercased()] else {
      return name
    }
    report(
      .foreignSpelling, "`\(name.text)` is called `\(ours.rawValue)` here", at: place,
      fixIts: [FixIt("write `\(ours.rawValue)`", replace: place, with: ours.rawValue)])
    return NameSyntax(text: ours.rawValue, span: place, isQuoted: false)
  }

  /// Takes the parenthesis that closes `open`.
  mutating func close(_ open: Token) throws(Abandoned) {
    guard !at(.rightParenthesis) else {
      brackets -= 1
      return advance()
    }
    let related = [Diagnostic.Related("opened here", at: open.span)]
    if isAtEnd || clearlyStartsStatement(at: index) {
      let here = SourceSpan(previousEnd, previousEnd)
      throw fail(
        .unclosedParenthesis, "the parenthesis isn't closed", at: here, related: related,
        fixIts: [FixIt("close it", replace: here, with: ")")])
    }
    throw fail(
      .unclosedParenthesis, "expected `)`, not \(described(token))", at: token.span,
      related: related)
  }

  /// Reads `within agency`, `within (agency, level)` or `within all`.
  mutating func acceptWithin() throws(Abandoned) -> WithinSyntax? {
    let start = token.start
    guard accept(.within) else { return nil }
    if token(1).kind != .dot, token(1).kind != .leftParenthesis || token(1).hasSpaceBefore,
      accept(.all)
    {
      return WithinSyntax(keys: [], span: span(from: start))
    }
    if at(.leftParenthesis) {
      let open = token.start
      guard case .list(let keys) = try parseParentheses() else {
        throw fail(
          .unexpected, "expected columns behind `within`, not a query", at: span(from: open))
      }
      return WithinSyntax(keys: keys, span: span(from: start))
    }
    return WithinSyntax(keys: [try parseBinary(.additive)], span: span(from: start))
  }

  private var beginsOver: Bool {
    at(.over) && token(1).keyword == .last && token(2).kind == .number
  }

  private mutating func acceptOver() throws(Abandoned) -> OverSyntax? {
    let start = token.start
    guard accept(.over) else { return nil }
    try expect(.last, "behind `over`")
    let count = try parsePositive("behind `over last`")
    let unit = acceptUnit()
    return OverSyntax(count: count, unit: unit, span: span(from: start))
  }

  // MARK: Parentheses

  /// What stood in parentheses.
  enum Parenthesised {
    case list([ExpressionSyntax])
    case query(QuerySyntax)
  }

  /// Reads an expression or a query in parentheses.
  private mutating func parseParenthesised() throws(Abandoned) -> ExpressionSyntax {
    let start = token.start
    switch try parseParentheses() {
    case .query(let query): return try make(.subquery(query), at: span(from: start))
    case .list(let values):
      if values.count == 1 { return ExpressionSyntax(values[0].kind, at: span(from: start)) }
      throw fail(
        .unexpected, "a list can stand behind `in` only", at: span(from: start),
        help: ["an element of a list is asked for with `x in (1, 2)`"])
    }
  }

  /// Reads values or a query in parentheses, from the opening one to the closing one. The values of
  /// `column` are offered for completion.
  mutating func parseParentheses(
    comparing column: String? = nil
  ) throws(Abandoned) -> Parenthesised {
    let open = token
    advance()
    brackets += 1
    try enter()
    defer { nesting -= 1 }
    note(.query)
    if beginsQuery, !isAloneInList {
      let query = try parseQuery()
      try close(open)
      return .query(query)
    }
    if at(.rightParenthesis) {
      throw fail(
        .unexpected, "expected a value in the parentheses", at: open.span.joined(with: token.span))
    }
    var values: [ExpressionSyntax] = []
    var isQuery = false
    repeat {
      isQuery = !values.isEmpty && verbPhraseAhead != nil && !isAloneInList
      if isQuery { break }
      recorder.compare(with: column, at: index)
      values.append(try parseExpression())
    } while accept(.comma)
    // What follows can show that these were the items of a query: `(services where ...)`.
    if isQuery || at(.as) || goesOnAsQuery {
      var items = values.map(Self.item)
      if isQuery { items.append(try parseHeadItem()) }
      let query = try parseQuery(after: items, from: open.end)
      try close(open)
      return .query(query)
    }
    try close(open)
    return .list(values)
  }

  /// Whether a comma or the closing parenthesis follows on the current word, so that it can be a
  /// column in a list: `(count, total)`.
  private var isAloneInList: Bool {
    token(1).kind == .comma || token(1).kind == .rightParenthesis
  }

  /// The item of a head that an expression is, read as one of a list before the list turned out to
  /// be a query: `count` alone counts rows then.
  private static func item(_ expression: ExpressionSyntax) -> ItemSyntax {
    guard case .name(let path) = expression.kind, path.parts.count == 1, !path.parts[0].isQuoted,
      let verb = AggregateVerbSyntax(path.parts[0].text), verb == .count || verb == .share
    else { return ItemSyntax(kind: .expression(expression), alias: nil, span: expression.span) }
    let aggregate = AggregateSyntax(
      verb: verb, verbSpan: expression.span, isDistinct: false, operand: nil,
      with: nil, within: nil)
    return ItemSyntax(kind: .aggregate(aggregate), alias: nil, span: expression.span)
  }
}

extension AggregateVerbSyntax {
  /// What other languages call the aggregates.
  static let foreignSpellings: [String: AggregateVerbSyntax] = [
    "avg": .average, "mean": .average, "maximum": .max, "minimum": .min, "total": .sum,
    "cnt": .count, "stdev": .stddev, "std": .stddev, "var": .variance, "quantile": .percentile,
    "correlation": .corr,
  ]
}

extension DiagnosticCode {
  static let unclosedParenthesis = DiagnosticCode(
    "T0113", "A parenthesis is opened and not closed.")
}
