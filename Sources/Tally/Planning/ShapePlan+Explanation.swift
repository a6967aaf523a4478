extension ShapePlan {
  /// What is added to the groups, in words; `keys` are the names of their keys.
  func explanation(keys: [String]) -> [String] {
    var lines: [String] = []
    if let fill {
      for domain in fill.domains {
        lines.append(
          "add groups of no rows for all values of \(keys[domain.key])"
            + (domain.isKnown ? "" : " between the first and the last"))
      }
    }
    for partner in partners {
      switch partner {
      case .steps(_, let name), .months(_, let name):
        lines.append("compare each group with the \(name) of its series")
      case .first: lines.append("compare each group with the first of its series that has a value")
      }
    }
    for column in added {
      switch column.source {
      case .lookedUp(_, let lookup):
        lines.append("look up the target of each group in \(lookup.name)")
      case .computed where column.name.hasPrefix("target"):
        lines.append("compare each group with the target")
      default: continue
      }
    }
    return lines
  }
}

extension FillPlan.Domain {
  /// Whether the query says all values.
  fileprivate var isKnown: Bool { first != nil && last != nil }
}
