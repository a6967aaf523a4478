extension ExpressionSyntax {
  /// Whether it is a number, a percentage or a text, which nothing can be in.
  fileprivate var isPlainValue: Bool {
    switch kind {
    case .literal(.number), .literal(.percent), .literal(.text): true
    default: false
    }
  }
}

extension Parser {
  /// Reads what follows the left side of a comparison, and `or missing` behind it.
  mutating func parseComparison(
    _ left: ExpressionSyntax, _ binary: BinaryOperatorSyntax?, from start: Int
  ) throws(Abandoned) -> ExpressionSyntax {
    let result: ExpressionSyntax
    switch binary {
    case .matches? where isForeignMatch(at: index):
      result = try parseForeignMatch(left, from: start)
    case let binary?: result = try parsePlainComparison(left, binary, from: start)
    case nil where at(.is): result = try parseIs(left, from: start)
    case nil where at(.not) && isLateNot(at: index): return try parseLateNot(left, from: start)
    case nil:
      let isNegated = accept(.not)
      if accept(.between) {
        result = try parseBetween(left, isNegated: isNegated, from: start)
      } else {
        advance()
        result = try parseMembership(left, isNegated: isNegated, from: start)
      }
    }
    return try parseOrMissing(result, from: start)
  }

  private mutating func parsePlainComparison(
    _ left: ExpressionSyntax, _ first: BinaryOperatorSyntax, from start: Int
  ) throws(Abandoned) -> ExpressionSyntax {
    var (binary, place) = (first, takeOperator(first))
    if let whole = acceptRest(of: first, from: place.start) {
      (binary, place) = (whole, span(from: place.start))
    }
    if at(.null), binary == .equal || binary == .notEqual {
      let isNegated = binary == .notEqual
      advance()
      let ours = isNegated ? "is not missing" : "is missing"
      report(
        .foreignSpelling, "no value is called `missing`, and `\(ours)` asks for it",
        at: span(from: place.start),
        fixIts: [FixIt("write `\(ours)`", replace: span(from: place.start), with: ours)])
      return try make(.missingTest(left, isNegated: isNegated), at: span(from: start))
    }
    recorder.compare(with: left, at: index)
    let right = try parseBinary(.additive)
    let isLoose = accept(.loosely)
    return try make(
      .binary(
        BinarySyntax(
          operator: binary, operatorSpan: place, left: left, right: right, isLoose: isLoose)),
      at: span(from: start))
  }

  /// The operator whose two signs stand apart: `> =`.
  private mutating func acceptRest(of first: BinaryOperatorSyntax, from start: Int)
    -> BinaryOperatorSyntax?
  {
    let whole: BinaryOperatorSyntax
    switch first {
    case .greater: whole = .greaterOrEqual
    case .less: whole = .lessOrEqual
    default: return nil
    }
    guard !isAtEnd, accept(.equal) else { return nil }
    report(
      .foreignSpelling, "`\(whole.rawValue)` is written without a space", at: span(from: start),
      fixIts: [
        FixIt("write `\(whole.rawValue)`", replace: span(from: start), with: whole.rawValue)
      ])
    return whole
  }

  private mutating func parseIs(
    _ left: ExpressionSyntax, from start: Int
  ) throws(Abandoned) -> ExpressionSyntax {
    let place = token.start
    advance()
    let isNegated = accept(.not)
    let word = token
    if accept(.missing) {
      return try make(.missingTest(left, isNegated: isNegated), at: span(from: start))
    }
    if at(.null), !isAtEnd {
      advance()
      report(
        .foreignSpelling, "no value is called `missing`", at: word.span,
        fixIts: [FixIt("write `missing`", replace: word.span, with: "missing")])
      return try make(.missingTest(left, isNegated: isNegated), at: span(from: start))
    }
    if !isNegated, let comparison = failComparison(from: place) { throw comparison }
    if at(.in) || at(.between), !isAtEnd {
      let words = SourceSpan(place, token.end)
      let ours = (isNegated ? "not " : "") + text(token)
      throw fail(
        .foreignSpelling, "`is` asks for `missing` only", at: words,
        fixIts: [FixIt("write `\(ours)`", replace: words, with: ours)])
    }
    guard beginsOperand(at: index), !isAtEnd else {
      throw fail(
        .unexpected, "expected `missing` behind `is`, not \(described(token))", at: token.span)
    }
    let words = span(from: place)
    let sign = isNegated ? "!=" : "="
    report(
      .foreignSpelling, "`is` asks for `missing` only; values are compared with `\(sign)`",
      at: words, fixIts: [FixIt("write `\(sign)`", replace: words, with: sign)])
    let right = try parseBinary(.additive)
    let binary = BinarySyntax(
      operator: isNegated ? .notEqual : .equal, operatorSpan: words, left: left, right: right,
      isLoose: false)
    return try make(.binary(binary), at: span(from: start))
  }

