extension Receipt {
  /// The receipt as one line for people.
  ///
  /// ```text
  /// 3,078 rows read, 706 kept; level missing in 618 rows, left out: UBND thành phố Hà Nội 611
  /// (not in the answer), Sở Tài chính 7
  /// ```
  ///
  /// (shown here on two lines). Beyond rows read and kept it says only what a reader must know:
  /// rows that a missing value decided and the groups in which they are, values that an aggregate
  /// left out, keys that met no partner, divisions by zero and other values that became missing on
  /// the way, and what `top` or `limit` cut off. It is
  /// empty for a table that no query made.
  public var summary: String {
    var parts: [String] = []
    for (index, step) in steps.enumerated() {
      let words = step.words(isFirst: index == 0)
      if !words.isEmpty { parts.append(words.joined(separator: "; ")) }
    }
    var summary = parts.joined(separator: "; then ").steeringShown()
    for query in queries where query.hasUnknowns {
      summary += "; in a query that it uses: \(query.summary)"
    }
    return summary
  }

  /// Whether a missing value decided a condition of this query or of one inside it.
  public var hasUnknowns: Bool {
    steps.contains { $0.conditions.contains { $0.unknown.rows > 0 } }
      || queries.contains(where: \.hasUnknowns)
  }

  /// The most groups that ``summary`` names for one condition.
  static let namedGroups = 5
}

extension Receipt.Step {
  fileprivate func words(isFirst: Bool) -> [String] {
    var words: [String] = []
    let hasFilter = conditions.contains { ["where", "on"].contains($0.clause) }
    if isFirst || hasFilter || source != nil {
      let place = isFirst ? "" : source.map { " from \($0)" } ?? ""
      let kept = hasFilter ? ", \(grouped(rowsKept)) kept" : ""
      words.append(rows(rowsRead) + " read" + place + kept)
    }
    words += unpublishedCrosses.map(\.words)
    words += lookups.flatMap(\.words)
    for condition in conditions where condition.unknown.rows > 0 { words.append(condition.words) }
    for entry in skipped where entry.rows > 0 {
      words.append("\(entry.column) leaves out \(counted(entry.rows, "missing value"))")
    }
    words += windows.flatMap(\.words)
    if zeroDivisions > 0 {
      words.append("\(counted(zeroDivisions, "division")) by zero gave a missing value")
    }
    if impossibleNumbers > 0 {
      words.append(
        "\(counted(impossibleNumbers, "operation")) without a finite result gave a missing value")
    }
    if unreadableTexts > 0 {
      words.append("\(counted(unreadableTexts, "unreadable text")) gave a missing value")
    }
    if rowsCut > 0 {
      let ties =
        tiesCut > 0
        ? ", \(tiesCut == rowsCut ? "all" : grouped(tiesCut)) tied with the last one shown" : ""
      words.append(rows(rowsCut) + " cut off" + ties)
    } else if tiesCut > 0 {
      words.append("\(counted(tiesCut, "group")) in the rest tied with the last one shown")
    }
    if rowsUnranked > 0 {
      let verb = rowsUnranked == 1 ? "stands" : "stand"
      words.append("\(rows(rowsUnranked)) without a value to rank by \(verb) last")
    }
    return words + combinations.map(\.words) + notes
  }
}

extension Receipt.Combination {
  fileprivate var words: String {
    switch kind {
    case .except:
      return rowsLeftOut == 0
        ? "no row is in \(table) too"
        : "\(counted(rowsLeftOut, "row")) left out that \(table) has too"
    case .append:
      var words = "\(counted(rows, "row")) of \(table) appended"
      if !columnsAbsent.isEmpty {
        words += ", without \(list(columnsAbsent))"
      }
      if !columnsAdded.isEmpty { words += ", alone with \(list(columnsAdded, "and"))" }
      return words
    }
  }
}

extension Receipt.LookupCount {
  fileprivate var words: [String] {
    var words: [String] = []
    let fate = leavesOut ? ", left out" : ""
    if unmatched > 0 { words.append("\(rows(unmatched)) without a match in \(table)" + fate) }
    if missingKeys > 0 {
      words.append("\(rows(missingKeys)) with a missing key for \(table)" + fate)
    }
    if let rowsMade { words.append("\(rows(matched)) met \(rows(rowsMade)) of \(table)") }
    if let rowsAdded, rowsAdded > 0 {
      words.append("\(rows(rowsAdded)) of \(table) met by none, added")
    }
    if let oldest {
      words.append("the oldest row of \(table) used is \(counted(oldest.count, oldest.unit)) old")
    }
    return words
  }
}

