// Sentences as other languages write them. Each is refused with the whole sentence as it is written
// here, and read no further.

extension Parser {
  /// The error for a step that begins as one of another language does: `distinct agency from t`,
  /// `top 3 t by fee`, `t | summarize sum(fee) by agency`.
  mutating func foreignStep(
    _ head: HeadDraft?, _ words: [ClauseWord], isFirst: Bool
  ) -> Abandoned? {
    if words == [.top], isName(token) || at(.star) { return failFirstRows(head) }
    guard words.isEmpty, let head, let name = head.soleName else { return nil }
    let word = name.text.lowercased()
    if head.form == .list, at(.number), isName(token(1)), Self.wordsForFirst.contains(word) {
      return failFirst(head)
    }
    guard head.form == .aggregate else { return nil }
    if let ours = Self.wordsForAll[word] { return failWord(name, ours) }
    if Self.wordsOfChange.contains(word) {
      return fail(
        .foreignSpelling, "tables are read here, and never changed", at: name.span,
        help: ["a query can be kept with `let x = ...` and written with `save to \"x.csv\"`"])
    }
    if let abandoned = failHow(name, word) ?? failSaving(name, word) { return abandoned }
    if let digits = Self.percent(of: word), isName(token) {
      let call = "percentile(\(text(token)), \(digits))"
      return failWord(name, call, upTo: token.end)
    }
    switch word {
    case "percent", "percentage", "pct", "proportion":
      return at(.of) ? failWord(name, "share") : nil
    case "head" where isName(token) && isFirst:
      return failWord(name, "list \(text(token)) limit 10", upTo: token.end)
    case "group" where isName(token) && token(1).keyword == .by:
      return failWord(name, "count \(text(token)) group by", upTo: token(1).end)
    case "read", "import", "open":
      return at(.text) ? failWord(name, "load") : nil
    case "plot", "graph", "draw":
      guard isFirst, AggregateVerbSyntax(text(token)) != nil else { return nil }
      return failMoved(name, to: " chart bar")
    default: return isFirst ? nil : failClause(name, word)
    }
  }

  /// Words that begin a sentence of another language, and what begins it here.
  private static let wordsForAll = [
    "distinct": "list distinct", "unique": "list distinct", "desc": "describe",
  ]

  /// Words that change tables.
  private static let wordsOfChange: Set<String> = [
    "insert", "update", "delete", "drop", "create", "alter", "truncate", "use",
  ]

  private static let wordsForFirst: Set<String> = ["first", "top", "head"]

  /// The words of steps that begin with a word which a clause or nothing stands for here.
  private static let wordsForSteps = [
    "project": "list", "select": "list", "fields": "list", "display": "list",
    "summarize": "", "summarise": "", "aggregate": "", "agg": "", "stats": "",
  ]

  private mutating func failWord(_ name: NameSyntax, _ ours: String, upTo end: Int? = nil)
    -> Abandoned
  {
    let whole = SourceSpan(name.span.start, end ?? name.span.end)
    return fail(
      .foreignSpelling, "`\(name.text)` is no word that begins a sentence here", at: name.span,
      fixIts: [FixIt("write `\(ours)`", replace: whole, with: ours)])
  }

  /// Takes a word away from the beginning of the sentence and puts others at its end.
  private mutating func failMoved(_ name: NameSyntax, to ending: String) -> Abandoned {
    let end = stepEnd
    return fail(
      .foreignSpelling, "`\(name.text)` is no word that begins a sentence here", at: name.span,
      fixIts: [
        FixIt(
          "put\(ending) at the end",
          [
            SourceEdit(SourceSpan(name.span.start, token.start), ""),
            SourceEdit(SourceSpan(end, end), ending),
          ])
      ])
  }

  // MARK: The first rows

  /// `top 3 services by fee`, `list top 3 services`, `select top 3 name from services`.
  private mutating func failFirstRows(_ head: HeadDraft?) -> Abandoned? {
    let number = tokens[index - 1]
    guard index >= 2, number.kind == .number else { return nil }
    let top = tokens[index - 2]
    let isSelect = head?.soleName?.text.lowercased() == "select"
    guard head == nil || isSelect || head?.form == .list && head?.items.isEmpty == true else {
      return nil
    }
    let start = head?.span.start ?? top.start
    let count = text(number)
    let end = stepEnd
    var edits: [SourceEdit]
    if at(.star) {
      edits = [
        SourceEdit(SourceSpan(start, token.end), "list"),
        SourceEdit(SourceSpan(end, end), " limit \(count)"),
      ]
    } else if isSelect || token(1).keyword == .from || token(1).kind == .comma {
      let by = isSelect ? " limit \(count)" : " top \(count) by \(text(token))"
      edits = [
        SourceEdit(SourceSpan(start, token.start), "list "), SourceEdit(SourceSpan(end, end), by),
      ]
    } else {
      let whole = SourceSpan(start, token.end)
      edits = [SourceEdit(whole, "list \(text(token)) top \(count)")]
      if token(1).keyword != .by {
        edits = [
          SourceEdit(whole, "list \(text(token))"),
          SourceEdit(SourceSpan(end, end), " limit \(count)"),
        ]
      }
    }
    return fail(
      .foreignSpelling, "`\(text(top))` and `limit` stand behind the table", at: top.span,
      fixIts: [FixIt("put it there", edits)])
  }

