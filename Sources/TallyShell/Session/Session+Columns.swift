import Tally
import TallySyntax

extension Session {
  /// Loads the files of the command line for texts after which nothing is asked any more: only the
  /// columns that they mention, where that is sure to be enough, and all otherwise.
  func loadInputs(for texts: [ScriptText]) -> ShellStatus {
    // What is piped in can't be read a second time.
    let areFiles = options.inputs.allSatisfy { isRegularFile($0.path) }
    guard areFiles, let queries = queries(of: texts) else { return loadInputs() }
    let code = loadInputs(mentioned: MentionedNames(in: texts.map(\.source.text)))
    guard code == .success else { return code }
    let tables = database.snapshot()
    // What is wrong with a query is told with all columns at hand.
    let isWrong = queries.contains { query in
      tables.check(Query(text: query)).contains { $0.severity == .error }
    }
    return isWrong ? loadInputs() : code
  }

  /// The texts of all statements, or nil where one of them may need columns that it doesn't name.
  private func queries(of texts: [ScriptText]) -> [String]? {
    var result: [String] = []
    for text in texts {
      let parsed = parseScript(text.source)
      guard !parsed.hasErrors else { return nil }
      for statement in parsed.script.statements {
        guard case .query(let query) = statement.kind, query.namesItsColumns else { return nil }
        let bytes = text.source.bytes[statement.span.start..<statement.span.end]
        result.append(String(decoding: bytes, as: UTF8.self))
      }
    }
    return result.isEmpty ? nil : result
  }
}

extension QuerySyntax {
  /// Whether every column that the query needs is named in it. Says no where that isn't plain.
  fileprivate var namesItsColumns: Bool {
    var hasQuery = false
    for step in steps {
      step.forEachSource { source in
        if case .table = source.kind {} else { hasQuery = true }
      }
      step.forEachExpression { expression in
        expression.forEachDescendant { part in
          switch part.kind {
          case .subquery: hasQuery = true
          case .membership(let test):
            if case .query = test.set { hasQuery = true }
          default: break
          }
        }
      }
    }
    return !hasQuery && steps.allSatisfy(\.namesItsColumns)
  }
}

extension StepSyntax {
  fileprivate var namesItsColumns: Bool {
    guard let head, !head.items.isEmpty, head.items.allSatisfy(\.namesItsColumns) else {
      return false
    }
    return clauses.allSatisfy { clause in
      switch clause {
      case .from, .add, .where, .groupBy, .having, .orderBy, .top, .limit: true
      case .lookup(let lookup): lookup.asOf == nil && !lookup.keys.isEmpty
      case .join(let join): !join.keys.isEmpty
      case .across, .fill, .versus, .append, .except, .unpivot, .chart, .save: false
      }
    }
  }
}

extension ItemSyntax {
  /// Whether the item names what it counts as different.
  fileprivate var namesItsColumns: Bool {
    guard case .aggregate(let aggregate) = kind else { return true }
    return !aggregate.isDistinct || aggregate.operand != nil
  }
}
