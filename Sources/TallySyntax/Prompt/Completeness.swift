/// Whether a prompt has a whole statement, or what is still open.
package enum Completeness: Sendable, Hashable {
  /// Everything typed so far can be run, or is wrong where more text would not mend it.
  case complete
  /// A statement needs more: `count services where`.
  case openStatement
  /// A text or a name has no closing quote.
  case openQuote
  /// A parenthesis isn't closed.
  case openParenthesis
}

/// Whether `text`, typed at a prompt, is complete. A `;` at the end makes it so.
package func completeness(of text: String) -> Completeness {
  let source = SourceText(text)
  guard source.length <= greatestSourceLength else { return .complete }
  let lexed = Lexer.tokens(of: source)
  if lexed.openQuote != nil { return .openQuote }
  let tokens = lexed.tokens
  let ranOut = parsing(tokens) { nestingLimit in
    var parser = Parser(source, tokens, nestingLimit: nestingLimit)
    _ = parser.parseScript()
    return parser.ranOut
  }
  guard ranOut else { return .complete }
  var depth = 0
  for token in tokens {
    if token.kind == .leftParenthesis { depth += 1 }
    if token.kind == .rightParenthesis { depth -= 1 }
  }
  return depth > 0 ? .openParenthesis : .openStatement
}
