import Tally
import TallySyntax
import Testing

@testable import TallySamples

/// Holds the engine to answers that were counted without it.
@Suite struct OracleTests {
  private static let table = Dossiers(rowCount: 100_000, seed: 1)

  /// The oracle, and a database of what it speaks of.
  private static let made: (oracle: Oracle, database: Database)? = {
    let part = table.part(0..<table.rowCount)
    let database = Database()
    do {
      try database.load(
        "dossiers", from: .bytes(Array(Dossiers.header.utf8) + part.bytes, name: "dossiers.csv"))
      for dimension in table.tables {
        try database.load(
          dimension.name, from: .bytes(Array(dimension.csv.utf8), name: dimension.name + ".csv"))
      }
    } catch {
      Issue.record(error)
      return nil
    }
    return (Oracle(table, part.counts), database)
  }()

  static let questions = made?.oracle.answers.map(\.question) ?? []

  @Test func thereAreManyQuestions() throws {
    #expect(Self.questions.count >= 28)
    #expect(Set(Self.questions).count == Self.questions.count)
  }

  @Test(arguments: questions)
  func theEngineAgrees(question: String) throws {
    let (oracle, database) = try #require(Self.made)
    let answer = try #require(oracle.answers.first { $0.question == question })
    var given: Table?
    try database.runScript(SourceText(answer.query)) { outcome in
      if case .answer(let table, _) = outcome.result { given = table }
    }
    let table = try #require(given)
    #expect(table.columnNames == answer.columns)
    let rows = table.rows.map { row in
      (0..<table.columnCount).map { column in
        (try? row[column] as CellValue)?.text(in: .csv) ?? "null"
      }
    }
    let expected = answer.rows.map { row in
      row.map { cell in
        switch cell {
        case .text(let text): text
        case .halves(let count): "\(count / 2).\(count % 2 * 5)"
        default: cell.json
        }
      }
    }
    #expect(rows == expected)
  }

  @Test func jsonHoldsTheRecipe() throws {
    let (oracle, _) = try #require(Self.made)
    #expect(
      oracle.json.contains("\"version\": \"dossiers 1\",\n  \"seed\": 1,\n  \"rows\": 100000"))
    #expect(Self.table.about(shuffled: false).contains("Synthetic"))
  }
}
