@testable import Tally

extension RandomQueries {
  /// A call of a function that gives values of a type.
  mutating func call(_ type: ColumnType, _ depth: Int) -> String {
    if mayDefine, chance(4) { return definedCall(type, depth) }
    if chance(25), type != .boolean {
      let name = random.pick(
        type == .float ? ["coalesce"] : ["coalesce", "least", "greatest", "coalesce"])
      return "\(name)(\(expression(type, depth)), \(expression(type, depth)))"
    }
    switch type {
    case .integer: return wholeNumber(depth)
    case .decimal: return decimalNumber(depth)
    case .percent:
      return random.pick([
        "round(\(expression(type, depth)), 1)", "abs(\(expression(type, depth)))",
        "percent(\(expression(.decimal(scale: 2), depth)))",
        "floor(\(expression(type, depth)))",
      ])
    case .float, .ratio:
      return random.pick([
        "sqrt(\(expression(.decimal(scale: 2), depth)))", "abs(\(expression(.float, depth)))",
        "power(\(expression(.integer, depth)), 2)", "log(\(expression(.float, depth)))",
        "exp(\(expression(.integer, depth)))", "log(\(expression(.integer, depth)), 10)",
        "number(\(expression(.percent(scale: 3), depth)) / \(expression(.integer, depth)))",
      ])
    case .text: return chance(6) ? bands() : text(depth)
    case .date:
      return random.pick([
        "date(\(expression(.dateTime, depth)))", "start(\(expression(.period(.month), depth)))",
        "finish(\(expression(.period(.year), depth)))", "date(\"2024-01-20\")",
        "date(\(leaf(.text)))",
        "add_months(\(expression(.date, depth)), \(expression(.integer, 0)))",
        "add_days(\(expression(.date, depth)), \(expression(.integer, 0)))",
        "(\(expression(.date, 0)) + 1 month)", "(\(expression(.date, 0)) - 2 years)",
      ])
    case .dateTime:
      return "add_months(\(expression(.dateTime, depth)), \(expression(.integer, 0)))"
    case .duration: return "abs(\(expression(.duration, depth)))"
    case .period(.month):
      return "month(\(random.pick([expression(.date, depth), expression(.dateTime, depth)])))"
    case .period(.year):
      return
        "year(\(random.pick([expression(.date, depth), expression(.period(.month), depth)])))"
    case .period(.quarter): return "quarter(\(expression(.date, depth)))"
    case .period(.week): return "week(\(expression(.date, depth)))"
    case .boolean: return "(\(condition(depth)))"
    }
  }

  private mutating func wholeNumber(_ depth: Int) -> String {
    let number = expression(random.pick(Self.numeric), depth)
    let day = random.pick([expression(.date, depth), expression(.dateTime, depth)])
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return "length(\(expression(.text, depth)))"
    case 1: return "\(random.pick(["round", "floor", "ceil", "truncate"]))(\(number))"
    case 2: return "\(random.pick(["sign", "abs"]))(\(expression(.integer, depth)))"
    case 3:
      let name = random.pick([
        "year_number", "quarter_number", "month_number", "week_number", "day_number", "weekday",
        "day_of_year",
      ])
      return "\(name)(\(day))"
    case 4:
      return random.pick([
        "hour_number(\(expression(.dateTime, depth)))",
        "minute_number(\(expression(.dateTime, depth)))", "days(\(expression(.duration, depth)))",
        "hours(\(expression(.duration, depth)))", "minutes(\(expression(.duration, depth)))",
        "working_days(\(day), \(expression(.date, 0)))",
      ])
    default:
      return random.pick([
        "number(\(expression(.text, depth)))", "number(\(leaf(.text)))", "sign(\(number))",
      ])
    }
  }

  private mutating func decimalNumber(_ depth: Int) -> String {
    let number = expression(random.pick(Self.numeric), depth)
    let places = random.pick(["1", "2", "0", "-1", "3"])
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return "\(random.pick(["round", "floor", "ceil", "truncate"]))(\(number), \(places))"
    case 1: return "abs(\(expression(.decimal(scale: 2), depth)))"
    case 2: return "number(\(expression(.percent(scale: 3), depth)))"
    default: return "number(\(expression(.text, depth)), 2)"
    }
  }

  private mutating func text(_ depth: Int) -> String {
    let part = expression(.text, depth)
    let count = expression(.integer, 0)
    switch Int.random(in: 0..<7, using: &random) {
    case 0: return "\(random.pick(["lower", "upper", "trim", "fold"]))(\(part))"
    case 1: return "replace(\(part), \(expression(.text, 0)), \"-\")"
    case 2: return "\(random.pick(["left", "right"]))(\(part), \(count))"
    case 3: return "substring(\(part), \(count))"
    case 4: return "substring(\(part), \(random.pick([1, 2, 0])), \(count))"
    case 5: return "part(\(part), \(random.pick(["\" \"", "\"i\"", "\"\""])), \(count))"
    default:
      let other = random.pick(Self.types)
      return "concat(\(part), text(\(expression(other, depth))))"
    }
  }
}
