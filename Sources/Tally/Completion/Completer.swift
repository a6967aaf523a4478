/// Finds what can be written at a place: the grammar's expectations, filled with the names and values
/// of tables.
struct Completer {
  let state: Database.State
  let source: SourceText

  /// The most words that a value without quotes may have.
  private static let greatestWordCount = 8

  var environment: Environment { state.environment }

  /// What can be written at an offset in bytes.
  func completions(at offset: Int) -> Completions {
    let offset = min(max(offset, 0), source.length)
    let here = completion(in: source, at: offset)
    if let values = valueOfSeveralWords(offset, limit: here.replaced.start) { return values }
    var found: [Completions.Item] = []
    let context = CompletionContext(source, here, self)
    for expectation in context.ranked(here.expected) {
      let items = items(for: expectation, here)
      guard context.wantsNumbers, case .column = expectation else {
        found += items
        continue
      }
      let isNumber = { (item: Completions.Item) in item.type?.isNumeric ?? true }
      found += items.filter(isNumber) + items.filter { !isNumber($0) }
    }
    return matching(here.partial, found, replacing: replaced(here, offset))
  }

  /// The text that is replaced: a quote that closes what is being typed goes with it.
  private func replaced(_ place: Completion, _ offset: Int) -> SourceSpan {
    guard let quote = place.quote, offset < source.length,
      source.text(in: SourceSpan(offset, offset + 1)) == String(quote)
    else { return place.replaced }
    return SourceSpan(place.replaced.start, offset + 1)
  }

  /// Texts often have blanks, and nobody types the quote first: the words before the place may be the
  /// beginning of a value that is expected where the first of them stands.
  private func valueOfSeveralWords(_ offset: Int, limit: Int) -> Completions? {
    let before = Array(source.text(in: SourceSpan(0, offset)).utf8)
    var starts: [Int] = []
    var index = min(limit, before.count)
    while index > 0, starts.count < Self.greatestWordCount, before[index - 1] != 0x0A {
      index -= 1
      if before[index] != 0x20, index == 0 || before[index - 1] == 0x20 { starts.append(index) }
    }
    for start in starts.reversed() {
      let there = completion(in: source, at: start)
      guard there.replaced.start == start else { continue }
      var found: [Completions.Item] = []
      for case .valueOf(let column) in there.expected {
        found += values(of: column, there).filter { $0.text.first == "\"" }
      }
      let span = SourceSpan(start, offset)
      let values = matching(source.text(in: span), found, replacing: span, nearly: false)
      if !values.items.isEmpty { return values }
    }
    return nil
  }

  private func items(for expectation: Expectation, _ place: Completion) -> [Completions.Item] {
    switch expectation {
    case .keyword(let word): [Completions.Item(.keyword, word)]
    case .verb(let word): [Completions.Item(.aggregate, word)]
    case .table: tableItems
    case .column: columnItems(place) + constantItems + measureItems(place)
    case .columnOf(let table): columnItems(ofTable: table, place)
    case .output: outputItems(place)
    case .function: definedFunctionItems + Self.functionItems
    case .valueOf(let column): values(of: column, place)
    case .parameter: parameterItems
    case .number, .file, .query: []
    }
  }

  private static let functionItems: [Completions.Item] =
    (FunctionCatalog.entries
    + FunctionCatalog.windowEntries).map { entry in
      Completions.Item(
        .function, entry.name + "(", label: entry.name, note: entry.signatures.first ?? "")
    }

  // MARK: Matching

  /// The items that what was typed may become: first those that begin with it, then those of which
  /// another word does, then those that have it inside; where there is none of these, the nearest.
  private func matching(
    _ typed: String, _ found: [Completions.Item], replacing span: SourceSpan, nearly: Bool = true
  ) -> Completions {
    let wanted = typed.folded
    var seen = Set<String>()
    var ranks: [[Completions.Item]] = [[], [], []]
    for item in found where !item.label.isEmpty {
      guard let rank = Self.rank(of: item.label.folded, wanted) else { continue }
      if seen.insert(item.text).inserted { ranks[rank].append(item) }
    }
    var all = ranks.flatMap(\.self)
    if all.isEmpty, nearly, wanted.count >= 3 {
      let near = closest(to: typed, among: found.lazy.map(\.label))
      all = found.first { $0.label == near }.map { [$0] } ?? []
    }
    var result = Completions(replaced: span)
    result.items = Array(all.prefix(Completions.greatestCount))
    result.furtherCount = all.count - result.items.count
    return result
  }

  /// How well a label fits what was typed: 0 is best; nil does not fit.
  private static func rank(of label: String, _ wanted: String) -> Int? {
    if label.hasPrefix(wanted) { return 0 }
    if label.contains(" " + wanted) || label.contains("_" + wanted) { return 1 }
    return wanted.utf8.count >= 3 && label.contains(wanted) ? 2 : nil
  }
}
