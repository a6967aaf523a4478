/// Turns tokens into a tree by recursive descent.
///
/// `parseX` reads an X or throws; `accept` takes a token if it is there; `expect` takes it or
/// throws. Whatever throws has reported why: the statement is given up and reading goes on with the
/// next one. Mistakes that leave the meaning clear are reported without throwing.
///
/// A line end ends a statement where the statement can end, unless the next line goes on with a
/// clause, an operator or a comma; within parentheses it means nothing.
struct Parser {
  /// Thrown when the statement can't be read further; the reason is in `diagnostics`.
  struct Abandoned: Error {}

  let source: SourceText
  let tokens: [Token]
  var index = 0
  /// The token before which a line end doesn't count: the first of the statement, and each that had
  /// to follow.
  var joined = 0
  var diagnostics: [Diagnostic] = []
  /// The number of parentheses that are open.
  var brackets = 0
  /// The number of parentheses that are open within each other. All recursion goes through them, so
  /// this also is the depth of the recursion.
  var nesting = 0
  /// Whether a head stands directly before, so that a line that begins with `from` belongs to it.
  var awaitsFrom = false
  /// Whether the statement is an `explain`, which may end with `as sql` or `as run`.
  var isExplaining = false
  /// Whether the text ended where more was needed.
  var ranOut = false
  /// What is written down for completion.
  var recorder: ExpectationRecorder

  /// The most parentheses that may be open within each other.
  static let greatestNesting = 100

  /// The most parentheses that may be open within each other here.
  let nestingLimit: Int

  init(
    _ source: SourceText, _ tokens: [Token], nestingLimit: Int, completedToken: Int? = nil
  ) {
    self.source = source
    self.nestingLimit = nestingLimit
    self.tokens = tokens
    recorder = ExpectationRecorder(index: completedToken)
  }

  // MARK: Looking

  var token: Token { tokens[index] }

  /// The token `distance` further, or the last one.
  func token(_ distance: Int) -> Token { tokens[min(max(index + distance, 0), tokens.count - 1)] }

  func at(_ kind: Token.Kind) -> Bool { tokens[index].kind == kind }

  func at(_ keyword: Keyword) -> Bool { tokens[index].keyword == keyword }

  func text(_ token: Token) -> String { source.text(in: token.span) }

  /// The end of the token before the current one.
  var previousEnd: Int { index > 0 ? tokens[index - 1].end : token.start }

  /// The source from `start` to the end of the last token that was taken.
  func span(from start: Int) -> SourceSpan { SourceSpan(start, max(previousEnd, start)) }

  /// Whether the statement ends before the current token.
  var isAtEnd: Bool { endsStatement(at: index) }

  /// Whether a statement ends before the token at `position`.
  func endsStatement(at position: Int) -> Bool {
    let next = tokens[min(position, tokens.count - 1)]
    if next.kind == .end || next.kind == .semicolon { return true }
    return next.startsLine && brackets == 0 && position > joined && !continuesLine(at: position)
  }

  /// Whether the token at `position`, which begins a line, goes on with the statement before it.
  private func continuesLine(at position: Int) -> Bool {
    let next = tokens[position]
    switch next.kind {
    case .comma, .star, .slash, .percentSign, .equal, .notEqual, .less, .lessOrEqual, .greater,
      .greaterOrEqual, .tilde:
      return true
    case .word: break
    default: return false
    }
    switch next.keyword {
    case .from: return awaitsFrom
    case .not:
      let after = tokens[min(position + 1, tokens.count - 1)].keyword
      return after == .in || after == .between
    case .true, .false, .null: return false
    case .then: return true
    case .some(let keyword) where keyword.isReserved: return true
    case .some: return clauseWord(at: position, given: .line) != nil
    case nil: return false
    }
  }

  // MARK: Taking

  mutating func advance() {
    if index < tokens.count - 1 { index += 1 }
  }

  mutating func accept(_ kind: Token.Kind) -> Bool {
    guard at(kind), !isAtEnd else { return false }
    advance()
    if kind == .comma { joined = index }
    return true
  }

  mutating func accept(_ keyword: Keyword) -> Bool {
    note(.keyword(keyword.rawValue))
    guard at(keyword), !isAtEnd else { return false }
    advance()
    return true
  }

