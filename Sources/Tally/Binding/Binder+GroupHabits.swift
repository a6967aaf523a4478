import TallySyntax

// Mends for steps that group as SQL does: keys among the items, conditions on groups in words of
// rows, columns by their places.

extension DiagnosticCode {
  static let repeatedKey = DiagnosticCode(
    "T0462", "A key of the groups stands among what is computed of them.")
  static let placeOfColumn = DiagnosticCode(
    "T0463", "A number stands where a column is named.")
  static let shareOfAll = DiagnosticCode(
    "T0464", "A share has nothing that it is a part of: it is always the whole.")
}

extension Binder {
  // MARK: Keys among the items

  /// Refuses `show agency, sum(fee) from t group by agency`: keys come first by themselves.
  func refuseRepeatedKeys(_ head: HeadSyntax, _ keys: [ItemSyntax]) throws(QueryError) {
    let places = keyPlaces(in: head, keys)
    guard let first = places.first, places.count < head.items.count else { return }
    let item = head.items[first]
    throw error(
      .type, .repeatedKey, "keys come first by themselves, and \(text(item.span)) is one",
      at: item.span, help: ["another name is given behind `group by`: agency as office"],
      fixIts: [FixIt("leave it out", edits(leavingOut: places, of: head))])
  }

  /// The items without a name of their own that are keys.
  private func keyPlaces(in head: HeadSyntax, _ keys: [ItemSyntax]) -> [Int] {
    var signatures = Set<String>()
    for key in keys {
      if case .expression(let expression) = key.kind { signatures.insert(signature(expression)) }
    }
    return head.items.indices.filter { place in
      guard head.items[place].alias == nil,
        case .expression(let expression) = head.items[place].kind
      else { return false }
      return signatures.contains(signature(expression))
    }
  }

  /// The edits that leave items out, of which others stay.
  private func edits(leavingOut places: [Int], of head: HeadSyntax) -> [SourceEdit] {
    let items = head.items
    guard let last = items.indices.last(where: { !places.contains($0) }) else { return [] }
    return places.map { place in
      place < last
        ? SourceEdit(SourceSpan(items[place].span.start, items[place + 1].span.start), "")
        : SourceEdit(SourceSpan(items[place - 1].span.end, items[place].span.end), "")
    }
  }

  /// The mend of `list agency, sum(fee) from t group by agency`.
  func showMends(of head: HeadSyntax?, _ keys: [ItemSyntax]) -> [FixIt] {
    guard let head, head.form == .list, !head.isDistinct else { return [] }
    let places = keyPlaces(in: head, keys)
    let others = head.items.enumerated().filter { !places.contains($0.offset) }
    let areAggregates = others.allSatisfy { item in
      if case .expression(let value) = item.element.kind { return value.holdsAggregate }
      return false
    }
    guard !others.isEmpty, areAggregates else { return [] }
    let word = SourceSpan(head.span.start, head.span.start + "list".utf8.count)
    return [
      FixIt("write show", [SourceEdit(word, "show")] + edits(leavingOut: places, of: head))
    ]
  }

  /// The mend of `list agency, sum(fee) from t`, where the names are what is grouped by.
  func groupMends(of head: HeadSyntax, in step: StepSyntax) -> [FixIt] {
    let places = head.items.indices.filter { place in
      guard head.items[place].alias == nil, case .expression(let value) = head.items[place].kind,
        case .name = value.kind
      else { return false }
      return true
    }
    let others = head.items.indices.filter { !places.contains($0) }
    let areAggregates = others.allSatisfy { place in
      if case .expression(let value) = head.items[place].kind { return value.holdsAggregate }
      return false
    }
    guard !others.isEmpty, !places.isEmpty, areAggregates else { return [] }
    var end = head.source?.span.end ?? head.span.end
    for clause in step.clauses {
      switch clause {
      case .from(let clause): end = max(end, clause.span.end)
      case .lookup(let clause): end = max(end, clause.span.end)
      case .join(let clause): end = max(end, clause.span.end)
      case .add(let clause): end = max(end, clause.span.end)
      case .where(let clause): end = max(end, clause.span.end)
      case .groupBy, .across: return []
      default: break
      }
    }
    let keys = places.map { source.text(in: head.items[$0].span) }.joined(separator: ", ")
    let word = SourceSpan(head.span.start, head.span.start + "list".utf8.count)
    let place = SourceSpan(end, end)
    return [
      FixIt(
        "group by them",
        [SourceEdit(word, "show"), SourceEdit(place, " group by \(keys)")]
          + edits(leavingOut: places, of: head))
    ]
  }

  /// Refuses `group by agency and status`, which would be a condition.
  func refuseJoinedKeys(_ expression: ExpressionSyntax) throws(QueryError) {
    guard case .logical(.and, let operands) = expression.kind else { return }
    var isCondition = true
    for operand in operands {
      guard case .name(let path) = operand.kind else { return }
      if let entry = try? entry(for: path), entry.expression.type != .boolean {
        isCondition = false
      }
    }
    if isCondition { return }
    let edits = zip(operands, operands.dropFirst()).map { before, next in
      SourceEdit(SourceSpan(before.span.end, next.span.start), ", ")
    }
    throw error(
      .type, .notCondition, "several keys are separated by commas, and `and` joins conditions",
      at: expression.span, fixIts: [FixIt("write commas", edits)])
  }

