extension Lexer {
  /// Reads an operator or a bracket.
  mutating func readSign() {
    let start = position
    let (first, second) = (peek(), peek(1))
    if first == UInt8(ascii: "."), isDigit(1), hasSpaceBefore { return readFraction() }
    if let (kind, length) = Self.sign(first, second, peek(2)) {
      position += length
      emit(kind, from: start)
    } else {
      readForeignSign(Unicode.Scalar(first), length: 1)
    }
  }

  /// The kind and length of the sign that begins with these bytes.
  private static func sign(
    _ first: UInt8, _ second: UInt8, _ third: UInt8
  ) -> (Token.Kind, Int)? {
    switch (Character(Unicode.Scalar(first)), Character(Unicode.Scalar(second))) {
    case ("(", _): (.leftParenthesis, 1)
    case (")", _): (.rightParenthesis, 1)
    case (",", _): (.comma, 1)
    case (":", _): (.colon, 1)
    case (";", _): (.semicolon, 1)
    case (".", ".") where third == UInt8(ascii: "."): nil
    case (".", "."): third == UInt8(ascii: "<") ? (.rangeBelow, 3) : (.range, 2)
    case (".", _): (.dot, 1)
    case ("!", "="): (.notEqual, 2)
    case ("<", "="): (.lessOrEqual, 2)
    case (">", "="): (.greaterOrEqual, 2)
    case ("=", "="), ("=", "<"), ("=", ">"), ("<", ">"), ("*", "*"), ("/", "/"), ("/", "*"): nil
    case ("=", _): (.equal, 1)
    case ("<", _): (.less, 1)
    case (">", _): (.greater, 1)
    case ("~", _): (.tilde, 1)
    case ("+", _): (.plus, 1)
    case ("-", _): (.minus, 1)
    case ("*", _): (.star, 1)
    case ("/", _): (.slash, 1)
    case ("%", ">") where third == UInt8(ascii: "%"): nil
    case ("%", _): (.percentSign, 1)
    default: nil
    }
  }

  /// Reads a sign of another language, and goes on as if ours stood there.
  mutating func readForeignSign(_ scalar: Unicode.Scalar, length: Int) {
    let start = position
    if bracketEnd == start {
      position += 1
      return emit(.rightParenthesis, from: start)
    }
    if peek() == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") { return skipBlockComment() }
    if scalar == "[" || scalar == "{", readBrackets() { return }
    if let sign = foreignSign() {
      position += sign.spelling.utf8.count
      emit(sign.kind, from: start, keyword: sign.keyword)
      let span = SourceSpan(start, position)
      let glued = sign.keyword != nil
      let before = glued && start > 0 && !isBlank(bytes[start - 1]) ? " " : ""
      let after = glued && !isBlank(peek()) ? " " : ""
      report(
        Diagnostic(
          .foreignSpelling, "`\(sign.spelling)` is written `\(sign.ours)` here", at: span,
          fixIts: [
            FixIt("write `\(sign.ours)`", replace: span, with: before + sign.ours + after)
          ]))
      return
    }
    if scalar == "?", peek(1) == UInt8(ascii: "?") {
      position += 2
      emit(.invalid, from: start)
      return report(
        Diagnostic(
          .unknownCharacter, "`??` has no meaning here", at: SourceSpan(start, position),
          help: ["the first value that is not missing is `coalesce(x, y)`"]))
    }
    position += length
    emit(.invalid, from: start)
    let span = SourceSpan(start, position)
    report(
      Diagnostic(
        .unknownCharacter, "\(Self.name(of: scalar)) has no meaning here", at: span,
        help: Self.help(for: scalar).map { [$0] } ?? []))
  }

  /// The character, or its number where it can't be seen.
  private static func name(of scalar: Unicode.Scalar) -> String {
    let isSeen =
      scalar.value > 0x20 && scalar.properties.generalCategory != .control
      && scalar.properties.generalCategory != .format
    if isSeen { return "`\(scalar)`" }
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "the character U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 }

  private static func help(for scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "[", "]", "{", "}": "lists stand in parentheses, names with blanks in backticks"
    case "?": "a choice is written `x if condition else y`"
    case "^": "a power is written `power(x, 2)`"
    case "\\": "a line goes on where the next one begins with a clause"
    default: nil
    }
  }

  private struct ForeignSign {
    let spelling: String
    let ours: String
    let kind: Token.Kind
    let keyword: Keyword?

    init(_ spelling: String, _ ours: String, _ kind: Token.Kind, _ keyword: Keyword? = nil) {
      self.spelling = spelling
      self.ours = ours
      self.kind = kind
      self.keyword = keyword
    }
  }

