/// A query that was read, with the numbers of its values. It can be bound again and again.
struct ParsedQuery: Sendable {
  /// The tree.
  let tree: QuerySyntax
  /// The text.
  let source: SourceText
  /// What is worth knowing about the text.
  let diagnostics: [Diagnostic]
  private let interpolated: [Int: QueryArgument]

  /// Reads a query whose `$1` to `$parameterCount` get their values later.
  ///
  /// Throws an error of kind `syntax` where the text is no query, and of kind `parameter` where a
  /// value stands in quotes, or a parameter nowhere.
  init(_ query: Query, parameterCount: Int = 0) throws(QueryError) {
    let numbered = query.numbered(after: parameterCount)
    source = SourceText(numbered.text)
    let result = parseQuery(source)
    let hasErrors = result.diagnostics.contains { $0.severity == .error }
    guard let tree = result.query, !hasErrors else {
      throw QueryError(kind: .syntax, diagnostics: result.diagnostics, source: source)
    }
    if !numbered.spans.isEmpty || parameterCount > 0 {
      try Self.check(numbered, source, parameterCount: parameterCount)
    }
    self.tree = tree
    diagnostics = result.diagnostics
    var interpolated: [Int: QueryArgument] = [:]
    for (index, argument) in query.arguments.enumerated() {
      interpolated[numbered.firstNumber + index] = argument
    }
    self.interpolated = interpolated
  }

  /// All values by their numbers, with those of the parameters.
  func placeholders(_ parameters: [QueryArgument] = []) -> [Int: QueryArgument] {
    var placeholders = interpolated
    for (index, argument) in parameters.enumerated() { placeholders[index + 1] = argument }
    return placeholders
  }

  /// Every value and every parameter must stand where it is bound.
  private static func check(
    _ numbered: Query.Numbered, _ source: SourceText, parameterCount: Int
  ) throws(QueryError) {
    let spans = Set(placeholderSpans(in: source))
    for span in numbered.spans where !spans.contains(span) {
      let diagnostic = Diagnostic(
        .unboundValue, "a value stands in quotes, backticks or a comment, where nothing is bound",
        at: span, label: "this value",
        help: [
          "a value takes the place of a whole literal: write \\(value) without quotes",
          "the name of a table or column is written \\(name: value)",
        ])
      throw QueryError(kind: .parameter, diagnostics: [diagnostic], source: source)
    }
    let named = Set(spans.compactMap { Int(source.text(in: $0).dropFirst()) })
    for number in 0..<parameterCount where !named.contains(number + 1) {
      let taken = parameterCount == 1 ? "a value is taken" : "\(parameterCount) values are taken"
      let diagnostic = Diagnostic(
        .unboundValue, "\(taken), and the query has no $\(number + 1)", at: SourceSpan(0, 0))
      throw QueryError(kind: .parameter, diagnostics: [diagnostic], source: source)
    }
  }
}

extension DiagnosticCode {
  static let unboundValue = DiagnosticCode(
    "T0211", "A value is handed to a query at a place where no value is bound, or at none.")
}
