extension Lexer {
  /// Reads a text from its opening quote, which is `quoteLength` bytes long, to the closing one.
  ///
  /// A text may go over several lines. One that is never closed counts as closed at the end of its
  /// first line, so that the lines below are read as they are meant.
  mutating func readText(quoteLength: Int) {
    let start = position
    let quote = scalar(at: position).0
    position += quoteLength
    while position < end {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\\") {
        position = min(position + 1 + (position + 1 < end ? scalar(at: position + 1).1 : 0), end)
        continue
      }
      let (next, length) = byte < 0x80 ? (Unicode.Scalar(byte), 1) : scalar(at: position)
      position += length
      if TextLiteral.closes(next, quote) {
        emit(.text, from: start)
        checkEscapes(SourceSpan(start, position))
        checkDoubledQuote(quote, from: start)
        return
      }
    }
    leaveOpen(start, what: "text", closing: TextLiteral.closing(of: quote))
  }

  private mutating func leaveOpen(_ start: Int, what: String, closing: String) {
    position = start + 1
    while position < end, bytes[position] != 0x0A, bytes[position] != 0x0D { position += 1 }
    let stop = position
    result.openQuote = result.openQuote ?? start
    emit(.invalid, from: start)
    report(
      Diagnostic(
        .unclosedText, "the \(what) that begins here isn't closed",
        at: SourceSpan(start, stop),
        fixIts: [
          FixIt("close it with `\(closing)`", replace: SourceSpan(stop, stop), with: closing)
        ]
      ))
  }

  private mutating func checkEscapes(_ span: SourceSpan) {
    guard bytes[span.start..<span.end].contains(UInt8(ascii: "\\")) else { return }
    for fault in TextLiteral(source, span).faults {
      report(
        Diagnostic(
          .unknownEscape, "`\(source.text(in: fault))` is no escape", at: fault,
          help: [#"escapes are \n \t \r \" \' \\ and \u{1EC7}"#],
          fixIts: [
            FixIt(
              #"write `\\` for a backslash"#, replace: SourceSpan(fault.start, fault.start + 1),
              with: #"\\"#)
          ]))
    }
  }

  /// Reports the SQL way to write a quote within a text: doubled.
  private mutating func checkDoubledQuote(_ quote: Unicode.Scalar, from start: Int) {
    guard quote.isASCII, peek() == UInt8(ascii: quote), position - start > 1 else { return }
    let span = SourceSpan(position - 1, position + 1)
    report(
      Diagnostic(
        .foreignSpelling, "a quote within a text is written with a backslash", at: span,
        fixIts: [FixIt("write `\\\(quote)`", replace: span, with: "\\\(quote)")]))
  }

  /// Reads a name in backticks; a backtick within it is doubled.
  mutating func readQuotedName() {
    let start = position
    position += 1
    while position < end, bytes[position] != 0x0A, bytes[position] != 0x0D {
      let isTick = bytes[position] == UInt8(ascii: "`")
      position += 1
      guard isTick else { continue }
      if peek() == UInt8(ascii: "`") {
        position += 1
        continue
      }
      if position - start == 2 {
        report(
          Diagnostic(
            .unknownCharacter, "a name can't be empty", at: SourceSpan(start, position)))
        return emit(.invalid, from: start)
      }
      return emit(.quotedName, from: start)
    }
    leaveOpen(start, what: "name", closing: "`")
  }
}

/// A text literal of a source: its value, and what in it is no escape.
struct TextLiteral {
  private(set) var value = ""
  private(set) var faults: [SourceSpan] = []

  /// Reads the text, quotes included, at `span`.
  init(_ source: SourceText, _ span: SourceSpan) {
    let text = source.text(in: span).unicodeScalars
    let content = text.dropFirst().dropLast()
    guard content.contains("\\") else {
      value = String(content).normalised
      return
    }
    var scalars = String.UnicodeScalarView()
    var offset = span.start + (text.first.map { UTF8.width($0) } ?? 0)
    var rest = content
    while let next = rest.popFirst() {
      if next != "\\" {
        scalars.append(next)
        offset += UTF8.width(next)
        continue
      }
      let before = rest
      if let escaped = Self.escaped(&rest) {
        scalars.append(escaped)
      } else {
        faults.append(SourceSpan(offset, offset + 1 + (before.first.map { UTF8.width($0) } ?? 0)))
      }
      offset += 1
      for skipped in before[before.startIndex..<rest.startIndex] { offset += UTF8.width(skipped) }
    }
    value = String(scalars).normalised
  }

  /// What the escape that begins behind a backslash stands for; nothing if there is none.
  private static func escaped(_ rest: inout Substring.UnicodeScalarView) -> Unicode.Scalar? {
    switch rest.popFirst() {
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "\\": return "\\"
    case "\"": return "\""
    case "'": return "'"
    case "u":
      guard rest.first == "{", let close = rest.firstIndex(of: "}") else { return nil }
      let digits = rest[rest.index(after: rest.startIndex)..<close]
      guard digits.count <= 6, let number = UInt32(String(digits), radix: 16),
        let scalar = Unicode.Scalar(number)
      else { return nil }
      rest = rest[rest.index(after: close)...]
      return scalar
    default: return nil
    }
  }

  /// Whether `scalar` closes a text that `quote` opened.
  static func closes(_ scalar: Unicode.Scalar, _ quote: Unicode.Scalar) -> Bool {
    switch quote {
    case "\"", "'": scalar == quote
    case "“", "”", "„", "‟": scalar == "”" || scalar == "“"
    default: scalar == "’" || scalar == "‘"
    }
  }

  /// The quote that closes a text opened with `quote`.
  static func closing(of quote: Unicode.Scalar) -> String {
    switch quote {
    case "\"", "'": String(quote)
    case "“", "”", "„", "‟": "”"
    default: "’"
    }
  }
}

extension DiagnosticCode {
  static let unclosedText = DiagnosticCode("T0102", "A text or a name has no closing quote.")
  static let unknownEscape = DiagnosticCode(
    "T0103", #"A backslash in a text begins none of the escapes \n \t \r \" \' \\ \u{...}."#)
}
