@testable import Tally

/// Makes delimited files that are like those people have, and some that nobody has.
struct FileMaker {
  var random: RandomSource
  /// One of so many cells stands in quotes without need.
  private var quoting = 30

  init(seed: UInt64) { random = RandomSource(seed: seed) }

  struct File {
    var text: String
    var delimiter: Character
    var options: LoadOptions
  }

  private enum Style: CaseIterable {
    case whole, grouped, decimal, fixedDecimal, groupedDecimal, percent, exponent, date, moment
    case month, quarter, week, boolean, code, text, shortDate, mixture, long, empty, phone, threes
    case serial, fine
  }

  mutating func makeFile() -> File {
    let delimiter = pick([",", ";", "\t", "|"] as [Character])
    let newline = pick(["\n", "\n", "\r\n", "\r"])
    quoting = pick([30, 30, 3, 1])
    let columns = pick([1, 1, 2, 3, 5])
    let rows = pick([0, 1, 2, 5, 20, 60, 60, 300])
    var options = LoadOptions()
    options.header = pick([.detected, .detected, .present, .absent])
    options.ambiguity = pick([.refused, .noted])
    if chance(8) { options.numbers = pick([.decimalComma, .decimalPoint]) }
    if chance(8) { options.dates = pick([.dayFirst, .monthFirst, .yearFirst]) }
    if chance(5) { options.missing = pick([["-"], ["n/a", "NA"], ["0"], ["", "x"], ["không"]]) }
    var grid: [[String]] = (0..<columns).map { _ in column(rows) }
    if options.header != .absent || chance(2) {
      for index in grid.indices {
        grid[index].insert(chance(25) ? cell(pick(Style.allCases), 0) : "name \(index)", at: 0)
      }
    }
    if options.ambiguity == .noted { renameRepeated(&grid) }
    var lines: [String] = []
    for row in 0..<grid[0].count {
      var fields = grid.map { quoted($0[row], delimiter, newline) }
      if chance(400) { fields.append("extra") }
      if chance(400) { fields.removeLast() }
      lines.append(fields.joined(separator: String(delimiter)))
    }
    var text = lines.joined(separator: newline)
    if !chance(4) { text += newline }
    if chance(30) { text += newline }
    if chance(60) { text += "\"open" }
    return File(text: text, delimiter: delimiter, options: options)
  }

  /// Names that repeat are renamed where they aren't refused, which is tested elsewhere.
  private mutating func renameRepeated(_ grid: inout [[String]]) {
    for index in grid.indices where !grid[index].isEmpty { grid[index][0] = "name \(index)" }
  }

  private mutating func pick<T>(_ values: [T]) -> T {
    values[Int.random(in: values.indices, using: &random)]
  }

  private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

  private mutating func column(_ rows: Int) -> [String] {
    let style = pick(Style.allCases)
    let seed = Int.random(in: 0..<24, using: &random)
    let missing = pick([1000, 1000, 5, 2])
    var cells = (0..<rows).map { _ in chance(missing) ? "" : cell(style, seed) }
    if rows > 0, chance(4) { cells[rows - 1] = cell(pick(Style.allCases), seed) }
    return cells
  }

  private mutating func digits(_ range: ClosedRange<Int>) -> String {
    let count = Int.random(in: range, using: &random)
    var result = String(Int.random(in: 1...9, using: &random))
    for _ in 1..<max(count, 1) { result += String(Int.random(in: 0...9, using: &random)) }
    return result
  }

