import Foundation
import Tally
import TallySamples
import TallySyntax
import Testing

/// The questions that analysts of public services ask, under `Grammar/examples/questions`: each
/// is a script with its answer beside it, and the same in good SQL.
///
/// `UPDATE_GOLDEN=1` writes the answers anew. `questions.py` compares them with what DuckDB
/// answers to the SQL.
@Suite struct QuestionTests {
  static let folder = Shipped.folder.deletingLastPathComponent()
    .appendingPathComponent("Grammar/examples/questions", isDirectory: true)

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".tally") }.map { String($0.dropLast(6)) }.sorted()
  }()

  static func text(_ name: String, _ kind: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent("\(name).\(kind)"), encoding: .utf8)
  }

  // MARK: Tables

  private static let shipped: Database? = {
    let database = Database()
    for (table, _) in Shipped.rowCounts {
      guard
        (try? database.load(
          table, from: .file(Shipped.folder.appendingPathComponent("\(table).csv").path))) != nil
      else { return nil }
    }
    return database
  }()

  private static let generated: Database? = {
    let table = Dossiers(rowCount: 100_000, seed: 1)
    let rows = Array(Dossiers.header.utf8) + table.part(0..<table.rowCount).bytes
    let database = Database()
    do {
      try database.load("dossiers", from: .bytes(rows, name: "dossiers.csv"))
      for small in table.tables {
        try database.load(
          small.name, from: .bytes(Array(small.csv.utf8), name: small.name + ".csv"))
      }
    } catch {
      return nil
    }
    return database
  }()

  private func database(for script: String) throws -> Database {
    if script.contains("# Tables: Datasets\n") { return try #require(Self.shipped) }
    try #require(script.contains("# Tables: tally generate dossiers 100000\n"))
    return try #require(Self.generated)
  }

  private func answer(to script: String) throws -> Table {
    let shared = try database(for: script)
    // Queries that a script names don't stay in the tables that others read.
    let database = Database()
    for name in shared.tableNames { database[name] = shared[name] }
    var options = ScriptOptions()
    options.today = CalendarDate(year: 2025, month: 12, day: 31)
    var table: Table?
    try database.runScript(SourceText(script), options: options) { outcome in
      if case .answer(let answer, _) = outcome.result { table = answer }
    }
    return try #require(table)
  }

  // MARK: Tests

  @Test func thereAreFortyEight() {
    #expect(Self.names.count == 48)
    #expect(Self.names.compactMap { Int($0.prefix(2)) } == Array(1...48))
  }

  @Test(arguments: names)
  func isAnswered(name: String) throws {
    let answer = try answer(to: try Self.text(name, "tally")).formatted(.csv)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      let file = Self.folder.appendingPathComponent("\(name).csv")
      return try answer.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try answer == Self.text(name, "csv"))
    #expect(answer.split(separator: "\n").count > 1)
  }

  @Test(arguments: names)
  func isInCanonicalForm(name: String) throws {
    let script = try Self.text(name, "tally")
    let parsed = parseScript(SourceText(script))
    #expect(parsed.diagnostics.map(\.message) == [])
    #expect(formatted(SourceText(script)).text == script)
  }

  // MARK: Length

  /// The tokens of a text in either language: a text or name in quotes, a word, a number with its
  /// decimals and percent sign, a date behind `@`, an operator, a sign of punctuation. Comments and
  /// the semicolon at the end are none.
  static func tokenCount(_ text: String, comment: String) -> Int {
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix(comment) }
    var body = lines.joined(separator: "\n")
    if body.hasSuffix(";") { body.removeLast() }
    return body.matches(of: Self.token).count
  }

  nonisolated(unsafe) private static let token =
    /"[^"]*"|'[^']*'|`[^`]*`|@[0-9A-Z:-]+|\d+(?:\.\d+)?%?|[\w$]+|<=|>=|<>|!=|\|\||::|->|\.\.<?|[^\s\w]/

  @Test(
    arguments: [
      ("count services where level >= 3", 6), ("show 60% * 1.5", 4), ("# no\nlist a.b", 4),
      ("a in 1..2 and \"x y\" = @2025-12-01", 9), ("", 0),
    ])
  func tokensAreCounted(text: String, count: Int) {
    #expect(Self.tokenCount(text, comment: "#") == count)
  }

  /// The questions take 0.55 of the tokens of good SQL or less, and none takes more than its SQL.
  @Test func theyAreShorterThanSQL() throws {
    var (own, others) = (0, 0)
    for name in Self.names {
      let ours = Self.tokenCount(try Self.text(name, "tally"), comment: "#")
      let theirs = Self.tokenCount(try Self.text(name, "sql"), comment: "--")
      #expect(ours <= theirs, "\(name)")
      own += ours
      others += theirs
    }
    #expect(Double(own) <= 0.55 * Double(others), "\(own) of \(others)")
  }
}
