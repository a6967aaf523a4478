/// Cuts a text into tokens. It never fails: what it can't read it reports, and goes on as if the
/// proposed spelling stood there.
struct Lexer {
  let source: SourceText
  let bytes: [UInt8]
  let end: Int
  var position: Int
  var result = LexedText()
  private var startsLine = true
  private(set) var hasSpaceBefore = true
  /// The bracket that closes a list which one opened that is no parenthesis.
  var bracketEnd: Int?

  /// Prepares to read the part of `source` within `span`.
  init(_ source: SourceText, in span: SourceSpan) {
    self.source = source
    bytes = source.bytes
    end = min(max(span.end, 0), source.length)
    position = min(max(span.start, 0), end)
  }

  /// The tokens, of which the last is of the kind `end`.
  static func tokens(of source: SourceText, in span: SourceSpan? = nil) -> LexedText {
    var lexer = Lexer(source, in: span ?? source.span)
    lexer.run()
    return lexer.result
  }

  private mutating func run() {
    result.tokens.reserveCapacity((end - position) / 5 + 1)
    while result.diagnostics.count < mostDiagnostics {
      skipBlanks()
      guard position < end else { break }
      readToken()
    }
    position = end
    emit(.end, from: end)
  }

  /// The byte `distance` behind the current one, 0 behind the end.
  func peek(_ distance: Int = 0) -> UInt8 {
    position + distance < end ? bytes[position + distance] : 0
  }

  /// Appends the token from `start` to the current position.
  mutating func emit(_ kind: Token.Kind, from start: Int, keyword: Keyword? = nil) {
    result.tokens.append(
      Token(
        kind: kind, keyword: keyword, startsLine: startsLine, hasSpaceBefore: hasSpaceBefore,
        start: start, end: position))
    startsLine = false
    hasSpaceBefore = false
  }

  mutating func report(_ diagnostic: Diagnostic) { result.diagnostics.append(diagnostic) }

  // MARK: Blanks and comments

  private mutating func skipBlanks() {
    while position < end {
      switch bytes[position] {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        startsLine = true
        position += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0B, 0x0C: position += 1
      case UInt8(ascii: "#"): skipComment(mark: nil)
      case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"):
        skipComment(mark: SourceSpan(position, position + 2))
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/") && (startsLine || isProse):
        skipComment(mark: SourceSpan(position, position + 2))
      case 0xC2 where peek(1) == 0xA0: position += 2
      case 0xE2, 0xE3, 0xEF:
        let length = wideBlankLength
        guard length > 0 else { return }
        position += length
      default: return
      }
      hasSpaceBefore = true
    }
  }

  /// Whether what follows on `//` are words side by side, as no division has.
  private var isProse: Bool {
    guard peek(2) == UInt8(ascii: " "), hasSpaceBefore else { return false }
    let lineEnd = bytes[position..<end].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? end
    let words = source.text(in: SourceSpan(position + 2, lineEnd)).split(separator: " ")
    let isPlain = words.allSatisfy { Keyword.bySpelling[$0.lowercased()]?.isReserved != true }
    return words.count > 1 && isPlain && words.prefix(2).allSatisfy { $0.allSatisfy(\.isLetter) }
  }

  /// The length of a blank of three bytes here: U+2000...U+200B, U+202F, U+3000, U+FEFF; 0 if none.
  private var wideBlankLength: Int {
    switch (peek(), peek(1), peek(2)) {
    case (0xE2, 0x80, 0x80...0x8B), (0xE2, 0x80, 0xAF), (0xE3, 0x80, 0x80), (0xEF, 0xBB, 0xBF): 3
    default: 0
    }
  }

  /// Skips to the end of the line; `mark` is the sign of another language that began the comment.
  private mutating func skipComment(mark: SourceSpan?) {
    let start = position
    while position < end, bytes[position] != 0x0A, bytes[position] != 0x0D { position += 1 }
    let span = SourceSpan(start, position)
    if let mark {
      report(
        Diagnostic(
          .foreignSpelling, "a comment begins with `#`", at: mark,
          fixIts: [FixIt("write `#`", replace: mark, with: "#")]))
    }
    result.comments.append(CommentSyntax(text: source.text(in: span), span: span))
  }

  // MARK: Tokens

  private mutating func readToken() {
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      readWord()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): readNumber()
    case UInt8(ascii: "\""), UInt8(ascii: "'"): readText(quoteLength: 1)
    case UInt8(ascii: "`"): readQuotedName()
    case UInt8(ascii: "@"): readDate()
    case UInt8(ascii: "$"): readParameter()
    case 0x80...: readUnicode()
    default: readSign()
    }
  }

  private mutating func readWord() {
    let start = position
    skipWord()
    let keyword =
      position - start <= Keyword.longest
      ? Keyword.bySpelling[source.text(in: SourceSpan(start, position)).lowercased()] : nil
    emit(.word, from: start, keyword: keyword)
  }

  /// Skips letters, digits, underscores and marks.
  mutating func skipWord() {
    while position < end {
      switch bytes[position] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        position += 1
      case 0x80...:
        let (scalar, length) = scalar(at: position)
        guard scalar.properties.isXIDContinue else { return }
        position += length
      default: return
      }
    }
  }

  /// Whether a letter, digit or underscore stands `distance` bytes further.
  func isWordByte(_ distance: Int) -> Bool {
    switch peek(distance) {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    case 0x80...: scalar(at: position + distance).0.properties.isXIDContinue
    default: false
    }
  }

  func isDigit(_ distance: Int) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(peek(distance))
  }

  /// The character that begins at `offset`, and its length in bytes; the text is valid UTF-8.
  func scalar(at offset: Int) -> (Unicode.Scalar, Int) {
    var decoder = UTF8()
    var iterator = bytes[offset..<end].prefix(4).makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return ("\u{FFFD}", 1) }
    return (scalar, UTF8.width(scalar))
  }

  private mutating func readUnicode() {
    let (scalar, length) = scalar(at: position)
    switch scalar {
    case "“", "”", "„", "‟", "‘", "’", "‚", "‛": readText(quoteLength: length)
    case _ where scalar.properties.isXIDStart: readWord()
    default: readForeignSign(scalar, length: length)
    }
  }

  private mutating func readParameter() {
    let start = position
    position += 1
    let digits = position
    skipWord()
    if position == digits {
      emit(.invalid, from: start)
      report(
        Diagnostic(
          .unknownCharacter, "a parameter's name must follow `$`", at: SourceSpan(start, position)))
    } else if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[digits]) {
      emit(.placeholder, from: start)
    } else {
      emit(.parameter, from: start)
    }
  }
}

extension DiagnosticCode {
  static let unknownCharacter = DiagnosticCode(
    "T0101", "A character that begins no word, number, text or sign of the language.")
  static let foreignSpelling = DiagnosticCode(
    "T0106", "A word or sign of another language; this one has a single spelling for each idea.")
}
