/// What one row of a table stands for, where a step that grouped rows has said it.
///
/// Windows have their order and their partitions from it: they go along the key that is a time,
/// within the others.
struct Grain: Sendable {
  /// The columns that tell rows apart.
  var keys: [Int] = []
  /// Whether the rows stand in an order that was asked for.
  var isOrdered = false
  /// Whether that is an order of the keys alone.
  var isOrderedByKeys = false
  /// The columns whose values can't be added up.
  var additivity: [Int: Additivity] = [:]
}

extension Grain {
  /// What rows stand for behind a stage that changes a result as a whole.
  fileprivate func behind(_ stage: TableStage) -> Grain {
    var grain = Grain()
    switch stage {
    case .except: return self
    case .append(let table):
      // Rows of two tables may have equal keys, and stand one table behind the other.
      for (place, pair) in table.columns.enumerated() {
        grain.additivity[place] = pair.left.flatMap { additivity[$0] }
      }
    case .unpivot(let plan):
      let kept = keys.compactMap { plan.others.firstIndex(of: $0) }
      if !keys.isEmpty, kept.count == keys.count { grain.keys = kept + [plan.others.count] }
      for (place, column) in plan.others.enumerated() {
        grain.additivity[place] = additivity[column]
      }
      grain.additivity[plan.others.count + 1] =
        plan.columns.compactMap { additivity[$0] }.first
    }
    return grain
  }
}

extension ColumnType {
  /// Whether values are times, along which rows have an order of their own.
  var isTime: Bool {
    switch self {
    case .date, .dateTime, .period: true
    default: false
    }
  }
}

extension Binder {
  /// What the rows of a step's result stand for.
  func grain(of step: StepPlan) -> Grain? {
    let result = step.result
    if result.isDistinct || result.top?.hasRest ?? false { return nil }
    var grain = Grain()
    if let groups = step.groups {
      if groups.acrossCount > 0 || groups.hasSubtotals { return nil }
      grain.keys = Array(groups.keys.indices)
    } else if let before = scope.grain {
      grain = before
      grain.keys = []
      for key in before.keys {
        let place = result.outputs.firstIndex { output in
          if case .column(key) = output.expression.kind { true } else { false }
        }
        // Rows are told apart by all keys or not at all.
        guard let place else {
          grain.keys = []
          break
        }
        grain.keys.append(place)
      }
    }
    if !result.order.isEmpty || result.top != nil {
      let keys = Set(step.groups.map { Array($0.keys.indices) } ?? scope.grain?.keys ?? [])
      grain.isOrdered = true
      grain.isOrderedByKeys =
        result.top == nil
        && result.order.allSatisfy { key in
          if case .column(let index) = key.expression.kind { keys.contains(index) } else { false }
        }
    }
    grain.additivity = additivity(of: step)
    for stage in step.stages { grain = grain.behind(stage) }
    return grain.keys.isEmpty && !grain.isOrdered && grain.additivity.isEmpty ? nil : grain
  }

  /// The keys of the groups, or of the rows where a step before has grouped them.
  var grainKeys: [Output] {
    if let groups {
      return groups.keys.indices.map { index in
        Output(
          name: groups.keys[index].output.name,
          expression: groups.key(index, at: groups.keys[index].output.expression.span))
      }
    }
    return (scope.grain?.keys ?? []).compactMap { key in
      let entry = scope.entries.first { entry in
        if case .column(key) = entry.expression.kind { true } else { false }
      }
      return entry.map { Output(name: $0.name, expression: $0.expression) }
    }
  }
}
