extension DiagnosticCode {
  static let unknownTable = DiagnosticCode("T0201", "No table has this name.")
  static let unknownColumn = DiagnosticCode("T0203", "No column has this name.")
  static let ambiguousName = DiagnosticCode("T0204", "Several tables in scope have this column.")
  static let unknownParameter = DiagnosticCode("T0205", "No parameter has this name.")
  static let notGrouped = DiagnosticCode(
    "T0411", "A column stands where groups are computed, but is neither a key nor aggregated.")
}

extension Binder {
  /// What a name means.
  func bindName(_ path: NamePathSyntax) throws(QueryError) -> BoundExpression {
    if let groups, let meaning = groupMeaning(of: path, in: groups) { return meaning }
    if let measure = measure(path) { return try bindDefined(measure, at: path.span) }
    let entry = try entry(for: path)
    if let reads = entry.reads {
      collected.columnsRead += reads
      return entry.expression.moved(to: path.span)
    }
    if groups != nil, entry.expression.constantValue == nil { throw notGrouped(path) }
    noteRead(entry.name, entry.expression)
    return entry.expression.moved(to: path.span)
  }

  private func groupMeaning(of path: NamePathSyntax, in groups: GroupScope) -> BoundExpression? {
    let last = path.parts[path.parts.count - 1].text
    if path.parts.count == 1, let item = groups.item(named: last) {
      noteRead(item.name, item.expression)
      return item.expression.moved(to: path.span)
    }
    let name = path.parts.count == 1 ? last : nil
    guard let index = groups.keyIndex(name: name, signature: signature(path)) else { return nil }
    return key(index, of: groups, at: path.span)
  }

  /// A key of the groups.
  func key(_ index: Int, of groups: GroupScope, at span: SourceSpan) -> BoundExpression {
    let expression = groups.key(index, at: span)
    noteRead(groups.keys[index].output.name, expression)
    return expression
  }

  /// Notes that a condition reads a column; one that always has a value decides nothing by lack of
  /// it.
  private func noteRead(_ name: String, _ expression: BoundExpression) {
    if expression.mayBeMissing { collected.columnsRead.append(name) }
  }

  private func notGrouped(_ path: NamePathSyntax) -> QueryError {
    let name = path.text
    return error(
      .type, .notGrouped, "\(name) is neither a key of this step nor aggregated", at: path.span,
      help: [
        "a group has many values of \(name): aggregate them, for instance max(\(name)),"
          + " or add it to `group by`"
      ], fixIts: listMend + whereMends(of: path))
  }

  /// A head of values alone, where nothing is grouped, is likely to ask for the rows.
  private var listMend: [FixIt] {
    guard let step = currentStep, let head = step.head, head.form == .aggregate else { return [] }
    for clause in step.clauses {
      switch clause {
      case .groupBy, .across, .having, .fill, .versus: return []
      default: continue
      }
    }
    for item in head.items {
      guard case .expression(let expression) = item.kind, !expression.holdsAggregate else {
        return []
      }
    }
    let start = SourceSpan(head.span.start, head.span.start)
    return [FixIt("list the rows", replace: start, with: "list ")]
  }

  /// The meaning of a name for rows.
  func entry(for path: NamePathSyntax) throws(QueryError) -> Scope.Entry {
    let names = path.parts.map(\.text)
    if names.count == 1 {
      switch scope.find(names[0]) {
      case .one(let entry): return entry
      case .several(let entries): throw ambiguous(path, entries)
      case .none: break
      }
      if let constant = constant(named: names[0], at: path.span) {
        return Scope.Entry(name: names[0], qualifier: nil, expression: constant)
      }
    } else if names.count == 2, let entry = scope.find(names[1], of: names[0]) {
      return entry
    } else if names.count == 2, !scope.hasQualifier(names[0]) {
      throw unknownQualifier(path)
    }
    return try looseEntry(for: path)
  }

  /// A `let` value, or `today`.
  private func constant(named name: String, at span: SourceSpan) -> BoundExpression? {
    let key = Environment.key(name)
    if let value = environment.values[key] {
      return .constant(value, value.type ?? .text, at: span)
    }
    if key == "today" { return .constant(.date(environment.today), .date, at: span) }
    if key == "now" { return .constant(.dateTime(environment.moment), .dateTime, at: span) }
    return nil
  }

  /// At a prompt, the column that differs in case, marks, blanks and underscores only.
  private func looseEntry(for path: NamePathSyntax) throws(QueryError) -> Scope.Entry {
    let wanted = path.parts[path.parts.count - 1]
    let fold = { (name: String) in name.folded.filter { $0 != "_" && $0 != " " } }
    let qualifier = path.parts.count > 1 ? Environment.key(path.parts[0].text) : nil
    let matches = scope.entries.filter { entry in
      fold(entry.name) == fold(wanted.text)
        && (qualifier == nil || entry.qualifier.map(Environment.key) == qualifier)
    }
    guard environment.isInteractive, matches.count == 1 else { throw unknownColumn(path) }
    collected.notes.append(
      Diagnostic(
        .unknownColumn, "read \(wanted.text) as \(matches[0].name)", severity: .note,
        at: wanted.span))
    return matches[0]
  }

