extension SyntaxWriter {
  /// Where a query stands, which decides whether its table may come first without `from`.
  enum QueryForm {
    case statement
    /// Behind `let x =`, `expect no`, `profile`: `services where level >= 3`.
    case object
    /// In parentheses, where a bare name alone would be a column.
    case parentheses
  }

  mutating func writeParenthesised(_ query: QuerySyntax) {
    group { writer in
      writer.text("(")
      writer.indented { writer in
        writer.softLine(before: query.span.start)
        writer.write(query, form: .parentheses)
      }
      writer.softLine(before: query.span.end)
      writer.text(")")
    }
  }

  mutating func write(_ query: QuerySyntax, form: QueryForm) {
    group { writer in
      for (index, step) in query.steps.enumerated() {
        if index > 0 {
          writer.line(before: step.span.start)
          writer.text("then ")
        }
        let mayBeBare =
          index == 0
          && (form == .object
            || (form == .parentheses && (step.clauses.count > 1 || query.steps.count > 1)))
        writer.write(step, mayBeBare: mayBeBare)
      }
    }
  }

  private mutating func write(_ step: StepSyntax, mayBeBare: Bool) {
    var clauses = step.clauses[...]
    if let head = step.head {
      var from: FromSyntax?
      if case .from(let clause)? = clauses.first {
        clauses.removeFirst()
        from = clause
      }
      write(head, from: from)
    } else if let first = clauses.popFirst() {
      if case .from(let from) = first, mayBeBare, from.source.isPlainTable {
        write(from.source)
      } else {
        write(first)
      }
    }
    indented { writer in
      for clause in clauses {
        writer.line(before: clause.span.start)
        writer.write(clause)
      }
    }
  }

  // MARK: Heads

  private mutating func write(_ head: HeadSyntax, from: FromSyntax?) {
    group { writer in
      writer.indented { writer in
        switch head.form {
        case .list: writer.text(head.isDistinct ? "list distinct" : "list")
        case .show: writer.text("show")
        case .aggregate: break
        }
        if head.form == .list, let source = head.source {
          writer.text(" ")
          writer.write(source)
        }
        if head.form != .aggregate, !head.items.isEmpty { writer.text(" ") }
        let first = head.items.first?.span.start
        writer.list(head.items, start: \.span.start) { writer, item in
          writer.write(item, source: item.span.start == first ? head.source : nil)
        }
        guard let from else { return }
        // Behind `let x =`, an expression alone would be taken for all there is.
        if head.isExpression {
          writer.text(" ")
        } else {
          writer.line(before: from.span.start)
        }
        writer.text("from ")
        writer.write(from.source)
      }
    }
  }

  /// Writes an item; `source` is the table that stands as its object.
  mutating func write(_ item: ItemSyntax, source: SourceSyntax? = nil) {
    switch item.kind {
    case .expression(let expression): write(expression)
    case .aggregate(let aggregate): write(aggregate, source: source)
    }
    if let alias = item.alias {
      text(" as ")
      write(alias)
    }
  }

  mutating func write(_ aggregate: AggregateSyntax, source: SourceSyntax?) {
    text(aggregate.verb.rawValue)
    let hasObject = source != nil || aggregate.operand != nil
    let isShare = aggregate.verb == .share && hasObject && !aggregate.isDistinct
    if isShare || aggregate.operand?.beginsWithSign == true { text(" of") }
    if aggregate.isDistinct { text(" distinct") }
    if let source {
      text(" ")
      write(source)
    } else if let operand = aggregate.operand {
      text(" ")
      write(operand)
    }
    if let with = aggregate.with {
      text(" with ")
      write(with)
    }
    if let within = aggregate.within {
      text(" ")
      write(within)
    }
  }

  mutating func write(_ source: SourceSyntax) {
    switch source.kind {
    case .table(let name): write(name)
    case .file(let path): text(spelledText(path))
    case .query(let query): writeParenthesised(query)
    }
    if let alias = source.alias {
      text(" as ")
      write(alias)
    }
  }

  // MARK: Clauses