extension Receipt.UnpublishedCross {
  fileprivate var words: String {
    let scope = condition.map { " where \($0)" } ?? ""
    let words = "\(columns.joined(separator: " × ")) was never published\(scope): \(result) "
    if cells.isEmpty { return words + "rests on a made-up cross" }
    let named = cells.prefix(Receipt.namedGroups).map { cell in
      let name = cell.keys.map(\.label).joined(separator: " / ")
      let place = name.isEmpty ? "" : " for \(name)"
      return "\(cell.least.label) to \(cell.greatest.label)\(place) (shown: \(cell.shown.label))"
    }
    let others = cells.count + otherCells - named.count
    return words + "is " + named.joined(separator: ", ")
      + (others > 0 ? " and \(grouped(others)) more" : "")
  }
}

extension Receipt.Window {
  fileprivate var words: [String] {
    var words: [String] = []
    if ties > 0 { words.append("\(text): \(counted(ties, "row")) tied") }
    if incomplete > 0 {
      let verb = incomplete == 1 ? "reaches" : "reach"
      words.append(
        "\(text): \(counted(incomplete, "window")) \(verb) back before the first row")
    }
    if gaps > 0 {
      words.append("\(text): \(counted(gaps, "gap")) between the periods of neighbouring rows")
    }
    if withoutTime > 0 { words.append("\(text): \(counted(withoutTime, "row")) without a time") }
    return words
  }
}

extension Receipt.Condition {
  fileprivate var words: String {
    let subject =
      unknown.columns.isEmpty ? "\(text) unknown" : "\(list(unknown.columns)) missing"
    let unit = clause == "having" ? "group" : "row"
    var words = "\(subject) in \(counted(unknown.rows, unit)), \(outcome)"
    guard !unknown.groups.isEmpty else { return words }
    // The groups with the most such rows first; equals stay in the order of the answer.
    let order = unknown.groups.indices.sorted {
      let (left, right) = (unknown.groups[$0].rows, unknown.groups[$1].rows)
      return left == right ? $0 < $1 : left > right
    }
    let named = order.prefix(Receipt.namedGroups).map { unknown.groups[$0].words }
    words += ": " + named.joined(separator: ", ")
    let rest = order.dropFirst(Receipt.namedGroups).map { unknown.groups[$0] }
    if !rest.isEmpty || unknown.otherGroups > 0 {
      let absent = rest.filter { !$0.isInAnswer }.count
      // Of groups that have no name nobody knows whether they are.
      let isKnown = absent > 0 && unknown.otherGroups == 0
      let remark = isKnown ? " (\(grouped(absent)) not in the answer)" : ""
      words += " and \(grouped(rest.count + unknown.otherGroups)) more\(remark)"
    }
    return words
  }

  /// What became of the rows that a missing value decided.
  private var outcome: String {
    let (yes, no) =
      switch clause {
      case "with": ("counted", "not counted")
      case "where", "on", "having": ("kept", "left out")
      default: ("taken as true", "taken as not true")
      }
    switch unknown.rowsKept {
    case 0: return no
    case unknown.rows: return yes
    default: return "\(grouped(unknown.rowsKept)) of them \(yes)"
    }
  }
}

extension Receipt.Group {
  fileprivate var words: String {
    let name = keys.map(\.label).joined(separator: " / ")
    let count = "\(name.isEmpty ? "all" : name) \(grouped(rows))"
    return isInAnswer ? count : count + " (not in the answer)"
  }
}

extension CellValue {
  /// The value as a message names it.
  fileprivate var label: String {
    switch self {
    case .missing: "(missing)"
    case .text(let text): text.isEmpty ? "\"\"" : text
    default: text(in: .table) ?? "(missing)"
    }
  }
}

private func rows(_ count: Int) -> String { counted(count, "row") }

/// A number of things in words.
func counted(_ count: Int, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}

private func list(_ names: [String], _ word: String = "or") -> String {
  guard names.count > 1, let last = names.last else { return names.first ?? "" }
  return names.dropLast().joined(separator: ", ") + " \(word) " + last
}
