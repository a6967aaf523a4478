/// What became of a text: its statements, and what is wrong with it.
package struct ParseResult: Sendable {
  /// The statements that could be read. With errors among `diagnostics` they are for editors only,
  /// not for running.
  package let script: ScriptSyntax
  /// In the order of the source.
  package let diagnostics: [Diagnostic]

  /// Whether an error is among the diagnostics.
  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// The most bytes a source text may have.
package let greatestSourceLength = 4 << 20

/// Reading stops after this number of diagnostics: the text is something else than a script.
let mostDiagnostics = 1_000

/// Reads a script. Every mistake of every statement is reported; a statement that can't be read is
/// left out.
package func parseScript(_ source: SourceText) -> ParseResult {
  guard let lexed = lexed(source) else { return tooLong(source) }
  let (statements, diagnostics) = parsing(lexed.tokens) { nestingLimit in
    var parser = Parser(source, lexed.tokens, nestingLimit: nestingLimit)
    return (parser.parseScript(), parser.diagnostics)
  }
  return ParseResult(
    script: ScriptSyntax(statements: statements, comments: lexed.comments),
    diagnostics: ordered(lexed.diagnostics + diagnostics))
}

/// Runs `parse` where there is enough stack for the parentheses among `tokens`. It is told how many
/// may be open within each other.
func parsing<Value: Sendable>(
  _ tokens: [Token], _ parse: @escaping @Sendable (_ nestingLimit: Int) -> Value
) -> Value {
  var depth = 0
  var deepest = 0
  for token in tokens {
    if token.kind == .leftParenthesis { depth += 1 }
    if token.kind == .rightParenthesis { depth -= 1 }
    deepest = max(deepest, depth)
  }
  if deepest > sensibleNesting, let value = onStack({ parse(Parser.greatestNesting) }) {
    return value
  }
  return parse(sensibleNesting)
}

/// The parentheses within each other that 512 KiB of stack are enough for in any build.
private let sensibleNesting = 4

/// Reads one query, for instance from a document, within `span` of `source`, or in all of it.
///
/// Diagnostics and spans count from the beginning of `source`. The query is nothing if it can't be
/// read.
package func parseQuery(
  _ source: SourceText, in span: SourceSpan? = nil
) -> (query: QuerySyntax?, diagnostics: [Diagnostic]) {
  parseOnly(source, in: span) { parser throws(Parser.Abandoned) in try parser.parseQuery() }
}

/// Reads one expression within `span` of `source`, or in all of it.
package func parseExpression(
  _ source: SourceText, in span: SourceSpan? = nil
) -> (expression: ExpressionSyntax?, diagnostics: [Diagnostic]) {
  parseOnly(source, in: span) { parser throws(Parser.Abandoned) in try parser.parseExpression() }
}

private func parseOnly<Tree: Sendable>(
  _ source: SourceText, in span: SourceSpan?,
  _ parse: @escaping @Sendable (inout Parser) throws(Parser.Abandoned) -> Tree
) -> (Tree?, [Diagnostic]) {
  guard let lexed = lexed(source, in: span) else { return (nil, tooLong(source).diagnostics) }
  let (tree, diagnostics) = parsing(lexed.tokens) { nestingLimit in
    var parser = Parser(source, lexed.tokens, nestingLimit: nestingLimit)
    return (parser.parseAlone(parse), parser.diagnostics)
  }
  return (tree, ordered(lexed.diagnostics + diagnostics))
}

extension Parser {
  /// Reads one tree that all the tokens belong to; line ends mean nothing.
  fileprivate mutating func parseAlone<Tree>(
    _ parse: (inout Parser) throws(Abandoned) -> Tree
  ) -> Tree? {
    beginStatement()
    brackets = 1
    do throws(Abandoned) {
      let tree = try parse(&self)
      guard at(.end) else {
        throw fail(.unexpected, "expected the end, not \(described(token))", at: token.span)
      }
      return tree
    } catch {
      return nil
    }
  }
}

private func lexed(_ source: SourceText, in span: SourceSpan? = nil) -> LexedText? {
  let length = span?.length ?? source.length
  return length <= greatestSourceLength ? Lexer.tokens(of: source, in: span) : nil
}

private func tooLong(_ source: SourceText) -> ParseResult {
  let diagnostic = Diagnostic(
    .sourceTooLong, "the text has more than \(greatestSourceLength >> 20) MiB",
    at: SourceSpan(0, 0),
    help: ["many values belong into a file: `load` it, and ask with `in table.column`"])
  return ParseResult(
    script: ScriptSyntax(statements: [], comments: []), diagnostics: [diagnostic])
}

private func ordered(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
  diagnostics.enumerated()
    .sorted { ($0.element.span.start, $0.offset) < ($1.element.span.start, $1.offset) }
    .map(\.element)
}

extension DiagnosticCode {
  static let sourceTooLong = DiagnosticCode(
    "T0124", "A text is longer than any query a person writes; data belongs into files.")
}
