/// Questions about a generated table with their exact answers, counted while it was made.
package struct Oracle: Sendable {
  /// A question and its answer.
  package struct Answer: Sendable {
    /// What is asked, in words.
    package let question: String
    /// The same in the language.
    package let query: String
    /// The names of the columns of the answer.
    package let columns: [String]
    /// The rows of the answer.
    package let rows: [[Cell]]
  }

  /// A value of an answer.
  package enum Cell: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case text(String)
    case number(Int)
    /// A number of halves.
    case halves(Int)
    case missing

    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int) { self = .number(value) }

    /// As JSON.
    package var json: String {
      switch self {
      case .text(let text): "\"\(text)\""
      case .number(let number): "\(number)"
      case .halves(let count): count % 2 == 0 ? "\(count / 2)" : "\(count / 2).5"
      case .missing: "null"
      }
    }
  }

  /// What the table was made from.
  package let table: Dossiers
  let counts: DossierCounts

  /// The answers that the counts of all parts of a table give.
  package init(_ table: Dossiers, _ counts: DossierCounts) {
    self.table = table
    self.counts = counts
  }

  /// All questions with their answers.
  package var answers: [Answer] { totals + byTime + byPlace + byService + byAnswer }

  /// The answers with version, seed and number of rows, as JSON.
  package var json: String {
    let items = answers.map { answer in
      let columns = answer.columns.map { "\"\($0)\"" }.joined(separator: ", ")
      let rows = answer.rows.map { "[" + $0.map(\.json).joined(separator: ", ") + "]" }
      return """
          {
            "question": "\(answer.question)",
            "query": "\(answer.query.replacing("\"", with: "\\\""))",
            "columns": [\(columns)],
            "rows": [\(rows.joined(separator: ", "))]
          }
        """
    }
    return """
      {
        "version": "\(Dossiers.version)",
        "seed": \(table.seed),
        "rows": \(table.rowCount),
        "answers": [
      \(items.joined(separator: ",\n"))
        ]
      }

      """
  }
}

extension Dossiers {
  /// Says what the files are, for people and programs that find them.
  package func about(shuffled: Bool) -> String {
    """
    {
      "version": "\(Self.version)",
      "seed": \(seed),
      "rows": \(rowCount),
      "shuffled": \(shuffled),
      "note": "Synthetic: no row, name or count is a fact. Made by `tally generate`."
    }

    """
  }
}
