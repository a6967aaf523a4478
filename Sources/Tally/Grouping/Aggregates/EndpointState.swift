/// The value of each group's first or last row, in the order of the source, that has one.
final class EndpointState: AggregateState {
  private let isLast: Bool
  private let budget: MemoryBudget?
  private var held: GroupValues
  private var places: GroupArray<Int64>

  /// Makes the state of no groups.
  init(_ call: AggregateCall, isWide: Bool, budget: MemoryBudget?) throws(QueryError) {
    isLast = call.function == .last
    self.budget = budget
    held = try GroupValues(type: call.type, isWide: isWide, budget: budget)
    places = try GroupArray(budget: budget)
  }

  func reserve(groups: Int) throws(QueryError) {
    try held.reserve(groups: groups)
    try places.resize(to: groups, filling: 0)
  }

  func update(_ rows: AggregateRows) throws(QueryError) {
    guard let positions = rows.positions else {
      throw QueryError.inconsistentAggregate("no positions")
    }
    try held.prepare(rows)
    for row in 0..<rows.count {
      let group = Int(rows.groups[row])
      guard isBetter(positions[row], group) else { continue }
      held.flags[group] = 1
      places[group] = positions[row]
      switch rows.values {
      case .integers(let values): held.integers[group] = values[row]
      case .wide(let values): held.wide[group] = values[row]
      case .floats(let values): held.floats[group] = values[row]
      case .texts(let values): try held.store(values[row].bytes, at: group)
      case .none: throw QueryError.inconsistentAggregate("no values")
      }
    }
  }

  private func isBetter(_ place: Int64, _ group: Int) -> Bool {
    if held.flags[group] == 0 { return true }
    return isLast ? place > places[group] : place < places[group]
  }

  func merge(
    _ other: any AggregateState, targets: UnsafeBufferPointer<UInt32>
  ) throws(QueryError) {
    guard let other = other as? EndpointState else {
      throw QueryError.inconsistentAggregate("the state of another aggregate")
    }
    try held.prepare(like: other.held)
    try budget.forEachPiece(of: targets.count) { piece throws(QueryError) in
      for group in piece where other.held.flags[group] == 1 {
        try merge(other, group, into: Int(targets[group]))
      }
    }
  }

  /// Takes in the value of one group of another state, where its row decides.
  private func merge(
    _ other: EndpointState, _ group: Int, into target: Int
  ) throws(QueryError) {
    guard isBetter(other.places[group], target) else { return }
    held.flags[target] = 1
    places[target] = other.places[group]
    if held.holdsTexts {
      if let text = other.held.texts.text(group) { try held.store(text, at: target) }
    } else if other.held.floats.count > 0 {
      held.floats[target] = other.held.floats[group]
    } else if other.held.wide.count > 0 {
      held.wide[target] = other.held.wide[group]
    } else {
      held.integers[target] = other.held.integers[group]
    }
  }

  func finish(order: UnsafeBufferPointer<UInt32>) throws(QueryError) -> Column {
    try held.column(order: order)
  }
}
