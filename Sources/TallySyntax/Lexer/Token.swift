/// A word, literal or sign of the source.
struct Token: Sendable {
  enum Kind: UInt8, Sendable {
    case word, quotedName, text, number, percent, date, parameter, placeholder
    case leftParenthesis, rightParenthesis, comma, dot, colon, semicolon, range, rangeBelow
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, tilde
    case plus, minus, star, slash, percentSign
    /// Something that was already reported.
    case invalid
    case end
  }

  var kind: Kind
  /// The meaning of a word, if the grammar knows it.
  var keyword: Keyword?
  /// Whether a line ended before this token.
  var startsLine: Bool
  /// Whether blanks, a comment or a line end stand before this token.
  var hasSpaceBefore: Bool
  var start: Int
  var end: Int

  var span: SourceSpan { SourceSpan(start, end) }
}

/// What the lexer made of a text.
struct LexedText: Sendable {
  var tokens: [Token] = []
  var comments: [CommentSyntax] = []
  var diagnostics: [Diagnostic] = []
  /// The offset of the quote of a text or name that is not closed.
  var openQuote: Int?
}
