import Tally
import TallySyntax
import Testing

@testable import TallyShell

/// Runs every example of `Grammar/reference.md`; what stands below an example is its answer.
/// `UPDATE_GOLDEN=1` writes the answers anew.
@Suite struct ReferenceTests {
  private static let path = "Grammar/reference.md"

  @Test func everyExampleGivesItsAnswer() throws {
    let folder = TemporaryFolder()
    let database = try Examples.database(in: folder)
    let text = String(decoding: try readAll("\(Command.root)/\(Self.path)"), as: UTF8.self)
    var page: [String] = []
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    var examples = 0
    while let line = lines.popFirst() {
      page.append(String(line))
      guard line == "```tally" || line == "```tally receipt" else { continue }
      let example = takeBlock(&lines)
      page += example + ["```"]
      examples += 1
      // The answer of before, if there is one.
      if lines.starts(with: ["", "```text"]) {
        lines = lines.dropFirst(2)
        _ = takeBlock(&lines)
      }
      let answer = try answer(
        to: example.joined(separator: "\n"), database, folder,
        withReceipt: line.hasSuffix("receipt"))
      if !answer.isEmpty { page += ["", "```text", answer, "```"] }
    }
    #expect(examples > 40)
    try Examples.hold(page.joined(separator: "\n"), to: Self.path)
  }

  /// The lines up to the end of a block, which is taken as well.
  private func takeBlock(_ lines: inout ArraySlice<Substring>) -> [String] {
    let block = lines.prefix { $0 != "```" }
    lines = lines.dropFirst(block.count + 1)
    return block.map(String.init)
  }

  private func answer(
    to text: String, _ database: Database, _ folder: TemporaryFolder, withReceipt: Bool
  ) throws -> String {
    var options = ScriptOptions()
    options.files = .from(folder: folder.path)
    options.today = CalendarDate(year: 2025, month: 3, day: 15)
    var parts: [String] = []
    let source = SourceText(text, name: "question")
    do throws(QueryError) {
      try database.runScript(source, options: options) { outcome throws(QueryError) in
        switch outcome.result {
        case .answer(let table, _):
          parts.append(table.formatted(.table) + (withReceipt ? table.receipt.summary + "\n" : ""))
        case .described(let table): parts.append(table.formatted(.table))
        case .explained(let words): parts.append(words + "\n")
        case .checked(let check): parts.append(check.holds ? "holds\n" : "does not hold\n")
        case .defined, .loaded: break
        }
      }
    } catch {
      parts.append(error.diagnostics.map { $0.rendered(in: error.source ?? source) }.joined())
    }
    var answer = parts.joined(separator: "\n")
    while answer.last?.isNewline == true { answer.removeLast() }
    // Blanks at the ends of lines are lost in many editors.
    return answer.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}
