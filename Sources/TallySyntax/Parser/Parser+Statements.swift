extension Parser {
  /// The words that begin statements other than queries.
  static let statementWords: [Keyword] = [
    .let, .param, .expect, .warn, .load, .describe, .explain, .measure, .profile,
    .unpublished, .why, .rows,
  ]

  /// Reads all statements; one that can't be read is reported and left out.
  mutating func parseScript() -> [StatementSyntax] {
    var statements: [StatementSyntax] = []
    while !at(.end), diagnostics.count < mostDiagnostics {
      if at(.semicolon) {
        advance()
        continue
      }
      beginStatement()
      do throws(Abandoned) {
        let statement = try parseStatement()
        try refuseRest()
        statements.append(statement)
      } catch {
        recover()
      }
    }
    let mayBegin = index == 0 || token.startsLine || tokens[index - 1].kind == .semicolon
    if index == recorder.index, mayBegin {
      noteStatements()
    }
    return statements
  }

  mutating func beginStatement() {
    joined = index
    brackets = 0
    nesting = 0
    awaitsFrom = false
    isExplaining = false
    recorder.beginStatement()
  }

  mutating func noteStatements() {
    for word in ["list", "show"] { note(.keyword(word)) }
    for verb in AggregateVerbSyntax.allCases { note(.verb(verb.rawValue)) }
    note(.keyword("from"))
    for word in Self.statementWords { note(.keyword(word.rawValue)) }
    note(.table)
  }

  /// Reads one statement.
  mutating func parseStatement() throws(Abandoned) -> StatementSyntax {
    noteStatements()
    if isLoneStatementWord { throw failLoneWord() }
    if at(.dot), token.startsLine || index == 0, token(1).kind == .word, !token(1).hasSpaceBefore {
      throw fail(
        .unexpected, "commands that begin with a point belong to the prompt",
        at: SourceSpan(token.start, token(1).end))
    }
    let start = token.start
    let kind: StatementSyntax.Kind
    switch statementWord(at: index) {
    case .let: kind = try parseLet()
    case .param: kind = try parseParam()
    case .expect, .warn, .assert: kind = .check(try parseCheck())
    case .load: kind = .load(try parseLoad())
    case .describe: kind = .describe(try parseDescribe())
    case .explain: kind = .explain(try parseExplain())
    case .measure: kind = .measure(try parseMeasure())
    case .unpublished: kind = .unpublished(try parseUnpublished())
    case .why: kind = .why(try parseWhy())
    case .rows: kind = .rowsOf(try parseRowsOf())
    case .profile:
      advance()
      kind = .profile(try parseQuery())
    default: kind = .query(try parseQuery())
    }
    return StatementSyntax(kind: kind, span: span(from: start))
  }

  /// The word at `position`, if it begins a statement other than a query.
  func statementWord(at position: Int) -> Keyword? {
    guard tokens[position].kind == .word, let keyword = tokens[position].keyword else { return nil }
    let next = tokens[min(position + 1, tokens.count - 1)]
    let isSame = !next.startsLine
    switch keyword {
    case .let, .param, .measure:
      let after = tokens[min(position + 2, tokens.count - 1)].kind
      let isDefinition =
        next.kind == .word && (after == .equal || after == .colon || after == .leftParenthesis)
      return (isName(next) || isDefinition) && isSame ? keyword : nil
    case .expect, .warn, .assert:
      let begins = beginsOperand(at: position + 1) && next.kind != .minus && next.kind != .plus
      return begins && isSame && clauseWord(at: position + 1, given: .name) == nil ? keyword : nil
    case .load, .describe:
      let begins = isName(next) || next.kind == .text || next.kind == .leftParenthesis
      return begins && isSame && clauseWord(at: position + 1, given: .name) == nil ? keyword : nil
    case .unpublished: return isName(next) && isSame ? keyword : nil
    case .why:
      let isVerb = AggregateVerbSyntax(text(next)) != nil && !endsStatement(at: position + 2)
      return next.kind == .word && isSame && isVerb ? keyword : nil
    case .rows: return next.keyword == .of && isSame ? keyword : nil
    case .explain, .profile:
      guard isSame else { return nil }
      if next.keyword == .from { return keyword }
      let begins = beginsNewOperand(at: position + 1) || isGluedSign(at: position + 1)
      return begins && clauseWord(at: position + 1, given: .name) == nil ? keyword : nil
    default: return nil
    }
  }

  /// Whether the statement is nothing but a word that begins statements.
  private var isLoneStatementWord: Bool {
    guard token.kind == .word, let keyword = token.keyword, endsStatement(at: index + 1),
      token(1).keyword != .from
    else { return false }
    return Self.statementWords.contains(keyword) || keyword == .list || keyword == .show
  }

  private mutating func failLoneWord() -> Abandoned {
    let word = text(token)
    let keyword = token.keyword
    advance()
    noteObject(of: keyword)
    return fail(
      .unexpected, "expected more behind `\(word)`", at: SourceSpan(previousEnd, previousEnd),
      help: ["a table of this name is written in backticks: `\(word)`"])
  }

  /// Offers what follows on a word that begins statements.
  private mutating func noteObject(of keyword: Keyword?) {
    switch keyword {
    case .list, .show: for offer in [Expectation.column, .table] { note(offer) }
    case .load: note(.file)
    case .unpublished: note(.column)
    case .why: for verb in ["count", "sum"] { note(.verb(verb)) }
    case .rows: note(.keyword("of"))
    case .describe, .profile: for offer in [Expectation.table, .file] { note(offer) }
    case .explain: noteStep()
    case .expect, .warn:
      for word in ["no", "unique"] { note(.keyword(word)) }
      noteOperand()
      note(.query)
    default: break
    }
  }

  /// Whether the token at `position` begins a statement beyond doubt.
  func clearlyStartsStatement(at position: Int) -> Bool {
    guard tokens[position].startsLine, tokens[position].kind == .word else { return false }
    if statementWord(at: position) != nil { return true }
    let next = tokens[min(position + 1, tokens.count - 1)]
    guard !next.startsLine, isName(next),
      wordOperator(at: position + 1) == nil,
      clauseWord(at: position + 1, given: .name) == nil, !isSuffix(next)
    else { return false }
    return tokens[position].keyword == .list || tokens[position].keyword == .show
      || AggregateVerbSyntax(text(tokens[position])) != nil
  }

  // MARK: Ends

  /// Throws if something follows on a statement that is complete.
  private mutating func refuseRest() throws(Abandoned) {
    guard !isAtEnd else { return }
    if at(.rightParenthesis) {
      throw fail(
        .unclosedParenthesis, "this parenthesis closes nothing", at: token.span,
        fixIts: [FixIt("leave it out", replace: token.span, with: "")])
    }
    if at(.invalid) { throw Abandoned() }
    if isBareComparison {
      throw fail(
        .unexpected, "expected a comparison between `\(text(tokens[index - 1]))` and its value",
        at: token.span,
        fixIts: [FixIt("write `=`", replace: SourceSpan(token.start, token.start), with: "= ")])
    }
    throw fail(
      .unexpected, "expected the end of the statement, not \(described(token))", at: token.span,
      help: token.kind == .percentSign ? [] : ["a statement ends with its line or with `;`"])
  }

  /// Whether a condition is a name and a value with nothing between: `where level 3`.
  private var isBareComparison: Bool {
    guard index >= 2, isName(tokens[index - 1]), beginsOperand(at: index) else { return false }
    switch tokens[index - 2].keyword {
    case .where, .having, .and, .or, .not: return token.keyword == nil && !isName(token)
    default: return false
    }
  }

  /// Goes on to the next statement after an error.
  private mutating func recover() {
    if at(.semicolon) { return }
    var depth = 0
    brackets = 0
    if index == joined { advance() }
    while !at(.end), !at(.semicolon) {
      if clearlyStartsStatement(at: index) { return }
      if depth == 0, isAtEnd { return }
      if at(.leftParenthesis) { depth += 1 }
      if at(.rightParenthesis) { depth = max(0, depth - 1) }
      advance()
    }
  }

  // MARK: Let, param, measure

  private mutating func parseLet() throws(Abandoned) -> StatementSyntax.Kind {
    advance()
    let name = try parseName("a name behind `let`")
    if at(.leftParenthesis), !isAtEnd { return .letFunction(try parseFunction(name)) }
    if at(.colon), token(1).kind == .equal, !isAtEnd {
      report(
        .foreignSpelling, "`:=` is written `=` here", at: token.span.joined(with: token(1).span),
        fixIts: [FixIt("leave the colon out", replace: token.span, with: "")])
      advance()
    }
    try expect(.equal, "`=`", "behind the name")
    joined = index
    if let query = try acceptQuery() { return .letTable(name, query) }
    let value = try parseExpression()
    switch value.kind {
    case .name(let path) where path.parts.count == 1: break
    default:
      if !goesOnAsQuery, !at(.comma), !at(.as) { return .letValue(name, value) }
    }
    let item = ItemSyntax(kind: .expression(value), alias: nil, span: value.span)
    return .letTable(name, try parseQuery(after: [item]))
  }

  /// Reads `(fee, rate) = fee * rate` behind the name of a function.
  private mutating func parseFunction(_ name: NameSyntax) throws(Abandoned) -> FunctionSyntax {
    advance()
    var parameters: [NameSyntax] = []
    repeat {
      let parameter = try parseName("a name for what the function takes")
      recorder.define(parameter.text)
      parameters.append(parameter)
    } while accept(.comma)
    try expect(.rightParenthesis, "`)`", "behind what the function takes")
    try expect(.equal, "`=`", "and what the function gives")
    joined = index
    return FunctionSyntax(name: name, parameters: parameters, body: try parseExpression())
  }

  /// Reads a query that begins with a head or with `from`.
  private mutating func acceptQuery() throws(Abandoned) -> QuerySyntax? {
    beginsQuery ? try parseQuery() : nil
  }

  private mutating func parseParam() throws(Abandoned) -> StatementSyntax.Kind {
    advance()
    let name = try parseName("a name behind `param`")
    if !at(.colon) { throw failNoType() }
    advance()
    note(.keyword("list of"))
    let isList = at(.list) && token(1).keyword == .of
    if isList {
      advance()
      advance()
    }
    let type = try parseType()
    var value: ExpressionSyntax?
    if accept(.equal) {
      joined = index
      value = try parseDefault(isList: isList)
    }
    return .parameter(
      ParameterSyntax(name: name, type: type, isList: isList, defaultValue: value))
  }

  private mutating func failNoType() -> Abandoned {
    let here = SourceSpan(previousEnd, previousEnd)
    var fixIts: [FixIt] = []
    if at(.word), !isAtEnd, TypeSyntax(rawValue: text(token).lowercased()) != nil {
      fixIts = [FixIt("write `:`", replace: here, with: ":")]
    } else if at(.equal), !isAtEnd, let type = TypeSyntax(of: token(1)) {
      fixIts = [FixIt("say the type", replace: here, with: ": \(type.rawValue)")]
    }
    return fail(
      .unexpected, "expected `:` and a type behind the name, not \(described(token))",
      at: token.span, fixIts: fixIts)
  }

  private mutating func parseDefault(isList: Bool) throws(Abandoned) -> ExpressionSyntax {
    guard isList else { return try parseExpression() }
    let start = token.start
    guard at(.leftParenthesis) else {
      throw fail(
        .unexpected, "expected a list in parentheses, not \(described(token))", at: token.span,
        help: ["for example `= (1, 2, 3)`"])
    }
    switch try parseParentheses() {
    case .list(let values): return try make(.list(values), at: span(from: start))
    case .query(let query): return try make(.subquery(query), at: span(from: start))
    }
  }

  mutating func parseType() throws(Abandoned) -> TypeSyntax {
    let known = TypeSyntax.allCases.map(\.rawValue)
    for type in known { note(.keyword(type)) }
    guard at(.word), !isAtEnd else {
      throw fail(
        .unknownType, "expected a type, not \(described(token))", at: token.span,
        help: ["types: \(known.joined(separator: ", "))"])
    }
    let spelling = text(token).lowercased()
    if let type = TypeSyntax(rawValue: spelling) {
      advance()
      return type
    }
    let near =
      TypeSyntax.foreignSpellings[spelling]?.rawValue ?? closest(to: spelling, among: known)
    throw fail(
      .unknownType, "no type is called `\(text(token))`", at: token.span,
      label: near.map { "did you mean `\($0)`?" },
      help: ["types: \(known.joined(separator: ", "))"],
      fixIts: near.map { [FixIt("write `\($0)`", replace: token.span, with: $0)] } ?? [])
  }

  private mutating func parseMeasure() throws(Abandoned) -> MeasureSyntax {
    advance()
    let name = try parseName("a name behind `measure`")
    try expect(.on, "and a table behind the measure's name")
    note(.table)
    let table = try parseName("a table behind `on`")
    recorder.visit(table: table.text)
    try expect(.equal, "`=`", "behind the table")
    joined = index
    return MeasureSyntax(name: name, table: table, value: try parseExpression())
  }

  private mutating func parseUnpublished() throws(Abandoned) -> UnpublishedSyntax {
    let start = token.start
    advance()
    var columns: [NameSyntax] = []
    repeat {
      note(.column)
      columns.append(try parseName("a column behind `unpublished`"))
    } while accept(.comma)
    if columns.count != 2 {
      throw fail(
        .unexpected,
        "two columns are crossed, and here \(columns.count == 1 ? "is one" : "are more")",
        at: span(from: start), help: ["for example `unpublished online, level in services`"])
    }
    try expect(.in, "and a table behind the columns")
    note(.table)
    let table = try parseName("a table behind `in`")
    recorder.visit(table: table.text)
    note(.keyword("where"))
    guard !isAtEnd, accept(.where) else {
      return UnpublishedSyntax(columns: columns, table: table, condition: nil)
    }
    joined = index
    return UnpublishedSyntax(columns: columns, table: table, condition: try parseExpression())
  }

  // MARK: Explain, describe

  private mutating func parseExplain() throws(Abandoned) -> ExplainSyntax {
    advance()
    if at(.sql), isName(token(1)), !token(1).startsLine,
      clauseWord(at: index + 1, given: .name) == nil
    {
      let word = SourceSpan(token.start, token(1).start)
      let end = stepEnd
      throw fail(
        .foreignSpelling, "`as sql` stands behind the query", at: token.span,
        fixIts: [
          FixIt(
            "put it there",
            [SourceEdit(word, ""), SourceEdit(SourceSpan(end, end), " as sql")])
        ])
    }
    isExplaining = true
    let query = try parseQuery()
    for form in ["as run", "as sql"] { note(.keyword(form)) }
    guard at(.as), !isAtEnd, token(1).keyword == .sql || token(1).keyword == .run else {
      return ExplainSyntax(query: query, form: .plan)
    }
    let isRun = token(1).keyword == .run
    advance()
    advance()
    if isRun { return ExplainSyntax(query: query, form: .run) }
    for dialect in ["duckdb", "sqlite", "postgres", "spark"] { note(.keyword(dialect)) }
    let dialect = isAtEnd ? nil : try parseName("a dialect of SQL")
    return ExplainSyntax(query: query, form: .sql(dialect: dialect))
  }

  private mutating func parseDescribe() throws(Abandoned) -> DescribeSyntax {
    advance()
    if text(token).lowercased() == "table", isName(token(1)), !token(1).startsLine {
      let word = SourceSpan(token.start, token(1).start)
      report(
        .foreignSpelling, "`describe` is followed by the table", at: token.span,
        fixIts: [FixIt("leave `table` out", replace: word, with: "")])
      advance()
    }
    let source = try parseSource("a table or a file behind `describe`", mayHaveAlias: false)
    var options: [LoadOptionSyntax] = []
    if case .file = source.kind { options = try parseLoadOptions() }
    return DescribeSyntax(source: source, options: options)
  }
}

extension TypeSyntax {
  /// The type of the literal that a token is.
  fileprivate init?(of token: Token) {
    switch token.kind {
    case .number: self = token.end - token.start > 18 ? .decimal : .int
    case .percent: self = .percent
    case .text: self = .text
    case .date: self = .date
    case .word where token.keyword == .true || token.keyword == .false: self = .boolean
    default: return nil
    }
  }

  /// What other languages call the types.
  fileprivate static let foreignSpellings: [String: TypeSyntax] = [
    "integer": .int, "bigint": .int, "int64": .int, "string": .text, "varchar": .text,
    "str": .text, "bool": .boolean, "double": .float, "real": .float, "numeric": .decimal,
    "number": .decimal, "money": .decimal, "timestamp": .instant, "datetime": .instant,
    "time": .instant,
  ]
}

extension DiagnosticCode {
  static let unknownType = DiagnosticCode("T0122", "A word that names no type.")
}
