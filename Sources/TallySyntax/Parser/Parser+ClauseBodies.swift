// Each function reads one clause, from its first word.

extension Parser {
  mutating func parseFrom() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    advance()
    let source = try parseSource("a table behind `from`")
    return .from(FromSyntax(source: source, span: span(from: start)))
  }

  mutating func parseLookup() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    advance()
    let source = try parseSource("a table behind `lookup`")
    let keys = try parseKeys("behind the table that is looked up")
    var asOf: ExpressionSyntax?
    note(.keyword("as of"))
    if at(.as), token(1).keyword == .of, !isAtEnd {
      advance()
      advance()
      asOf = try parseBinary(.additive)
    }
    return .lookup(
      LookupSyntax(
        source: source, keys: keys, asOf: asOf, by: asOf == nil ? [] : try parseTimeColumns(),
        span: span(from: start)))
  }

  /// Reads `by rates.day`, or `by fees.first_day, fees.last_day`.
  private mutating func parseTimeColumns() throws(Abandoned) -> [NamePathSyntax] {
    note(.keyword("by"))
    guard at(.by), !isAtEnd else { return [] }
    advance()
    var columns: [NamePathSyntax] = []
    repeat {
      note(.column)
      columns.append(try parseNamePath("a column of the table behind `by`"))
    } while columns.count < 2 && accept(.comma)
    return columns
  }

  mutating func parseJoin() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    var kind = JoinSyntax.Kind.inner
    if !at(.join) {
      kind = JoinSyntax.Kind(rawValue: text(token).lowercased()) ?? .inner
      if kind == .inner {
        let extra = SourceSpan(token.start, token(1).start)
        report(
          .foreignSpelling, "a plain `join` is an inner one", at: token.span,
          fixIts: [FixIt("leave `inner` out", replace: extra, with: "")])
      }
      advance()
    }
    advance()
    var cardinality: JoinSyntax.Cardinality?
    for word in JoinSyntax.Cardinality.allCases { note(.keyword(word.rawValue)) }
    if at(.one) || at(.many), beginsSource(token(1)), token(1).keyword != .on {
      cardinality = at(.one) ? .one : .many
      advance()
    }
    let source = try parseSource("a table behind `join`")
    let keys = kind == .cross ? [] : try parseKeys("behind the table that is joined")
    return .join(
      JoinSyntax(
        kind: kind, cardinality: cardinality, source: source, keys: keys, span: span(from: start)))
  }

  /// Reads `on a = b, c`. Equations joined by `and` are keys as well.
  private mutating func parseKeys(_ place: String) throws(Abandoned) -> [JoinKeySyntax] {
    if !isAtEnd, at(.where) || text(token).lowercased() == "using" {
      let word = text(token)
      throw fail(
        .foreignSpelling, "what tables share stands behind `on`", at: token.span,
        fixIts: [FixIt("write `on`", replace: token.span, with: "on")]
          .filter { _ in word.lowercased() != "using" || token(1).kind != .leftParenthesis })
    }
    try expect(.on, place)
    var keys: [JoinKeySyntax] = []
    repeat {
      let condition = try parseExpression()
      if case .logical(.and, let parts) = condition.kind {
        keys += parts.map(JoinKeySyntax.init)
      } else {
        keys.append(JoinKeySyntax(condition))
      }
      if token(1).beginsComparison, at(.comma), beginsVersusPart(at: index + 1) { break }
    } while accept(.comma)
    return keys
  }

  /// Whether what `vs` compares with begins at `position`: the keys of a target are finished then.
  private func beginsVersusPart(at position: Int) -> Bool {
    let next = tokens[min(position + 1, tokens.count - 1)]
    switch tokens[position].keyword {
    case .previous: return next.kind == .number || TimeUnitSyntax(word: text(next)) != nil
    case .target:
      return beginsNewOperand(at: position + 1) || next.kind == .minus || next.kind == .plus
    default: return next.kind == .comma || !beginsInfix(at: position + 1) && next.kind != .dot
    }
  }

  mutating func parseAdd() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    advance()
    let items = try parseItems(of: "add")
    return .add(AddSyntax(items: items, span: span(from: start)))
  }

  mutating func parseWhere() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    advance()
    let condition = try parseExpression()
    return .where(WhereSyntax(condition: condition, span: span(from: start)))
  }

  mutating func parseHaving() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    advance()
    note(.output)
    let condition = try parseExpression()
    return .having(HavingSyntax(condition: condition, span: span(from: start)))
  }

  mutating func parseGroupBy() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    advance()
    try expect(.by, "behind `group`")
    let keys = try parseItems(of: "group by")
    refuseAndTotals(keys)
    let hasTotals = accept(.with, .totals)
    return .groupBy(GroupBySyntax(keys: keys, hasTotals: hasTotals, span: span(from: start)))
  }

  mutating func parseAcross() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    advance()
    let keys = try parseItems(of: "across")
    refuseAndTotals(keys)
    let hasTotals = accept(.with, .totals)
    return .across(AcrossSyntax(keys: keys, hasTotals: hasTotals, span: span(from: start)))
  }

  /// Reports `across level and totals`, which asks for a truth value.
  private mutating func refuseAndTotals(_ keys: [ItemSyntax]) {
    guard let key = keys.last, case .expression(let value) = key.kind,
      case .logical(.and, let operands) = value.kind, let last = operands.last,
      case .name(let path) = last.kind, path.text.lowercased() == Keyword.totals.rawValue
    else { return }
    let word = tokens[..<index].last { $0.keyword == .and }?.span ?? last.span
    report(
      .foreignSpelling, "totals are asked for with `with totals`", at: word,
      fixIts: [FixIt("write `with`", replace: word, with: "with")])
  }

  mutating func parseFill() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    advance()
    let value = try parseBinary(.additive)
    return .fill(FillSyntax(value: value, span: span(from: start)))
  }

  mutating func parseVersus() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    advance()
    var comparisons: [VersusSyntax.Comparison] = []
    repeat { comparisons.append(try parseVersusPart()) } while accept(.comma)
    return .versus(VersusSyntax(comparisons: comparisons, span: span(from: start)))
  }

  private mutating func parseVersusPart() throws(Abandoned) -> VersusSyntax.Comparison {
    if accept(.previous) {
      let count = at(.number) && !isAtEnd ? try parsePositive("behind `previous`") : 1
      let unit = try parseUnit("behind `previous`")
      return .previous(count: count, unit: unit, toDate: accept(.to, .date))
    }
    if accept(.target) {
      let value = try parseExpression()
      note(.keyword("on"))
      return .target(value, keys: at(.on) && !isAtEnd ? try parseKeys("behind the target") : [])
    }
    guard accept(.first) else {
      let isLast = at(.last) && !isAtEnd
      throw fail(
        .unexpected,
        "expected `previous`, `target` or `first` behind `vs`, not "
          + described(token), at: token.span,
        help: ["for example `vs previous year`, `vs target 60%`"],
        fixIts: isLast
          ? [FixIt("write `previous`", replace: token.span, with: "previous")] : [])
    }
    return .first
  }

  mutating func parseOrderBy() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    advance()
    try expect(.by, "behind `order`")
    var keys: [OrderBySyntax.Key] = []
    repeat {
      note(.output)
      let expression = try parseExpression()
      let isDescending = try acceptDirection()
      var collation: NameSyntax?
      if accept(.collate) {
        note(.keyword("vi"))
        collation = try parseName("a language behind `collate`")
      }
      passNulls(behind: expression)
      keys.append(
        OrderBySyntax.Key(
          expression: expression, isDescending: isDescending, collation: collation))
    } while accept(.comma)
    return .orderBy(OrderBySyntax(keys: keys, span: span(from: start)))
  }

  /// Reads `asc` or `desc`, and says whether it was `desc`.
  private mutating func acceptDirection() throws(Abandoned) -> Bool {
    if accept(.desc) { return true }
    if accept(.asc) { return false }
    guard at(.word), token.keyword == nil, !isAtEnd else { return false }
    let word = text(token).lowercased()
    guard word == "descending" || word == "ascending" else { return false }
    let ours = word == "descending" ? "desc" : "asc"
    report(
      .foreignSpelling, "the direction is `asc` or `desc`", at: token.span,
      fixIts: [FixIt("write `\(ours)`", replace: token.span, with: ours)])
    advance()
    return ours == "desc"
  }

  /// Passes over `nulls last` and `nulls first` of SQL: rows without a value stand behind all others
  /// in any order.
  private mutating func passNulls(behind key: ExpressionSyntax) {
    guard at(.word), token.keyword == nil, text(token).lowercased() == "nulls", !isAtEnd,
      token(1).kind == .word
    else { return }
    let place = text(token(1)).lowercased()
    guard place == "last" || place == "first" else { return }
    let order = span(from: key.span.start)
    let kept = source.text(in: order)
    let value = source.text(in: key.span)
    let words = order.joined(with: token(1).span)
    report(
      .foreignSpelling, "rows without a value stand behind all others",
      at: token.span.joined(with: token(1).span),
      fixIts: [
        place == "last"
          ? FixIt("leave it out", replace: words, with: kept)
          : FixIt(
            "ask for them first", replace: words, with: "(\(value)) is missing desc, \(kept)")
      ])
    advance()
    advance()
  }

  mutating func parseTop() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    let isBottom = at(.bottom)
    let word = text(token)
    advance()
    let count = try parseCount("behind `\(word)`")
    note(.keyword("by"))
    var by: ExpressionSyntax?
    if accept(.by) {
      note(.output)
      by = try parseExpression()
    }
    let within = try acceptWithin()
    let hasRest = accept(.with, .rest)
    return .top(
      TopSyntax(
        isBottom: isBottom, count: count, by: by, within: within, hasRest: hasRest,
        span: span(from: start)))
  }

  mutating func parseLimit() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    advance()
    let count = try parseCount("behind `limit`")
    var skip: ExpressionSyntax?
    if at(.word), token.keyword == nil, text(token).lowercased() == "offset", !isAtEnd {
      report(
        .foreignSpelling, "rows are left out with `skip`", at: token.span,
        fixIts: [FixIt("write `skip`", replace: token.span, with: "skip")])
      advance()
      skip = try parseCount("behind `skip`")
    } else if at(.comma), token(1).kind == .number, !isAtEnd {
      let number = text(token(1))
      let skipped = count.span
      let whole = skipped.joined(with: token(1).span)
      throw fail(
        .foreignSpelling, "rows are left out with `skip`", at: whole,
        fixIts: [
          FixIt(
            "write `skip`", replace: whole,
            with: "\(number) skip \(source.text(in: skipped))")
        ])
    } else if accept(.skip) {
      skip = try parseCount("behind `skip`")
    }
    return .limit(LimitSyntax(count: count, skip: skip, span: span(from: start)))
  }

  mutating func parseSetClause(_ word: ClauseWord) throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    advance()
    let source = try parseSource("a table behind `\(word.spelling)`", mayHaveAlias: false)
    let span = span(from: start)
    return word == .append
      ? .append(AppendSyntax(source: source, span: span))
      : .except(ExceptSyntax(source: source, span: span))
  }

  mutating func parseUnpivot() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    advance()
    var columns: [NameSyntax] = []
    repeat {
      note(.column)
      columns.append(try parseName("a column behind `unpivot`"))
    } while accept(.comma)
    try expect(.into, "behind the columns")
    let key = try parseName("a name for the column of names")
    try expect(.comma, "a comma", "behind the first new column")
    let value = try parseName("a name for the column of values")
    recorder.define(key.text)
    recorder.define(value.text)
    return .unpivot(
      UnpivotSyntax(columns: columns, key: key, value: value, span: span(from: start)))
  }

  mutating func parseChart() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    advance()
    for kind in ["bar", "line", "histogram", "heat"] { note(.keyword(kind)) }
    let kind = try parseName("a kind of chart")
    var options: [NameSyntax] = []
    if kind.text.lowercased() == "bar" { note(.keyword("stacked")) }
    while !isAtEnd, isName(token), clauseWord(at: index, given: .name) == nil {
      options.append(takeName())
    }
    return .chart(ChartSyntax(kind: kind, options: options, span: span(from: start)))
  }

  mutating func parseSave() throws(Abandoned) -> ClauseSyntax {
    let start = token.start
    advance()
    try expect(.to, "behind `save`")
    note(.file)
    let place = token.span
    let path = try parseText("a file")
    return .save(SaveSyntax(path: path, pathSpan: place, span: span(from: start)))
  }
}

extension Token {
  fileprivate var beginsComparison: Bool {
    keyword == .previous || keyword == .target || keyword == .first
  }
}

extension JoinKeySyntax {
  /// The key that a condition behind `on` is.
  fileprivate init(_ condition: ExpressionSyntax) {
    switch condition.kind {
    case .name(let path): self = .shared(path)
    case .binary(let binary) where binary.operator == .equal && !binary.isLoose:
      self = .equal(binary.left, binary.right)
    default: self = .condition(condition)
    }
  }
}
