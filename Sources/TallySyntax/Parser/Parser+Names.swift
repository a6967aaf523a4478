extension Parser {
  /// Whether the token can be a bare or quoted name.
  func isName(_ token: Token) -> Bool {
    token.kind == .quotedName || (token.kind == .word && token.keyword?.isReserved != true)
  }

  /// Reads a name; `what` says what for: "a table", "a name for the column".
  mutating func parseName(_ what: String) throws(Abandoned) -> NameSyntax {
    guard isName(token), !isAtEnd else { throw failNoName(what) }
    return takeName()
  }

  /// The name that the current token is.
  mutating func takeName() -> NameSyntax {
    defer { advance() }
    let token = token
    guard token.kind == .quotedName else {
      return NameSyntax(text: text(token).normalised, span: token.span, isQuoted: false)
    }
    let inner = source.text(in: SourceSpan(token.start + 1, token.end - 1))
    return NameSyntax(text: Self.unticked(inner).normalised, span: token.span, isQuoted: true)
  }

  /// The text with each doubled backtick made one.
  private static func unticked(_ text: String) -> String {
    guard text.contains("`") else { return text }
    var result = ""
    var isSecond = false
    for scalar in text.unicodeScalars {
      isSecond = scalar == "`" && !isSecond
      if !isSecond { result.unicodeScalars.append(scalar) }
    }
    return result
  }

  /// Reads a name, or several with dots between.
  mutating func parseNamePath(_ what: String) throws(Abandoned) -> NamePathSyntax {
    var parts = [try parseName(what)]
    while at(.dot), !isAtEnd {
      advance()
      note(.columnOf(parts.map(\.text).joined(separator: ".")))
      parts.append(try parseName("a column behind the dot"))
    }
    if parts.count > 2 {
      report(
        .unexpected, "a name has at most two parts: a table and a column",
        at: NamePathSyntax(parts: parts).span)
    }
    return NamePathSyntax(parts: parts)
  }

  private mutating func failNoName(_ what: String) -> Abandoned {
    if !isAtEnd, token.kind == .word {
      let name = text(token)
      return fail(
        .reservedWord, "expected \(what), and `\(name)` is a reserved word", at: token.span,
        help: ["in backticks it is a name: `\(name)`"],
        fixIts: [FixIt("quote it", replace: token.span, with: "`\(name)`")])
    }
    var fixIts: [FixIt] = []
    if !isAtEnd, at(.text), token.end - token.start > 2 {
      let name = TextLiteral(source, token.span).value.replacing("`", with: "``")
      fixIts = [FixIt("write it in backticks", replace: token.span, with: "`\(name)`")]
    }
    return fail(
      .unexpected, "expected \(what), not \(described(token))", at: token.span, fixIts: fixIts)
  }

  /// Reads a text literal; `what` says what for.
  mutating func parseText(_ what: String) throws(Abandoned) -> String {
    guard at(.text), !isAtEnd else {
      throw fail(
        .unexpected, "expected \(what) in quotes, not \(described(token))", at: token.span)
    }
    return takeText()
  }

  /// The text that the current token is.
  mutating func takeText() -> String {
    let text = TextLiteral(source, token.span).value
    advance()
    // Texts glued together were reported as one with a doubled quote within.
    while at(.text), !token.hasSpaceBefore, !isAtEnd { advance() }
    return text
  }

  /// Reads the count of `top`, `limit` and `skip`: an integer or a parameter.
  mutating func parseCount(_ place: String) throws(Abandoned) -> ExpressionSyntax {
    note(.number)
    let token = token
    if !isAtEnd {
      switch token.kind {
      case .number:
        let number = try parseNumber()
        guard number.isInteger else { break }
        return try make(.literal(.number(number)), at: token.span)
      case .parameter, .placeholder: return try parseParameter()
      default: break
      }
    }
    throw fail(
      .unexpected, "expected a whole number \(place), not \(described(token))", at: token.span)
  }

  /// Reads an integer that is at least 1 and fits.
  mutating func parsePositive(_ place: String) throws(Abandoned) -> Int {
    let token = token
    guard at(.number), !isAtEnd, let number = try parseNumber().integer, number >= 1 else {
      throw fail(
        .unexpected, "expected a whole number of 1 or more \(place), not \(described(token))",
        at: token.span)
    }
    return number
  }

  /// The unit of time that the current word names.
  mutating func acceptUnit() -> TimeUnitSyntax? {
    let before = index > 0 ? tokens[index - 1] : token
    let isOne = before.kind != .number || text(before) == "1"
    for unit in TimeUnitSyntax.allCases {
      note(.keyword(isOne ? unit.rawValue : unit.rawValue + "s"))
    }
    guard at(.word), !isAtEnd, let unit = TimeUnitSyntax(word: text(token)) else { return nil }
    advance()
    return unit
  }

  mutating func parseUnit(_ place: String) throws(Abandoned) -> TimeUnitSyntax {
    if let unit = acceptUnit() { return unit }
    let known = TimeUnitSyntax.allCases.map(\.rawValue)
    var fixIts: [FixIt] = []
    let short = Self.shortUnits[text(token).lowercased()]
    if at(.word), !isAtEnd, let near = short ?? closest(to: text(token), among: known) {
      fixIts = [FixIt("write `\(near)`", replace: token.span, with: near)]
    }
    throw fail(
      .unexpected, "expected a unit of time \(place), not \(described(token))", at: token.span,
      help: ["units: \(known.joined(separator: ", "))"], fixIts: fixIts)
  }
}

extension Parser {
  private static let shortUnits = [
    "yr": "year", "yrs": "years", "y": "year", "qtr": "quarter", "q": "quarter", "mo": "month",
    "mon": "month", "mth": "month", "wk": "week", "w": "week", "d": "day", "hr": "hour",
    "h": "hour", "min": "minute", "sec": "second", "s": "second",
  ]
}

extension DiagnosticCode {
  static let reservedWord = DiagnosticCode(
    "T0109", "A reserved word stands where a name is needed; in backticks it is a name.")
}
