@testable import Tally

extension RandomQueries {
  /// Names that windows may read: those of columns that are no windows themselves.
  private var plain: [Name] {
    scope.filter { !$0.text.contains(".") && !$0.isWindow && $0.type != .boolean }
  }

  /// Decides on an order of the rows of a step, for the windows in it.
  mutating func planOrder() {
    plannedOrder = []
    guard mayDefine, chance(22) else { return }
    let times = plain.filter { $0.type.isTime }
    for number in 0..<random.pick([1, 1, 2]) {
      let names = number == 0 && chance(50) && !times.isEmpty ? times : plain
      guard let name = names.randomElement(using: &random) else { return }
      plannedOrder.append((name, chance(30), chance(30) && collation(name) != ""))
    }
  }

  /// The order that was decided on, as a clause.
  var plannedClause: String {
    if plannedOrder.isEmpty { return "" }
    return " order by "
      + plannedOrder.map { name, isDescending, isCollated in
        name.text + (isDescending ? " desc" : "") + (isCollated ? " collate vi" : "")
      }.joined(separator: ", ")
  }

  /// A window of rows, with the type of its values.
  mutating func rowWindow() -> Name? {
    let isOrdered = !plannedOrder.isEmpty
    guard let any = plain.randomElement(using: &random) else { return nil }
    let within = partition()
    let numbers = plain.filter { $0.type.isNumeric }
    let number = numbers.randomElement(using: &random) ?? any
    let operand = chance(75) || numbers.isEmpty ? number.text : expression(number.type, 1)
    let summed = isLater && operand == number.text ? "raw(\(operand))" : operand
    let isWide = within.isEmpty ? " within all" : within
    switch random.below(isOrdered ? 12 : 5) {
    case 0: return rank(of: any.text, within)
    case 1:
      return Name(text: "sum(\(summed)\(condition())\(isWide))", type: number.type)
    case 2:
      let verb = random.pick(["average", "median"])
      return Name(text: "\(verb)(\(summed)\(isWide))", type: floating(number.type))
    case 3: return Name(text: "share(\(summed)\(condition())\(within))", type: .ratio)
    case 4:
      let verb = random.pick(["min", "max"])
      return Name(text: "\(verb)(\(any.text)\(condition())\(isWide))", type: any.type)
    case 5: return Name(text: "row_number(\(within.dropFirst()))", type: .integer)
    case 6, 7:
      let distance = random.pick(["", "", ", 2", ", 5"])
      let name = random.pick(["previous", "next"])
      return Name(text: "\(name)(\(any.text)\(distance)\(within))", type: any.type)
    case 8:
      let verb = random.pick(["first", "last"])
      return Name(text: "\(verb)(\(any.text)\(within))", type: any.type)
    case 9:
      if chance(30) {
        return Name(text: "running(share(\(summed)\(condition()))\(within))", type: .ratio)
      }
      return chance(50)
        ? Name(text: "running(\(summed)\(within))", type: number.type)
        : Name(text: "running(average(\(summed))\(within))", type: floating(number.type))
    case 10:
      let ahead = random.pick(["", ", 3", ", -1"])
      return chance(50)
        ? Name(text: "slope(\(operand)\(within))", type: floating(number.type))
        : Name(text: "trend(\(operand)\(ahead)\(within))", type: floating(number.type))
    default: return moving(any, number, summed, within)
    }
  }

  private func floating(_ type: ColumnType) -> ColumnType { type.isPercentage ? .ratio : .float }

  private mutating func condition() -> String {
    chance(15) ? " with \(condition(1))" : ""
  }

  private mutating func partition() -> String {
    let names = plain.shuffled(using: &random).prefix(random.pick([0, 0, 1, 1, 2])).map(\.text)
    if names.count == 1, chance(60) { return " within \(names[0])" }
    return names.isEmpty ? "" : " within (\(names.joined(separator: ", ")))"
  }

