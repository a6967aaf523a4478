import Tally
import TallySyntax

/// How many checks held and how many did not.
package struct CheckCount: Sendable, Equatable {
  package var passed = 0
  package var warned = 0
  package var failed = 0
  /// Of all these, those in which a missing value had a say.
  package var unsure = 0

  /// The line at the end of a run, for instance `7 checks: 5 passed, 1 warned, 1 failed`; empty
  /// where there was no check.
  package var summary: String {
    let total = passed + warned + failed
    guard total > 0 else { return "" }
    var parts = ["\(passed) passed"]
    if warned > 0 { parts.append("\(warned) warned") }
    if failed > 0 { parts.append("\(failed) failed") }
    let counts = "\(total) check\(total == 1 ? "" : "s"): " + parts.joined(separator: ", ")
    return unsure > 0 ? counts + "; missing values had a say in \(unsure)" : counts
  }
}

extension Session {
  /// Tells that files were read. Scripts are told only what they must know.
  func announce(_ report: LoadReport) {
    if isInteractive {
      let files = report.files.map(\.path).joined(separator: ", ").steeringShown()
      messages.remark(
        "\(grouped(report.rowCount)) rows, \(report.columns.count) columns from \(files)")
    }
    for note in report.notes { messages.remark("note: \(note.steeringShown())") }
    for column in report.columns {
      for note in column.notes {
        messages.remark("note: \(column.name): \(note)".steeringShown())
      }
    }
  }

  /// Counts a check and tells what is wrong where it did not hold.
  func report(_ result: CheckResult, _ span: SourceSpan, in source: SourceText) {
    let isUnsure = result.receipt.hasUnknowns
    if isUnsure { checks.unsure += 1 }
    let isVacuous = result.holds && result.testedRowCount == 0
    if result.holds {
      checks.passed += 1
    } else if result.isExpectation {
      checks.failed += 1
    } else {
      checks.warned += 1
    }
    if !result.holds || isVacuous {
      let finding = isVacuous ? "no row was tested" : result.finding
      messages.check(CheckMessage(result, finding: finding), span, in: source)
    } else if isInteractive {
      messages.remark("holds")
    }
    if isInteractive || (isUnsure && !result.holds) || options.receipts == .json {
      tell(result.receipt)
    }
  }

  /// Tells how many checks held, where there were any.
  package func tellChecks() {
    if checks != CheckCount() { messages.remark(checks.summary) }
  }
}

/// What is told about one check.
package struct CheckMessage: Sendable {
  let text: String
  let message: String?
  let finding: String?
  let isFailure: Bool
  let failedRows: Int
  let testedRows: Int?
  let rows: Table?
  let places: [String]

  init(_ result: CheckResult, finding: String?) {
    text = result.text
    message = result.message
    self.finding = finding
    isFailure = !result.holds && result.isExpectation
    failedRows = result.failedRowCount
    testedRows = result.testedRowCount
    rows = result.holds ? nil : result.rows
    places = result.holds ? [] : result.places.map(\.description)
  }

  /// The check in the words of its author where there are some, and what was found.
  fileprivate var sentence: String {
    let found = finding.map { ": " + $0 } ?? ""
    return (message ?? text) + found
  }

  /// The first rows that break the check, each with its place in a file.
  fileprivate func excerpt(columns: Int) -> [String] {
    guard let rows, rows.rowCount > 0 else { return [] }
    let isPlaced = places.count >= min(rows.rowCount, Self.shownRows)
    let labels = isPlaced ? places.prefix(Self.shownRows).map { $0.steeringShown() + "  " } : []
    let indent = 5 + (labels.map(\.displayWidth).max() ?? 0)
    var options = FormatOptions()
    options.rowLimit = Self.shownRows
    options.totalRowCount = failedRows
    if columns > 0 { options.width = columns - indent }
    let lines = rows.formatted(.table, options).split(separator: "\n")
    return lines.enumerated().map { number, line in
      // Two lines of header stand above the rows.
      let label = number >= 2 && number - 2 < labels.count ? labels[number - 2] : ""
      return ("     " + label).padded(to: indent) + line
    }
  }

  private static let shownRows = 5
}

extension Messages {
  /// Tells that a check did not hold.
  package func check(_ check: CheckMessage, _ span: SourceSpan, in source: SourceText) {
    if isQuiet && !check.isFailure { return }
    let place = source.position(at: span.start)
    switch errorStyle {
    case .text:
      let word = check.isFailure ? "FAIL" : "WARN"
      let title = isStyled ? "\u{1B}[1;\(check.isFailure ? 31 : 33)m\(word)\u{1B}[0m" : word
      let rest = "\(source.name):\(place.line)  \(check.sentence)"
      line("\(title) \(rest.steeringShown())")
      for row in check.excerpt(columns: columns) { line(row) }
    case .json:
      var object = JSONText()
      object.add("kind", "check")
      object.add("severity", check.isFailure ? "error" : "warning")
      object.add("file", source.name)
      object.add("line", place.line)
      object.add("col", place.column)
      object.add("check", check.text)
      if let message = check.message { object.add("message", message) }
      if let finding = check.finding { object.add("finding", finding) }
      if check.rows != nil { object.add("failedRows", check.failedRows) }
      if let tested = check.testedRows { object.add("testedRows", tested) }
      if let rows = check.rows {
        object.add("rows", json: rows.formatted(.json).filter { $0 != "\n" })
      }
      if !check.places.isEmpty { object.add("places", array: check.places.map(\.jsonQuoted)) }
      line(object.text)
    case .github:
      line(
        annotation(
          check.isFailure ? "error" : "warning",
          [("file", source.name), ("line", "\(place.line)"), ("col", "\(place.column)")],
          check.sentence))
    }
  }
}
