/// What can be written at a place of a text, as the grammar has it. Which tables, columns and values
/// there are is for others to say.
package struct Completion: Sendable {
  /// What can stand here, what the grammar asks for first before the rest.
  package let expected: [Expectation]
  /// What a choice replaces: the word, or the text in quotes, that has been begun.
  package let replaced: SourceSpan
  /// What has been typed of it, without a quote.
  package let partial: String
  /// The quote that was opened, if any.
  package let quote: Character?
  /// The tables that the statement names, also behind the place, and their other names.
  package let tables: [String]
  /// The names that the statement has given with `as` before the place.
  package let names: [String]
  /// Whether columns are those of the step before, not of `tables`.
  package let followsThen: Bool
}

/// What can be written at `offset` of `source`, a text being typed.
package func completion(in source: SourceText, at offset: Int) -> Completion {
  let offset = min(max(offset, 0), source.length)
  let none = Completion(
    expected: [], replaced: SourceSpan(offset, offset), partial: "", quote: nil, tables: [],
    names: [], followsThen: false)
  guard source.length <= greatestSourceLength else { return none }
  let typed = Lexer.tokens(of: source, in: SourceSpan(0, offset))
  if let comment = typed.comments.last, comment.span.end == offset { return none }
  var start = offset
  var quote: Character?
  if let open = typed.openQuote, source.line(at: open) == source.line(at: offset) {
    start = open
    quote = source.text(in: SourceSpan(open, offset)).first
  } else if let last = typed.tokens.dropLast().last, last.end == offset,
    last.kind == .word || last.kind == .parameter || last.kind == .placeholder
  {
    start = last.start
  }
  let tokens = Lexer.tokens(of: source, in: SourceSpan(0, start)).tokens
  let recorder = recorder(of: source, tokens, completing: tokens.count - 1)
  var expected = recorder.expected
  let ofName = expectationsOfName(at: start, in: source, tokens)
  if expected.contains(where: \.isOperand) || !ofName.contains(where: \.isOperand) {
    expected += ofName.filter { !expected.contains($0) }
  } else {
    // `sum` alone is a name, and with a name behind it an aggregate: nobody stops at the first.
    expected = ofName
  }
  if quote != nil { expected = expected.filter { $0.fits(quote: quote) } }
  return Completion(
    expected: expected, replaced: SourceSpan(start, offset),
    partial: String(source.text(in: SourceSpan(start, offset)).dropFirst(quote == nil ? 0 : 1)),
    quote: quote, tables: recorder.tables + tablesBehind(offset, in: source),
    names: recorder.names, followsThen: recorder.followsThen)
}

/// What the parser looks for at one of the tokens.
private func recorder(of source: SourceText, _ tokens: [Token], completing index: Int)
  -> ExpectationRecorder
{
  parsing(tokens) { nestingLimit in
    var parser = Parser(source, tokens, nestingLimit: nestingLimit, completedToken: index)
    _ = parser.parseScript()
    return parser.recorder
  }
}

/// What could stand at `offset`, behind `tokens`, if a name stood there.
private func expectationsOfName(at offset: Int, in source: SourceText, _ tokens: [Token])
  -> [Expectation]
{
  guard let end = tokens.last, tokens.count > 1 else { return [] }
  let before = tokens[tokens.count - 2].end
  let name = Token(
    kind: .word, startsLine: source.line(at: before) != source.line(at: offset),
    hasSpaceBefore: true, start: offset, end: offset)
  let all = tokens.dropLast() + [name, end]
  return recorder(of: source, Array(all), completing: tokens.count - 1).expected
}

/// The tables that the rest of the statement at `offset` names.
private func tablesBehind(_ offset: Int, in source: SourceText) -> [String] {
  let tokens = Lexer.tokens(of: source, in: SourceSpan(offset, source.length)).tokens
  let parser = Parser(source, tokens, nestingLimit: 0)
  var result: [String] = []
  for (index, token) in tokens.enumerated().dropLast() {
    if token.kind == .semicolon || (index > 0 && parser.clearlyStartsStatement(at: index)) { break }
    guard token.keyword == .from || token.keyword == .lookup || token.keyword == .join else {
      continue
    }
    var next = index + 1
    if tokens[next].keyword == .many || tokens[next].keyword == .one { next += 1 }
    if next < tokens.count, parser.isName(tokens[next]) { result.append(parser.text(tokens[next])) }
  }
  return result
}

extension Expectation {
  /// Whether it is, or can begin, an operand.
  fileprivate var isOperand: Bool {
    switch self {
    case .column, .columnOf, .output, .function, .valueOf, .table, .query, .parameter: true
    case .keyword, .verb, .number, .file: false
    }
  }

  /// Whether it can stand behind an opened `quote`.
  fileprivate func fits(quote: Character?) -> Bool {
    switch self {
    case .valueOf, .file: quote != "`"
    case .table: true
    case .column, .columnOf, .output: quote == "`"
    default: false
    }
  }
}