  /// Takes two words that belong together.
  mutating func accept(_ first: Keyword, _ second: Keyword) -> Bool {
    note(.keyword("\(first.rawValue) \(second.rawValue)"))
    guard at(first), !isAtEnd, token(1).keyword == second else { return false }
    advance()
    advance()
    return true
  }

  mutating func expect(_ kind: Token.Kind, _ what: String, _ place: String) throws(Abandoned) {
    guard !accept(kind) else { return }
    let here = SourceSpan(previousEnd, previousEnd)
    let isClear = kind == .equal && !isAtEnd && beginsOperand(at: index)
    throw fail(
      .unexpected, "expected \(what) \(place), not \(described(token))", at: token.span,
      fixIts: isClear ? [FixIt("write `=`", replace: here, with: " =")] : [])
  }

  mutating func expect(_ keyword: Keyword, _ place: String) throws(Abandoned) {
    guard !accept(keyword) else { return }
    let here = SourceSpan(previousEnd, previousEnd)
    let fixIt = FixIt(
      "write `\(keyword.rawValue)`", replace: here, with: " \(keyword.rawValue)")
    let isClear = !isAtEnd && keyword != .else && beginsOperand(at: index)
    throw fail(
      .unexpected, "expected `\(keyword.rawValue)` \(place), not \(described(token))",
      at: token.span, fixIts: isClear ? [fixIt] : [])
  }

  // MARK: Reporting

  /// Reports an error that stops the statement.
  mutating func fail(_ diagnostic: Diagnostic) -> Abandoned {
    if at(.end) { ranOut = true }
    // The lexer has said what is wrong with an invalid token.
    if !at(.invalid) { diagnostics.append(diagnostic) }
    return Abandoned()
  }

  mutating func fail(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan, label: String? = nil,
    help: [String] = [], related: [Diagnostic.Related] = [], fixIts: [FixIt] = []
  ) -> Abandoned {
    fail(
      Diagnostic(
        code, message, at: place(span), label: label, help: help, related: related,
        fixIts: fixIts))
  }

  /// Reports an error that leaves the meaning clear.
  mutating func report(
    _ code: DiagnosticCode, _ message: String, severity: Diagnostic.Severity = .error,
    at span: SourceSpan, help: [String] = [], fixIts: [FixIt] = []
  ) {
    diagnostics.append(
      Diagnostic(code, message, severity: severity, at: span, help: help, fixIts: fixIts))
  }

  /// The place to show for `span`: where the statement has ended, that is the end of what was read.
  private func place(_ span: SourceSpan) -> SourceSpan {
    isAtEnd && span == token.span ? SourceSpan(previousEnd, previousEnd) : span
  }

  /// How messages call the current token.
  func described(_ token: Token) -> String {
    if token.kind == .end { return "the end" }
    if token.start == self.token.start, isAtEnd, token.startsLine { return "the end of the line" }
    let text = text(token)
    switch token.kind {
    case .text: return text.count > 40 || text.contains("\n") ? "a text" : "the text \(text)"
    case .number, .percent: return "the number \(text.prefix(40))"
    case .date: return "the date \(text)"
    case .quotedName: return "the name \(text.prefix(40))"
    default: return "`\(text.prefix(40))`"
    }
  }

  // MARK: Nesting

  /// Counts a parenthesis that opens; `nesting` goes down when it closes.
  mutating func enter() throws(Abandoned) {
    guard nesting < nestingLimit else {
      throw fail(
        .tooDeep, "more than \(nestingLimit) parentheses are open within each other here",
        at: token.span, help: ["give the inner ones names with `let` or `add`"])
    }
    nesting += 1
  }

  /// An expression, unless it is too deep.
  mutating func make(
    _ kind: ExpressionSyntax.Kind, at span: SourceSpan
  ) throws(Abandoned) -> ExpressionSyntax {
    let expression = ExpressionSyntax(kind, at: span)
    guard expression.height <= ExpressionSyntax.greatestHeight else {
      throw fail(
        .tooDeep, "this expression has more than \(ExpressionSyntax.greatestHeight) levels",
        at: token.span,
        help: ["give parts of it names with `add`, or shorten the chain of operators"])
    }
    return expression
  }
}

extension DiagnosticCode {
  static let unexpected = DiagnosticCode(
    "T0107", "A word or sign stands where the grammar has no place for it.")
  static let tooDeep = DiagnosticCode(
    "T0108", "Constructs within constructs, or chained operators, beyond what is sensible to read.")
}
