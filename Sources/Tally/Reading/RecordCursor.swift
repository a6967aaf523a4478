#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The signs that structure a delimited text.
struct Dialect: Sendable, Hashable {
  /// What separates fields.
  var delimiter: UInt8
  /// What encloses fields, if anything does.
  var quote: UInt8?
  /// What ends a line: LF, before which a CR is dropped, or CR.
  var newline: UInt8

  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
}

/// Takes text apart into fields as RFC 4180 describes them. A quote opens a quoted field only
/// where a field begins; elsewhere it is a character like others.
struct RecordCursor {
  private let base: UnsafePointer<UInt8>
  private let end: Int
  private let dialect: Dialect
  /// The offset of the next byte to read.
  private(set) var position: Int

  /// Makes a cursor on the bytes `from..<end` of `base`.
  init(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int, _ dialect: Dialect) {
    self.base = base
    self.end = end
    self.dialect = dialect
    position = start
  }

  /// What follows a field.
  enum Stop {
    case delimiter
    case newline
    /// The text ends; it may be a piece of a longer one.
    case end
    /// The text ends inside quotes.
    case openQuote
    /// Something else than a delimiter stands behind the closing quote.
    case strayText
  }

  /// One field.
  struct Field {
    /// The content, without quotes.
    var start: Int
    var end: Int
    var isQuoted = false
    /// Whether quotes in the content are doubled.
    var hasDoubledQuotes = false
    var stop: Stop
  }

  var isAtEnd: Bool { position >= end }

  /// Reads the next field and what follows it.
  mutating func next() -> Field {
    if position < end, let quote = dialect.quote, base[position] == quote {
      return nextQuoted(quote)
    }
    let start = position
    var index = position
    let (delimiter, newline) = (dialect.delimiter, dialect.newline)
    while index < end {
      let byte = base[index]
      if byte == delimiter || byte == newline { break }
      index &+= 1
    }
    guard index < end else {
      position = end
      return Field(start: start, end: withoutReturn(start, end), stop: .end)
    }
    position = index + 1
    if base[index] == newline {
      return Field(start: start, end: withoutReturn(start, index), stop: .newline)
    }
    return Field(start: start, end: index, stop: .delimiter)
  }

  private func withoutReturn(_ start: Int, _ index: Int) -> Int {
    dialect.newline == Dialect.lineFeed && index > start
      && base[index - 1] == Dialect.carriageReturn ? index - 1 : index
  }

  private mutating func nextQuoted(_ quote: UInt8) -> Field {
    let start = position + 1
    var index = start
    var hasDoubledQuotes = false
    while true {
      guard index < end, let found = memchr(base + index, Int32(quote), end - index) else {
        position = end
        return Field(
          start: start, end: end, isQuoted: true, hasDoubledQuotes: hasDoubledQuotes,
          stop: .openQuote)
      }
      let close = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      index = close + 1
      if index < end, base[index] == quote {
        hasDoubledQuotes = true
        index += 1
        continue
      }
      let stop = stop(behind: index)
      return Field(
        start: start, end: close, isQuoted: true, hasDoubledQuotes: hasDoubledQuotes, stop: stop)
    }
  }

  /// What follows the closing quote before `index`.
  private mutating func stop(behind index: Int) -> Stop {
    guard index < end else {
      position = end
      return .end
    }
    if base[index] == dialect.delimiter {
      position = index + 1
      return .delimiter
    }
    if base[index] == dialect.newline {
      position = index + 1
      return .newline
    }
    if dialect.newline == Dialect.lineFeed, base[index] == Dialect.carriageReturn {
      if index + 1 == end {
        position = end
        return .end
      }
      if base[index + 1] == Dialect.lineFeed {
        position = index + 2
        return .newline
      }
    }
    position = index
    return .strayText
  }

  /// The offset behind the last record that is complete, or nil where none is.
  mutating func endOfLastRecord() -> Int? {
    var result: Int?
    while !isAtEnd {
      switch next().stop {
      case .newline: result = position
      case .strayText:
        // The error is reported when the block is read; go on behind the stray text.
        skipStrayText()
      case .delimiter, .end, .openQuote: break
      }
    }
    return result
  }

  private mutating func skipStrayText() {
    while position < end, base[position] != dialect.delimiter, base[position] != dialect.newline {
      position += 1
    }
    // Leave a line end for the empty field that `next` will find there.
    if position < end, base[position] == dialect.delimiter { position += 1 }
  }

  /// The offset of the first line end from the position on, or nil.
  func nextLineEnd() -> Int? {
    guard position < end,
      let found = memchr(base + position, Int32(dialect.newline), end - position)
    else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }
}

/// The number of bytes that are `byte`.
func countBytes(_ bytes: UnsafePointer<UInt8>, _ count: Int, equalTo byte: UInt8) -> Int {
  var total = 0
  for index in 0..<count { total &+= bytes[index] == byte ? 1 : 0 }
  return total
}
