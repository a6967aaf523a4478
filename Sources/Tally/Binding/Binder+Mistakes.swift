extension Binder {
  /// The error that a query was refused with, and what else is wrong with the query: what is known
  /// to be wrong is left out, and the rest is bound again. Nothing is run.
  ///
  ///     list agancy, fee from services where levl >= 3      agancy and levl
  func withFurtherMistakes(_ error: QueryError, in query: QuerySyntax) -> QueryError {
    guard error.isMistake, error.source.map({ $0.text == source.text }) ?? true,
      var place = error.diagnostics.first?.span
    else { return error }
    var found = error.diagnostics
    var query = query
    var unknown: [String] = []
    for _ in 0..<Self.greatestMistakeCount {
      guard let omission = query.omitting(place) else { break }
      query = omission.query
      unknown += omission.names
      guard let next = mistake(in: query), next.span != place else { break }
      place = next.span
      let words = MentionedWords(in: source.text(in: place))
      if unknown.contains(where: { words.contain($0) }) { continue }
      guard next.isOfItsPlaceAlone else { break }
      found.append(next)
    }
    return QueryError(kind: error.kind, diagnostics: found.inOrder, source: source)
  }

  /// The most mistakes that are sought in one query.
  private static let greatestMistakeCount = 20

  /// The first mistake of a query; nil where it has none, or none can be found without running
  /// something.
  private func mistake(in query: QuerySyntax) -> Diagnostic? {
    var binder = Binder(environment: environment, source: source)
    binder.access = access?.atRest()
    binder.maySave = maySave
    do throws(QueryError) {
      _ = try binder.plan(query)
      return nil
    } catch {
      guard error.isMistake, error.source.map({ $0.text == source.text }) ?? true else {
        return nil
      }
      return error.diagnostics.first
    }
  }
}

extension QueryError {
  /// Whether the text is wrong, and not the data or the machine.
  var isMistake: Bool { kind == .name || kind == .type || kind == .parameter }
}

extension Diagnostic {
  /// Whether what is wrong does not hang on other parts of the query, of which some may have been
  /// left out.
  fileprivate var isOfItsPlaceAlone: Bool {
    switch code {
    case .unknownTable, .unknownColumn, .ambiguousName, .unknownParameter, .unknownFunction,
      .typeMismatch, .notCondition, .impossibleDate, .calendarSpan, .percentOfWhat, .openRange,
      .functionArguments, .aggregateOperand, .wholeNumber, .unknownCollation:
      true
    default: false
    }
  }
}

extension [Diagnostic] {
  /// In the order of the text.
  var inOrder: [Diagnostic] {
    enumerated().sorted { ($0.element.span.start, $0.offset) < ($1.element.span.start, $1.offset) }
      .map(\.element)
  }
}