  private mutating func rank(of operand: String, _ within: String) -> Name {
    switch random.below(5) {
    case 0: return Name(text: "dense_rank(\(operand)\(within))", type: .integer)
    case 1: return Name(text: "percent_rank(\(operand)\(within))", type: .ratio)
    case 2:
      return Name(text: "tile(\(operand), \(random.pick([2, 4, 9]))\(within))", type: .integer)
    default: return Name(text: "rank(\(operand)\(within))", type: .integer)
    }
  }

  private mutating func moving(
    _ any: Name, _ number: Name, _ summed: String, _ within: String
  ) -> Name {
    let over = length()
    switch random.below(4) {
    case 0: return Name(text: "sum(\(summed)\(within) over last \(over))", type: number.type)
    case 1:
      return Name(
        text: "average(\(summed)\(within) over last \(over))", type: floating(number.type))
    case 2:
      let distinct = chance(50) ? "distinct " : ""
      return Name(text: "count(\(distinct)\(any.text)\(within) over last \(over))", type: .integer)
    default:
      let verb = random.pick(["min", "max", "first", "last"])
      return Name(text: "\(verb)(\(any.text)\(within) over last \(over))", type: any.type)
    }
  }

  /// How far back a window reaches: rows, or time where rows are in order of one.
  private mutating func length() -> String {
    let rows = "\(random.pick([1, 2, 3, 9]))"
    guard let first = plannedOrder.first?.name.type, first.isTime, chance(70) else { return rows }
    switch first {
    case .date: return random.pick(["1 day", "20 days", "3 weeks", "2 months", "1 quarter"])
    case .dateTime: return random.pick(["36 hours", "10 days", "1 month", "90 minutes"])
    case .period(.week): return "3 weeks"
    case .period(.month): return random.pick(["2 months", "1 quarter", "1 year"])
    default: return "2 years"
    }
  }

  // MARK: Windows over groups

  /// A window over the groups of a step, whose order is that of a time among its keys, or the planned
  /// one.
  mutating func groupWindow(_ keys: [Name]) -> Name? {
    let isOrdered = !plannedOrder.isEmpty || keys.count { $0.type.isTime } == 1
    let (inner, type) = aggregate(keys, asCall: true, isWhole: true)
    let usable = keys.filter { $0.type != .boolean && !$0.text.contains(".") }
    var within = ""
    if chance(40), let key = usable.randomElement(using: &random) { within = " within \(key.text)" }
    guard isOrdered else {
      switch random.below(3) {
      case 0:
        let verb = random.pick(["sum", "average", "max"])
        let wide = within.isEmpty ? " within all" : within
        return Name(
          text: "\(verb)(\(inner)\(wide))", type: verb == "average" ? floating(type) : type)
      default: return rank(of: chance(80) ? inner : usable.first?.text ?? inner, within)
      }
    }
    switch random.below(8) {
    case 7:
      let number = leaf(random.pick([.integer, .decimal(scale: 2), .percent(scale: 3)]))
      let operand = isLater ? "raw(\(number))" : number
      let with = chance(40) ? " with \(condition(1))" : ""
      return Name(
        text: "running(share(\(chance(30) ? "" : operand)\(with)))", type: .ratio)
    case 0, 1:
      let name = random.pick(["previous", "next"])
      return Name(text: "\(name)(\(inner)\(within))", type: type)
    case 2, 3:
      if chance(30) {
        let verb = random.pick(["average", "min", "max"])
        // Sums of doubles are rounded for each group, before they run on.
        let number = leaf(random.pick([.integer, .decimal(scale: 2), .percent(scale: 3)]))
        let operand = isLater ? "raw(\(number))" : number
        return Name(text: "running(\(verb)(\(operand))\(within))", type: .float)
      }
      if type.isFloating { return Name(text: "next(\(inner)\(within))", type: type) }
      return Name(text: "running(\(inner)\(within))", type: type)
    case 4: return Name(text: "row_number(\(within.dropFirst()))", type: .integer)
    case 5:
      return Name(
        text: "average(\(inner)\(within) over last \(random.pick([1, 2, 4])))",
        type: floating(type))
    default: return Name(text: "first(\(inner)\(within))", type: type)
    }
  }
}
