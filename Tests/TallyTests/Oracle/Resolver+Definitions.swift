@testable import Tally
@testable import TallySyntax

extension Resolver {
  /// A call of a function of the script: its body, in which each name means what was given for it;
  /// nothing where no function has the name.
  func defined(_ call: CallSyntax) throws -> Meaning? {
    guard let function = oracle.functions[call.name.text.lowercased()] else { return nil }
    guard call.arguments.count == function.parameters.count, call.with == nil, call.within == nil,
      !call.isDistinct
    else { throw invalid("arguments of \(call.name.text)") }
    let arguments = try call.arguments.map { try meaning($0) }
    var inner = self
    inner.isOfGroups = isOfGroups || groups != nil
    inner.groups = nil
    inner.scope = OracleScope()
    for (name, argument) in zip(function.parameters, arguments) {
      inner.scope.entries.append(
        OracleScope.Entry(name: name.text, qualifier: nil, meaning: argument))
    }
    return try inner.meaning(function.body)
  }

  /// A measure of the script, computed for the groups of the step from the rows of its table.
  func defined(_ measure: MeasureSyntax) throws -> Meaning {
    guard groups != nil, notes.tables.contains(measure.table.text.lowercased()) else {
      throw invalid("no rows of \(measure.table.text)")
    }
    var inner = self
    inner.callName = measure.name.text
    return try inner.meaning(measure.value)
  }

  /// `bands(d, 0, 1)`: the name of the band that a value lies in, whose lower bound belongs to it.
  func bands(_ call: CallSyntax) throws -> Meaning {
    guard call.arguments.count >= 2 else { throw invalid("bands") }
    let value = try meaning(call.arguments[0])
    let isTime: Bool =
      switch value.type {
      case .date, .dateTime, .period: true
      default: false
      }
    guard !value.isMissingWord, isTime || value.type.isNumeric || value.type == .duration else {
      throw invalid("bands of \(value.type)")
    }
    let bounds = try call.arguments.dropFirst().map { try meaning($0) }
    let words = try bounds.map { bound in
      guard let constant = bound.constant, constant != .missing else { throw invalid("a bound") }
      return constant.text(in: .csv) ?? ""
    }
    for (one, other) in zip(bounds, bounds.dropFirst()) {
      let (left, right) = try unified(one, other)
      guard let first = left.constant, let second = right.constant, first.isLess(than: second)
      else { throw invalid("bounds") }
    }
    let pairs = try bounds.map { try unified(value, $0) }
    let below = isTime ? "before" : "below"
    var labels = ["\(below) \(words[0])"]
    for (low, high) in zip(words, words.dropFirst()) { labels.append("\(low) to \(below) \(high)") }
    labels.append("\(words[words.count - 1]) and \(isTime ? "later" : "above")")
    var result = Meaning(type: .text) { [labels] row in
      let own = try value.value(row)
      if own.isMissing { return own }
      let reached = try pairs.count { left, right in
        !(try left.value(row).value.isLess(than: right.value(row).value))
      }
      return Outcome(value: .text(labels[reached]), unknown: own.unknown)
    }
    result.labels = labels
    return result
  }
}
