import Tally
import TallySyntax

/// What can be written at the cursor: words of the grammar, tables, columns, and values of columns,
/// matched without regard to case and marks.
///
///     count services where agency = bo tai⇥      "Bộ Tài chính"  583 rows
package struct Completer {
  /// One thing to write.
  package struct Choice: Sendable, Equatable {
    /// What is written.
    package let text: String
    /// What it is, in a few words; may be empty.
    package let note: String
    /// What is compared with what was typed: the text without quotes.
    let plain: String

    package init(_ text: String, note: String = "", plain: String? = nil) {
      self.text = text
      self.note = note
      self.plain = plain ?? text
    }
  }

  /// The choices at one place.
  package struct Choices: Sendable {
    /// The offset in bytes at which the replaced text begins.
    package var start: Int
    /// The choices, the likeliest first.
    package var items: [Choice] = []
    /// How many more there are.
    package var furtherCount = 0
  }

  /// The most choices that are shown.
  static let greatestCount = 20
  /// The most words that a value without quotes may have.
  static let greatestWordCount = 8

  private let catalogue: any Catalogue

  package init(_ catalogue: any Catalogue) { self.catalogue = catalogue }

  /// The choices at an offset in bytes.
  package func choices(in text: String, at cursor: Int) -> Choices {
    let source = SourceText(text)
    let here = completion(in: source, at: cursor)
    if let values = valueOfSeveralWords(source, cursor, here.replaced.start) { return values }
    var choices = Choices(start: here.replaced.start)
    var found: [Choice] = []
    for expectation in here.expected { found += items(for: expectation, here) }
    fill(&choices, with: found, matching: here.partial)
    return choices
  }

  /// Texts often have spaces, and nobody types the quote first: the words before the cursor may be
  /// the beginning of a value that is expected where the first of them stands.
  private func valueOfSeveralWords(_ source: SourceText, _ cursor: Int, _ limit: Int) -> Choices? {
    let before = Array(source.text(in: SourceSpan(0, cursor)).utf8)
    var starts: [Int] = []
    var index = min(limit, before.count)
    while index > 0, starts.count < Self.greatestWordCount, before[index - 1] != 0x0A {
      index -= 1
      if before[index] != 0x20, index == 0 || before[index - 1] == 0x20 { starts.append(index) }
    }
    for start in starts.reversed() {
      let there = completion(in: source, at: start)
      guard there.replaced.start == start else { continue }
      var found: [Choice] = []
      for case .valueOf(let column) in there.expected { found += values(of: column, there) }
      var choices = Choices(start: start)
      let typed = source.text(in: SourceSpan(start, cursor))
      fill(&choices, with: found, matching: typed)
      if !choices.items.isEmpty { return choices }
    }
    return nil
  }

  /// Puts those in that match what was typed: first those that begin with it, then those in which
  /// a later word does.
  private func fill(_ choices: inout Choices, with found: [Choice], matching typed: String) {
    let wanted = typed.folded
    var seen = Set<String>()
    var beginning: [Choice] = []
    var inside: [Choice] = []
    for choice in found {
      let plain = choice.plain.folded
      if plain.hasPrefix(wanted) {
        if seen.insert(choice.text).inserted { beginning.append(choice) }
      } else if plain.contains(" " + wanted) || plain.contains("_" + wanted) {
        if seen.insert(choice.text).inserted { inside.append(choice) }
      }
    }
    let all = beginning + inside
    choices.items = Array(all.prefix(Self.greatestCount))
    choices.furtherCount = all.count - choices.items.count
  }

  private func items(for expectation: Expectation, _ place: Completion) -> [Choice] {
    switch expectation {
    case .keyword(let word): return [Choice(word)]
    case .verb(let word): return [Choice(word)]
    case .table: return catalogue.tableNames.map { name($0, note: "table") }
    case .column:
      let names = place.names.map { name($0, note: "this step") }
      return names + tables(place).flatMap(columns)
    case .columnOf(let table): return columns(of: table)
    case .output: return place.names.map { name($0, note: "this step") }
    case .function: return catalogue.functionNames.map { Choice($0 + "(", note: "function") }
    case .valueOf(let column): return values(of: column, place)
    case .parameter, .number, .file, .query: return []
    }
  }

  /// The tables whose columns can be meant: those that the statement names, else all.
  private func tables(_ place: Completion) -> [String] {
    let named = place.tables.filter { !catalogue.columns(of: $0).isEmpty }
    return named.isEmpty ? catalogue.tableNames : named
  }

  private func columns(of table: String) -> [Choice] {
    catalogue.columns(of: table).map { column in
      let distinct = column.distinctCount.map { ", \(grouped($0)) distinct" } ?? ""
      return name(column.name, note: column.type + distinct)
    }
  }

  private func name(_ name: String, note: String) -> Choice {
    Choice(nameText(name), note: note, plain: name)
  }

  private func values(of path: String, _ place: Completion) -> [Choice] {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    let column = parts.last ?? path
    let candidates = parts.count == 2 ? [parts[0]] : tables(place)
    for table in candidates {
      let names = catalogue.columns(of: table).map(\.name)
      guard let name = names.first(where: { $0.lowercased() == column.lowercased() }) else {
        continue
      }
      return catalogue.values(of: name, in: table).map { value in
        let rows = "\(grouped(value.rows)) row\(value.rows == 1 ? "" : "s")"
        return Choice(textLiteral(value.text), note: rows, plain: value.text)
      }
    }
    return []
  }
}
