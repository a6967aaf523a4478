extension Completer {
  /// The most words before a place that are tried as the end of a step.
  private static let greatestCutCount = 64

  /// The columns of the result of the step before the last `then`; nil where it can't be told.
  func columnsOfStepBefore(_ place: Completion) -> [Schema.Entry]? {
    let before = source.text(in: SourceSpan(0, place.replaced.start))
    let words = cuts(of: before)
    guard let then = words.first(where: { $0.word.lowercased() == "then" }) else { return nil }
    return columns(ofQueryEndingAt: then.start)
  }

  /// The columns of the result of the step that is being typed, as far as it stands.
  ///
  /// The text is cut off word by word until a query is left: before `order by`, for instance.
  func columnsOfStep(before offset: Int) -> [Schema.Entry] {
    let before = source.text(in: SourceSpan(0, offset))
    for cut in cuts(of: before) {
      if let columns = columns(ofQueryEndingAt: cut.start) { return columns }
    }
    return []
  }

  /// The columns of the query at the end of the text before an offset.
  private func columns(ofQueryEndingAt offset: Int) -> [Schema.Entry]? {
    let text = SourceText(source.text(in: SourceSpan(0, offset)))
    let parsed = parseScript(text)
    guard let statement = parsed.script.statements.last,
      !parsed.diagnostics.contains(where: { error in
        error.severity == .error && error.span.end >= statement.span.start
      })
    else { return nil }
    let query: QuerySyntax
    switch statement.kind {
    case .query(let own), .letTable(_, let own), .profile(let own): query = own
    case .explain(let explain): query = explain.query
    case .rowsOf(let rows): query = rows.query
    default: return nil
    }
    var environment = environment
    environment.isInteractive = true
    let binder = Binder(environment: environment, source: text)
    return try? withStack(for: query, in: environment) { () throws(QueryError) in
      try binder.plan(query).schema?.columns
    }
  }

  /// The words of a text from the last to the first, with the offsets at which they begin.
  private func cuts(of text: String) -> [(word: Substring, start: Int)] {
    let utf8 = text.utf8
    return text.split(whereSeparator: \.isWhitespace).suffix(Self.greatestCutCount).reversed().map {
      (word: $0, start: utf8.distance(from: utf8.startIndex, to: $0.startIndex))
    }
  }
}