  /// `list first 3 services`.
  private mutating func failFirst(_ head: HeadDraft) -> Abandoned {
    let end = stepEnd
    return fail(
      .foreignSpelling, "the number of rows stands behind `limit`", at: token.span,
      fixIts: [
        FixIt(
          "put it there",
          [
            SourceEdit(SourceSpan(head.span.start, token(1).start), "list "),
            SourceEdit(SourceSpan(end, end), " limit \(text(token))"),
          ])
      ])
  }

  // MARK: Questions and commands

  /// `how many services`, `how many services have level > 2`.
  private mutating func failHow(_ name: NameSyntax, _ word: String) -> Abandoned? {
    guard word == "how", text(token).lowercased() == "many", isName(token(1)) else { return nil }
    var edits = [SourceEdit(SourceSpan(name.span.start, token.end), "count")]
    let next = token(2)
    if ["have", "has", "with", "that"].contains(text(next).lowercased()) {
      edits.append(SourceEdit(next.span, "where"))
    }
    return fail(
      .foreignSpelling, "rows are counted by `count`",
      at: SourceSpan(name.span.start, token.end), fixIts: [FixIt("write `count`", edits)])
  }

  /// `save services to "x.csv"`.
  private mutating func failSaving(_ name: NameSyntax, _ word: String) -> Abandoned? {
    guard ["save", "export", "write"].contains(word), isName(token), token(1).keyword == .to,
      token(2).kind == .text
    else { return nil }
    return fail(
      .foreignSpelling, "`save to` ends a query", at: name.span,
      fixIts: [
        FixIt(
          "put it there",
          [
            SourceEdit(name.span, "from"),
            SourceEdit(SourceSpan(token(1).start, token(1).start), "save "),
          ])
      ])
  }

  /// `then filter level > 2`, `then summarize sum(fee) by agency`, `then extend tax = fee * 8%`.
  private mutating func failClause(_ name: NameSyntax, _ word: String) -> Abandoned? {
    guard let ours = Self.wordsForSteps[word] ?? ClauseWord.foreignSpellings[word],
      ours != "then"
    else { return nil }
    var end = name.span.end
    if ours.hasSuffix(" by"), at(.by) { end = token.end }
    if ours.isEmpty { end = token.start }
    var edits = [SourceEdit(SourceSpan(name.span.start, end), ours)]
    if ours == "add" || ours.isEmpty { edits += namingEdits(from: index) }
    if ours.isEmpty, let by = loneBy {
      edits.append(SourceEdit(tokens[by].span, "group by"))
    }
    return fail(
      .foreignSpelling,
      ours.isEmpty
        ? "a step begins with what it computes, without `\(name.text)`"
        : "`\(name.text)` is `\(ours)` here", at: name.span,
      fixIts: [FixIt(ours.isEmpty ? "leave it out" : "write `\(ours)`", edits)])
  }

  /// The edits that write `name = value, …` from `position` on as `value as name, …`.
  func namingEdits(from position: Int) -> [SourceEdit] {
    var edits: [SourceEdit] = []
    var position = position
    while isName(tokens[position]), tokens[min(position + 1, tokens.count - 1)].kind == .equal {
      let value = min(position + 2, tokens.count - 1)
      let end = itemEnd(from: value)
      let place = tokens[max(value, end - 1)].end
      edits.append(
        SourceEdit(SourceSpan(tokens[position].start, tokens[value].start), ""))
      edits.append(SourceEdit(SourceSpan(place, place), " as \(text(tokens[position]))"))
      guard tokens[end].kind == .comma, end + 1 < tokens.count else { break }
      position = end + 1
    }
    return edits
  }

  // MARK: Places

  /// Where the step ends that is being read.
  var stepEnd: Int {
    var position = index
    var depth = 0
    while !endsStatement(at: position), tokens[position].keyword != .then || depth > 0 {
      if tokens[position].kind == .leftParenthesis { depth += 1 }
      if tokens[position].kind == .rightParenthesis {
        if depth == 0 { break }
        depth -= 1
      }
      position += 1
    }
    return tokens[max(position - 1, 0)].end
  }

