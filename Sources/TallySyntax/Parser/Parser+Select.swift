extension Parser {
  /// Reads `select a, b`, as `list a, b` or, with aggregates, as `show a, b`.
  mutating func acceptSelect() throws(Abandoned) -> HeadDraft? {
    guard token.kind == .word, token.keyword == nil, text(token).lowercased() == "select",
      token(1).kind == .star || (beginsOperand(at: index + 1) && !endsStatement(at: index + 1))
    else { return nil }
    let start = token.start
    let word = token.span
    advance()
    let isDistinct = at(.distinct) && beginsOperand(at: index + 1)
    if isDistinct { advance() }
    var items: [ItemSyntax] = []
    if at(.star) {
      report(
        .foreignSpelling, "without names `list` takes all columns", at: token.span,
        fixIts: [FixIt("leave the star out", replace: token.span, with: "")])
      advance()
    } else {
      items = try parseItems(of: "select")
    }
    let ours = items.contains(where: \.hasAggregateCall) ? "show" : "list"
    report(
      .foreignSpelling, "rows are asked for with `list`, aggregates with `show`", at: word,
      fixIts: [FixIt("write `\(ours)`", replace: word, with: ours)])
    return HeadDraft(
      form: ours == "show" ? .show : .list, isDistinct: isDistinct, items: items,
      span: span(from: start))
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
