#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that could not be written, read or understood.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
}

extension GroupByTable {
  /// Writes the table as its R program does, with `fwrite`: commas, no quotes, nothing where a
  /// value is missing, no trailing zeros, a power of ten where that is shorter than the decimal.
  /// Returns the bytes written.
  ///
  /// `hasPowers` false writes decimals only: powers concern a dozen numbers among ten million, and
  /// not every reader takes them for exact.
  func write(to path: String, hasPowers: Bool = true) throws -> Int {
    var output = try Output(path: path)
    defer { output.end() }
    output.append("id1,id2,id3,id4,id5,id6,v1,v2,v3\n")
    for row in 0..<shape.rows {
      for column in 0..<3 {
        let id = ids[column][row]
        if id > 0 {
          output.append("id")
          output.append(UInt64(id), digits: column == 2 ? 10 : 3)
        }
        output.append(comma)
      }
      for column in 3..<6 { output.appendPresent(ids[column][row]) }
      for column in 0..<2 { output.appendPresent(values[column][row]) }
      output.appendAmount(amounts[row], hasPowers: hasPowers)
      try output.endLine()
    }
    try output.flush()
    return output.written
  }
}

private let comma = UInt8(ascii: ",")
private let newline = UInt8(ascii: "\n")

/// A large buffer in front of a file.
struct Output {
  private static let limit = 4 << 20
  /// The bytes that a line may have.
  private static let longestLine = 1 << 18
  private let file: Int32
  private(set) var written = 0
  private var count = 0
  private let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: limit)

  /// Begins a file, or begins it anew.
  init(path: String) throws {
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard file >= 0 else { throw BenchmarkError(description: "\(path): cannot be written") }
  }

  /// Closes the file. What was not flushed is lost.
  func end() {
    close(file)
    bytes.deallocate()
  }

  mutating func append(line: String) {
    for byte in line.utf8 { append(byte) }
    append(newline)
  }

  /// Ends a line, and writes out what there is once that is much.
  mutating func endLine() throws {
    append(newline)
    if count > Self.limit - Self.longestLine { try flush() }
  }

  mutating func append(_ byte: UInt8) {
    bytes[count] = byte
    count &+= 1
  }

  mutating func append(_ text: StaticString) {
    for index in 0..<text.utf8CodeUnitCount { append(text.utf8Start[index]) }
  }

  /// A number with at least `digits` digits.
  mutating func append(_ number: UInt64, digits: Int = 1) {
    var width = 1
    var limit: UInt64 = 10
    while number >= limit {
      width += 1
      limit *= 10
    }
    width = max(width, digits)
    var rest = number
    for place in stride(from: width - 1, through: 0, by: -1) {
      bytes[count + place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    count += width
  }

  mutating func appendPresent(_ number: Int32) {
    if number > 0 { append(UInt64(number)) }
    append(comma)
  }

  /// Millionths without trailing zeros.
  mutating func appendAmount(_ amount: Int32, hasPowers: Bool) {
    if amount < 0 { return }
    var digits = UInt64(amount)
    var places = 6
    while places > 0, digits % 10 == 0 {
      digits /= 10
      places -= 1
    }
    if hasPowers, amount > 0, digits < 10 ? amount < 1000 : amount < 100 {
      return appendPower(digits, places)
    }
    var power: UInt64 = 1
    for _ in 0..<places { power *= 10 }
    append(digits / power)
    if places > 0 {
      append(UInt8(ascii: "."))
      append(digits % power, digits: places)
    }
  }

  /// `digits * 10^-places` with one digit before the point, for instance `1.2e-05`.
  private mutating func appendPower(_ digits: UInt64, _ places: Int) {
    let isPair = digits >= 10
    append(isPair ? digits / 10 : digits)
    if isPair {
      append(UInt8(ascii: "."))
      append(digits % 10)
    }
    append("e-")
    append(UInt64(isPair ? places - 1 : places), digits: 2)
  }

  private static func write(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(file, bytes, count)
    #elseif canImport(Musl)
      Musl.write(file, bytes, count)
    #else
      Darwin.write(file, bytes, count)
    #endif
  }

  mutating func flush() throws {
    var start = 0
    while start < count {
      let done = Self.write(file, bytes + start, count - start)
      guard done > 0 else { throw BenchmarkError(description: "the disk is full") }
      start += done
    }
    written += count
    count = 0
  }
}