  /// The token behind the item that begins at `position`.
  func itemEnd(from position: Int) -> Int {
    var position = position
    var depth = 0
    while !endsStatement(at: position) {
      let token = tokens[position]
      if token.kind == .leftParenthesis { depth += 1 }
      if token.kind == .rightParenthesis {
        if depth == 0 { break }
        depth -= 1
      }
      if depth == 0 {
        let isWord = [.as, .then, .by, .from].contains(token.keyword)
        if token.kind == .comma || isWord || clauseWord(at: position, given: .name) != nil { break }
      }
      position += 1
    }
    return position
  }

  /// A `by` further on in the step that belongs to no other word.
  private var loneBy: Int? {
    var position = index
    while !endsStatement(at: position), tokens[position].keyword != .then {
      if tokens[position].keyword == .by, position > 0 {
        let before = tokens[position - 1].keyword
        if before != .group, before != .order, tokens[position - 1].kind != .number {
          return position
        }
      }
      position += 1
    }
    return nil
  }

  /// The percent that `p90` names.
  private static func percent(of word: String) -> String? {
    guard word.hasPrefix("p"), (2...3).contains(word.count),
      word.dropFirst().allSatisfy({ ("0"..."9").contains($0) })
    else { return nil }
    return String(word.dropFirst())
  }
}

extension Parser.HeadDraft {
  /// The name that the head is, alone and unquoted.
  var soleName: NameSyntax? {
    guard items.count == 1, items[0].alias == nil, case .expression(let value) = items[0].kind,
      case .name(let path) = value.kind, path.parts.count == 1, !path.parts[0].isQuoted
    else { return nil }
    return path.parts[0]
  }
}

// MARK: Clauses

extension Parser {
  /// The error for `by` without `group` or `order` before it.
  mutating func failBy(_ head: HeadDraft?, _ words: [ClauseWord]) -> Abandoned {
    let by = token.span
    let isList = head?.form == .list || head?.form == .show
    let end = itemsEnd(from: index + 1)
    let keys = SourceSpan(by.end, tokens[max(index, end - 1)].end)
    var fixIt: FixIt?
    if words.isEmpty, end > index + 1, tokens[end].keyword == .from {
      let gone = SourceEdit(SourceSpan(previousEnd, keys.end), "")
      if isList {
        // `rank(fee) by agency` asks within what.
        if tokens[max(0, index - 1)].kind == .rightParenthesis {
          let close = SourceSpan(previousEnd - 1, previousEnd - 1)
          fixIt = FixIt(
            "write `within`", [gone, SourceEdit(close, " within" + source.text(in: keys))])
        }
      } else {
        let place = groupPlace(from: end)
        let clause = " group by" + source.text(in: keys)
        fixIt = FixIt(
          "write `group by` behind the table",
          [gone, SourceEdit(SourceSpan(place, place), clause)])
      }
    }
    let ours = head?.form == .list ? "order" : "group"
    return fail(
      .foreignSpelling, "`by` stands behind `group` or `order`", at: by,
      fixIts: [fixIt ?? FixIt("write `\(ours) by`", replace: by, with: "\(ours) by")])
  }

  /// The token behind the items that begin at `position`.
  private func itemsEnd(from position: Int) -> Int {
    var end = itemEnd(from: position)
    while tokens[end].kind == .comma, !endsStatement(at: end) { end = itemEnd(from: end + 1) }
    return end
  }

  /// Where `group by` stands in the step whose `from` is at `position`.
  fileprivate func groupPlace(from position: Int) -> Int {
    var position = position
    let stop = stepEnd
    while tokens[position].start < stop {
      let clause = clauseWord(at: position, given: .name)
      if let clause, clause.rank > ClauseWord.groupBy.rank { break }
      position += 1
    }
    return tokens[max(0, position - 1)].end
  }

  /// The error for `with rollup` behind keys.
  mutating func failTotals(_ words: [ClauseWord]) -> Abandoned? {
    guard words.last == .groupBy || words.last == .across,
      ["total", "rollup", "subtotals", "subtotal", "sum"].contains(text(token(1)).lowercased())
    else { return nil }
    let word = token(1)
    return fail(
      .foreignSpelling, "totals are asked for with `with totals`", at: word.span,
      fixIts: [FixIt("write `totals`", replace: word.span, with: "totals")])
  }

