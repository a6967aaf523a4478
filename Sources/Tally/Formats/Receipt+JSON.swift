import TallySyntax

extension Receipt {
  /// The receipt as one line of JSON: an object with the member `steps`, an array, and, where the
  /// query used answers of other queries, `queries`, an array of their receipts.
  ///
  /// | member of a step | meaning |
  /// |---|---|
  /// | `source` | the table that was read; absent behind `then` |
  /// | `rowsRead`, `rowsKept`, `rowsOut` | rows of the source, rows that passed, rows of the result |
  /// | `conditions` | objects with `clause`, `text`, `rowsTested`, `rowsTrue` and `unknown` |
  /// | `lookups` | objects with `table`, `matched`, `unmatched`, `missingKeys` |
  /// | `lookups`, after a join | also `leavesOut`, true where rows without a match were left out, and `rowsMade`, the rows that `join many` made; `rowsAdded`, those that a full join added |
  /// | `lookups`, after `as of` | also `oldest`, an object with `count` and `unit`: how long before its time the oldest row was |
  /// | `skipped` | objects with `column` and `rows`: missing values that an aggregate left out |
  /// | `unpublishedCrosses` | absent where there are none; objects with `columns`, `condition`, `result`, `cells` (objects with `keys`, `shown`, `least` and `greatest`) and `otherCells` |
  /// | `windows` | objects with `text`, `rows`, `ties`, `incomplete`, `gaps`, `withoutTime`; absent where there are none |
  /// | `zeroDivisions`, `impossibleNumbers`, `unreadableTexts` | values that became missing |
  /// | `rowsCut`, `tiesCut`, `rowsUnranked` | rows |
  /// | `combinations`, after `append` and `except` | objects with `kind`, `table`, `rows`, `rowsLeftOut`, `columnsAbsent` and `columnsAdded` |
  /// | `totals`, after `with totals` | an object with `label`, which stands under the first key that a total has no value of, and `rows` |
  /// | `notes` | sentences |
  ///
  /// `unknown` tells of the rows that a missing value decided and is absent where there are none:
  /// `rows`, `rowsKept`, `columns` (names) and `groups`, objects with `keys` (values as the JSON
  /// format writes them), `rows` and `isInAnswer`, and, where these are not all, `otherGroups`, the
  /// number of the others. Arrays without elements and numbers that are
  /// zero are written too.
  public var json: String {
    var object = JSONText()
    object.add("steps", array: steps.map(\.json))
    if !queries.isEmpty { object.add("queries", array: queries.map(\.json)) }
    return object.text
  }
}

extension Receipt.Step {
  fileprivate var json: String {
    var object = JSONText()
    if let source { object.add("source", source) }
    object.add("rowsRead", rowsRead)
    object.add("conditions", array: conditions.map(\.json))
    object.add("rowsKept", rowsKept)
    object.add(
      "lookups",
      array: lookups.map { lookup in
        var object = JSONText()
        object.add("table", lookup.table)
        object.add("matched", lookup.matched)
        object.add("unmatched", lookup.unmatched)
        object.add("missingKeys", lookup.missingKeys)
        if lookup.leavesOut { object.add("leavesOut", json: "true") }
        if let rowsMade = lookup.rowsMade { object.add("rowsMade", rowsMade) }
        if let rowsAdded = lookup.rowsAdded { object.add("rowsAdded", rowsAdded) }
        if let oldest = lookup.oldest {
          var age = JSONText()
          age.add("count", oldest.count)
          age.add("unit", oldest.unit)
          object.add("oldest", json: age.text)
        }
        return object.text
      })
    object.add(
      "skipped",
      array: skipped.map { entry in
        var object = JSONText()
        object.add("column", entry.column)
        object.add("rows", entry.rows)
        return object.text
      })
    if !unpublishedCrosses.isEmpty {
      object.add("unpublishedCrosses", array: unpublishedCrosses.map(\.json))
    }
    if !windows.isEmpty { object.add("windows", array: windows.map(\.json)) }
    object.add("zeroDivisions", zeroDivisions)
    object.add("impossibleNumbers", impossibleNumbers)
    object.add("unreadableTexts", unreadableTexts)
    object.add("rowsCut", rowsCut)
    object.add("tiesCut", tiesCut)
    object.add("rowsUnranked", rowsUnranked)
    if !combinations.isEmpty {
      object.add("combinations", array: combinations.map(\.json))
    }
    object.add("rowsOut", rowsOut)
    if let totals {
      var inner = JSONText()
      inner.add("label", totals.label)
      inner.add("rows", totals.rows)
      object.add("totals", json: inner.text)
    }
    object.add("notes", array: notes.map(\.jsonQuoted))
    return object.text
  }
}

extension Receipt.UnpublishedCross {
  fileprivate var json: String {
    var object = JSONText()
    object.add("columns", array: columns.map(\.jsonQuoted))
    if let condition { object.add("condition", condition) }
    object.add("result", result)
    object.add(
      "cells",
      array: cells.map { cell in
        var object = JSONText()
        object.add("keys", array: cell.keys.map(\.json))
        object.add("shown", json: cell.shown.json)
        object.add("least", json: cell.least.json)
        object.add("greatest", json: cell.greatest.json)
        return object.text
      })
    if otherCells > 0 { object.add("otherCells", otherCells) }
    return object.text
  }
}

extension Receipt.Combination {
  fileprivate var json: String {
    var object = JSONText()
    object.add("kind", kind.rawValue)
    object.add("table", table)
    object.add("rows", rows)
    object.add("rowsLeftOut", rowsLeftOut)
    object.add("columnsAbsent", array: columnsAbsent.map(\.jsonQuoted))
    object.add("columnsAdded", array: columnsAdded.map(\.jsonQuoted))
    return object.text
  }
}

extension Receipt.Window {
  fileprivate var json: String {
    var object = JSONText()
    object.add("text", text)
    object.add("rows", rows)
    object.add("ties", ties)
    object.add("incomplete", incomplete)
    object.add("gaps", gaps)
    object.add("withoutTime", withoutTime)
    return object.text
  }
}

extension Receipt.Condition {
  fileprivate var json: String {
    var object = JSONText()
    object.add("clause", clause)
    object.add("text", text)
    object.add("rowsTested", rowsTested)
    object.add("rowsTrue", rowsTrue)
    if unknown.rows > 0 { object.add("unknown", json: unknown.json) }
    return object.text
  }
}

extension Receipt.Unknown {
  fileprivate var json: String {
    var object = JSONText()
    object.add("rows", rows)
    object.add("rowsKept", rowsKept)
    object.add("columns", array: columns.map(\.jsonQuoted))
    object.add(
      "groups",
      array: groups.map { group in
        var object = JSONText()
        object.add("keys", array: group.keys.map(\.json))
        object.add("rows", group.rows)
        object.add("isInAnswer", json: group.isInAnswer ? "true" : "false")
        return object.text
      })
    if otherGroups > 0 { object.add("otherGroups", otherGroups) }
    return object.text
  }
}
