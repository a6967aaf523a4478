extension Lexer {
  /// Reads a number, a percent, or something that looks like a date without its `@`.
  mutating func readNumber() {
    let start = position
    if readBareDate() { return }
    skipDigits()
    if peek() == UInt8(ascii: "."), isDigit(1) {
      position += 1
      skipDigits()
    }
    if isExponent { skipExponent() }
    if readGroups(from: start) { return }
    if isWordByte(0) { return reportGluedWord(from: start) }
    if peek() == UInt8(ascii: "."), peek(1) != UInt8(ascii: ".") {
      return reportOpenFraction(from: start)
    }
    if peek() == UInt8(ascii: "%"), !isWordByte(1), peek(1) != UInt8(ascii: "(") {
      position += 1
      return emit(.percent, from: start)
    }
    emit(.number, from: start)
  }

  private mutating func skipDigits() {
    while isDigit(0) { position += 1 }
  }

  private var isExponent: Bool {
    guard peek() | 0x20 == UInt8(ascii: "e") else { return false }
    let hasSign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
    return isDigit(hasSign ? 2 : 1)
  }

  private mutating func skipExponent() {
    position += 2
    skipDigits()
  }

  /// Reads what follows a number that goes on with separators: `1.000.000` or `1_000`.
  private mutating func readGroups(from start: Int) -> Bool {
    let hasDots = peek() == UInt8(ascii: ".") && isDigit(1)
    guard hasDots || (peek() == UInt8(ascii: "_") && isDigit(1)) else { return false }
    while (peek() == UInt8(ascii: ".") || peek() == UInt8(ascii: "_")) && isDigit(1) {
      position += 1
      skipDigits()
    }
    emit(.number, from: start)
    let span = SourceSpan(start, position)
    let digits = source.text(in: span).filter { $0 != "." && $0 != "_" }
    report(
      Diagnostic(
        .malformedNumber, "a number is written without separators between its digits", at: span,
        fixIts: [FixIt("write `\(digits)`", replace: span, with: digits)]))
    return true
  }

  /// Reads on where a word is glued to a number: `30days` is two tokens, `2nd` counts as a name.
  private mutating func reportGluedWord(from start: Int) {
    let wordStart = position
    skipWord()
    let glued = SourceSpan(start, position)
    let name = source.text(in: glued)
    let message = "a number ends where a word begins: `\(name)`"
    if TimeUnitSyntax(word: source.text(in: SourceSpan(wordStart, position))) != nil {
      position = wordStart
      emit(.number, from: start)
      let fixIt = FixIt(
        "put a blank between", replace: SourceSpan(wordStart, wordStart), with: " ")
      report(Diagnostic(.malformedNumber, message, at: glued, fixIts: [fixIt]))
    } else if let zeros = Self.shortPowers[
      source.text(in: SourceSpan(wordStart, position)).lowercased()]
    {
      emit(.number, from: start)
      let digits =
        source.text(in: SourceSpan(start, wordStart)) + String(repeating: "0", count: zeros)
      let isWhole = !digits.contains(".")
      report(
        Diagnostic(
          .malformedNumber, message, at: glued,
          fixIts: isWhole ? [FixIt("write `\(digits)`", replace: glued, with: digits)] : []))
    } else {
      emit(.word, from: start)
      let fixIt = FixIt("quote the name", replace: glued, with: "`\(name)`")
      report(Diagnostic(.malformedNumber, message, at: glued, fixIts: [fixIt]))
    }
  }

  /// The zeros for which people write a letter: `5k`, `2tr` (triệu), `3tỷ`.
  private static let shortPowers = ["k": 3, "m": 6, "tr": 6, "bn": 9, "tỷ": 9, "ty": 9]

  private mutating func reportOpenFraction(from start: Int) {
    emit(.number, from: start)
    let point = SourceSpan(position, position + 1)
    position += 1
    report(
      Diagnostic(
        .malformedNumber, "a point must have digits on both sides", at: point,
        fixIts: [FixIt("leave the point out", replace: point, with: "")]))
  }

  /// Reads `.5`, and reports it.
  mutating func readFraction() {
    let start = position
    position += 1
    skipDigits()
    emit(.number, from: start)
    report(
      Diagnostic(
        .malformedNumber, "a point must have digits on both sides",
        at: SourceSpan(start, start + 1),
        fixIts: [FixIt("write `0.`", replace: SourceSpan(start, start), with: "0")]))
  }

  /// Reads `2025-03-01`, `2025-Q1` or `29/12/2020`, which would be arithmetic, as dates.
  private mutating func readBareDate() -> Bool {
    let start = position
    if readSlashedDate(from: start) { return true }
    guard isDigit(0), isDigit(1), isDigit(2), isDigit(3), peek(4) == UInt8(ascii: "-") else {
      return false
    }
    let letter = peek(5) | 0x20
    let isNamed =
      (letter == UInt8(ascii: "q") || letter == UInt8(ascii: "w") || letter == UInt8(ascii: "h"))
      && isDigit(6)
    let isDay = isDigit(5) && isDigit(6) && peek(7) == UInt8(ascii: "-") && isDigit(8) && isDigit(9)
    let isMonth = peek(5) == UInt8(ascii: "0") && isDigit(6) && !isWordByte(7)
    guard isNamed || isDay || isMonth, let length = DateLiteral.length(bytes[position..<end])
    else { return false }
    position += length
    emit(.date, from: start)
    let span = SourceSpan(start, position)
    let text = source.text(in: span)
    report(
      Diagnostic(
        .malformedDate, "a date begins with `@`; without it this is a subtraction", at: span,
        fixIts: [FixIt("write `@\(text)`", replace: SourceSpan(start, start), with: "@")]))
    return true
  }

  /// Reads `29/12/2020`, and offers what it may mean.
  private mutating func readSlashedDate(from start: Int) -> Bool {
    guard let (day, month) = slashedDate() else { return false }
    emit(.date, from: start)
    let span = SourceSpan(start, position)
    let year = source.text(in: SourceSpan(position - 4, position))
    var readings = [(day, month), (month, day)].filter { $0.0 <= 31 && $0.1 <= 12 }
    if day == month { readings = Array(readings.prefix(1)) }
    report(
      Diagnostic(
        .malformedDate, "a date is written year first, behind `@`", at: span,
        fixIts: readings.map { reading in
          let text = "@\(year)-\(twoDigits(reading.1))-\(twoDigits(reading.0))"
          return FixIt("write `\(text)`", replace: span, with: text)
        }))
    return true
  }

  private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// Skips `29/12/2020`, and returns its first two numbers.
  private mutating func slashedDate() -> (Int, Int)? {
    var numbers: [Int] = []
    var distance = 0
    for widest in [2, 2, 4] {
      var number = 0
      var digits = 0
      while isDigit(distance), digits < widest {
        number = number * 10 + Int(peek(distance) - UInt8(ascii: "0"))
        digits += 1
        distance += 1
      }
      guard digits > 0 else { return nil }
      numbers.append(number)
      if widest == 4 {
        guard digits == 4, !isWordByte(distance) else { return nil }
      } else {
        guard peek(distance) == UInt8(ascii: "/") else { return nil }
        distance += 1
      }
    }
    guard (1...31).contains(numbers[0]), (1...31).contains(numbers[1]),
      min(numbers[0], numbers[1]) <= 12
    else { return nil }
    position += distance
    return (numbers[0], numbers[1])
  }

  /// Reads a date literal from its `@`.
  mutating func readDate() {
    let start = position
    position += 1
    if readSlashedDate(from: start) { return }
    if let length = DateLiteral.length(bytes[position..<end]) {
      position += length
      if !isWordByte(0), peek() != UInt8(ascii: "-") || !isWordByte(1) {
        emit(.date, from: start)
        let span = SourceSpan(start, position)
        if DateLiteral.period(source.text(in: span).dropFirst()) == nil {
          report(
            Diagnostic(
              .malformedDate, "`\(source.text(in: span))` is not in the calendar", at: span))
        }
        return
      }
    }
    while isWordByte(0) || (peek() == UInt8(ascii: "-") && isWordByte(1)) {
      position += isWordByte(0) ? scalar(at: position).1 : 1
    }
    emit(.date, from: start)
    let span = SourceSpan(start, position)
    let word = source.text(in: span).dropFirst()
    var fixIts: [FixIt] = []
    if word.lowercased() == "today" || word.lowercased() == "now" {
      fixIts = [FixIt("write `\(word)`", replace: span, with: String(word))]
    } else if let padded = DateLiteral.padded(word) {
      fixIts = [FixIt("write `@\(padded)`", replace: span, with: "@\(padded)")]
    }
    report(
      Diagnostic(
        .malformedDate, "a date or period must follow `@`", at: span,
        help: ["for example @2025, @2025-Q1, @2025-03, @2025-W07, @2025-03-01, @2025-03-01T13:53"],
        fixIts: fixIts))
  }
}

extension DiagnosticCode {
  static let malformedNumber = DiagnosticCode(
    "T0104", "A number is digits, with a point between digits and nothing glued behind.")
  static let malformedDate = DiagnosticCode(
    "T0105", "A date or period is written like @2025, @2025-Q1, @2025-03-01 and is in the calendar."
  )
}
