/// Where `$1`, `$2` and so on stand in a text as values, not in quotes or comments.
package func placeholderSpans(in source: SourceText) -> [SourceSpan] {
  guard source.length <= greatestSourceLength else { return [] }
  return Lexer.tokens(of: source).tokens.filter { $0.kind == .placeholder }.map(\.span)
}
