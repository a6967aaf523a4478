// Mends for what people who know other languages write: names, values and calls that have another
// form here.

extension QueryError {
  /// The same error with mends before those that it has.
  func offering(_ fixIts: [FixIt], help: [String] = []) -> QueryError {
    guard !fixIts.isEmpty || !help.isEmpty, var first = diagnostics.first else { return self }
    first.fixIts = fixIts + first.fixIts
    first.help += help
    return QueryError(
      kind: kind, diagnostics: [first] + diagnostics.dropFirst(), source: source)
  }
}

extension Binder {
  // MARK: Names

  /// Mends for a name that no column has.
  func mends(ofUnknown name: NameSyntax) -> (fixIts: [FixIt], help: [String]) {
    if name.isQuoted { return ([], []) }
    let word = Environment.key(name.text)
    if let item = named(name) { return ([item], []) }
    if Self.datePartWords.contains(word), let column = onlyDate {
      let call = "\(word)(\(spelledName(column)))"
      return ([FixIt("write \(call)", replace: name.span, with: call)], [])
    }
    if ["rows", "records"].contains(word), isCounted(name) {
      let blank = source.bytes[name.span.end..<source.length].prefix { $0 == 0x20 }.count
      let whole = SourceSpan(name.span.start, name.span.end + blank)
      return ([FixIt("leave it out", replace: whole, with: "")], [])
    }
    if let table = environment.tables[word] { return tableMends(name, table) }
    if ["delete", "insert", "update", "drop"].contains(word) {
      return ([], ["tables are read here, and never changed"])
    }
    return ([], [])
  }

  /// Mends for a table where a column is wanted: `show services`, `agency in agencies`.
  private func tableMends(_ name: NameSyntax, _ table: Environment.NamedTable)
    -> (fixIts: [FixIt], help: [String])
  {
    if let head = currentStep?.head, head.form == .show, head.items.count == 1,
      currentStep?.source == nil, case .expression(let value) = head.items[0].kind,
      value.span == name.span
    {
      let word = SourceSpan(head.span.start, head.span.start + "show".utf8.count)
      return ([FixIt("list its rows", replace: word, with: "list")], [])
    }
    let columns = table.table.columnNames.prefix(4).map {
      spelledName(table.name) + "." + spelledName($0)
    }
    return (
      columns.map { FixIt("write \($0)", replace: name.span, with: $0) },
      ["\(table.name) is a table: say which of its columns"]
    )
  }

  /// The functions that people take for columns: `where year = 2024`.
  private static let datePartWords: Set<String> = ["year", "quarter", "month", "week", "weekday"]

  /// The only column of days or moments in scope.
  var onlyDate: String? {
    let dates = scope.entries.filter {
      $0.expression.type == .date || $0.expression.type == .dateTime
    }
    return dates.count == 1 ? dates[0].name : nil
  }

  /// The mend of `add tax = fee * 8%`, where the name stands before its value.
  private func named(_ name: NameSyntax) -> FixIt? {
    var items = currentStep?.head?.items ?? []
    for case .add(let add) in currentStep?.clauses ?? [] { items += add.items }
    for item in items {
      guard item.alias == nil, case .expression(let value) = item.kind,
        case .binary(let binary) = value.kind, binary.operator == .equal,
        case .name(let path) = binary.left.kind, path.span == name.span
      else { continue }
      return FixIt(
        "write the name behind the value",
        [
          SourceEdit(SourceSpan(value.span.start, binary.right.span.start), ""),
          SourceEdit(SourceSpan(value.span.end, value.span.end), " as \(spelledName(name.text))"),
        ])
    }
    return nil
  }

  private func isCounted(_ name: NameSyntax) -> Bool {
    currentStep?.head?.items.contains { item in
      guard case .aggregate(let aggregate) = item.kind, aggregate.verb == .count else {
        return false
      }
      return aggregate.operand?.span == name.span
    } ?? false
  }

  /// The mend of `opened.year`.
  func callMend(of path: NamePathSyntax) -> [FixIt] {
    guard path.parts.count == 2, case .one = scope.find(path.parts[0].text),
      FunctionCatalog.entry(path.parts[1].text) != nil
    else { return [] }
    let call = "\(path.parts[1].text)(\(spelledName(path.parts[0].text)))"
    return [FixIt("write \(call)", replace: path.span, with: call)]
  }

  // MARK: Comparisons

  /// Mends for `agency = A`, where the text has no quotes.
  func quoteMends(_ side: ExpressionSyntax, beside other: BoundExpression) -> [FixIt] {
    guard other.type == .text, case .name(let path) = side.kind, path.parts.count == 1,
      !path.parts[0].isQuoted
    else { return [] }
    let literal = spelledText(path.parts[0].text)
    return [FixIt("write \(literal)", replace: path.span, with: literal)]
  }