  // MARK: Conditions on groups

  /// The mend of `having fee > 3`: a condition on rows stands in `where`.
  func whereMends(of path: NamePathSyntax) -> [FixIt] {
    guard let step = currentStep else { return [] }
    var having: HavingSyntax?
    var place: Int?
    for clause in step.clauses {
      switch clause {
      case .where: return []
      case .having(let clause): having = clause
      case .groupBy(let clause): place = place ?? clause.span.start
      case .across(let clause): place = place ?? clause.span.start
      default: break
      }
    }
    guard let having, let place, having.span.holds(path.span), !having.condition.holdsAggregate
    else { return [] }
    let words = source.text(in: having.condition.span)
    return [
      FixIt(
        "write where",
        [
          SourceEdit(SourceSpan(place, place), "where \(words) "),
          SourceEdit(SourceSpan(blankStart(having.span.start), having.span.end), ""),
        ])
    ]
  }

  private func blankStart(_ offset: Int) -> Int {
    var start = offset
    while start > 0, source.bytes[start - 1] <= 0x20 { start -= 1 }
    return start
  }

  // MARK: Time

  /// The mend of `sum fee from t vs previous month`: the groups that are compared.
  var timeKeyMends: [FixIt] {
    guard let step = currentStep, let column = onlyDate else { return [] }
    for clause in step.clauses {
      let place: Int
      var unit = "month"
      switch clause {
      case .fill(let clause): place = clause.span.start
      case .versus(let clause):
        place = clause.span.start
        if case .previous(_, let wanted, _)? = clause.comparisons.first { unit = wanted.rawValue }
      default: continue
      }
      guard FunctionCatalog.entry(unit) != nil else { return [] }
      let key = "group by \(unit)(\(spelledName(column))) "
      return [FixIt("group by time", replace: SourceSpan(place, place), with: key)]
    }
    return []
  }

  // MARK: Places

  /// Refuses `order by 2` and `group by 1`: a number is the same for all rows.
  func refusePlace(_ expression: ExpressionSyntax, _ clause: String) throws(QueryError) {
    guard case .literal(.number(let number)) = expression.kind, number.isInteger else { return }
    let names = clause == "group by" ? plainItems : columnNames
    let place = number.integer.flatMap { $0 < 1 || $0 > names.count ? nil : names[$0 - 1] }
    let name = clause == "group by" ? place : place.map(spelledName)
    throw error(
      .type, .placeOfColumn, "columns are named, and a number is the same for all rows",
      at: expression.span, help: ["for instance `\(clause) \(name ?? "agency")`"],
      fixIts: name.map { [FixIt("write \($0)", replace: expression.span, with: $0)] } ?? [])
  }

  /// The items of the head as they are written; nothing for those that aggregate.
  private var plainItems: [String?] {
    (currentStep?.head?.items ?? []).map { item in
      guard case .expression(let value) = item.kind, !value.holdsAggregate else { return nil }
      return source.text(in: value.span)
    }
  }

  /// The names of the step's columns, as far as the text tells them.
  private var columnNames: [String?] {
    var names: [String?] = []
    for clause in currentStep?.clauses ?? [] {
      guard case .groupBy(let groupBy) = clause else { continue }
      names += groupBy.keys.map { name(of: $0) }
    }
    return names + (currentStep?.head?.items ?? []).map { name(of: $0) }
  }

  private func name(of item: ItemSyntax) -> String {
    if let alias = item.alias { return alias.text }
    switch item.kind {
    case .expression(let expression): return name(of: expression)
    case .aggregate(let aggregate):
      return name(
        of: AggregatePhrase(
          verb: aggregate.verb, isDistinct: aggregate.isDistinct,
          operands: aggregate.operand.map { [$0] } ?? [], with: aggregate.with,
          within: aggregate.within, span: item.span))
    }
  }

  // MARK: Shares

  /// Refuses `share of t where level >= 3`: of the rows that are kept, all are kept.
  func refuseShareOfAll(_ phrase: AggregatePhrase, in groups: GroupScope) throws(QueryError) {
    guard phrase.with == nil, phrase.within == nil, groups.keys.isEmpty, place == nil,
      let step = currentStep, let head = step.head, head.source != nil, head.items.count == 1,
      head.items[0].alias == nil, head.span.holds(phrase.span)
    else { return }
    for case .where(let clause) in step.clauses {
      let between = SourceSpan(head.span.end, clause.span.start)
      guard source.text(in: between).allSatisfy(\.isWhitespace) else { continue }
      let word = SourceSpan(clause.span.start, clause.span.start + "where".utf8.count)
      throw error(
        .type, .shareOfAll, "of the rows that are kept this is always the whole", at: phrase.span,
        help: ["`where` says of what it is a share, and `with` which part"],
        fixIts: [FixIt("write with", replace: word, with: "with")])
    }
  }
}
