extension Parser {
  /// Reads `expect ...`, `warn ...`.
  mutating func parseCheck() throws(Abandoned) -> CheckSyntax {
    if at(.assert) {
      report(
        .foreignSpelling, "a check is written `expect`", severity: .note, at: token.span,
        fixIts: [FixIt("write `expect`", replace: token.span, with: "expect")])
    }
    let severity: CheckSyntax.Severity = at(.warn) ? .warn : .expect
    advance()
    note(.keyword("no"))
    note(.keyword("unique"))
    let kind = try parseCheckKind()
    var message: String?
    var messageSpan = SourceSpan(previousEnd, previousEnd)
    if accept(.else) {
      joined = index
      messageSpan = token.span
      message = try parseText("a message behind `else`")
    }
    return CheckSyntax(
      severity: severity, kind: kind, message: message, messageSpan: messageSpan)
  }

  private mutating func parseCheckKind() throws(Abandoned) -> CheckSyntax.Kind {
    let next = token(1)
    if at(.no), next.keyword == .from || beginsNewOperand(at: index + 1) {
      advance()
      return .no(try parseQuery())
    }
    if at(.unique), isName(next), next.keyword != .matches, wordOperator(at: index + 1) == nil {
      return try parseUnique()
    }
    if beginsQuery { throw failBareQuery() }
    let start = token.start
    let subject = try parseExpression()
    note(.keyword("matches"))
    if at(.matches), !isAtEnd { return try parseMatches(subject, from: start) }
    if at(.unique), !isAtEnd { throw failLateUnique(subject, from: start) }
    if goesOnAsQuery, !at(.then) || brackets == 0, !isAtEnd { throw failBareQuery(from: start) }
    return .condition(subject)
  }

  private mutating func parseUnique() throws(Abandoned) -> CheckSyntax.Kind {
    advance()
    var columns: [NamePathSyntax] = []
    repeat {
      note(.column)
      columns.append(try parseNamePath("a column behind `unique`"))
    } while accept(.comma)
    try expect(.in, "and a table behind the columns")
    joined = index
    return .unique(columns, in: try parseQuery())
  }

  private mutating func parseMatches(
    _ subject: ExpressionSyntax, from start: Int
  ) throws(Abandoned) -> CheckSyntax.Kind {
    let query: QuerySyntax
    switch subject.kind {
    case .subquery(let inner): query = inner
    case .name(let path) where path.parts.count == 1:
      let table = SourceSyntax(kind: .table(path.parts[0]), alias: nil, span: path.span)
      let from = ClauseSyntax.from(FromSyntax(source: table, span: path.span))
      let step = StepSyntax(head: nil, clauses: [from], span: path.span)
      query = QuerySyntax(steps: [step], at: path.span)
    default:
      throw fail(
        .unexpected, "a table or a query in parentheses stands before `matches`",
        at: span(from: start))
    }
    advance()
    note(.file)
    let file = try parseText("a file behind `matches`")
    var tolerance: NumberSyntax?
    if accept(.within) {
      guard at(.number), !isAtEnd else {
        throw fail(
          .unexpected, "expected a number behind `within`, not \(described(token))",
          at: token.span)
      }
      tolerance = try parseNumber()
    }
    return .matches(query, file: file, tolerance: tolerance)
  }

  /// The error for a query without parentheses, whose end and comparison can't be told apart.
  private mutating func failBareQuery(from start: Int? = nil) -> Abandoned {
    let start = start ?? token.start
    var depth = 0
    var position = index
    var comparison: Int?
    var last = index
    while !endsStatement(at: position), tokens[position].keyword != .else || depth > 0 {
      switch tokens[position].kind {
      case .leftParenthesis: depth += 1
      case .rightParenthesis: depth -= 1
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
        if depth == 0 { comparison = position }
      default: break
      }
      last = position
      position += 1
    }
    let whole = SourceSpan(start, tokens[last].end)
    var fixIts: [FixIt] = []
    if let comparison, comparison + 1 < position, comparison > 0 {
      let behind = (comparison + 1)..<position
      let isValue = behind.count == 1 || tokens[comparison + 1].kind == .leftParenthesis
      if isValue {
        let end = tokens[comparison - 1].end
        fixIts = [
          FixIt(
            "put the query into parentheses",
            [
              SourceEdit(SourceSpan(start, start), "("),
              SourceEdit(SourceSpan(end, end), ")"),
            ])
        ]
      }
    }
    return fail(
      .bareQuery, "a query in a check stands in parentheses", at: whole,
      help: [
        "a check is a condition: `expect (count services) > 0`",
        "or a query that has no rows: `expect no services where fee < 0`",
      ], fixIts: fixIts)
  }

  /// The error for `expect services.id unique`.
  private mutating func failLateUnique(
    _ subject: ExpressionSyntax, from start: Int
  ) -> Abandoned {
    let whole = SourceSpan(start, token.end)
    var fixIts: [FixIt] = []
    if case .name(let path) = subject.kind, path.parts.count == 2 {
      let names = path.parts.map { source.text(in: $0.span) }
      let ours = "unique \(names[1]) in \(names[0])"
      fixIts = [FixIt("write `\(ours)`", replace: whole, with: ours)]
    }
    return fail(
      .wrongOrder, "`unique` stands before its column", at: whole,
      help: ["for example `expect unique id in services`"], fixIts: fixIts)
  }
}

extension DiagnosticCode {
  static let bareQuery = DiagnosticCode(
    "T0123", "A query within a check stands in parentheses, so that its end is clear.")
}