  private mutating func parseBetween(
    _ left: ExpressionSyntax, isNegated: Bool, from start: Int
  ) throws(Abandoned) -> ExpressionSyntax {
    recorder.compare(with: left, at: index)
    let lower = try parseBinary(.additive)
    try expect(.and, "between the two bounds")
    recorder.compare(with: left, at: index)
    let upper = try parseBinary(.additive)
    return try make(
      .between(BetweenSyntax(value: left, lower: lower, upper: upper, isNegated: isNegated)),
      at: span(from: start))
  }

  private mutating func parseMembership(
    _ left: ExpressionSyntax, isNegated: Bool, from start: Int
  ) throws(Abandoned) -> ExpressionSyntax {
    recorder.compare(with: left, at: index)
    let set = try parseValues()
    let isLoose = accept(.loosely)
    return try make(
      .membership(
        MembershipSyntax(value: left, set: set, isNegated: isNegated, isLoose: isLoose)),
      at: span(from: start))
  }

  /// Reads what stands on the right of `in`.
  private mutating func parseValues() throws(Abandoned) -> MembershipSyntax.Values {
    if let relative = try acceptRelativePeriod() { return .relative(relative) }
    if at(.leftParenthesis) {
      let open = index
      let content = try parseParentheses(comparing: recorder.compared)
      // An operator behind shows that the parentheses belong to an expression: `(a + b)..c`.
      let goesOn = at(.range) || at(.rangeBelow) || isArithmetic(token)
      if goesOn, !isAtEnd, case .list(let values) = content, values.count == 1 {
        index = open
      } else {
        switch content {
        case .query(let query): return .query(query)
        case .list(let values): return .list(values)
        }
      }
    }
    let lower = try parseBinary(.additive)
    guard at(.range) || at(.rangeBelow), !isAtEnd else {
      return lower.isPlainValue ? .list(try parseBareList(from: lower)) : .expression(lower)
    }
    let includesEnd = at(.range)
    advance()
    return .range(lower, try parseBinary(.additive), includesEnd: includesEnd)
  }

  /// Reads `in 1, 2` as `in (1, 2)`, and reports it.
  private mutating func parseBareList(
    from first: ExpressionSyntax
  ) throws(Abandoned) -> [ExpressionSyntax] {
    var values = [first]
    while at(.comma), isValue(token(1)), !isAtEnd {
      advance()
      values.append(try parseBinary(.additive))
    }
    let whole = first.span.joined(with: span(from: first.span.start))
    let text = source.text(in: whole)
    var fixIts = [FixIt("write `(\(text))`", replace: whole, with: "(\(text))")]
    let isYear = text.utf8.count == 4 && (Int(text).map { 1900...2199 ~= $0 } ?? false)
    if isYear { fixIts.insert(FixIt("write `@\(text)`", replace: whole, with: "@" + text), at: 0) }
    report(
      .foreignSpelling,
      isYear
        ? "a year is written `@\(text)`, and a list in parentheses"
        : "a list stands in parentheses", at: whole, fixIts: fixIts)
    return values
  }

  private func isValue(_ token: Token) -> Bool {
    token.kind == .number || token.kind == .text || token.kind == .percent
  }

  private func isArithmetic(_ token: Token) -> Bool {
    switch token.kind {
    case .plus, .minus, .star, .slash: true
    default: token.keyword == .div || token.keyword == .mod
    }
  }

  /// Reads `last 3 months`, `last month`, `this year`, `next 2 weeks`.
  private mutating func acceptRelativePeriod() throws(Abandoned) -> RelativePeriodSyntax? {
    for direction in RelativePeriodSyntax.Direction.allCases {
      note(.keyword(direction.rawValue))
    }
    try refuseForeignPeriod()
    guard at(.last) || at(.this) || at(.next), token.kind == .word,
      let direction = RelativePeriodSyntax.Direction(rawValue: text(token).lowercased())
    else { return nil }
    let next = token(1)
    let names = next.kind == .word && TimeUnitSyntax(word: text(next)) != nil
    let counts = next.kind == .number && direction != .this
    guard names || counts || index + 1 == recorder.index,
      !endsStatement(at: index + 1) || next.kind == .end
    else { return nil }
    let start = token.start
    advance()
    let count = at(.number) ? try parsePositive("behind `\(direction.rawValue)`") : 1
    let unit = try parseUnit("behind `\(source.text(in: span(from: start)))`")
    return RelativePeriodSyntax(
      direction: direction, count: count, unit: unit, span: span(from: start))
  }

  /// `past 3 months`, `last three months`.
  private mutating func refuseForeignPeriod() throws(Abandoned) {
    guard token.kind == .word, !isAtEnd, let word = Self.wordsForLast[text(token).lowercased()]
    else { return }
    let number = text(token(1)).lowercased()
    let count = Self.numbersInWords.firstIndex(of: number).map { String($0 + 1) }
    let unit = token(1).kind == .number || count != nil ? token(2) : token(1)
    guard unit.kind == .word, TimeUnitSyntax(word: text(unit)) != nil,
      count != nil || text(token).lowercased() != word
    else { return }
    let whole = token.span.joined(with: token(1).span)
    let second = count ?? text(token(1))
    throw fail(
      .foreignSpelling, "a time is written `\(word) \(second)\(count == nil ? "" : " …")` here",
      at: whole,
      fixIts: [FixIt("write `\(word) \(second)`", replace: whole, with: "\(word) \(second)")])
  }

