/// The names of a step that groups: its keys, and the aggregates found so far.
///
/// It is filled while the items, `having` and `order by` are bound, and then tells what the
/// groups must compute.
final class GroupScope {
  /// The keys, with the text that stands for the same expression elsewhere in the step.
  private(set) var keys: [(output: Output, signature: String)] = []
  /// How many of the keys are of `across`.
  var acrossCount = 0
  /// The aggregates.
  private(set) var calls: [GroupCall] = []
  /// The items by name, for `having` and `order by`.
  var items: [Output] = []
  /// Those that are bound before all are, for the order of windows.
  var orderItems: [Output] = []
  private var signatures: [String: Int] = [:]
  /// The windows over the groups. Their columns follow those of the aggregates, of which nobody
  /// knows the number yet: until then they are counted from ``firstWindow``.
  var windows = WindowList()
  static let firstWindow = 1 << 40

  /// Adds a key. All keys come before the first call.
  func addKey(_ output: Output, signature: String) {
    precondition(calls.isEmpty)
    keys.append((output, signature))
  }

  /// The group table's column of a key.
  func key(_ index: Int, at span: SourceSpan) -> BoundExpression {
    keys[index].output.shown(column(ofKey: index, at: span))
  }

  /// The same as groups are found and ordered by it.
  private func column(ofKey index: Int, at span: SourceSpan) -> BoundExpression {
    let expression = keys[index].output.expression
    // Totals of rows have no value of the keys of columns.
    let isAcross = index >= keys.count - acrossCount
    return BoundExpression(
      .column(index), expression.type, mayBeMissing: expression.mayBeMissing || isAcross, at: span)
  }

  /// What an expression orders groups by: itself, but for the names of bands, which are in the
  /// order of their bounds.
  func orderKey(_ expression: BoundExpression) -> BoundExpression {
    for (index, key) in keys.enumerated() where key.output.labels != nil {
      if self.key(index, at: expression.span) == expression {
        return column(ofKey: index, at: expression.span)
      }
    }
    return expression
  }

  /// The place of a key that is named so, or else of one that is the same expression.
  func keyIndex(name: String? = nil, signature: String? = nil) -> Int? {
    if let name,
      let named = keys.firstIndex(where: {
        Environment.key($0.output.name) == Environment.key(name)
      })
    {
      return named
    }
    return signature.flatMap { signature in keys.firstIndex { $0.signature == signature } }
  }

  /// The group table's column of an aggregate; equal aggregates share one.
  func column(of call: GroupCall, signature: String) -> BoundExpression {
    let index: Int
    if let known = signatures[signature] {
      index = known
    } else {
      index = calls.count
      calls.append(call)
      signatures[signature] = index
    }
    // Counts and sums of nothing are 0.
    let mayBeMissing = call.call.function != .count && call.call.function != .sum
    return BoundExpression(
      .column(keys.count + index), call.call.type, mayBeMissing: mayBeMissing, at: call.call.span)
  }

  /// Calls that are written apart and have one automatic name are called by their own words, so that
  /// a receipt tells them apart. The parts of a share stand at one place, and keep their name.
  func tellCallsApart(_ words: (SourceSpan) -> String) {
    var places: [String: Set<SourceSpan>] = [:]
    for call in calls { places[call.name, default: []].insert(call.call.span) }
    for index in calls.indices where places[calls[index].name, default: []].count > 1 {
      calls[index].name = words(calls[index].call.span)
    }
  }

  /// The item of a name, given out under `having` and `order by`.
  func item(named name: String) -> Output? {
    let key = Environment.key(name)
    return items.first { Environment.key($0.name) == key }
  }

  /// Whether an aggregate is one of each group's own rows, not of coarser groups.
  func isOfGroup(_ column: BoundExpression) -> Bool {
    guard case .column(let index) = column.kind, calls.indices.contains(index - keys.count) else {
      return false
    }
    return calls[index - keys.count].within == nil
  }

  /// An expression with windows at the places that their columns have.
  func placed(_ expression: BoundExpression) -> BoundExpression {
    let first = keys.count + calls.count
    return expression.mappingColumns { reference in
      switch reference {
      case .own(let index):
        .column(index < Self.firstWindow ? index : first + index - Self.firstWindow)
      case .lookedUp(let slot, let column): .lookedUp(slot: slot, column: column)
      }
    }
  }

  /// Whether an expression is computed from a window.
  func holdsWindow(_ expression: BoundExpression) -> Bool {
    if case .column(let index) = expression.kind { return index >= Self.firstWindow }
    return expression.operands.contains { holdsWindow($0) }
  }
}
