extension Diagnostic {
  /// This diagnostic as text for people: what, where, the source line, carets, help and mends.
  ///
  /// ```text
  /// error[T0203]: no column "agancy" in services
  ///  --> weekly.tally:5:42
  /// 5 | count services where level >= 3 group by agancy
  ///   |                                          ^^^^^^ did you mean "agency"?
  /// ```
  ///
  /// Carets stand below the characters as a terminal shows them, and long lines are cut around
  /// them. Control characters of the source are shown as spaces, so that no text can reach the
  /// terminal as a command. With `color`, parts carry ANSI colours.
  public func rendered(in source: SourceText, color: Bool = false) -> String {
    var painter = DiagnosticPainter(source: source, colour: color, gutter: 0)
    let last = related.map(\.span.start).reduce(span.start, max)
    painter.gutter = String(source.line(at: last)).count
    painter.heading(severity, "\(severity.rawValue)[\(code.id)]", message)
    // A file that could not be opened has no place to show.
    if source.length > 0 {
      painter.location(span)
      painter.excerpt(span, label: label, style: painter.style(of: severity))
    }
    for place in related {
      painter.excerpt(place.span, label: place.message, style: .blue)
    }
    for line in help { painter.remark("=", line) }
    for fixIt in fixIts {
      painter.remark("=", "fix: \(fixIt.message)")
      if let line = fixIt.mendedLine(of: source) { painter.remark("+", line) }
    }
    return painter.output
  }
}

extension FixIt {
  /// The line as the mend makes it, if that says more than the message, and the line is not long.
  fileprivate func mendedLine(of source: SourceText) -> String? {
    guard edits.count > 1 || !message.contains("`"), let first = edits.first, let last = edits.last
    else { return nil }
    let number = source.line(at: first.span.start)
    guard number == source.line(at: last.span.end) else { return nil }
    let mended = SourceText(applied(to: source))
    let line = mended.text(in: mended.lineSpan(number))
    return line.count <= 160 ? line : nil
  }
}

/// Writes the parts of a rendered diagnostic.
private struct DiagnosticPainter {
  enum Style: String {
    case red = "1;31"
    case yellow = "1;33"
    case blue = "1;34"
    case bold = "1"
  }

  let source: SourceText
  let colour: Bool
  /// The width of the column of line numbers.
  var gutter: Int
  var output = ""

  /// The most characters of a source line that are shown.
  private static let widest = 160
  /// The bytes of a line that are looked at on either side of the place.
  private static let reach = 1_000

  func style(of severity: Diagnostic.Severity) -> Style {
    switch severity {
    case .error: .red
    case .warning: .yellow
    case .note: .blue
    }
  }

  private func painted(_ text: String, _ style: Style) -> String {
    colour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  mutating func heading(_ severity: Diagnostic.Severity, _ title: String, _ message: String) {
    output += painted(title, style(of: severity)) + painted(": " + harmless(message), .bold) + "\n"
  }

  mutating func location(_ span: SourceSpan) {
    let place = source.position(at: span.start)
    let arrow = painted(String(repeating: " ", count: gutter) + "-->", .blue)
    output += "\(arrow) \(harmless(source.name)):\(place.line):\(place.column)\n"
  }

  mutating func remark(_ sign: String, _ text: String) {
    let indent = String(repeating: " ", count: gutter + 1)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      output += indent + (index == 0 ? painted(sign, .blue) : " ") + " \(harmless(line))\n"
    }
  }

  mutating func excerpt(_ span: SourceSpan, label: String?, style: Style) {
    let number = source.line(at: span.start)
    let line = source.lineSpan(number)
    let start = min(max(span.start, line.start), line.end)
    let end = min(max(span.end, start), line.end)
    var before = Array(source.text(in: window(max(line.start, start - Self.reach), start)))
    var marked = Array(source.text(in: window(start, min(end, start + Self.reach))))
    var after = Array(source.text(in: window(end, min(line.end, end + Self.reach))))
    if before.count + marked.count + after.count > Self.widest {
      if marked.count > 60 { marked = marked.prefix(60) + ["…"] }
      if before.count > 60 { before = ["…"] + before.suffix(60) }
      if after.count > 30 { after = after.prefix(30) + ["…"] }
    }
    let digits = String(number)
    let pad = String(repeating: " ", count: gutter - min(gutter, digits.count))
    let shown = [before, marked, after].map { harmless(String($0)) }
    output += painted("\(pad)\(digits) |", .blue) + " " + shown.joined() + "\n"
    let carets = String(repeating: "^", count: max(1, shown[1].displayWidth))
    let indent = String(repeating: " ", count: shown[0].displayWidth)
    let words = label.map { " " + harmless($0) } ?? ""
    let bar = painted(String(repeating: " ", count: gutter) + " |", .blue)
    output += bar + " " + indent + painted(carets + words, style) + "\n"
  }

  /// The span from `start` to `end`, made smaller where it would cut a character's bytes.
  private func window(_ start: Int, _ end: Int) -> SourceSpan {
    func isInner(_ offset: Int) -> Bool {
      offset < source.length && source.bytes[offset] & 0xC0 == 0x80
    }
    var (first, last) = (start, end)
    while first < last, isInner(first) { first += 1 }
    while last > first, isInner(last) { last -= 1 }
    return SourceSpan(first, last)
  }

  /// The text with a space for each steering character, and two for a tab.
  private func harmless(_ text: some StringProtocol) -> String {
    var result = ""
    for character in text {
      let isControl = character.unicodeScalars.contains(where: \.isSteering)
      result += isControl ? (character == "\t" ? "  " : " ") : String(character)
    }
    return result
  }
}