  /// Refuses `"agency" = "A"`, which compares two texts.
  func refuseQuotedColumn(_ binary: BinarySyntax) throws(QueryError) {
    guard case .literal(.text(let first)) = binary.left.kind,
      case .literal = binary.right.kind, case .one(let entry) = scope.find(first)
    else { return }
    let name = spelledName(entry.name)
    throw error(
      .type, .typeMismatch, "\"\(first)\" in quotes is a text, and no column",
      at: binary.left.span, fixIts: [FixIt("write \(name)", replace: binary.left.span, with: name)])
  }

  /// Mends for a comparison of types that don't go together.
  func mends(
    of binary: BinarySyntax, _ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan
  ) -> [FixIt] {
    let place = right.span
    switch (left.type, right.constantValue) {
    case (.integer, .text(let text)?), (.decimal, .text(let text)?), (.float, .text(let text)?):
      let isNumber = !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
      return isNumber && Double(text) != nil
        ? [FixIt("write \(text)", replace: place, with: text)] : []
    case (.boolean, .text(let text)?) where ["true", "false"].contains(text.lowercased()):
      return truthMend(binary, text.lowercased() == "true", at: span)
    case (.boolean, .integer(let number)?) where number == 0 || number == 1:
      return truthMend(binary, number == 1, at: span)
    case (.date, .text(let text)?), (.dateTime, .text(let text)?), (.period, .text(let text)?):
      return readings(of: text).map { FixIt("write \($0)", replace: place, with: $0) }
    case (.date, .integer(let year)?), (.dateTime, .integer(let year)?):
      guard (1900...2199).contains(year) else { return [] }
      var edits = [SourceEdit(place, "@\(year)")]
      if binary.operator == .equal { edits.append(SourceEdit(binary.operatorSpan, "in")) }
      return [FixIt("write @\(year)", edits)]
    case (.date, nil) where right.type == .dateTime:
      let words = text(place)
      guard words.hasPrefix("now") else { return [] }
      let rest = words.dropFirst(words.hasPrefix("now()") ? 5 : 3)
      return [FixIt("write today", replace: place, with: "today" + rest)]
    case (.period, .integer?):
      guard case .call(let call) = binary.left.kind,
        FunctionCatalog.entry(call.name.text + "_number") != nil
      else { return [] }
      let name = Environment.key(call.name.text) + "_number"
      return [FixIt("write \(name)", replace: call.name.span, with: name)]
    default: return []
    }
  }

  private func truthMend(_ binary: BinarySyntax, _ value: Bool, at span: SourceSpan) -> [FixIt] {
    guard binary.operator == .equal || binary.operator == .notEqual else { return [] }
    let words = text(binary.left.span)
    let ours = value == (binary.operator == .equal) ? words : "not " + words
    return [FixIt("write \(ours)", replace: span, with: ours)]
  }

  /// The dates that a text may mean, as they are written here: `01/02/2024`, `2024-02`.
  private func readings(of text: String) -> [String] {
    let source = text.hasPrefix("@") ? text : "@" + text
    let (expression, diagnostics) = parseExpression(SourceText(source))
    if diagnostics.isEmpty, case .literal(.period)? = expression?.kind { return [source] }
    guard diagnostics.count == 1 else { return [] }
    return diagnostics[0].fixIts.compactMap { fixIt in
      let mended = fixIt.applied(to: SourceText(source))
      return parseExpression(SourceText(mended)).diagnostics.isEmpty ? mended : nil
    }
  }

  /// The mend of `today - 30`.
  func dayMends(_ binary: BinarySyntax, _ left: BoundExpression, _ right: BoundExpression)
    -> [FixIt]
  {
    guard left.type == .date || left.type == .dateTime, right.type == .integer,
      case .literal(.number) = binary.right.kind,
      binary.operator == .add || binary.operator == .subtract
    else { return [] }
    let end = SourceSpan(binary.right.span.end, binary.right.span.end)
    return [FixIt("write days", replace: end, with: " days")]
  }

  /// The mend of `first + last` of two texts.
  func joinMends(
    _ binary: BinarySyntax, _ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan
  ) -> [FixIt] {
    guard binary.operator == .add, left.type == .text, right.type == .text else { return [] }
    let call = "concat(\(text(binary.left.span)), \(text(binary.right.span)))"
    return [FixIt("write \(call)", replace: span, with: call)]
  }

