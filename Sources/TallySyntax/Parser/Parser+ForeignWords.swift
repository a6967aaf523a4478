// Words of other languages within expressions, with the expression as it is written here.

extension Parser {
  // MARK: Comparisons in words

  /// The comparison in words that begins at `position`: its last token, and the operator.
  func foreignComparison(at position: Int) -> (last: Int, ours: String)? {
    for (words, ours) in Self.foreignComparisons {
      let last = position + words.count - 1
      guard last + 1 < tokens.count, beginsOperand(at: last + 1) else { continue }
      let isHere = zip(words, tokens[position...last]).allSatisfy {
        $1.kind == .word && text($1).lowercased() == $0
      }
      if isHere { return (last, ours) }
    }
    return nil
  }

  /// The longest comes first where one begins another.
  private static let foreignComparisons: [([String], String)] =
    [
      ("greater than or equal to", ">="), ("less than or equal to", "<="),
      ("greater or equal to", ">="), ("less or equal to", "<="), ("greater than", ">"),
      ("bigger than", ">"), ("larger than", ">"), ("more than", ">"), ("higher than", ">"),
      ("less than", "<"), ("smaller than", "<"), ("fewer than", "<"), ("lower than", "<"),
      ("at least", ">="), ("at most", "<="), ("not equal to", "!="), ("equal to", "="),
      ("equals", "="), ("eq", "="), ("ne", "!="), ("gt", ">"), ("gte", ">="), ("ge", ">="),
      ("lt", "<"), ("lte", "<="), ("le", "<="), ("before", "<"), ("after", ">"),
      ("begins with", "starts with"), ("startswith", "starts with"), ("endswith", "ends with"),
      ("includes", "contains"),
    ].map { ($0.0.split(separator: " ").map(String.init), $0.1) }

  /// The error for `level at least 3`, which is written with a sign.
  mutating func failComparison(from start: Int) -> Abandoned? {
    guard let found = foreignComparison(at: index) else { return nil }
    let place = SourceSpan(start, tokens[found.last].end)
    return fail(
      .foreignSpelling, "`\(source.text(in: place))` is written `\(found.ours)` here", at: place,
      fixIts: [FixIt("write `\(found.ours)`", replace: place, with: found.ours)])
  }

  /// The condition without its subject that stands behind `and` or `or`: `level >= 1 and <= 3`.
  var subjectBefore: String? {
    guard index >= 4, tokens[index - 1].keyword == .and || tokens[index - 1].keyword == .or,
      isComparisonSign(token), isComparisonSign(tokens[index - 3]), isName(tokens[index - 4]),
      index == 4 || tokens[index - 5].kind != .dot
    else { return nil }
    return text(tokens[index - 4])
  }

  private func isComparisonSign(_ token: Token) -> Bool {
    switch token.kind {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
    default: false
    }
  }

  // MARK: Choices

  /// The choice that `case when c then a else b end` or `if c then a else b` is, or nil.
  func foreignChoice() -> (span: SourceSpan, text: String)? {
    if at(.if), token(1).kind == .leftParenthesis { return choiceOfCall() }
    let isCase = !at(.if)
    var position = isCase ? index + 2 : index + 1
    var branches: [(condition: String, value: String)] = []
    var rest = "missing"
    var end = position
    while true {
      guard let then = place(of: ["then"], from: position), then > position else { return nil }
      let stops = isCase ? ["when", "else", "end"] : ["else"]
      guard let stop = place(of: stops, from: then + 1), stop > then + 1 else { return nil }
      branches.append((words(position..<then), words(then + 1..<stop)))
      switch text(tokens[stop]).lowercased() {
      case "when":
        position = stop + 1
        continue
      case "else":
        let close = isCase ? place(of: ["end"], from: stop + 1) : itemEnd(from: stop + 1)
        guard let close, close > stop + 1 else { return nil }
        rest = words(stop + 1..<close)
        end = isCase ? close : close - 1
      default: end = stop
      }
      break
    }
    let choices = branches.map { "\($0.value) if \($0.condition) else " }.joined()
    return (SourceSpan(token.start, tokens[end].end), choices + rest)
  }

  /// `if(c, a, b)`.
  private func choiceOfCall() -> (span: SourceSpan, text: String)? {
    var parts: [String] = []
    var start = index + 2
    var position = start
    var depth = 0
    while position < tokens.count, tokens[position].kind != .end {
      let kind = tokens[position].kind
      if depth == 0, kind == .comma || kind == .rightParenthesis {
        guard position > start else { return nil }
        parts.append(words(start..<position))
        start = position + 1
        if kind == .rightParenthesis { break }
      }
      if kind == .leftParenthesis { depth += 1 }
      if kind == .rightParenthesis { depth -= 1 }
      position += 1
    }
    guard parts.count == 3, position < tokens.count else { return nil }
    let choice = "\(parts[1]) if \(parts[0]) else \(parts[2])"
    let span = SourceSpan(token.start, tokens[position].end)
    return (span, beginsInfix(at: position + 1) ? "(\(choice))" : choice)
  }

  private func words(_ places: Range<Int>) -> String {
    source.text(in: tokens[places.lowerBound].span.joined(with: tokens[places.upperBound - 1].span))
  }

