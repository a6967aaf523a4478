import TallySyntax

extension DiagnosticCode {
  static let chart = DiagnosticCode("T0457", "A chart is of no known kind, or has nothing to draw.")
}

extension Binder {
  /// How the answer of a query is drawn; nil where it asks for no picture.
  func bindChart(_ query: QuerySyntax, _ plan: QueryPlan) throws(QueryError) -> Chart? {
    var found: ChartSyntax?
    for (index, step) in query.steps.enumerated() {
      for case .chart(let chart) in step.clauses {
        if index < query.steps.count - 1 {
          throw error(
            .type, .misplacedClause, "`chart` draws the answer of a query, and a step follows",
            at: chart.span)
        }
        found = chart
      }
    }
    guard let found else {
      for case .save(let save) in query.steps.last?.clauses ?? [] where save.isPicture {
        throw error(
          .output, .unknownFormat, "\"\(save.path)\" is a picture, and the query draws none",
          at: save.pathSpan, help: ["write for instance `chart bar` before it"])
      }
      return nil
    }
    var chart = Chart(try kind(found), labelCount: labelCount(plan))
    for option in found.options {
      guard Environment.key(option.text) == "stacked", chart.kind == .bar else {
        throw error(
          .type, .chart, "a \(chart.kind.rawValue) has no option \(option.text)", at: option.span,
          help: ["bars can be stacked: `chart bar stacked`"])
      }
      chart.isStacked = true
    }
    if let schema = plan.steps.last?.drawnColumns {
      let drawn = schema.dropFirst(chart.labelCount)
      guard drawn.contains(where: { $0.isNumeric || $0 == .duration }) else {
        throw error(
          .type, .chart, "there is no number to draw", at: found.span,
          help: ["charts draw the numbers behind the keys, or behind the texts of a list"])
      }
    }
    return chart
  }

  private func kind(_ chart: ChartSyntax) throws(QueryError) -> Chart.Kind {
    let word = Environment.key(chart.kind.text)
    if let kind = Chart.Kind(rawValue: word) { return kind }
    let known = Chart.Kind.allCases.map(\.rawValue)
    let others = [
      "bars": "bar", "column": "bar", "columns": "bar", "hist": "histogram", "heatmap": "heat",
      "stacked": "bar stacked", "lines": "line", "area": "line",
    ]
    let nearest = others[word] ?? closest(to: word, among: known)
    throw error(
      .type, .chart, "there is no chart called \(chart.kind.text)", at: chart.kind.span,
      label: nearest.map { "did you mean \"\($0)\"?" },
      help: ["charts: " + known.joined(separator: ", ")],
      fixIts: nearest.map { [FixIt("write \($0)", replace: chart.kind.span, with: $0)] } ?? [])
  }

  /// The columns that label rows: the keys of groups, else the columns before the first number.
  private func labelCount(_ plan: QueryPlan) -> Int {
    guard let step = plan.steps.last else { return 0 }
    if let groups = step.groups { return groups.keys.count - groups.acrossCount }
    let types = step.result.outputs.map(\.expression.type)
    return types.firstIndex { $0.isNumeric || $0 == .duration } ?? types.count
  }
}

extension StepPlan {
  /// The types of the columns that a chart of the step would have, `across` left aside.
  fileprivate var drawnColumns: [ColumnType]? {
    let types = result.outputs.map(\.expression.type)
    guard let groups, groups.acrossCount > 0 else { return types }
    let rowKeys = groups.keys.count - groups.acrossCount
    return Array(types.prefix(rowKeys) + types.dropFirst(groups.keys.count))
  }
}

extension SaveSyntax {
  /// Whether a picture is written, and no table.
  var isPicture: Bool { path.lowercased().hasSuffix(".svg") }
}