  /// The longest spelling comes first where one begins another.
  private static let foreignSigns = [
    ForeignSign("===", "=", .equal), ForeignSign("==", "=", .equal),
    ForeignSign("!==", "!=", .notEqual), ForeignSign("<>", "!=", .notEqual),
    ForeignSign("=<", "<=", .lessOrEqual), ForeignSign("=>", ">=", .greaterOrEqual),
    ForeignSign("≤", "<=", .lessOrEqual), ForeignSign("≥", ">=", .greaterOrEqual),
    ForeignSign("≠", "!=", .notEqual), ForeignSign("×", "*", .star),
    ForeignSign("÷", "/", .slash), ForeignSign("−", "-", .minus), ForeignSign("–", "-", .minus),
    ForeignSign("—", "-", .minus), ForeignSign("…", "..", .range),
    ForeignSign("...", "..", .range),
    ForeignSign("//", "div", .word, .div), ForeignSign("&&", "and", .word, .and),
    ForeignSign("&", "and", .word, .and), ForeignSign("||", "or", .word, .or),
    ForeignSign("%>%", "then", .word, .then), ForeignSign("|>", "then", .word, .then),
    ForeignSign("|", "then", .word, .then),
    ForeignSign("!", "not", .word, .not),
    ForeignSign("∈", "in", .word, .in),
  ]

  private func foreignSign() -> ForeignSign? {
    Self.foreignSigns.first { sign in
      let spelling = Array(sign.spelling.utf8)
      return position + spelling.count <= end
        && bytes[position..<position + spelling.count].elementsEqual(spelling)
    }
  }

  /// Reads what stands in brackets on one line: `in [1, 2]` as a list, `[agency]` as a name,
  /// `services[level > 2]` as a condition.
  private mutating func readBrackets() -> Bool {
    let start = position
    let mark = bytes[start] == UInt8(ascii: "[") ? UInt8(ascii: "]") : UInt8(ascii: "}")
    var close = start + 1
    while close < end, bytes[close] != mark, bytes[close] != bytes[start] {
      if bytes[close] == 0x0A { return false }
      close += 1
    }
    guard close < end, bytes[close] == mark, close > start + 1 else { return false }
    let (opening, closing) = (SourceSpan(start, start + 1), SourceSpan(close, close + 1))
    let last = result.tokens.last
    let isList = last?.keyword == .in
    let isGlued = last.map { $0.end == start && ($0.kind == .word || $0.kind == .quotedName) }
    let words = ["(", ")"]
    guard mark == UInt8(ascii: "]") || isList else { return false }
    if isGlued == true, Int(source.text(in: SourceSpan(start + 1, close))) != nil { return false }
    if !isList, isGlued == true {
      position = end(ofStatementFrom: close)
      emit(.invalid, from: start)
      reportBrackets(
        "rows are kept by `where`", opening, closing, [" where ", ""])
      return true
    }
    let inner = source.text(in: SourceSpan(start + 1, close))
    let isName = !isList && !inner.contains { ",()\"'`".contains($0) } && Int(inner) == nil
    if isName {
      position = close + 1
      emit(.quotedName, from: start)
      reportBrackets("a name with blanks stands in backticks", opening, closing, ["`", "`"])
      return true
    }
    reportBrackets("a list stands in parentheses", opening, closing, words)
    position = start + 1
    emit(.leftParenthesis, from: start)
    bracketEnd = close
    return true
  }

  private func end(ofStatementFrom start: Int) -> Int {
    var position = start
    while position < end, bytes[position] != 0x0A, bytes[position] != UInt8(ascii: ";") {
      position += 1
    }
    return position
  }

  private mutating func reportBrackets(
    _ message: String, _ opening: SourceSpan, _ closing: SourceSpan, _ ours: [String]
  ) {
    report(
      Diagnostic(
        .unknownCharacter, message, at: opening,
        fixIts: [
          FixIt("write it so", [SourceEdit(opening, ours[0]), SourceEdit(closing, ours[1])])
        ]))
  }

  private mutating func skipBlockComment() {
    let start = position
    position += 2
    while position < end, !(peek() == UInt8(ascii: "*") && peek(1) == UInt8(ascii: "/")) {
      position += 1
    }
    position = min(position + 2, end)
    let whole = SourceSpan(start, position)
    var fixIts: [FixIt] = []
    let text = source.text(in: whole)
    if text.hasSuffix("*/"), !text.contains("\n") {
      var next = position
      while next < end, bytes[next] == 0x20 || bytes[next] == 0x09 { next += 1 }
      let endsLine = next == end || bytes[next] == 0x0A || bytes[next] == 0x0D
      let comment = "#" + text.dropFirst(2).dropLast(2).trimmingBlanks
      fixIts = [
        endsLine
          ? FixIt("write `#`", replace: whole, with: comment)
          : FixIt("leave it out", replace: whole, with: "")
      ]
    }
    report(
      Diagnostic(
        .foreignSpelling, "a comment begins with `#` and goes to the end of its line",
        at: SourceSpan(start, start + 2), fixIts: fixIts))
    result.comments.append(
      CommentSyntax(
        text: source.text(in: SourceSpan(start, position)), span: SourceSpan(start, position)))
  }
}

extension Substring {
  /// The text without blanks at its end.
  fileprivate var trimmingBlanks: Substring {
    var text = self
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
