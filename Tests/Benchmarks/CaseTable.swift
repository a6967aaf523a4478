/// Tables that flatter nobody, drawn the same everywhere.
///
/// | file | columns |
/// |---|---|
/// | `Z1_1e7` | `word` and `number` by a law of Zipf among a million, `v1` 1 … 5, `v3` 0 … 100 |
/// | `U1_3e6` | `url`, another in every row, `host`, `ms`, `size` |
/// | `W1_1e4` | `c0` … `c999`: text, integer, decimal in turns |
/// | `V1_3e6` | `id`, another in every row and in no order, `day` in three years, `station` 1 … 1000, `v1` 1 … 100, `v3` 0 … 100 |
enum CaseTable {
  case zipf(rows: Int)
  case urls(rows: Int)
  case wide(rows: Int, columns: Int)
  case visits(rows: Int)

  /// The file's name without extension.
  var name: String {
    switch self {
    case .zipf(let rows): "Z1_\(shortNumber(rows))"
    case .urls(let rows): "U1_\(shortNumber(rows))"
    case .wide(let rows, _): "W1_\(shortNumber(rows))"
    case .visits(let rows): "V1_\(shortNumber(rows))"
    }
  }

  /// Writes the table.
  func write(to path: String) throws {
    var output = try Output(path: path)
    defer { output.end() }
    var random = MersenneTwister(seed: 108)
    switch self {
    case .zipf(let rows):
      output.append(line: "word,number,v1,v3")
      for _ in 0..<rows { try Self.appendFrequent(to: &output, &random) }
    case .urls(let rows):
      output.append(line: "url,host,ms,size")
      for row in 0..<rows { try Self.appendAddress(row, to: &output, &random) }
    case .wide(let rows, let columns):
      output.append(line: (0..<columns).map { "c\($0)" }.joined(separator: ","))
      for _ in 0..<rows { try Self.appendWide(columns, to: &output, &random) }
    case .visits(let rows):
      output.append(line: "id,day,station,v1,v3")
      for row in 0..<rows { try Self.appendVisit(row, to: &output, &random) }
    }
    try output.flush()
  }

  /// A number from 1 on, below a power of two, of which each is about as frequent as its reciprocal
  /// says: first its number of digits is drawn, then these.
  private static func frequent(bits: Int, _ random: inout MersenneTwister) -> UInt64 {
    let power = random.below(bits)
    return UInt64(1 << power + random.below(1 << power))
  }

  private static func appendFrequent(
    to output: inout Output, _ random: inout MersenneTwister
  ) throws {
    let word = frequent(bits: 20, &random)
    let number = frequent(bits: 20, &random)
    output.append("user")
    // Far from the order of frequency.
    output.append(word &* 2_654_435_761 % 0x1_0000_0000)
    output.append(comma)
    output.append(number)
    output.append(comma)
    output.append(UInt64(random.below(5) + 1))
    output.append(comma)
    output.appendHundredths(UInt64(random.below(10_000)))
    try output.endLine()
  }

  private static func appendAddress(
    _ row: Int, to output: inout Output, _ random: inout MersenneTwister
  ) throws {
    let host = frequent(bits: 11, &random)
    output.append("https://www.site")
    output.append(host)
    output.append(".example/catalogue/item")
    output.append(UInt64(random.below(5000)))
    output.append("?ref=")
    output.append(UInt64(row) &* 2_654_435_761 % 0x1_0000_0000, digits: 10)
    output.append(comma)
    output.append("site")
    output.append(host)
    output.append(comma)
    output.append(UInt64(random.below(3000)))
    output.append(comma)
    output.append(UInt64(random.below(1 << 20)))
    try output.endLine()
  }

  private static func appendVisit(
    _ row: Int, to output: inout Output, _ random: inout MersenneTwister
  ) throws {
    // An odd factor gives each row below a power of two another number below it.
    output.append(UInt64(row) &* 2_654_435_761 % (1 << 24))
    output.append(comma)
    let day = random.below(3 * 12 * 28)
    output.append(UInt64(2022 + day / (12 * 28)))
    output.append("-")
    output.append(UInt64(day / 28 % 12 + 1), digits: 2)
    output.append("-")
    output.append(UInt64(day % 28 + 1), digits: 2)
    output.append(comma)
    output.append(UInt64(random.below(1000) + 1))
    output.append(comma)
    output.append(UInt64(random.below(100) + 1))
    output.append(comma)
    output.appendHundredths(UInt64(random.below(10_000)))
    try output.endLine()
  }

  private static func appendWide(
    _ columns: Int, to output: inout Output, _ random: inout MersenneTwister
  ) throws {
    for column in 0..<columns {
      if column > 0 { output.append(comma) }
      switch column % 3 {
      case 0:
        output.append("t")
        output.append(UInt64(random.below(50)))
      case 1: output.append(UInt64(random.below(1000)))
      default: output.appendHundredths(UInt64(random.below(10_000)))
      }
    }
    try output.endLine()
  }
}

private let comma = UInt8(ascii: ",")

extension Output {
  /// Hundredths with two decimal places.
  fileprivate mutating func appendHundredths(_ number: UInt64) {
    append(number / 100)
    append(UInt8(ascii: "."))
    append(number % 100, digits: 2)
  }
}
