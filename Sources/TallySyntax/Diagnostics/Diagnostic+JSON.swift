extension Diagnostic {
  /// This diagnostic as one line of JSON for programs.
  ///
  /// The keys are `code`, `severity`, `file`, `line`, `col`, `endLine`, `endCol`, `start`, `end`,
  /// `message`, `label`, `help`, `related` and `fixes`. Lines and columns count from 1, columns in
  /// characters; `start` and `end` are offsets of UTF-8 bytes. A fix has a `message` and `edits`,
  /// each with `start`, `end` and `replace`.
  public func json(in source: SourceText) -> String {
    var object = JSONText()
    object.add("code", code.id)
    object.add("severity", severity.rawValue)
    object.add("file", source.name)
    let first = source.position(at: span.start)
    let last = source.position(at: span.end)
    object.add("line", first.line)
    object.add("col", first.column)
    object.add("endLine", last.line)
    object.add("endCol", last.column)
    object.add("start", span.start)
    object.add("end", span.end)
    object.add("message", message)
    if let label { object.add("label", label) }
    if !help.isEmpty { object.add("help", array: help.map(\.jsonQuoted)) }
    if !related.isEmpty {
      object.add("related", array: related.map { $0.json(in: source) })
    }
    object.add("fixes", array: fixIts.map(\.json))
    return object.text
  }
}

extension Diagnostic.Related {
  fileprivate func json(in source: SourceText) -> String {
    var object = JSONText()
    let place = source.position(at: span.start)
    object.add("line", place.line)
    object.add("col", place.column)
    object.add("start", span.start)
    object.add("end", span.end)
    object.add("message", message)
    return object.text
  }
}

extension FixIt {
  fileprivate var json: String {
    var object = JSONText()
    object.add("message", message)
    let changes = edits.map { edit in
      var change = JSONText()
      change.add("start", edit.span.start)
      change.add("end", edit.span.end)
      change.add("replace", edit.replacement)
      return change.text
    }
    object.add("edits", array: changes)
    return object.text
  }
}
