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