  private static let wordsForLast = [
    "last": "last", "past": "last", "previous": "last", "next": "next", "coming": "next",
    "following": "next", "current": "this",
  ]

  private static let numbersInWords = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
  ]

  /// Reads `or missing` behind a condition.
  private mutating func parseOrMissing(
    _ condition: ExpressionSyntax, from start: Int
  ) throws(Abandoned) -> ExpressionSyntax {
    note(.keyword("or missing"))
    guard at(.or), token(1).keyword == .missing || token(1).keyword == .null, !isAtEnd,
      token(1).kind == .word
    else { return condition }
    let after = token(2)
    let names = [.leftParenthesis, .dot].contains(after.kind)
    guard !names, !beginsInfix(at: index + 2) else { return condition }
    if case .missingTest = condition.kind { return condition }
    advance()
    if at(.null) {
      report(
        .foreignSpelling, "no value is called `missing`", at: token.span,
        fixIts: [FixIt("write `missing`", replace: token.span, with: "missing")])
    }
    advance()
    return try make(.orMissing(condition), at: span(from: start))
  }

  /// Whether the token at `position` is an operator, read where one may stand.
  func beginsInfix(at position: Int) -> Bool {
    switch tokens[min(position, tokens.count - 1)].kind {
    case .plus, .minus, .star, .slash, .percentSign, .equal, .notEqual, .less, .lessOrEqual,
      .greater, .greaterOrEqual, .tilde:
      true
    case .word: wordOperator(at: position) != nil
    default: false
    }
  }

  // MARK: Not

  /// Whether `not` at `position` stands before an operator that it can't be part of: `not contains`.
  func isLateNot(at position: Int) -> Bool {
    guard position + 1 < tokens.count, tokens[position].keyword == .not else { return false }
    switch tokens[position + 1].kind {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .tilde: return true
    case .word where tokens[position + 1].keyword != .not:
      return wordOperator(at: position + 1)?.1?.isComparison == true
    default: return false
    }
  }

  /// Reads `name not contains "x"` as `not name contains "x"`, and reports it.
  private mutating func parseLateNot(
    _ left: ExpressionSyntax, from start: Int
  ) throws(Abandoned) -> ExpressionSyntax {
    let word = token
    advance()
    let blank = SourceSpan(word.start, token.start)
    var edits = [SourceEdit(SourceSpan(start, start), "not "), SourceEdit(blank, "")]
    if at(.equal) { edits = [SourceEdit(SourceSpan(word.start, token.end), "!=")] }
    report(
      .wrongOrder, "`not` stands before the whole comparison", at: word.span,
      fixIts: [FixIt(at(.equal) ? "write `!=`" : "put it there", edits)])
    guard let binary = infixOperator else { throw Abandoned() }
    let comparison = try parseComparison(left, binary, from: start)
    return try make(.unary(.not, comparison), at: span(from: start))
  }

  // MARK: LIKE

  /// Whether `like "..."` stands at `position`.
  func isForeignMatch(at position: Int) -> Bool {
    let word = tokens[position]
    guard word.kind == .word, word.keyword == nil, word.end - word.start <= 5,
      tokens[min(position + 1, tokens.count - 1)].kind == .text
    else { return false }
    let spelling = text(word).lowercased()
    return spelling == "like" || spelling == "ilike"
  }

  private mutating func parseForeignMatch(
    _ left: ExpressionSyntax, from start: Int
  ) throws(Abandoned) -> ExpressionSyntax {
    let place = token.start
    let isLoose = text(token).lowercased() == "ilike"
    advance()
    let literal = token.span
    let pattern = takeText()
    let (binary, wanted) = Self.reading(of: pattern)
    let written = source.text(in: literal)
    let quoted = written.replacing("%", with: "")
    let ours = "\(binary.rawValue) \(quoted)\(isLoose ? " loosely" : "")"
    let isPlain = !wanted.contains("%") && !wanted.contains("_")
    report(
      .foreignSpelling, "patterns are asked for in words: contains, starts with, ends with",
      at: span(from: place),
      fixIts: isPlain
        ? [FixIt("write `\(ours)`", replace: span(from: place), with: ours)] : [])
    let right = try make(.literal(.text(wanted)), at: literal)
    let comparison = BinarySyntax(
      operator: binary, operatorSpan: SourceSpan(place, literal.start), left: left, right: right,
      isLoose: isLoose)
    return try make(.binary(comparison), at: span(from: start))
  }

  /// The comparison that a pattern of SQL asks for, and the text it compares with.
  private static func reading(of pattern: String) -> (BinaryOperatorSyntax, String) {
    let opens = pattern.hasPrefix("%")
    let closes = pattern.count > 1 && pattern.hasSuffix("%")
    let inner = String(pattern.dropFirst(opens ? 1 : 0).dropLast(closes ? 1 : 0))
    switch (opens, closes) {
    case (true, true): return (.contains, inner)
    case (true, false): return (.endsWith, inner)
    case (false, true): return (.startsWith, inner)
    case (false, false): return (.equal, inner)
    }
  }
}
