import Tally
import TallySyntax

/// How many checks held and how many did not.
package struct CheckCount: Sendable, Equatable {
  package var passed = 0
  package var warned = 0
  package var failed = 0

  /// The line at the end of a run, for instance `7 checks: 5 passed, 1 warned, 1 failed`; empty
  /// where there was no check.
  package var summary: String {
    let total = passed + warned + failed
    guard total > 0 else { return "" }
    var parts = ["\(passed) passed"]
    if warned > 0 { parts.append("\(warned) warned") }
    if failed > 0 { parts.append("\(failed) failed") }
    return "\(total) check\(total == 1 ? "" : "s"): " + parts.joined(separator: ", ")
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
    if result.holds {
      checks.passed += 1
      if result.testedRowCount == 0 {
        messages.check(
          CheckMessage(result, isFailure: false, finding: "no row was tested"), span, in: source)
      } else if isInteractive {
        messages.remark("holds")
      }
      return
    }
    if result.isExpectation { checks.failed += 1 } else { checks.warned += 1 }
    messages.check(
      CheckMessage(result, isFailure: result.isExpectation, finding: result.finding), span,
      in: source)
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

  init(_ result: CheckResult, isFailure: Bool, finding: String?) {
    text = result.text
    message = result.message
    self.finding = finding
    self.isFailure = isFailure
    failedRows = result.failedRowCount
    testedRows = result.testedRowCount
    rows = result.holds ? nil : result.rows
  }

  /// What was found, in words.
  fileprivate var words: String {
    var parts: [String] = []
    if let message { parts.append(message) }
    if let finding { parts.append(finding) }
    if rows != nil, failedRows > 0 {
      let tested = testedRows.map { " of \(grouped($0))" } ?? ""
      parts.append(
        "\(grouped(failedRows))\(tested) row\((testedRows ?? failedRows) == 1 ? "" : "s")")
    }
    return parts.joined(separator: "; ")
  }
}

extension Messages {
  /// The rows of a failed check that people are shown.
  private static let shownRows = 5

  /// Tells that a check did not hold.
  package func check(_ check: CheckMessage, _ span: SourceSpan, in source: SourceText) {
    if isQuiet && !check.isFailure { return }
    let place = source.position(at: span.start)
    switch errorStyle {
    case .text:
      let word = check.isFailure ? "FAIL" : "WARN"
      let title = isStyled ? "\u{1B}[1;\(check.isFailure ? 31 : 33)m\(word)\u{1B}[0m" : word
      let words = check.words.isEmpty ? "" : ": \(check.words)"
      let rest = "\(source.name):\(place.line)  \(check.text)\(words)"
      line("\(title) \(rest.steeringShown())")
      if let rows = check.rows, rows.rowCount > 0 {
        var options = FormatOptions()
        options.rowLimit = Self.shownRows
        for row in rows.formatted(.table, options).split(separator: "\n") { line("     \(row)") }
      }
    case .json:
      var object = JSONText()
      object.add("kind", "check")
      object.add("severity", check.isFailure ? "error" : "warning")
      object.add("file", source.name)
      object.add("line", place.line)
      object.add("col", place.column)
      object.add("check", check.text)
      object.add("message", check.words)
      object.add("failedRows", check.failedRows)
      if let tested = check.testedRows { object.add("testedRows", tested) }
      if let rows = check.rows {
        object.add("rows", json: rows.formatted(.json).filter { $0 != "\n" })
      }
      line(object.text)
    case .github:
      let words = check.words.isEmpty ? check.text : "\(check.text): \(check.words)"
      line(
        annotation(
          check.isFailure ? "error" : "warning",
          [("file", source.name), ("line", "\(place.line)"), ("col", "\(place.column)")], words))
    }
  }
}
