extension Parser {
  /// Reads `select a, b`, as `list a, b` or, with aggregates, as `show a, b`.
  mutating func acceptSelect() throws(Abandoned) -> HeadDraft? {
    guard beginsSelect else { return nil }
    let start = token.start
    let word = token.span
    advance()
    let isDistinct = at(.distinct) && beginsOperand(at: index + 1)
    if isDistinct { advance() }
    var items: [ItemSyntax] = []
    var edits: [SourceEdit] = []
    if at(.star) {
      edits.append(SourceEdit(SourceSpan(previousEnd, token.end), ""))
      advance()
    } else {
      items = try parseItems(of: "select")
    }
    let ours = items.contains(where: \.hasAggregateCall) ? "show" : "list"
    if ours == "show" { edits += keyEdits(items) }
    report(
      .foreignSpelling, "rows are asked for with `list`, aggregates with `show`", at: word,
      fixIts: [FixIt("write `\(ours)`", edits + [SourceEdit(word, ours)])])
    return HeadDraft(
      form: ours == "show" ? .show : .list, isDistinct: isDistinct, items: items,
      span: span(from: start))
  }
}

extension Parser {
  /// Whether `select` and what it selects stand here.
  var beginsSelect: Bool {
    guard token.kind == .word, token.keyword == nil, text(token).lowercased() == "select" else {
      return false
    }
    let next = token(1)
    return next.kind == .star || next.kind == .quotedName || next.kind == .number
      || (next.kind == .word && isName(next) && wordOperator(at: index + 1) == nil
        && !endsStatement(at: index + 1) && clauseWord(at: index + 1, given: .name) == nil)
  }
}

extension Parser {
  /// The edits that leave out the items that are keys of the groups, which come first by themselves.
  private func keyEdits(_ items: [ItemSyntax]) -> [SourceEdit] {
    let keys = keysAhead
    let isKey = items.map { item in
      item.alias == nil && keys.contains(source.text(in: item.span).lowercased())
    }
    guard let last = isKey.lastIndex(of: false) else { return [] }
    return items.indices.filter { isKey[$0] }.map { place in
      place < last
        ? SourceEdit(SourceSpan(items[place].span.start, items[place + 1].span.start), "")
        : SourceEdit(SourceSpan(items[place - 1].span.end, items[place].span.end), "")
    }
  }

  /// The keys of `group by` further on in the step, as they are written.
  private var keysAhead: Set<String> {
    var position = index
    while !endsStatement(at: position), tokens[position].keyword != .then {
      let isGroup = tokens[position].keyword == .group
      position += 1
      guard isGroup, tokens[position].keyword == .by else { continue }
      var keys: Set<String> = []
      var start = position + 1
      while true {
        let end = itemEnd(from: start)
        guard end > start else { return keys }
        let span = tokens[start].span.joined(with: tokens[end - 1].span)
        keys.insert(source.text(in: span).lowercased())
        guard tokens[end].kind == .comma else { return keys }
        start = end + 1
      }
    }
    return []
  }
}

extension ItemSyntax {
  fileprivate var hasAggregateCall: Bool {
    var found = false
    forEachExpression { expression in
      expression.forEachDescendant {
        if case .call(let call) = $0.kind, call.verb != nil { found = true }
      }
    }
    return found
  }
}
