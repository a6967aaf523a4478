/// Writes trees in their canonical form, with the comments that stood within them.
struct SyntaxWriter {
  private var breaker = LineBreaker()
  private var comments: ArraySlice<CommentSyntax>
  private let source: SourceText?

  init(comments: ArraySlice<CommentSyntax> = [], source: SourceText? = nil) {
    self.comments = comments
    self.source = source
  }

  /// What was written, in lines.
  var laidOut: String { breaker.laidOut() }

  mutating func text(_ text: String) { breaker.text(text) }

  /// Writes a group whose places to break are broken together.
  mutating func group(_ body: (inout SyntaxWriter) -> Void) {
    breaker.begin()
    body(&self)
    breaker.end()
  }

  mutating func indented(_ body: (inout SyntaxWriter) -> Void) {
    breaker.indent()
    body(&self)
    breaker.outdent()
  }

  /// A blank or a line end, before what stood at `offset`, behind the comments before it.
  mutating func line(before offset: Int) {
    writeComments(before: offset)
    breaker.line()
  }

  /// Nothing or a line end, before what stood at `offset`, behind the comments before it.
  mutating func softLine(before offset: Int) {
    writeComments(before: offset)
    breaker.softLine()
  }

  /// Writes the comments that stood before `offset`.
  mutating func writeComments(before offset: Int) {
    while let comment = comments.first, comment.span.start < offset {
      comments.removeFirst()
      breaker.comment(comment.tidied, isAlone: isAlone(comment))
    }
  }

  /// Whether nothing stands before the comment on its line.
  private func isAlone(_ comment: CommentSyntax) -> Bool {
    guard let source else { return false }
    let start = source.lineSpan(source.line(at: comment.span.start)).start
    return source.bytes[start..<comment.span.start].allSatisfy { $0 <= 0x20 }
  }

  /// Writes `elements` with commas between, broken behind the commas.
  mutating func list<Element>(
    _ elements: [Element], start: (Element) -> Int,
    _ write: (inout SyntaxWriter, Element) -> Void
  ) {
    for (index, element) in elements.enumerated() {
      if index > 0 {
        text(",")
        line(before: start(element))
      }
      write(&self, element)
    }
  }

  /// Writes `elements` in parentheses that stood before `end`.
  mutating func parenthesised<Element>(
    _ elements: [Element], before end: Int, start: (Element) -> Int,
    _ write: (inout SyntaxWriter, Element) -> Void
  ) {
    group { writer in
      writer.text("(")
      writer.indented { writer in
        if let first = elements.first { writer.softLine(before: start(first)) }
        writer.list(elements, start: start, write)
      }
      writer.softLine(before: end)
      writer.text(")")
    }
  }

  // MARK: Names and literals

  mutating func write(_ name: NameSyntax) { text(Self.spelling(name)) }

  mutating func write(_ path: NamePathSyntax) {
    text(path.parts.map(Self.spelling).joined(separator: "."))
  }

  private static func spelling(_ name: NameSyntax) -> String {
    name.isQuoted ? "`\(name.text.replacing("`", with: "``"))`" : name.text
  }

  mutating func write(_ literal: LiteralSyntax) {
    switch literal {
    case .number(let number): text(number.spelling)
    case .percent(let number): text(number.spelling + "%")
    case .text(let value): text(spelledText(value))
    case .boolean(let value): text(value ? "true" : "false")
    case .missing: text("missing")
    case .period(let period): text("@" + period.spelling)
    case .span(let count, let unit):
      let isOne = count.coefficient == 1 && count.scale == 0
      text("\(count.spelling) \(unit.rawValue)\(isOne ? "" : "s")")
    }
  }
}

extension NumberSyntax {
  /// The number in digits.
  package var spelling: String {
    let digits = String(coefficient)
    guard scale > 0 else { return digits }
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    return "\(padded.dropLast(scale)).\(padded.suffix(scale))"
  }
}

extension PeriodSyntax {
  /// The period as ISO 8601 has it, quarters and halves like weeks.
  package var spelling: String {
    func padded(_ number: Int, _ width: Int = 2) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    switch self {
    case .year(let year): return padded(year, 4)
    case .half(let year, let half): return "\(padded(year, 4))-H\(half)"
    case .quarter(let year, let quarter): return "\(padded(year, 4))-Q\(quarter)"
    case .month(let year, let month): return "\(padded(year, 4))-\(padded(month))"
    case .week(let year, let week): return "\(padded(year, 4))-W\(padded(week))"
    case .day(let year, let month, let day):
      return "\(padded(year, 4))-\(padded(month))-\(padded(day))"
    case .instant(let time):
      let day = "\(padded(time.year, 4))-\(padded(time.month))-\(padded(time.day))"
      var text = "\(day)T\(padded(time.hour)):\(padded(time.minute))"
      if time.second != 0 || time.nanosecond != 0 { text += ":\(padded(time.second))" }
      if time.nanosecond != 0 {
        var fraction = padded(time.nanosecond, 9)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        text += ".\(fraction)"
      }
      guard let offset = time.offset else { return text }
      guard offset != 0 else { return text + "Z" }
      let size = abs(offset)
      return text + "\(offset < 0 ? "-" : "+")\(padded(size / 60)):\(padded(size % 60))"
    }
  }
}
