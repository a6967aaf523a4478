@testable import Tally

extension BoundExpression {
  /// The expression in one short line, for messages of tests.
  var outline: String {
    let parts = operands.map(\.outline)
    let all = parts.joined(separator: ", ")
    switch kind {
    case .column(let index): return "#\(index):\(type.name)"
    case .lookedUp(let slot, let column): return "#\(slot).\(column):\(type.name)"
    case .constant(let value): return "\(value)"
    case .arithmetic(let operation, _, _): return "\(operation)(\(all)):\(type.name)"
    case .quotient: return "(\(parts[0]) / \(parts[1]))"
    case .negated: return "-(\(all))"
    case .rescale(_, let places): return "rescale(\(all), \(places))"
    case .toFloat: return "float(\(all))"
    case .comparison(let operation, _, _): return "(\(parts[0]) \(operation) \(parts[1]))"
    case .textMatch(let match, _, _, let loosely):
      return "\(match)(\(all), \(loosely ? "loosely" : "exactly"))"
    case .between: return "between(\(all))"
    case .membership(_, let set): return "in(\(all), \(set))"
    case .isMissing: return "isMissing(\(all))"
    case .not: return "not(\(all))"
    case .and: return "and(\(all))"
    case .or: return "or(\(all))"
    case .conditional: return "(\(parts[0]) if \(parts[1]) else \(parts[2])):\(type.name)"
    case .call(let function, _): return "\(function)(\(all)):\(type.name)"
    case .queryValue(let place): return "query \(place)"
    }
  }
}
