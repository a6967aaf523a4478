extension Parser {
  /// Whether a query, and no expression, begins here: with `list`, `show`, `from`, or a verb and
  /// its object.
  var beginsQuery: Bool {
    at(.from) || beginsListing || verbPhraseAhead != nil || beginsSelect
  }

  /// Whether `list` or `show` begins a head here, and is no name.
  var beginsListing: Bool {
    guard at(.list) || at(.show), token.kind == .word else { return false }
    if endsStatement(at: index + 1) { return true }
    let next = token(1)
    switch next.kind {
    case .dot, .comma, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual,
      .tilde, .slash, .percentSign, .rightParenthesis:
      return false
    case .plus, .minus: return isGluedSign(at: index + 1)
    case .star: return token(2).keyword == .from
    case .leftParenthesis: return next.hasSpaceBefore
    case .word:
      switch next.keyword {
      case .as, .in, .is, .and, .or, .between, .if, .else: return false
      case .not: return token(2).keyword != .in && token(2).keyword != .between
      default: return wordOperator(at: index + 1) == nil || next.keyword == .contains
      }
    default: return true
    }
  }

  /// Whether what was read as expressions goes on as a query.
  var goesOnAsQuery: Bool {
    !isAtEnd && (at(.from) || at(.then) || clauseWord(at: index, given: .word) != nil)
  }

  /// Reads a query. If `items` were read already, they are the head's, which began at `start`.
  mutating func parseQuery(
    after items: [ItemSyntax]? = nil, from start: Int? = nil
  ) throws(Abandoned) -> QuerySyntax {
    let start = items?.first?.span.start ?? start ?? token.start
    var steps = [try parseStep(isFirst: true, items: items, from: start)]
    while accept(.then) {
      joined = index
      guard !isAtEnd, !at(.rightParenthesis), !at(.then) else {
        noteStep()
        throw fail(
          .unexpected, "expected the next step behind `then`, not \(described(token))",
          at: token.span)
      }
      steps.append(try parseStep(isFirst: false, items: nil, from: token.start))
    }
    return QuerySyntax(steps: steps, at: span(from: start))
  }

  private mutating func parseStep(
    isFirst: Bool, items: [ItemSyntax]?, from start: Int
  ) throws(Abandoned) -> StepSyntax {
    noteStep()
    var draft: HeadDraft?
    if let items {
      draft = HeadDraft(
        form: .aggregate, isDistinct: false, items: try parseMoreItems(items),
        span: span(from: start))
    } else if clauseWord(at: index, given: .line) == nil {
      draft = try parseHead()
    }
    recorder.followsThen = !isFirst
    if let draft, isFirst { visitObject(of: draft) }
    // An expression that was read alone is not continued by a line that begins with `from`.
    let wasAlone = items?.count == 1 && draft?.items.count == 1 && draft?.items[0].alias == nil
    awaitsFrom = draft != nil && isFirst && !wasAlone
    let clauses = try parseClauses(isFirst: isFirst, head: draft)
    awaitsFrom = false
    return try makeStep(draft, clauses, isFirst: isFirst, at: span(from: start))
  }

  /// Writes down, for completion, what could be the source as the object of the head.
  private mutating func visitObject(of draft: HeadDraft) {
    guard recorder.index != nil, draft.items.count == 1 else { return }
    let object: ExpressionSyntax? =
      switch draft.items[0].kind {
      case .aggregate(let aggregate): aggregate.operand
      case .expression(let expression): expression
      }
    if let object, let source = source(object, alias: nil), case .table(let name) = source.kind {
      recorder.visit(table: name.text)
    }
  }

  /// Offers what a step can begin with.
  mutating func noteStep() {
    for word in ["list", "show"] { note(.keyword(word)) }
    for verb in AggregateVerbSyntax.allCases { note(.verb(verb.rawValue)) }
    note(.keyword("from"))
    note(.table)
  }

  // MARK: The source

  /// A head whose object may turn out to be the source.
  struct HeadDraft {
    let form: HeadSyntax.Form
    let isDistinct: Bool
    var items: [ItemSyntax]
    let span: SourceSpan
  }

  /// Finds the source of the step, and puts head and clauses together.
  private mutating func makeStep(
    _ draft: HeadDraft?, _ clauses: [ClauseSyntax], isFirst: Bool, at span: SourceSpan
  ) throws(Abandoned) -> StepSyntax {
    func head(_ draft: HeadDraft, _ source: SourceSyntax? = nil) -> HeadSyntax {
      HeadSyntax(
        form: draft.form, isDistinct: draft.isDistinct, items: draft.items, source: source,
        span: draft.span)
    }
    let hasFrom = clauses.contains { if case .from = $0 { true } else { false } }
    guard isFirst, !hasFrom else {
      return StepSyntax(head: draft.map { head($0) }, clauses: clauses, span: span)
    }
    guard var draft else {
      throw failNoSource(nil, at: SourceSpan(span.start, span.start))
    }
    if draft.form == .show, clauses.isEmpty {
      return StepSyntax(head: head(draft), clauses: [], span: span)
    }
    guard let first = draft.items.first else { throw failNoSource(draft, at: draft.span) }
    switch (draft.form, first.kind) {
    case (.list, .expression(let object)) where draft.items.count == 1:
      guard let source = source(object, alias: first.alias) else { break }
      draft.items = []
      return StepSyntax(head: head(draft, source), clauses: clauses, span: span)
    case (.aggregate, .expression(let object)) where draft.items.count == 1:
      guard let source = source(object, alias: first.alias) else { break }
      let from = ClauseSyntax.from(FromSyntax(source: source, span: source.span))
      return StepSyntax(head: nil, clauses: [from] + clauses, span: span)
    case (.aggregate, .aggregate(let aggregate)):
      guard aggregate.verb == .count || aggregate.verb == .share, !aggregate.isDistinct,
        let object = aggregate.operand, let source = source(object, alias: nil)
      else { break }
      draft.items[0] = ItemSyntax(
        kind: .aggregate(aggregate.without(operand: object)), alias: first.alias, span: first.span)
      return StepSyntax(head: head(draft, source), clauses: clauses, span: span)
    default: break
    }
    throw failNoSource(draft, at: draft.span)
  }

  /// `object` as a source: a bare name, a file, or a query in parentheses.
  func source(_ object: ExpressionSyntax, alias: NameSyntax?) -> SourceSyntax? {
    let span = alias.map { object.span.joined(with: $0.span) } ?? object.span
    switch object.kind {
    case .name(let path) where path.parts.count == 1:
      return SourceSyntax(kind: .table(path.parts[0]), alias: alias, span: span)
    case .literal(.text(let path)): return SourceSyntax(kind: .file(path), alias: alias, span: span)
    case .subquery(let query): return SourceSyntax(kind: .query(query), alias: alias, span: span)
    default: return nil
    }
  }

  private mutating func failNoSource(_ draft: HeadDraft?, at span: SourceSpan) -> Abandoned {
    // More text could name the source only directly behind the head.
    let isOpen = ranOut || (at(.end) && draft.map { $0.span.end == previousEnd } == true)
    defer { ranOut = isOpen }
    guard let draft else {
      return fail(
        .noSource, "this says what to do, and not with which table", at: span,
        help: ["begin with what you want or with `from`: `from services where ...`"])
    }
    let text = source.text(in: draft.span)
    let words = text.count > 40 ? "this" : "`\(text)`"
    var fixIts: [FixIt] = []
    var tables: [String] = []
    for item in draft.items {
      item.forEachExpression { expression in
        expression.forEachDescendant {
          guard case .name(let path) = $0.kind, path.parts.count == 2,
            !tables.contains(path.parts[0].text)
          else { return }
          tables.append(path.parts[0].text)
        }
      }
    }
    let place = SourceSpan(draft.span.end, draft.span.end)
    if tables.count == 1 {
      fixIts = [FixIt("read `\(tables[0])`", replace: place, with: " from \(tables[0])")]
    }
    if let item = draft.items.first, draft.items.count == 1,
      let fixIt = phraseForm(of: item) ?? valueForm(of: item) ?? memberForm(of: item)
        ?? distinctForm(of: item)
    {
      fixIts = [fixIt]
    }
    return fail(
      .noSource, "\(words) needs a source: `from` and a table", at: draft.span,
      help: ["only `count`, `share` and `list` may name the table directly: `count services`"],
      fixIts: fixIts)
  }

  /// The mend of `count(services)`, which names the table like a column.
  private func phraseForm(of item: ItemSyntax) -> FixIt? {
    guard case .expression(let value) = item.kind, case .call(let call) = value.kind,
      call.verb == .count || call.verb == .share, call.arguments.count == 1,
      source(call.arguments[0], alias: nil) != nil
    else { return nil }
    let table = source.text(in: call.arguments[0].span)
    let ours = "\(call.name.text) \(call.verb == .share ? "of " : "")\(table)"
    return FixIt("write `\(ours)`", replace: value.span, with: ours)
  }

  /// The mend of `x = 5`, which names a value.
  private func valueForm(of item: ItemSyntax) -> FixIt? {
    guard case .expression(let value) = item.kind, item.alias == nil,
      case .binary(let binary) = value.kind, binary.operator == .equal,
      case .name(let path) = binary.left.kind, path.parts.count == 1,
      case .literal = binary.right.kind
    else { return nil }
    let start = SourceSpan(value.span.start, value.span.start)
    return FixIt("name the value", replace: start, with: "let ")
  }

  /// The mend of `count distinct services`, which counts rows that differ.
  private func distinctForm(of item: ItemSyntax) -> FixIt? {
    guard case .aggregate(let aggregate) = item.kind, aggregate.isDistinct,
      aggregate.verb == .count, let operand = aggregate.operand, item.alias == nil,
      source(operand, alias: nil) != nil
    else { return nil }
    let ours = "list distinct \(source.text(in: operand.span)) then count"
    return FixIt("write `\(ours)`", replace: item.span, with: ours)
  }

  /// The mend of `sum fee in services`, which is no question whether one is in the other.
  private func memberForm(of item: ItemSyntax) -> FixIt? {
    guard case .aggregate(let aggregate) = item.kind, let operand = aggregate.operand,
      case .membership(let test) = operand.kind, !test.isNegated,
      case .expression(let table) = test.set, source(table, alias: nil) != nil
    else { return nil }
    let gap = SourceSpan(test.value.span.end, table.span.start)
    return FixIt("write `from`", replace: gap, with: " from ")
  }

  /// Reads a table, a file or a query in parentheses, and its other name.
  mutating func parseSource(_ what: String, mayHaveAlias: Bool = true) throws(Abandoned)
    -> SourceSyntax
  {
    note(.table)
    note(.file)
    let start = token.start
    let kind: SourceSyntax.Kind
    if at(.text), !isAtEnd {
      kind = .file(takeText())
    } else if at(.leftParenthesis), !isAtEnd {
      kind = .query(try parseQueryInParentheses())
    } else {
      let name = try parseName(what)
      recorder.visit(table: name.text)
      kind = .table(name)
    }
    var alias: NameSyntax?
    if mayHaveAlias, at(.as), token(1).keyword != .of, !isAtEnd, !endsExplanation {
      advance()
      let name = try parseName("another name for the table")
      recorder.visit(table: name.text)
      alias = name
    }
    return SourceSyntax(kind: kind, alias: alias, span: span(from: start))
  }

  private mutating func parseQueryInParentheses() throws(Abandoned) -> QuerySyntax {
    let start = token.start
    switch try parseParentheses() {
    case .query(let query): return query
    case .list(let values):
      guard values.count == 1, let table = source(values[0], alias: nil) else {
        throw fail(
          .unexpected, "expected a query in the parentheses", at: span(from: start))
      }
      let from = ClauseSyntax.from(FromSyntax(source: table, span: table.span))
      let step = StepSyntax(head: nil, clauses: [from], span: table.span)
      return QuerySyntax(steps: [step], at: table.span)
    }
  }
}

extension AggregateSyntax {
  /// This aggregate if its operand turned out to be the source.
  func without(operand: ExpressionSyntax) -> AggregateSyntax {
    AggregateSyntax(
      verb: verb, verbSpan: verbSpan, isDistinct: isDistinct, operand: nil,
      with: with, within: within)
  }
}

extension DiagnosticCode {
  package static let noSource = DiagnosticCode(
    "T0114", "A query doesn't say which table it reads.")
}