  private func group(_ digits: String, _ sign: String) -> String {
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += sign }
      result.append(digit)
    }
    return result
  }

  private mutating func cell(_ style: Style, _ seed: Int) -> String {
    let signs = [".", ",", " ", "\u{A0}", "\u{2009}", "\u{202F}", "'", "\u{2019}"]
    let sign = signs[seed % signs.count]
    let decimal = sign == "," || (sign != "." && seed > 11) ? "." : ","
    let minus = chance(6) ? "-" : ""
    switch style {
    case .whole: return chance(9) ? pick(["0", "7", "-3"]) : minus + digits(1...9)
    case .grouped: return minus + group(digits(1...pick([3, 6, 10])), sign)
    case .decimal:
      var fraction = digits(1...pick([1, 3, 5]))
      if chance(20) { fraction += "0" }
      return minus + (chance(3) ? "0" : digits(1...4)) + decimal + fraction
    case .fixedDecimal:
      let places = 1 + seed % 4
      return minus + digits(1...4) + decimal + String(digits(places...places))
    case .threes: return digits(1...3) + decimal + digits(3...3)
    case .groupedDecimal:
      return minus + group(digits(1...7), sign) + decimal + digits(2...2)
    case .percent:
      let blank = ["", "", " ", "\u{A0}"][seed % 4]
      return minus + digits(1...2) + (chance(2) ? decimal + digits(1...1) : "") + blank + "%"
    case .exponent: return exponent()
    case .serial: return serial(seed)
    case .fine: return fine(seed)
    case .date: return date(seed)
    case .moment: return moment(seed)
    case .month: return month(seed)
    case .quarter:
      let pattern = ["2025-Q1", "2025Q1", "2025 Q1", "Q1/2025", "Q1-2025", "Q1 2025"][seed % 6]
      return pattern.replacing("Q1", with: "Q\(Int.random(in: 1...4, using: &random))")
    case .week: return "20\(digits(2...2))-W\(pick(["01", "07", "30", "52", "53"]))"
    case .boolean:
      return pick([["true", "false"], ["TRUE", "FALSE"], ["True", "False"]][seed % 3])
    case .code: return pick(["007", "+84912", "1e5", "NaN", "inf", "-0", "0x1F", "00", "1.", ".5"])
    case .text:
      return pick(
        ["Bộ Tài chính", "Bo\u{323}\u{302} Ta\u{300}i chi\u{301}nh", "a", "b", "ab cd", "x", " 1"])
    case .shortDate: return "\(digits(1...1))/\(digits(1...1))/\(digits(2...2))"
    case .mixture: return cell(pick([.whole, .decimal, .grouped]), seed)
    case .long: return minus + digits(15...22) + (chance(3) ? decimal + digits(10...18) : "")
    case .empty: return pick(["", "\u{1}"])
    case .phone: return group(digits(9...pick([9, 9, 11])), " ")
    }
  }

  /// A prefix and a number, most often padded with zeros.
  private mutating func serial(_ seed: Int) -> String {
    let prefix = ["id", "Số ", "K-2024", "", "order no "][seed % 5]
    let width = chance(40) ? seed % 3 : 1 + seed % 9
    let number = digits(1...(chance(3) ? 4 : 2))
    return prefix + String(repeating: "0", count: max(0, width - number.count)) + number
  }

  /// Decimals of up to 15 digits as programs write doubles, seldom with an exponent.
  private mutating func fine(_ seed: Int) -> String {
    if chance(50) { return "\(digits(1...1)).\(digits(1...1))e-05" }
    if chance(20), seed % 2 == 1 { return pick(["6e-04", "0.00012", "-9e-04", "0.0011"]) }
    if chance(20) { return pick(["0", "-0.5", "0.0001", "0.00012", "-12", "99999999"]) }
    var fraction = digits(1...(1 + seed % 9))
    while fraction.last == "0" { fraction.removeLast() }
    return (chance(8) ? "-" : "") + (chance(4) ? "0" : digits(1...(1 + seed % 6)))
      + (fraction.isEmpty ? "" : "." + fraction)
  }

  private mutating func exponent() -> String {
    switch Int.random(in: 0...5, using: &random) {
    case 0: return "\(digits(1...1)).\(digits(1...3))e-0\(digits(1...1))"
    case 1: return "\(digits(1...1))e-1\(digits(1...1))"
    case 2: return "\(digits(1...1)).\(digits(1...2))e+1\(digits(1...1))"
    case 3: return "0.0000\(digits(1...3))"
    default: return digits(1...3) + "." + digits(1...6)
    }
  }

  private mutating func date(_ seed: Int) -> String {
    let sign = ["-", "/", "."][seed % 3]
    let day = Int.random(in: 1...pick([12, 31]), using: &random)
    let month = Int.random(in: 1...12, using: &random)
    let year = 2000 + Int.random(in: 0...25, using: &random)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let pads = seed / 3 % 4
    let dayText = pads == 0 ? "\(day)" : two(day)
    let monthText =
      pads == 0 || pads == 3 || (pads == 2 && month > 2) ? "\(month)" : two(month)
    switch seed / 12 + (chance(40) ? 1 : 0) {
    case 0: return [dayText, monthText, "\(year)"].joined(separator: sign)
    case 1 where seed % 2 == 0: return [monthText, dayText, "\(year)"].joined(separator: sign)
    default: return ["\(year)", monthText, dayText].joined(separator: sign)
    }
  }

  private mutating func moment(_ seed: Int) -> String {
    let letter = seed % 2 == 0 ? " " : "T"
    let hour = Int.random(in: 0...pick([23, 23, 24]), using: &random)
    let minute = digits(2...2).suffix(1) + "0"
    let text = seed % 5 == 0 || hour > 9 ? "\(hour)" : "0\(hour)"
    var result = date(seed) + letter + text + ":" + minute.suffix(2).replacing("9", with: "1")
    let precision = seed % 4
    if precision > 0 { result += ":0\(digits(1...1))" }
    if precision > 1 { result += "." + digits(precision...precision) }
    return result + (seed % 7 == 0 ? "Z" : "")
  }

  private mutating func month(_ seed: Int) -> String {
    let month = Int.random(in: 1...12, using: &random)
    let year = 2000 + Int.random(in: 0...25, using: &random)
    let padded = month < 10 ? "0\(month)" : "\(month)"
    let sign = ["-", "/", "."][seed % 3]
    switch seed / 3 % 3 {
    case 0: return "\(year)\(sign == "." ? "-" : sign)\(padded)"
    case 1: return padded + sign + "\(year)"
    default: return "\(month)" + sign + "\(year)"
    }
  }

  private mutating func quoted(
    _ text: String, _ delimiter: Character, _ newline: String
  ) -> String {
    var content = text
    if chance(quoting == 1 ? 600 : 60) {
      content += pick(["\"", String(delimiter), "\n", "\r\n", "a\"b", newline])
    }
    let needsQuotes = content.unicodeScalars.contains {
      $0 == "\"" || $0 == "\n" || $0 == "\r" || Character($0) == delimiter
    }
    if needsQuotes || chance(quoting) {
      return "\"" + content.replacing("\"", with: "\"\"") + "\""
    }
    return content
  }
}