  private func ambiguous(_ path: NamePathSyntax, _ entries: [Scope.Entry]) -> QueryError {
    let qualified = entries.map { ($0.qualifier.map { $0 + "." } ?? "") + $0.name }
    return error(
      .name, .ambiguousName, "\(path.text) may be " + qualified.joined(separator: " or "),
      at: path.span,
      fixIts: qualified.map { FixIt("write \($0)", replace: path.span, with: $0) })
  }

  private func unknownQualifier(_ path: NamePathSyntax) -> QueryError {
    let qualifier = path.parts[0]
    let known = Set(scope.entries.compactMap(\.qualifier)).sorted()
    let nearest = closest(to: qualifier.text, among: known)
    let exists = environment.tables[Environment.key(qualifier.text)] != nil
    return error(
      .name, .unknownTable,
      exists
        ? "\(qualifier.text) is not read by this step"
        : "no table \"\(qualifier.text)\" is read here",
      at: qualifier.span, label: nearest.map { "did you mean \"\($0)\"?" },
      help: [
        known.isEmpty
          ? "no table is read: add `from` and its name"
          : "tables read here: " + known.joined(separator: ", ")
      ],
      fixIts: nearest.map { [FixIt("write \($0)", replace: qualifier.span, with: $0)] } ?? []
    ).offering(callMend(of: path))
  }

  private func unknownColumn(_ path: NamePathSyntax) -> QueryError {
    let wanted = path.parts[path.parts.count - 1]
    var names = scope.entries.map(\.name)
    if let groups { names = groups.items.map(\.name) + groups.keys.map(\.output.name) + names }
    let nearest = closest(to: wanted.text, among: names)
    let table = scope.entries.first { !$0.isLookedUp }?.qualifier
    var listed: [String] = []
    for name in names where !listed.contains(name) { listed.append(name) }
    let more = listed.count > 20 ? ", and \(listed.count - 20) more" : ""
    let habit = mends(ofUnknown: wanted)
    return error(
      .name, .unknownColumn,
      "no column \"\(wanted.text)\"" + (table.map { " in \($0)" } ?? ""), at: wanted.span,
      label: nearest.map { "did you mean \"\($0)\"?" },
      help: [
        listed.isEmpty
          ? "no table is read here: add `from` and its name, or write it before the column"
          : "columns: " + listed.prefix(20).joined(separator: ", ") + more
      ],
      fixIts: nearest.map { [FixIt("write \($0)", replace: wanted.span, with: spelledName($0))] }
        ?? []
    ).offering(habit.fixIts, help: habit.help)
  }

  /// The argument of a parameter.
  func argument(_ name: NameSyntax) throws(QueryError) -> QueryArgument {
    if let argument = environment.parameters[Environment.key(name.text)] {
      return try checked(argument, "$" + name.text, at: name.span)
    }
    let known = environment.parameters.keys.sorted()
    let nearest = closest(to: name.text, among: known)
    throw error(
      .name, .unknownParameter, "no parameter \"$\(name.text)\"", at: name.span,
      label: nearest.map { "did you mean \"$\($0)\"?" },
      help: known.isEmpty
        ? ["declare it first: param \(name.text): int"]
        : ["parameters: " + known.map { "$" + $0 }.joined(separator: ", ")],
      fixIts: nearest.map { [FixIt("write $\($0)", replace: name.span, with: $0)] } ?? [])
  }

  /// The argument of `$1`, `$2` and so on.
  func placeholder(_ number: Int, at span: SourceSpan) throws(QueryError) -> QueryArgument {
    if let argument = environment.placeholders[number] {
      return try checked(argument, "$\(number)", at: span)
    }
    throw error(
      .name, .unknownParameter, "no value was given for $\(number)", at: span,
      help: ["\(environment.placeholders.count) values were given"])
  }
}

extension BoundExpression {
  /// Whether both are the same column of the rows or of a table that they look up.
  func isSameColumn(as other: BoundExpression) -> Bool {
    switch (kind, other.kind) {
    case (.column(let first), .column(let second)): first == second
    case (.lookedUp(let slot, let first), .lookedUp(let otherSlot, let second)):
      slot == otherSlot && first == second
    default: false
    }
  }

  /// The same expression as written at another place.
  func moved(to span: SourceSpan) -> BoundExpression {
    BoundExpression(kind, type, mayBeMissing: mayBeMissing, bounds: bounds, at: span)
  }
}
