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
    case ("%", _): (.percentSign, 1)
    default: nil
    }
  }

  /// Reads a sign of another language, and goes on as if ours stood there.
  mutating func readForeignSign(_ scalar: Unicode.Scalar, length: Int) {
    let start = position
    if peek() == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") { return skipBlockComment() }
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
    ForeignSign("|>", "then", .word, .then), ForeignSign("|", "then", .word, .then),
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

  private mutating func skipBlockComment() {
    let start = position
    position += 2
    while position < end, !(peek() == UInt8(ascii: "*") && peek(1) == UInt8(ascii: "/")) {
      position += 1
    }
    position = min(position + 2, end)
    report(
      Diagnostic(
        .foreignSpelling, "a comment begins with `#` and goes to the end of its line",
        at: SourceSpan(start, start + 2)))
    result.comments.append(
      CommentSyntax(
        text: source.text(in: SourceSpan(start, position)), span: SourceSpan(start, position)))
  }
}
