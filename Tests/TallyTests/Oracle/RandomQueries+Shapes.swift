@testable import Tally

extension RandomQueries {
  /// A whole step with `fill` or `vs`: `sum d from t group by month(day), s fill 0 vs previous month`.
  mutating func shapedStep() -> String {
    let times: [(text: String, column: String, type: ColumnType)] = [
      ("day", "day", .date), ("month(day)", "day", .period(.month)),
      ("week(day)", "day", .period(.week)), ("quarter(day)", "day", .period(.quarter)),
      ("year(day)", "day", .period(.year)), ("m", "m", .period(.month)),
      ("y", "y", .period(.year)), ("month(at)", "at", .period(.month)),
      ("date(at)", "at", .date), ("year(m)", "m", .period(.year)),
    ]
    let time = random.pick(times)
    var keys = [Name(text: "g1", type: time.type)]
    var words = ["\(time.text) as g1"]
    for _ in 0..<random.pick([0, 0, 1, 1, 2]) {
      let name = "g\(words.count + 1)"
      let other = random.pick(["s", "b", "k", "bands(d, 0, 7)", "k > 4", "i", "m is missing"])
      words.insert("\(other) as \(name)", at: random.below(words.count + 1))
      keys.append(Name(text: name, type: .text))
    }
    let hasFill = chance(60)
    let (head, outputs) = shapedHead()
    var text = "\(head) from t"
    var conditions: [String] = []
    if chance(60) { conditions.append(span(of: time.column)) }
    if chance(30) { conditions.append("(\(condition(1)))") }
    if !conditions.isEmpty { text += " where " + conditions.joined(separator: " and ") }
    text += " group by " + words.joined(separator: ", ")
    if hasFill {
      text += " fill " + random.pick(["0", "0", "0", "missing", "1", "2.5", "0%", "12.5%"])
    }
    if !hasFill || chance(50) { text += " vs " + comparisons(time.type, words) }
    return text + shapedTail(keys, outputs)
  }

  private mutating func shapedHead() -> (String, [Name]) {
    let all: [(String, ColumnType)] = [
      ("count", .integer), ("sum d", .decimal(scale: 2)), ("sum p", .percent(scale: 3)),
      ("average w", .float), ("share with k > 4", .ratio), ("sum len", .duration),
      ("max s", .text), ("median p", .ratio), ("min v", .decimal(scale: 2)), ("sum i", .integer),
      ("average f", .float), ("sum k with b", .integer), ("share of d within all", .ratio),
    ]
    var outputs: [Name] = []
    let items = (0..<random.pick([1, 1, 2, 3])).map { _ -> String in
      let (item, type) = random.pick(all)
      let name = fresh("m")
      outputs.append(Name(text: name, type: type))
      return "\(item) as \(name)"
    }
    return (items.joined(separator: ", "), outputs)
  }

  /// Conditions that leave a range of a column of time.
  private mutating func span(of column: String) -> String {
    switch column {
    case "m":
      return random.pick([
        "m >= @2023-11", "m < @2024-03", "m in @2023-10..@2024-02",
        "m between @2023-12 and @2024-04",
        "m in @2024", "m > @2023-12 and m <= @2024-05",
      ])
    case "y": return random.pick(["y >= @2023", "y in @2023..@2025", "y < @2026"])
    default:
      return random.pick(
        [
          "\(column) in @2024-Q1", "\(column) >= @2024-01-05", "\(column) < @2024-02",
          "\(column) in @2024-01", "\(column) in last 3 months", "\(column) in last 40 days",
          "\(column) in this month", "\(column) between @2023-12-20 and @2024-01-31",
          "\(column) > @2024-01-20 and \(column) <= @2024-03", "\(column) in @2023-12..<@2024-02",
        ].filter { !$0.contains("..<") || column == "day" }.map {
          $0.replacing("@2023-12..<@2024-02", with: "@2023-12-03..<@2024-02-01")
        })
    }
  }

  /// A target that groups look up by one of their keys.
  private mutating func lookedUpTarget(_ keys: [String]) -> String {
    let pairs = keys.compactMap { key -> String? in
      let parts = key.split(separator: " ")
      switch parts.count == 3 ? parts.first : nil {
      case "k", "i": return "\(parts[parts.count - 1]) = u.id"
      case "s": return "\(parts[parts.count - 1]) = u.code"
      default: return nil
      }
    }
    let value = random.pick(["u.limit_value", "u.place", "u.rate", "(u.place * 2)"])
    guard let pair = pairs.first(where: { _ in chance(70) }) else { return "target 5" }
    return "target \(value) on \(pair)"
  }

  private mutating func comparisons(_ type: ColumnType, _ keys: [String]) -> String {
    let units =
      switch type {
      case .date: ["day", "week", "3 days", "month", "year", "2 months"]
      case .period(.week): ["week", "4 weeks", "52 weeks", "year"]
      case .period(.month): ["month", "quarter", "year", "3 months", "week"]
      case .period(.quarter): ["quarter", "year", "month", "2 quarters"]
      default: ["year", "2 years", "12 months"]
      }
    if chance(12) {
      return "previous \(random.pick(["year", "month", "week", "quarter"])) to date"
    }
    return (0..<random.pick([1, 1, 1, 2])).map { _ in
      random.pick([
        "previous \(random.pick(units))", "previous \(random.pick(units))", "first",
        "target \(random.pick(["60%", "5", "2.5", "0%", "12.345%", "3 days"]))",
        lookedUpTarget(keys),
      ])
    }.joined(separator: ", ")
  }

  private mutating func shapedTail(_ keys: [Name], _ outputs: [Name]) -> String {
    var text = ""
    let numbers = outputs.filter { $0.type.isNumeric && !$0.type.isPercentage }
    if chance(20) {
      let measure = numbers.randomElement(using: &random)?.text ?? "count()"
      text += " having \(chance(40) ? "count()" : measure) \(random.pick([">", "<=", "!="])) 1"
    }
    if chance(30) {
      let name = random.pick(keys + outputs).text
      text += " order by \(name)\(chance(40) ? " desc" : "")"
    }
    if chance(15) { text += " top 3 by \(random.pick(outputs).text)" }
    if chance(10) { text += " limit 4 skip 1" }
    return text
  }
}
