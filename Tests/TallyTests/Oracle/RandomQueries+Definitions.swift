@testable import Tally

extension RandomQueries {
  /// A call of a function that the script defines above the query.
  mutating func definedCall(_ type: ColumnType, _ depth: Int) -> String {
    let outer = scope
    let wasPure = isPure
    let parameters = ["x", "y"].prefix(random.pick([1, 1, 2])).map { name in
      Name(text: name, type: random.pick(Self.types))
    }
    (scope, isPure) = (parameters, true)
    let body = expression(type, 2)
    (scope, isPure) = (outer, wasPure)
    let arguments = parameters.map { expression($0.type, depth) }
    functionCount += 1
    let names = parameters.map(\.text).joined(separator: ", ")
    definitions.append("let fn\(functionCount)(\(names)) = \(body)")
    return "fn\(functionCount)(\(arguments.joined(separator: ", ")))"
  }

  /// The name of a measure on the rows of `t` that the script defines above the query.
  mutating func definedMeasure() -> (text: String, type: ColumnType) {
    let outer = scope
    scope = names(of: tables.facts)
    var (value, type) = aggregate([], asCall: true, isWhole: chance(40))
    if chance(30) {
      value = "\(value) / \(aggregate([], asCall: true, isWhole: true).text)"
      type = .float
    }
    scope = outer
    functionCount += 1
    definitions.append("measure me\(functionCount) on t = \(value)")
    return ("me\(functionCount)", type)
  }

  /// Values cut into bands.
  mutating func bands() -> String {
    let type = random.pick(
      [ColumnType.integer, .decimal(scale: 2), .percent(scale: 3), .float, .date, .period(.month)])
    let all =
      switch type {
      case .date: ["@2023-12-31", "@2024-01-10", "@2024-02-01", "@2024-03-09"]
      case .period: ["@2023-11", "@2024-01", "@2024-03"]
      case .percent: ["0%", "12.5%", "50%"]
      default: ["-2", "0", "1.5", "7", "250"]
      }
    let bounds = all.filter { _ in chance(60) }
    let value = chance(70) ? leaf(type) : expression(type, 1)
    return "bands(\(value), \((bounds.isEmpty ? [all[1]] : bounds).joined(separator: ", ")))"
  }
}
