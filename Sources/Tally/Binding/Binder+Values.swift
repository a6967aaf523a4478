extension DiagnosticCode {
  static let unknownValue = DiagnosticCode(
    "T0210", "A column of text is compared with a value that none of its rows has.")
}

extension Binder {
  /// Notes that a text is compared with a column which has no such value, and proposes the nearest
  /// that it has.
  func noteUnknownValue(_ constant: BoundExpression, in expression: BoundExpression) {
    guard groups == nil, case .text(let text)? = constant.constantValue,
      case .column(let index) = expression.kind, scope.columns.indices.contains(index),
      let column = scope.columns[index], case .dictionary(_, let dictionary) = column.payload,
      dictionary.code(of: text) == nil
    else { return }
    let name = self.text(expression.span)
    var note = Diagnostic(
      .unknownValue, "\(name) has no value \"\(text)\"", severity: .note, at: constant.span)
    // Each search goes through all values: a long list of unknown ones is searched for its first.
    let isSearched = collected.notes.count(of: .unknownValue) < 3
    if isSearched, let (nearest, rows) = column.nearestText(to: text) {
      note.label = "the nearest is \"\(nearest)\", in \(rows) row\(rows == 1 ? "" : "s")"
      let literal = spelledText(nearest)
      note.fixIts = [FixIt("write \(literal)", replace: constant.span, with: literal)]
    }
    collected.notes.append(note)
  }
}

extension Column {
  /// The value of a dictionary column that is nearest to a text, if one is near enough to be
  /// meant, and the number of rows that have it.
  fileprivate func nearestText(to text: String) -> (text: String, rows: Int)? {
    // Beyond this many values the search would take longer than the query.
    let limit = 100_000
    guard case .dictionary(let codes, let dictionary) = payload, dictionary.count <= limit else {
      return nil
    }
    let candidates = (0..<dictionary.count).lazy.map { dictionary[$0] }
    guard let nearest = closest(to: text, among: candidates),
      let code = dictionary.code(of: nearest)
    else { return nil }
    var rows = 0
    for row in 0..<count where codes[row] == UInt64(code) && !isMissing(row) { rows += 1 }
    return (nearest, rows)
  }
}