  private mutating func write(_ clause: ClauseSyntax) {
    switch clause {
    case .from(let clause):
      text("from ")
      write(clause.source)
    case .lookup(let clause): write(clause)
    case .join(let clause): write(clause)
    case .add(let clause): writeItems("add ", clause.items)
    case .where(let clause):
      text("where ")
      write(clause.condition)
    case .groupBy(let clause):
      writeItems("group by ", clause.keys, suffix: clause.hasTotals ? " with totals" : "")
    case .across(let clause):
      writeItems("across ", clause.keys, suffix: clause.hasTotals ? " with totals" : "")
    case .fill(let clause):
      text("fill ")
      writeSum(clause.value)
    case .versus(let clause): write(clause)
    case .having(let clause):
      text("having ")
      write(clause.condition)
    case .orderBy(let clause): write(clause)
    case .top(let clause): write(clause)
    case .limit(let clause):
      text("limit ")
      write(clause.count)
      if let skip = clause.skip {
        text(" skip ")
        write(skip)
      }
    case .append(let clause):
      text("append ")
      write(clause.source)
    case .except(let clause):
      text("except ")
      write(clause.source)
    case .unpivot(let clause): write(clause)
    case .chart(let clause):
      text("chart ")
      write(clause.kind)
      for option in clause.options {
        text(" ")
        write(option)
      }
    case .save(let clause): text("save to \(spelledText(clause.path))")
    }
  }

  private mutating func writeItems(_ word: String, _ items: [ItemSyntax], suffix: String = "") {
    text(word)
    group { writer in
      writer.indented { writer in
        writer.list(items, start: \.span.start) { $0.write($1) }
      }
    }
    text(suffix)
  }

  private mutating func write(_ keys: [JoinKeySyntax]) {
    text(" on ")
    for (index, key) in keys.enumerated() {
      if index > 0 { text(", ") }
      switch key {
      case .shared(let path): write(path)
      case .equal(let left, let right):
        writeSum(left)
        text(" = ")
        writeSum(right)
      case .condition(let condition): write(condition)
      }
    }
  }

  private mutating func write(_ clause: LookupSyntax) {
    text("lookup ")
    write(clause.source)
    write(clause.keys)
    if let time = clause.asOf {
      text(" as of ")
      writeSum(time)
    }
    for (index, column) in clause.by.enumerated() {
      text(index == 0 ? " by " : ", ")
      write(column)
    }
  }

  private mutating func write(_ clause: JoinSyntax) {
    text(clause.kind == .inner ? "join " : "\(clause.kind.rawValue) join ")
    if let cardinality = clause.cardinality { text("\(cardinality.rawValue) ") }
    write(clause.source)
    if clause.kind != .cross { write(clause.keys) }
  }

  private mutating func write(_ clause: VersusSyntax) {
    text("vs ")
    for (index, comparison) in clause.comparisons.enumerated() {
      if index > 0 { text(", ") }
      switch comparison {
      case .first: text("first")
      case .previous(let count, let unit, let toDate):
        let words = count == 1 ? unit.rawValue : "\(count) \(unit.rawValue)s"
        text("previous \(words)\(toDate ? " to date" : "")")
      case .target(let value, let keys):
        text("target ")
        write(value)
        if !keys.isEmpty { write(keys) }
      }
    }
  }

  private mutating func write(_ clause: OrderBySyntax) {
    text("order by ")
    group { writer in
      writer.indented { writer in
        writer.list(clause.keys, start: \.expression.span.start) { writer, key in
          writer.write(key.expression)
          if key.isDescending { writer.text(" desc") }
          guard let collation = key.collation else { return }
          writer.text(" collate ")
          writer.write(collation)
        }
      }
    }
  }

  private mutating func write(_ clause: TopSyntax) {
    text(clause.isBottom ? "bottom " : "top ")
    write(clause.count)
    if let by = clause.by {
      text(" by ")
      write(by)
    }
    if let within = clause.within {
      text(" ")
      write(within)
    }
    if clause.hasRest { text(" with rest") }
  }

  private mutating func write(_ clause: UnpivotSyntax) {
    text("unpivot ")
    group { writer in
      writer.indented { writer in
        writer.list(clause.columns, start: \.span.start) { $0.write($1) }
      }
    }
    text(" into ")
    write(clause.key)
    text(", ")
    write(clause.value)
  }
}

extension HeadSyntax {
  /// Whether the head is one expression without a name.
  fileprivate var isExpression: Bool {
    form == .aggregate && items.count == 1 && items[0].alias == nil && !items[0].isAggregate
  }
}

extension SourceSyntax {
  /// Whether the table's name, where a query begins, can't be taken for a verb or a clause.
  fileprivate var isPlainTable: Bool {
    guard case .table(let name) = kind else { return false }
    let word = name.text.lowercased()
    return name.isQuoted
      || (Keyword.bySpelling[word] == nil && AggregateVerbSyntax(word) == nil
        && AggregateVerbSyntax.foreignSpellings[word] == nil && word != "select")
  }
}
