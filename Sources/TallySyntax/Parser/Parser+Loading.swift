extension Parser {
  /// Reads `load "services.csv" as services ...`.
  mutating func parseLoad() throws(Abandoned) -> LoadSyntax {
    advance()
    note(.file)
    let place = token.span
    guard at(.text) else { throw failBareFile() }
    let path = takeText()
    let name = try acceptAlias()
    if let name { recorder.visit(table: name.text) }
    return LoadSyntax(
      path: path, pathSpan: place, name: name, options: try parseLoadOptions())
  }

  private mutating func failBareFile() -> Abandoned {
    var last = index
    while last + 1 < tokens.count, !tokens[last + 1].hasSpaceBefore, tokens[last + 1].kind != .end {
      last += 1
    }
    let file = SourceSpan(token.start, tokens[last].end)
    let text = source.text(in: file)
    let isPlain = isName(token) && !text.contains("\"") && !text.contains("\\")
    return fail(
      .unexpected, "expected a file in quotes, not \(described(token))", at: file,
      fixIts: isPlain ? [FixIt("quote it", replace: file, with: "\"\(text)\"")] : [])
  }

  /// Reads how a file is to be read. An option may begin a line.
  mutating func parseLoadOptions() throws(Abandoned) -> [LoadOptionSyntax] {
    var options: [LoadOptionSyntax] = []
    while true {
      for word in [
        "numbers", "dates", "delimiter", "header", "no header", "encoding", "missing", "skip",
        "types", "lenient",
      ] { note(.keyword(word)) }
      guard beginsLoadOption else { break }
      joined = index
      let start = token.start
      let kind = try parseLoadOption()
      options.append(LoadOptionSyntax(kind: kind, span: span(from: start)))
    }
    guard !isAtEnd, at(.word) else { return options }
    throw failUnknownOption()
  }

  private var beginsLoadOption: Bool {
    guard token.kind == .word, let keyword = token.keyword else { return false }
    let next = token(1)
    let isSure = !isAtEnd
    switch keyword {
    case .numbers, .delimiter, .encoding, .missing: return isSure || next.kind == .text
    case .dates:
      let names = LoadOptionSyntax.DateOrder(rawValue: text(next).lowercased()) != nil
      return isSure || names
    case .no: return next.keyword == .header
    case .skip: return isSure || next.kind == .number
    case .types: return isSure || next.kind == .leftParenthesis
    case .header, .lenient: return true
    default: return false
    }
  }

  private mutating func parseLoadOption() throws(Abandoned) -> LoadOptionSyntax.Kind {
    let keyword = token.keyword
    advance()
    switch keyword {
    case .numbers: return .numbers(try parseText("a number such as `1.234,5`"))
    case .dates: return .dates(try parseDateOrder())
    case .delimiter: return .delimiter(try parseText("a delimiter"))
    case .encoding: return .encoding(try parseText("an encoding"))
    case .header: return .header
    case .no:
      advance()
      return .noHeader
    case .missing:
      var texts: [String] = []
      repeat { texts.append(try parseText("a text that stands for no value")) } while accept(.comma)
      return .missing(texts)
    case .skip: return .skip(try parsePositive("of lines behind `skip`"))
    case .types: return .types(try parseColumnTypes())
    default: return .lenient
    }
  }

  private mutating func parseDateOrder() throws(Abandoned) -> LoadOptionSyntax.DateOrder {
    let known = LoadOptionSyntax.DateOrder.allCases.map(\.rawValue)
    for order in known { note(.keyword(order)) }
    guard at(.word), !isAtEnd,
      let order = LoadOptionSyntax.DateOrder(rawValue: text(token).lowercased())
    else {
      throw fail(
        .unexpected, "expected `dmy`, `mdy` or `ymd` behind `dates`, not \(described(token))",
        at: token.span)
    }
    advance()
    return order
  }

  private mutating func parseColumnTypes() throws(Abandoned) -> [(
    column: NameSyntax, type: TypeSyntax
  )] {
    let open = token
    try expect(.leftParenthesis, "`(`", "behind `types`")
    brackets += 1
    var types: [(column: NameSyntax, type: TypeSyntax)] = []
    repeat {
      let column = try parseName("a column")
      types.append((column, try parseType()))
    } while accept(.comma)
    try close(open)
    return types
  }

  private mutating func failUnknownOption() -> Abandoned {
    let known = [
      "numbers", "dates", "delimiter", "header", "no header", "encoding", "missing", "skip",
      "types", "lenient",
    ]
    let isName = ["into", "to"].contains(text(token).lowercased())
    let near = isName ? "as" : closest(to: text(token), among: known)
    return fail(
      .unknownClause, "no option of `load` is called `\(text(token))`", at: token.span,
      label: near.map { "did you mean `\($0)`?" },
      help: ["options: \(known.joined(separator: ", "))"],
      fixIts: near.map { [FixIt("write `\($0)`", replace: token.span, with: $0)] } ?? [])
  }
}
