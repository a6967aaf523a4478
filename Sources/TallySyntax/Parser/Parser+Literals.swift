extension Parser {
  /// Reads the digits of a number or percent.
  mutating func parseNumber() throws(Abandoned) -> NumberSyntax {
    let token = token
    let spelling = source.bytes[token.start..<token.end]
    let digits = token.kind == .percent ? spelling.dropLast() : spelling
    guard let number = NumberSyntax(spelling: digits) else {
      throw fail(
        .numberTooLong, "this number has more digits than can be kept exactly", at: token.span,
        help: ["at most 38 digits, and 38 of them behind the point"])
    }
    advance()
    return number
  }

  /// Reads a number, or a span of time such as `30 days`.
  mutating func parseNumberOrSpan() throws(Abandoned) -> ExpressionSyntax {
    let start = token.start
    let number = try parseNumber()
    let isName = token(1).kind == .leftParenthesis || token(1).kind == .dot
    if !token.startsLine, !isName, let unit = acceptUnit() {
      return try make(.literal(.span(count: number, unit: unit)), at: span(from: start))
    }
    if at(.percentSign), !isAtEnd, !beginsOperand(at: index + 1) {
      let sign = token.span
      let blank = SourceSpan(previousEnd, sign.start)
      report(
        .foreignSpelling, "`%` is glued to its number", at: sign,
        fixIts: [FixIt("glue it", replace: blank, with: "")])
      advance()
      return try make(.literal(.percent(number)), at: span(from: start))
    }
    return try make(.literal(.number(number)), at: span(from: start))
  }

  mutating func parsePercent() throws(Abandoned) -> ExpressionSyntax {
    let span = token.span
    return try make(.literal(.percent(try parseNumber())), at: span)
  }

  mutating func parseDate() throws(Abandoned) -> ExpressionSyntax {
    let span = token.span
    let text = source.text(in: span)
    advance()
    // The lexer has reported a date that is none.
    let period = DateLiteral.period(text.hasPrefix("@") ? text.dropFirst() : text[...])
    return try make(.literal(period.map(LiteralSyntax.period) ?? .missing), at: span)
  }

  /// Reads `$name` or `$1`.
  mutating func parseParameter() throws(Abandoned) -> ExpressionSyntax {
    let token = token
    advance()
    let name = source.text(in: SourceSpan(token.start + 1, token.end))
    guard token.kind == .placeholder else {
      let syntax = NameSyntax(text: name.normalised, span: token.span, isQuoted: false)
      return try make(.parameter(syntax), at: token.span)
    }
    guard let number = Int(name), number >= 1 else {
      throw fail(
        .unexpected, "values are counted from `$1`, and names don't begin with a digit",
        at: token.span)
    }
    return try make(.placeholder(number), at: token.span)
  }
}

extension NumberSyntax {
  /// The number spelt by `bytes`, digits with a point and an exponent; everything else is passed
  /// over. Nothing if it has too many digits.
  init?(spelling bytes: ArraySlice<UInt8>) {
    var coefficient: Int128 = 0
    var scale = 0
    var hasPoint = false
    var rest = bytes
    while let byte = rest.first {
      if byte | 0x20 == UInt8(ascii: "e") { break }
      rest.removeFirst()
      if byte == UInt8(ascii: ".") {
        hasPoint = true
        continue
      }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { continue }
      guard Self.append(Int128(byte - UInt8(ascii: "0")), to: &coefficient) else { return nil }
      if hasPoint { scale += 1 }
    }
    if !rest.isEmpty {
      guard let exponent = Int(String(decoding: rest.dropFirst(), as: UTF8.self)),
        (-2 * Self.largestScale...2 * Self.largestScale).contains(exponent)
      else { return nil }
      scale -= exponent
    }
    while scale < 0 {
      guard Self.append(0, to: &coefficient) else { return nil }
      scale += 1
    }
    guard scale <= Self.largestScale else { return nil }
    self.init(coefficient: coefficient, scale: scale)
  }

  /// Puts a digit behind the others; false if it does not fit.
  private static func append(_ digit: Int128, to coefficient: inout Int128) -> Bool {
    let (shifted, overflows) = coefficient.multipliedReportingOverflow(by: 10)
    let (sum, overflowsToo) = shifted.addingReportingOverflow(digit)
    coefficient = sum
    return !overflows && !overflowsToo
  }
}

extension DiagnosticCode {
  static let numberTooLong = DiagnosticCode(
    "T0110", "A number has more digits than fit; nothing is rounded behind your back.")
}
