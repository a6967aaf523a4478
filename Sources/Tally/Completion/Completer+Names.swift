extension Completer {
  // MARK: Tables

  /// All tables and named queries.
  var tableItems: [Completions.Item] {
    let tables = environment.tables.values.map { ($0.name, rows($0.table.rowCount)) }
    let views = environment.views.values.map { ($0.name, "query") }
    return (tables + views).sorted { $0.0 < $1.0 }.map { name, note in
      Completions.Item(.table, spelledName(name), label: name, note: note)
    }
  }

  // MARK: Columns

  /// The columns that can be meant at a place: behind `then` those of the step before, else those of
  /// the tables that the statement names, and where it names none, of all tables.
  func columnItems(_ place: Completion) -> [Completions.Item] {
    let own = place.names.map {
      Completions.Item(.column, spelledName($0), label: $0, note: "this step")
    }
    if place.followsThen, let before = columnsOfStepBefore(place) {
      return own + before.map { item($0, note: $0.type.name) }
    }
    var items = own
    for name in tables(of: place) { items += columnItems(ofTable: name, place) }
    return items
  }

  /// The columns of a table; of another name for a table, those of all that the statement names.
  func columnItems(ofTable name: String, _ place: Completion) -> [Completions.Item] {
    let key = Environment.key(name)
    if let named = environment.tables[key] {
      let reports = state.reports[key]?.columns
      return Schema(of: named.table).columns.enumerated().map { index, entry in
        let column = named.table.columns[index]
        // A dictionary may hold texts that none of the rows has.
        let distinct = reports?.first { $0.name == entry.name }?.distinctCount
        return item(entry, note: note(of: column, distinct))
      }
    }
    if let view = environment.views[key] {
      return view.scope.entries.map { entry in
        Completions.Item(
          .column, spelledName(entry.name), label: entry.name, note: entry.expression.type.name,
          type: entry.expression.type)
      }
    }
    let others = place.tables.filter { Environment.key($0) != key && isKnown($0) }
    return others.flatMap { columnItems(ofTable: $0, place) }
  }

  /// The columns that a step makes: those with names, and those of aggregates and keys.
  func outputItems(_ place: Completion) -> [Completions.Item] {
    let made = columnsOfStep(before: place.replaced.start)
    let known = Set(made.map { Environment.key($0.name) })
    let named = place.names.filter { !known.contains(Environment.key($0)) }
    return made.map { item($0, note: $0.type.name) }
      + named.map { Completions.Item(.column, spelledName($0), label: $0, note: "this step") }
  }

  /// The tables that a place may speak of.
  func tables(of place: Completion) -> [String] {
    let named = place.tables.filter(isKnown)
    return named.isEmpty ? environment.sourceNames : named
  }

  private func isKnown(_ table: String) -> Bool {
    let key = Environment.key(table)
    return environment.tables[key] != nil || environment.views[key] != nil
  }

  private func item(_ entry: Schema.Entry, note: String) -> Completions.Item {
    Completions.Item(
      .column, spelledName(entry.name), label: entry.name, note: note, type: entry.type)
  }

  private func note(of column: Column, _ distinctCount: Int?) -> String {
    var words = [column.type.name]
    if let distinctCount { words.append("\(grouped(distinctCount)) distinct") }
    if column.missingCount > 0 { words.append("\(grouped(column.missingCount)) missing") }
    return words.joined(separator: ", ")
  }

  // MARK: Constants

  /// The values that `let` gave names to.
  var constantItems: [Completions.Item] {
    environment.values.sorted { $0.key < $1.key }.map { name, value in
      Completions.Item(
        .constant, spelledName(name), label: name, note: value.text(in: .csv) ?? "missing")
    }
  }

  /// The measures on the tables that a place may speak of.
  func measureItems(_ place: Completion) -> [Completions.Item] {
    let tables = Set(tables(of: place).map(Environment.key))
    return environment.measures.sorted { $0.key < $1.key }.map(\.value)
      .filter { tables.contains($0.tableKey) }
      .map { measure in
        Completions.Item(
          .constant, spelledName(measure.name), label: measure.name,
          note: "measure on \(measure.table)")
      }
  }

  /// The functions that `let` gave names to.
  var definedFunctionItems: [Completions.Item] {
    environment.functions.sorted { $0.key < $1.key }.map(\.value).map { function in
      Completions.Item(
        .function, spelledName(function.name) + "(", label: function.name,
        note: function.signature)
    }
  }

  /// The parameters, with their `$`.
  var parameterItems: [Completions.Item] {
    environment.parameters.sorted { $0.key < $1.key }.map { name, argument in
      let note =
        switch argument {
        case .value(let value): value.text(in: .csv) ?? "missing"
        case .list(let values): "a list of \(values.count)"
        }
      return Completions.Item(.constant, "$" + name, note: note)
    }
  }

  /// A number of rows in words.
  func rows(_ count: Int) -> String { "\(grouped(count)) row\(count == 1 ? "" : "s")" }
}
