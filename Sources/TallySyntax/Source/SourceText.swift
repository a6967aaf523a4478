/// A text to read, with the name messages call it by and its table of lines.
///
/// Offsets are offsets of UTF-8 bytes. Lines and columns count from 1, and a column is one
/// character as a person counts it (a grapheme cluster). Lines end with LF, CR LF or CR.
///
///     let text = SourceText("count services", name: "weekly.tally")
///     let place = text.position(at: 6)  // line 1, column 7
public struct SourceText: Sendable {
  /// The name messages use: a file name, or for instance `<prompt>`.
  public let name: String
  /// The text.
  public let text: String
  /// The bytes of the text.
  package let bytes: [UInt8]
  /// The offset of the first byte of each line, ascending; the first is 0.
  package let lineStarts: [Int]
  /// For excerpts of a longer text: the number there of each line.
  private var lineNumbers: [Int]?

  /// Makes a source of `text`, called `name` in messages.
  public init(_ text: String, name: String = "<query>") {
    self.init(bytes: Array(text.utf8), text: text, name: name)
  }

  /// Makes a source of bytes read from a file, or nothing if they are not UTF-8.
  ///
  /// A byte order mark at the beginning is left out.
  public init?(utf8 bytes: [UInt8], name: String) {
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let content = hasMark ? Array(bytes.dropFirst(3)) : bytes
    guard let text = String(validating: content, as: UTF8.self) else { return nil }
    self.init(bytes: content, text: text, name: name)
  }

  /// Makes a source of single lines of a longer text, each with its number there in ascending
  /// order. Line ends within an excerpt are shown as blanks.
  package init(excerpts: [(line: Int, text: String)], name: String) {
    let lines = excerpts.map { excerpt in
      String(
        decoding: excerpt.text.utf8.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }, as: UTF8.self)
    }
    self.init(lines.joined(separator: "\n"), name: name)
    lineNumbers = excerpts.map(\.line)
  }

  /// The offset of an excerpt's first byte.
  package func excerptStart(_ index: Int) -> Int { lineStarts[index] }

  private init(bytes: [UInt8], text: String, name: String) {
    self.name = name
    self.text = text
    self.bytes = bytes
    var starts = [0]
    for index in bytes.indices {
      let endsLine =
        bytes[index] == 0x0A
        || (bytes[index] == 0x0D && (index + 1 == bytes.count || bytes[index + 1] != 0x0A))
      if endsLine { starts.append(index + 1) }
    }
    lineStarts = starts
  }

  /// The number of bytes.
  public var length: Int { bytes.count }

  /// The span of the whole text.
  public var span: SourceSpan { SourceSpan(0, bytes.count) }

  /// The text of `span`; offsets outside the text count as its ends.
  public func text(in span: SourceSpan) -> String {
    let start = min(max(span.start, 0), bytes.count)
    let end = min(max(span.end, start), bytes.count)
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// The line, from 1, that holds the byte at `offset`.
  public func line(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    if let lineNumbers, low < lineNumbers.count { return lineNumbers[low] }
    return low + 1
  }

  /// The line and column of the byte at `offset`.
  public func position(at offset: Int) -> SourcePosition {
    let line = line(at: offset)
    let start = lineSpan(line).start
    let before = SourceSpan(start, min(max(offset, start), bytes.count))
    let isPlain = bytes[before.start..<before.end].allSatisfy { (0x20..<0x7F).contains($0) }
    return SourcePosition(
      line: line, column: (isPlain ? before.length : text(in: before).count) + 1)
  }

  /// The span of line `number`, counted from 1, without its line end.
  package func lineSpan(_ number: Int) -> SourceSpan {
    let place = lineNumbers.map { ($0.firstIndex(of: number) ?? 0) + 1 } ?? number
    let index = min(max(place, 1), lineStarts.count) - 1
    let start = lineStarts[index]
    var end = index + 1 < lineStarts.count ? lineStarts[index + 1] : bytes.count
    while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return SourceSpan(start, end)
  }
}

/// A place in a text as people name it.
public struct SourcePosition: Sendable, Hashable {
  /// The line, from 1.
  public let line: Int
  /// The column in characters (grapheme clusters), from 1.
  public let column: Int
}
