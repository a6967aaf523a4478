extension FunctionCall {
  /// The functions of text; nil for others.
  func bindText() throws(FunctionProblem) -> BoundExpression? {
    switch entry.name {
    case "lower", "upper", "trim", "fold":
      try expect(1...1)
      guard let function = ScalarFunction(rawValue: entry.name) else { return nil }
      return call(function, [try text(0)], .text)
    case "length":
      try expect(1...1)
      return call(.length, [try text(0)], .integer)
    case "replace":
      try expect(3...3)
      return call(.replace, [try text(0), try text(1), try text(2)], .text)
    case "left", "right":
      try expect(2...2)
      let function: ScalarFunction = entry.name == "left" ? .left : .right
      return call(function, [try text(0), try integer(1)], .text)
    case "substring":
      try expect(2...3)
      var parts = [try text(0), try integer(1)]
      if arguments.count == 3 { parts.append(try integer(2)) }
      return call(.substring, parts, .text)
    case "part":
      try expect(3...3)
      return call(
        .part, [try text(0), try text(1), try integer(2)], .text, mayBeMissing: true)
    case "concat":
      try expect(1...Int.max)
      var parts: [BoundExpression] = []
      for place in arguments.indices { parts.append(try text(place)) }
      return parts.count == 1 ? parts[0] : call(.concat, parts, .text)
    case "text":
      try expect(1...1)
      if arguments[0].type == .text || arguments[0].isMissingLiteral {
        return arguments[0].reread(as: .text)
      }
      return call(.text, arguments, .text)
    default: return nil
    }
  }
}

extension FunctionCatalog {
  /// The functions of text.
  static let textEntries: [Entry] = [
    Entry(
      name: "lower", signatures: ["lower(text)"], summary: "The text in small letters.",
      example: ("lower(\"Bộ Y TẾ\")", "bộ y tế")),
    Entry(
      name: "upper", signatures: ["upper(text)"], summary: "The text in capital letters.",
      example: ("upper(\"Bộ Y tế\")", "BỘ Y TẾ")),
    Entry(
      name: "trim", signatures: ["trim(text)"],
      summary: "The text without blanks, visible or not, at its ends.",
      example: ("trim(\"  Hà Nội \")", "Hà Nội")),
    Entry(
      name: "fold", signatures: ["fold(text)"],
      summary: "The text in small letters without marks, as `~` compares it.",
      example: ("fold(\"Đường Láng\")", "duong lang")),
    Entry(
      name: "length", signatures: ["length(text)"],
      summary: "The number of characters as a reader counts them.",
      example: ("length(\"tiếng\")", "5")),
    Entry(
      name: "replace", signatures: ["replace(text, old, new)"],
      summary: "The text with every `old` in it replaced by `new`.",
      example: ("replace(\"a-b-c\", \"-\", \"/\")", "a/b/c")),
    Entry(
      name: "left", signatures: ["left(text, count)"],
      summary: "The first characters.", example: ("left(\"BTC-L4-0001\", 3)", "BTC")),
    Entry(
      name: "right", signatures: ["right(text, count)"],
      summary: "The last characters.", example: ("right(\"BTC-L4-0001\", 4)", "0001")),
    Entry(
      name: "substring", signatures: ["substring(text, start)", "substring(text, start, count)"],
      summary: "The characters from a place on, the first being 1.",
      example: ("substring(\"BTC-L4-0001\", 5, 2)", "L4")),
    Entry(
      name: "part", signatures: ["part(text, separator, place)"],
      summary: "One of the parts between separators, the first being 1; missing if there is none.",
      example: ("part(\"BTC-L4-0001\", \"-\", 2)", "L4")),
    Entry(
      name: "concat", signatures: ["concat(text, text, …)"],
      summary: "The texts one after another; missing if one is.",
      example: ("concat(\"level \", text(4))", "level 4")),
    Entry(
      name: "text", signatures: ["text(value)"],
      summary: "The value as CSV files have it.", example: ("text(32.90%)", "32.90%")),
  ]
}
