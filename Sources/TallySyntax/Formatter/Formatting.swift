/// The script of `source` in its canonical form, or what is wrong with it.
///
/// Words are lower case, texts stand in double quotes, parentheses stand where they are needed, a
/// statement that is too long for a line has one clause on each, comments and single blank lines
/// between statements stay. Formatting never changes the meaning, and formatting the result changes
/// nothing.
///
/// A source with errors is not formatted: the text is nothing then.
package func formatted(_ source: SourceText) -> (text: String?, diagnostics: [Diagnostic]) {
  let result = parseScript(source)
  guard !result.hasErrors else { return (nil, result.diagnostics) }
  let text = onStack { formatted(result.script, of: source) }
  return (text, result.diagnostics)
}

/// One query in its canonical form, on one line or several.
package func formatted(_ query: QuerySyntax) -> String {
  written(query.height) { $0.write(query, form: .statement) }
}

/// One expression in its canonical form, for messages and column names.
package func formatted(_ expression: ExpressionSyntax) -> String {
  written(expression.height) { $0.write(expression) }
}

/// What `write` writes, on a stack that is large enough for a tree of this height.
private func written(
  _ height: Int, _ write: @escaping @Sendable (inout SyntaxWriter) -> Void
) -> String {
  @Sendable func text() -> String {
    var writer = SyntaxWriter()
    write(&writer)
    return writer.laidOut
  }
  return (height > 20 ? onStack(text) : nil) ?? text()
}

private func formatted(_ script: ScriptSyntax, of source: SourceText) -> String {
  var comments = script.comments[...]
  var output = ""
  var previous: (end: Int, statement: StatementSyntax?)?

  /// Begins the line of what stands at `start`, a blank line before it if the source has one.
  func separate(from start: Int) {
    guard let last = previous else { return }
    let gap = source.line(at: start) - source.line(at: max(last.end - 1, 0))
    output += gap > 1 ? "\n\n" : "\n"
  }

  func write(commentsBefore limit: Int) {
    while let comment = comments.first, comment.span.start < limit {
      comments.removeFirst()
      let isTrailing =
        previous.map { source.line(at: max($0.end - 1, 0)) == source.line(at: comment.span.start) }
        ?? false
      if isTrailing { output += " " } else { separate(from: comment.span.start) }
      output += comment.tidied
      previous = (comment.span.end, isTrailing ? previous?.statement : nil)
    }
  }

  for statement in script.statements {
    write(commentsBefore: statement.span.start)
    if let before = previous?.statement, before.awaitsFrom, statement.beginsWithFrom {
      output += ";"
    }
    separate(from: statement.span.start)
    let inner = comments.prefix { $0.span.start < statement.span.end }
    comments = comments.dropFirst(inner.count)
    var writer = SyntaxWriter(comments: inner, source: source)
    writer.write(statement)
    output += writer.laidOut
    previous = (statement.span.end, statement)
  }
  write(commentsBefore: Int.max)
  return output.isEmpty ? "" : output + "\n"
}

extension CommentSyntax {
  /// The comment without blanks at its end.
  var tidied: String {
    var characters = text[...]
    while let last = characters.last, last.isWhitespace { characters.removeLast() }
    return String(characters)
  }
}

extension StatementSyntax {
  /// Whether a line that begins with `from` would be read as part of this statement.
  fileprivate var awaitsFrom: Bool {
    switch kind {
    case .query(let query), .letTable(_, let query), .profile(let query): query.awaitsFrom
    case .explain(let explain): explain.form.isPlan && explain.query.awaitsFrom
    case .check(let check):
      switch check.kind {
      case .no(let query), .unique(_, let query): check.message == nil && query.awaitsFrom
      case .condition, .matches: false
      }
    default: false
    }
  }

  /// Whether the statement is written with `from` as its first word.
  fileprivate var beginsWithFrom: Bool {
    if case .query(let query) = kind { query.steps.first?.head == nil } else { false }
  }
}

extension ExplainSyntax.Form {
  /// Whether no word stands behind the query.
  fileprivate var isPlan: Bool {
    if case .plan = self { true } else { false }
  }
}

extension QuerySyntax {
  fileprivate var awaitsFrom: Bool {
    guard steps.count == 1, let step = steps.first else { return false }
    return step.clauses.isEmpty || step.head == nil
  }
}