  /// Notes `share > 50`, where a percentage is compared with fifty times the whole.
  func notePercentage(_ number: BoundExpression, beside other: BoundExpression) {
    guard other.type.isPercentage, case .integer(let value)? = number.constantValue,
      (2...100).contains(value), number.type == .integer
    else { return }
    collected.notes.append(
      Diagnostic(
        .percentOfWhat, "\(value) is \(value)00%", severity: .note, at: number.span,
        fixIts: [FixIt("write \(value)%", replace: number.span, with: "\(value)%")]))
  }

  /// The mend of `level = 1 or 3`, in which the second value is compared with nothing.
  func subjectMends(_ operands: [ExpressionSyntax], _ place: Int) -> [FixIt] {
    guard place > 0, case .literal(let literal) = operands[place].kind, literal.isValue,
      case .binary(let binary) = operands[place - 1].kind, binary.operator.isComparison
    else { return [] }
    let words = SourceSpan(binary.left.span.start, binary.operatorSpan.end)
    let subject = source.text(in: words)
    let here = SourceSpan(operands[place].span.start, operands[place].span.start)
    return [FixIt("write `\(subject)` again", replace: here, with: subject + " ")]
  }

  // MARK: Calls

  /// The error for a call of another language's function that is written otherwise here.
  func foreignCall(_ name: NameSyntax, _ arguments: [ExpressionSyntax], at span: SourceSpan)
    -> QueryError?
  {
    let word = Environment.key(name.text)
    guard FunctionCatalog.entry(word) == nil else { return nil }
    let values = arguments.map { text($0.span) }
    var ours: String?
    var help: [String] = []
    switch (word, values.count) {
    case ("isnull", 1), ("isna", 1), ("is_null", 1), ("is_na", 1), ("isblank", 1), ("isempty", 1):
      ours = "\(values[0]) is missing"
    case ("iif", 3), ("iff", 3), ("ifelse", 3), ("if_else", 3):
      ours = "(\(values[1]) if \(values[0]) else \(values[2]))"
    case ("date_trunc", 2), ("datetrunc", 2), ("date_part", 2), ("datepart", 2), ("extract", 2):
      ours = datePart(word, arguments, values)
    case ("datediff", 2), ("date_diff", 2): ours = "days(\(values[0]) - \(values[1]))"
    case ("rolling", 2), ("moving_average", 2), ("mavg", 2):
      ours = "average(\(values[0]) over last \(values[1]))"
    case ("countif", 1), ("count_if", 1): ours = "count(with \(values[0]))"
    case ("sumif", 2), ("sum_if", 2): ours = "sum(\(values[0]) with \(values[1]))"
    case ("averageif", 2), ("avgif", 2): ours = "average(\(values[0]) with \(values[1]))"
    case ("half", 1), ("half_year", 1), ("halfyear", 1), ("semester", 1):
      help = ["half-years are asked for behind `in`: \(values[0]) in @2025-H1"]
      if isKey(span) {
        ours =
          "year(\(values[0])), \"H1\" if quarter_number(\(values[0])) <= 2 else \"H2\" as half"
      }
    case ("strftime", 2), ("to_char", 2), ("format", 2), ("date_format", 2):
      help = [
        "periods are values: year(x), quarter(x), month(x), week(x); text(x) gives their text"
      ]
    case (_, 1) where word.first == "p" && (1...2).contains(word.dropFirst().count):
      guard Int(word.dropFirst()) != nil else { return nil }
      ours = "percentile(\(values[0]), \(word.dropFirst()))"
    default: return nil
    }
    return error(
      .name, .unknownFunction, "there is no function \(name.text)", at: name.span, help: help,
      fixIts: ours.map { [FixIt("write \($0)", replace: span, with: $0)] } ?? [])
  }

  /// Whether a key of the groups without a name stands here.
  private func isKey(_ span: SourceSpan) -> Bool {
    for case .groupBy(let groupBy) in currentStep?.clauses ?? [] {
      if groupBy.keys.contains(where: { $0.alias == nil && $0.span == span }) { return true }
    }
    return false
  }

  /// `date_trunc('month', opened)` as `month(opened)`.
  private func datePart(_ word: String, _ arguments: [ExpressionSyntax], _ values: [String])
    -> String?
  {
    var unit: String?
    if case .literal(.text(let text)) = arguments[0].kind { unit = text.lowercased() }
    if case .name(let path) = arguments[0].kind { unit = path.text.lowercased() }
    guard let unit else { return nil }
    let name = word.hasSuffix("trunc") ? unit : unit + "_number"
    return FunctionCatalog.entry(name) == nil ? nil : "\(name)(\(values[1]))"
  }
}

extension LiteralSyntax {
  /// Whether it is a value, and no condition.
  fileprivate var isValue: Bool {
    switch self {
    case .boolean, .missing: false
    default: true
    }
  }
}
