import Testing

@testable import TallySyntax

/// Holds the formatter to its promises for `text`, which must have no errors: the meaning is kept,
/// comments are kept, and formatting once more changes nothing. Returns the formatted text.
@discardableResult
func checkFormatting(
  of text: String, sourceLocation: SourceLocation = #_sourceLocation
) -> String {
  let original = parseScript(SourceText(text))
  guard let once = formatted(SourceText(text)).text else {
    Issue.record("not formatted: \(text)", sourceLocation: sourceLocation)
    return ""
  }
  let again = parseScript(SourceText(once))
  if let error = again.diagnostics.first(where: { $0.severity == .error }) {
    Issue.record(
      "\(error.rendered(in: SourceText(once)))--- in\n\(once)--- made of\n\(text)",
      sourceLocation: sourceLocation)
    return once
  }
  let trees = [original, again].map { $0.script.statements.map { treeText($0) } }
  guard trees[0] == trees[1] else {
    Issue.record(
      "\(firstDifference(trees[0].joined(), trees[1].joined()))\n\(once)--- made of\n\(text)",
      sourceLocation: sourceLocation)
    return once
  }
  let comments = [original, again].map { result in
    result.script.comments.map(\.tidied).joined(separator: " ")
  }
  #expect(comments[0] == comments[1], "\(once)", sourceLocation: sourceLocation)
  let twice = formatted(SourceText(once)).text
  #expect(once == twice, "\(once)", sourceLocation: sourceLocation)
  return once
}

/// What stands around the first place where the texts differ.
private func firstDifference(_ left: String, _ right: String) -> String {
  let same = zip(left.utf8, right.utf8).prefix { $0 == $1 }.count
  return [left, right].map { text in
    String(decoding: text.utf8.dropFirst(max(0, same - 80)).prefix(200), as: UTF8.self)
  }.joined(separator: "\nbecame\n")
}
