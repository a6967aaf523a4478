/// What stands before a place, as far as it tells which of the grammar's words come next.
struct CompletionContext {
  /// What the name before the place means.
  private enum Before {
    case table
    case column(ColumnType, inCondition: Bool)
    case other
  }

  private let before: Before
  private let previousWord: String

  init(_ source: SourceText, _ place: Completion, _ completer: Completer) {
    let text = source.text(in: SourceSpan(0, place.replaced.start))
    let words = Self.lastWords(of: text)
    previousWord = words.first?.lowercased() ?? ""
    guard place.partial.isEmpty || !place.expected.isEmpty, let name = words.first else {
      before = .other
      return
    }
    if let type = completer.columnType(of: name, place) {
      let conditions = ["where", "having", "with", "and", "or", "not", "if", "expect", "warn"]
      let inCondition = words.count > 1 && conditions.contains(words[1].lowercased())
      before = .column(type, inCondition: inCondition)
    } else if completer.environment.tables[Environment.key(name)] != nil
      || completer.environment.views[Environment.key(name)] != nil
    {
      before = .table
    } else {
      before = .other
    }
  }

  /// Whether what comes next is added up or averaged.
  var wantsNumbers: Bool {
    ["sum", "average", "median", "stddev", "variance", "percentile", "corr"].contains(previousWord)
  }

  /// The expectations, the likeliest first, without those that can't be meant.
  func ranked(_ expected: [Expectation]) -> [Expectation] {
    expected.enumerated()
      .compactMap { index, expectation in
        rank(expectation).map { (rank: $0, index: index, expectation: expectation) }
      }
      .sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }
      .map(\.expectation)
  }

  /// How late an expectation comes; nil for never.
  private func rank(_ expectation: Expectation) -> Int? {
    switch expectation {
    case .valueOf: 0
    case .output: 1
    case .column, .columnOf: 2
    case .table: ["count", "share", "of"].contains(previousWord) ? 1 : 5
    case .verb: 3
    case .keyword(let word): word == previousWord ? nil : rank(word)
    case .function: 30
    case .parameter: 31
    case .number, .file, .query: 32
    }
  }

  private func rank(_ word: String) -> Int? {
    if let rank = Self.leadingWords[word] { return rank }
    if let place = Self.clauses.firstIndex(of: word) { return 8 + place }
    let isOperator = Self.operators.contains(word)
    switch before {
    case .table: return isOperator ? nil : 26
    case .column(let type, let inCondition):
      guard isOperator else { return 26 }
      if !Self.fits(word, type) { return nil }
      let isTest = !Self.arithmetic.contains(word) && !["and", "or", "if"].contains(word)
      return inCondition && isTest ? 6 : 28
    case .other: return word == "and" || word == "or" ? 6 : (isOperator ? 28 : 26)
    }
  }

  /// Words that begin what can stand at few places, and so are meant there.
  private static let leadingWords = [
    "last": 0, "this": 0, "next": 0, "no": 1, "unique": 1, "of": 3, "distinct": 3, "list": 4,
    "show": 4,
  ]

  /// Clauses, the most frequent first.
  private static let clauses = [
    "where", "group by", "with", "order by", "top", "having", "across", "then", "from", "within",
    "add", "lookup", "limit", "as", "with totals", "save to", "bottom",
  ]

  private static let arithmetic: Set<String> = ["+", "-", "*", "/", "div", "mod"]
  private static let ordering: Set<String> = ["<", "<=", ">", ">=", "between"]
  private static let textTests: Set<String> = ["contains", "starts with", "ends with", "~"]
  private static let operators = arithmetic.union(ordering).union(textTests).union([
    "=", "!=", "in", "not in", "is missing", "is not missing", "and", "or", "if", "loosely",
  ])

  /// Whether an operator can stand behind a column of a type.
  private static func fits(_ word: String, _ type: ColumnType) -> Bool {
    switch type {
    case .text: !arithmetic.contains(word) && !ordering.contains(word)
    case .boolean:
      !arithmetic.contains(word) && !ordering.contains(word) && !textTests.contains(word)
    case .date, .dateTime, .period, .duration:
      !textTests.contains(word) && !["*", "/", "div", "mod"].contains(word)
    case .integer, .decimal, .percent, .float, .ratio: !textTests.contains(word)
    }
  }

  /// The last words of a text, the last first: names without backticks, and without their table.
  private static func lastWords(of text: String) -> [String] {
    var words: [String] = []
    var rest = text[...]
    while words.count < 2 {
      while let last = rest.last, last.isWhitespace { rest.removeLast() }
      guard let last = rest.last else { break }
      if last == "`" {
        rest.removeLast()
        guard let open = rest.lastIndex(of: "`") else { break }
        words.append(String(rest[rest.index(after: open)...]))
        rest = rest[..<open]
      } else {
        let word = rest.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }.reversed()
        // Something that is no word stands for itself.
        words.append(word.isEmpty ? String(last) : String(word))
        rest = rest.dropLast(max(1, word.count))
      }
      if rest.last == "." {
        rest.removeLast()
        rest = rest[..<(rest.lastIndex { $0.isWhitespace || $0 == "(" } ?? rest.startIndex)]
      }
    }
    return words
  }
}

extension Completer {
  /// The type of a column that a place may speak of, by its name.
  fileprivate func columnType(of name: String, _ place: Completion) -> ColumnType? {
    let key = Environment.key(name)
    for table in place.tables {
      if let named = environment.tables[Environment.key(table)]?.table,
        let index = named.columnIndex(name)
      {
        return named.columns[index].type
      }
      if let view = environment.views[Environment.key(table)],
        let entry = view.scope.entries.first(where: { Environment.key($0.name) == key })
      {
        return entry.expression.type
      }
    }
    return nil
  }
}
