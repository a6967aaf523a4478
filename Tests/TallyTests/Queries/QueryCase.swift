import TallySyntax
import Testing

@testable import Tally

/// A query, the answer that it must have as CSV, and what its receipt must say.
struct QueryCase: Sendable, CustomTestStringConvertible {
  let query: String
  let csv: String
  /// The summary of the receipt; nothing where it says no more than rows read and kept.
  let receipt: String?

  init(_ query: String, _ csv: String, receipt: String? = nil) {
    (self.query, self.csv, self.receipt) = (query, csv, receipt)
  }

  var testDescription: String { query }

  /// Runs the query and holds the answer to what is expected.
  func check(on database: Database) {
    do throws(QueryError) {
      let answer = try database.run(Query(text: query), today: SampleTables.today)
      let found = answer.formatted(.csv)
      #expect(found == csv + "\n", "\(query)\n\(found)")
      if let receipt {
        #expect(answer.receipt.summary == receipt, "\(query)\n\(answer.receipt.summary)")
      }
    } catch {
      Issue.record("\(query)\n\(error.message) \(error.diagnostics)")
    }
  }
}

extension Database {
  /// Answers a query as of a day.
  func run(_ query: Query, today: CalendarDate) throws(QueryError) -> Table {
    var answer: Table?
    var options = ScriptOptions()
    options.today = today
    try runScript(SourceText(query.text), options: options) { outcome throws(QueryError) in
      if case .answer(let table, _) = outcome.result { answer = table }
    }
    guard let answer else { throw QueryError(kind: .bug, message: "no answer") }
    return answer
  }
}

extension Database {
  /// The first diagnostic of the error that a query ends with; nil where it has an answer.
  func refusal(of query: String) -> Diagnostic? {
    do throws(QueryError) {
      _ = try run(Query(text: query), today: SampleTables.today)
      return nil
    } catch {
      return error.diagnostics.first
    }
  }
}

extension Diagnostic {
  /// The source with the first mend made; nil where none is proposed.
  func mended(_ source: String) -> String? {
    fixIts.first?.applied(to: SourceText(source))
  }
}
