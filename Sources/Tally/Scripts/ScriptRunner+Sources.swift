extension ScriptRunner {
  /// Diagnostics with the table that is meant where a sentence names none, and exactly one table
  /// answers it.
  func offeringSources(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    let errors = diagnostics.filter { $0.severity == .error }
    guard errors.count == 1, errors[0].isWithoutSource, errors[0].fixIts.isEmpty,
      errors[0].span.end > errors[0].span.start, source.length <= Self.greatestSourceLength,
      environment.tables.count <= Self.mostTables
    else { return diagnostics }
    let place = SourceSpan(errors[0].span.end, errors[0].span.end)
    var found: [FixIt] = []
    for table in environment.tables.values {
      let name = spelledName(table.name)
      let fixIt = FixIt("read \(name)", replace: place, with: " from \(name)")
      if isAnswered(fixIt.applied(to: source), at: place.start) { found.append(fixIt) }
    }
    guard found.count == 1 else { return diagnostics }
    return diagnostics.map { diagnostic in
      var diagnostic = diagnostic
      if diagnostic.isWithoutSource { diagnostic.fixIts = found }
      return diagnostic
    }
  }

  private static let greatestSourceLength = 4096
  /// Of more tables none is offered: to try them all takes too long, and some of them would be chance.
  private static let mostTables = 100

  /// Whether the query that holds a place of a text can be bound. Nothing is run.
  private func isAnswered(_ text: String, at place: Int) -> Bool {
    let mended = SourceText(text)
    let parsed = parseScript(mended)
    guard !parsed.hasErrors,
      let statement = parsed.script.statements.first(where: { $0.span.end > place }),
      case .query(let query) = statement.kind
    else { return false }
    var binder = Binder(environment: environment, source: mended)
    binder.access = makeBinder().access?.atRest()
    return (try? binder.plan(query)) != nil
  }
}

extension Diagnostic {
  fileprivate var isWithoutSource: Bool { code == .noSource }
}