  /// The first of some words from `position` on, outside of parentheses; nil where another `case`
  /// or the end of the statement comes before.
  private func place(of words: [String], from position: Int) -> Int? {
    var depth = 0
    for place in position..<tokens.count {
      let token = tokens[place]
      if token.kind == .end || token.kind == .semicolon { return nil }
      if token.kind == .leftParenthesis { depth += 1 }
      if token.kind == .rightParenthesis {
        if depth == 0 { return nil }
        depth -= 1
      }
      guard depth == 0, token.kind == .word else { continue }
      let word = text(token).lowercased()
      if words.contains(word) { return place }
      if word == "case" || token.keyword == .from { return nil }
    }
    return nil
  }

  // MARK: Windows

  /// The error for `rank() over (partition by agency order by fee)` behind a call.
  mutating func failOver() -> Abandoned? {
    guard at(.over), token(1).kind == .leftParenthesis, index >= 3,
      tokens[index - 1].kind == .rightParenthesis, let parts = overParts(from: index + 2),
      let open = opening(of: index - 1), open > 0, isName(tokens[open - 1])
    else { return nil }
    let name = text(tokens[open - 1]).lowercased()
    let argument = words(open..<index).dropFirst().dropLast()
    let within = parts.partition.isEmpty ? "" : " within " + enclosed(parts.partition)
    var ending = ""
    var call = "\(name)(\(argument)\(argument.isEmpty ? String(within.dropFirst()) : within))"
    if let key = parts.order {
      if Self.rankings.contains(name) {
        call = "\(name)(\(key.isDescending ? "" : "-")\(key.text)\(within))"
      } else {
        if Self.runningAggregates.contains(name) {
          let whole = name == "sum" ? String(argument) : "\(name)(\(argument))"
          call = "running(\(whole)\(within))"
        }
        ending = " order by \(key.text)\(key.isDescending ? " desc" : "")"
      }
    }
    let whole = SourceSpan(tokens[open - 1].start, tokens[parts.end].end)
    let end = stepEnd
    var edits = [SourceEdit(whole, call)]
    if !ending.isEmpty { edits.append(SourceEdit(SourceSpan(end, end), ending)) }
    return fail(
      .foreignSpelling, "a window says `within` for its partition, and follows the step's order",
      at: token.span, fixIts: [FixIt("write `\(call)`", edits)])
  }

  private static let rankings: Set<String> = ["rank", "dense_rank", "percent_rank"]
  private static let runningAggregates: Set<String> = [
    "sum", "count", "avg", "average", "min", "max",
  ]

  private func enclosed(_ keys: String) -> String { keys.contains(",") ? "(\(keys))" : keys }

  /// The partition and the first key of the order between `over (` and `)`.
  private func overParts(from start: Int)
    -> (partition: String, order: (text: String, isDescending: Bool)?, end: Int)?
  {
    guard let end = closing(from: start) else { return nil }
    var position = start
    var partition = ""
    if text(tokens[position]).lowercased() == "partition", tokens[position + 1].keyword == .by {
      var last = position + 2
      while last < end, tokens[last].keyword != .order { last += 1 }
      guard last > position + 2 else { return nil }
      partition = words(position + 2..<last)
      position = last
    }
    if position == end { return (partition, nil, end) }
    guard tokens[position].keyword == .order, tokens[position + 1].keyword == .by else {
      return nil
    }
    var last = end
    let isDescending = tokens[end - 1].keyword == .desc
    if isDescending || tokens[end - 1].keyword == .asc { last -= 1 }
    guard last > position + 2 else { return nil }
    return (partition, (words(position + 2..<last), isDescending), end)
  }

  /// The parenthesis that closes the one before `start`.
  private func closing(from start: Int) -> Int? {
    var depth = 0
    for place in start..<tokens.count {
      if tokens[place].kind == .leftParenthesis { depth += 1 }
      if tokens[place].kind == .rightParenthesis {
        if depth == 0 { return place }
        depth -= 1
      }
    }
    return nil
  }

  /// The parenthesis that the one at `close` closes.
  func opening(of close: Int) -> Int? {
    var depth = 0
    for place in (0..<close).reversed() {
      if tokens[place].kind == .rightParenthesis { depth += 1 }
      if tokens[place].kind == .leftParenthesis {
        if depth == 0 { return place }
        depth -= 1
      }
    }
    return nil
  }

  // MARK: Aggregates of two values

  /// The call that `percentile fee 90` or `corr fee, days` stands for; nil where that can't be told.
  func callOfTwo(_ verb: AggregateVerbSyntax) -> (span: SourceSpan, text: String)? {
    var places: [Int] = []
    var position = index + 1
    while !endsStatement(at: position) {
      let token = tokens[position]
      if [.from, .as, .with, .within, .then].contains(token.keyword) { break }
      if clauseWord(at: position, given: .name) != nil { break }
      places.append(position)
      position += 1
    }
    guard let last = places.last else { return nil }
    let span = SourceSpan(token.start, tokens[last].end)
    let values = places.filter { tokens[$0].kind != .comma && tokens[$0].keyword != .of }
    guard values.allSatisfy({ isName(tokens[$0]) || tokens[$0].kind == .number }) else {
      return nil
    }
    let names = values.filter { tokens[$0].kind != .number }.map { text(tokens[$0]) }
    let numbers = values.filter { tokens[$0].kind == .number }.map { text(tokens[$0]) }
    switch (verb, names.count, numbers.count) {
    case (.percentile, 1, 0): return (span, "percentile(\(names[0]), 90)")
    case (.percentile, 1, 1): return (span, "percentile(\(names[0]), \(numbers[0]))")
    case (.corr, 2, 0): return (span, "corr(\(names[0]), \(names[1]))")
    default: return nil
    }
  }
}