  /// The error for `services.head()`.
  mutating func failMethod(_ head: HeadDraft?) -> Abandoned? {
    guard let head, head.items.count == 1, case .expression(let value) = head.items[0].kind,
      case .name(let path) = value.kind, path.parts.count == 2
    else { return nil }
    let table = path.parts[0]
    var fixIts: [FixIt] = []
    if path.parts[1].text.lowercased() == "head" {
      let close = token(1).kind == .number ? token(2) : token(1)
      let count = token(1).kind == .number ? text(token(1)) : "5"
      if close.kind == .rightParenthesis {
        fixIts = [
          FixIt(
            "list the first rows", replace: value.span.joined(with: close.span),
            with: "list \(source.text(in: table.span)) limit \(count)")
        ]
      }
    }
    return fail(
      .foreignSpelling, "a table has no methods: a sentence says what is wanted, and from where",
      at: value.span,
      help: fixIts.isEmpty ? ["for example `sum fee from \(table.text) group by agency`"] : [],
      fixIts: fixIts)
  }
}

// MARK: Aggregates in other places

extension Parser {
  /// The error for `from t group by agency sum fee`: what is computed stands before the groups.
  mutating func failLateHead() -> Abandoned? {
    guard
      let group = tokens[..<index].indices.last(where: {
        tokens[$0].keyword == .group && tokens[$0 + 1].keyword == .by
      })
    else { return nil }
    let end = stepEnd
    let phrase = SourceSpan(token.start, end)
    let place = SourceSpan(tokens[group].start, tokens[group].start)
    return fail(
      .clauseOrder, "what is computed stands before `group by`", at: phrase,
      fixIts: [
        FixIt(
          "put it there",
          [
            SourceEdit(place, "then \(source.text(in: phrase)) "),
            SourceEdit(SourceSpan(previousEnd, end), ""),
          ])
      ])
  }

  /// The error for `union all select a from t`: the query stands in parentheses.
  mutating func failSet(_ word: Token, _ ours: String) -> Abandoned? {
    guard ours == "append" || ours == "except" else { return nil }
    let skips = ["all", "distinct"].contains(text(token(1)).lowercased())
    let first = index + (skips ? 2 : 1)
    let query = text(tokens[min(first, tokens.count - 1)]).lowercased()
    let isQuery =
      ["list", "show", "select", "from"].contains(query) || AggregateVerbSyntax(query) != nil
    guard skips || isQuery, first < tokens.count else { return nil }
    var edits = [SourceEdit(SourceSpan(word.start, tokens[first - 1].end), ours)]
    if isQuery {
      let start = SourceSpan(tokens[first].start, tokens[first].start)
      let end = stepEnd
      if query == "select" {
        edits.append(SourceEdit(tokens[first].span, "(list"))
      } else {
        edits.append(SourceEdit(start, "("))
      }
      edits.append(SourceEdit(SourceSpan(end, end), ")"))
    }
    return fail(
      .foreignSpelling, "`\(text(word))` is `\(ours)` here", at: word.span,
      fixIts: [FixIt("write `\(ours)`", edits)])
  }

  /// The edits that begin a sentence with the aggregate in words that stands behind `list a, b,`,
  /// and group by what stood before it: `list agency, sum fee from t`. Nil where more follows.
  func phraseEdits(_ clause: String) -> [SourceEdit]? {
    guard ["list", "show", "select"].contains(clause.lowercased()) else { return nil }
    guard let start = listStart(clause), let from = fromPlace else { return nil }
    let by = tokens[index..<from].firstIndex { $0.keyword == .by }
    var keys = words(from: start + 1, to: index - 1)
    if tokens[index..<from].contains(where: { $0.kind == .comma }), by == nil { return nil }
    var edits = [SourceEdit(SourceSpan(tokens[start].start, token.start), "")]
    if let by {
      keys = words(from: by + 1, to: from)
      edits.append(SourceEdit(SourceSpan(tokens[by - 1].end, tokens[from - 1].end), ""))
    }
    let place = groupPlace(from: from)
    let isGrouped = tokens[from...].contains { $0.keyword == .group && $0.start < stepEnd }
    if !keys.isEmpty, !isGrouped {
      edits.append(SourceEdit(SourceSpan(place, place), " group by \(keys)"))
    }
    return edits
  }

  private func words(from first: Int, to end: Int) -> String {
    guard first < end else { return "" }
    return source.text(in: tokens[first].span.joined(with: tokens[end - 1].span))
  }

  /// The word `list` before names alone, up to the current token.
  private func listStart(_ clause: String) -> Int? {
    var position = index - 1
    while position >= 0 {
      if text(tokens[position]).lowercased() == clause.lowercased() { return position }
      guard isName(tokens[position]) || tokens[position].kind == .comma else { return nil }
      position -= 1
    }
    return nil
  }

  /// Where `from` stands further on in the step.
  private var fromPlace: Int? {
    var position = index
    while !endsStatement(at: position), tokens[position].keyword != .then {
      if tokens[position].keyword == .from { return position }
      position += 1
    }
    return nil
  }
}
