extension SyntaxWriter {
  mutating func write(_ statement: StatementSyntax) {
    switch statement.kind {
    case .query(let query): write(query, form: .statement)
    case .letTable(let name, let query):
      writeDefinition("let ", name)
      write(query, form: .object)
    case .letValue(let name, let value):
      writeDefinition("let ", name)
      write(value)
    case .letFunction(let function):
      text("let ")
      write(function.name)
      text("(")
      for (index, parameter) in function.parameters.enumerated() {
        if index > 0 { text(", ") }
        write(parameter)
      }
      text(") = ")
      write(function.body)
    case .parameter(let parameter): write(parameter)
    case .check(let check): write(check)
    case .load(let load): write(load)
    case .describe(let describe):
      text("describe ")
      write(describe.source)
      write(describe.options)
    case .explain(let explain):
      text("explain ")
      write(explain.query, form: .statement)
      write(explain.form)
    case .measure(let measure):
      text("measure ")
      write(measure.name)
      text(" on ")
      write(measure.table)
      text(" = ")
      write(measure.value)
    case .profile(let query):
      text("profile ")
      write(query, form: .object)
    case .unpublished(let unpublished): write(unpublished)
    case .why(let why): write(why)
    case .rowsOf(let rows):
      text("rows of ")
      writeParenthesised(rows.query)
      if let condition = rows.condition {
        text(" where ")
        write(condition)
      }
      if let row = rows.row { text(" row \(row)") }
    }
    writeComments(before: statement.span.end)
  }

  private mutating func writeDefinition(_ word: String, _ name: NameSyntax) {
    text(word)
    write(name)
    text(" = ")
  }

  private mutating func write(_ unpublished: UnpublishedSyntax) {
    text("unpublished ")
    group { writer in
      writer.list(unpublished.columns, start: \.span.start) { $0.write($1) }
      writer.text(" in ")
      writer.write(unpublished.table)
      guard let condition = unpublished.condition else { return }
      writer.indented { writer in
        writer.line(before: condition.span.start)
        writer.text("where ")
        writer.write(condition)
      }
    }
  }

  private mutating func write(_ why: WhySyntax) {
    text("why ")
    // The object of `count` is its source, where nothing stands between.
    let isObject = why.aggregate.isPlainCount && why.source.alias == nil && why.source.isName
    write(why.aggregate, source: isObject ? why.source : nil)
    if !isObject {
      text(" from ")
      write(why.source)
    }
    text(" between ")
    writeSum(why.first)
    text(" and ")
    writeSum(why.second)
    if let date = why.date {
      text(" on ")
      writeSum(date)
    }
    if let condition = why.condition {
      text(" where ")
      write(condition)
    }
    text(" by ")
    list(why.keys, start: \.span.start) { $0.write($1) }
  }

  private mutating func write(_ parameter: ParameterSyntax) {
    text("param ")
    write(parameter.name)
    text(": \(parameter.isList ? "list of " : "")\(parameter.type.rawValue)")
    guard let value = parameter.defaultValue else { return }
    text(" = ")
    write(value)
  }

  private mutating func write(_ check: CheckSyntax) {
    text("\(check.severity.rawValue) ")
    group { writer in
      writer.write(check.kind)
      guard let message = check.message else { return }
      writer.indented { writer in
        writer.line(before: check.messageSpan.start)
        writer.text("else \(spelledText(message))")
      }
    }
  }

  private mutating func write(_ requirement: CheckSyntax.Kind) {
    switch requirement {
    case .no(let query):
      text("no ")
      write(query, form: .object)
    case .unique(let columns, let query):
      text("unique ")
      group { $0.list(columns, start: \.span.start) { $0.write($1) } }
      text(" in ")
      write(query, form: .object)
    case .condition(let condition):
      // Behind `expect`, a sign would make it a subtraction.
      let isSigned = condition.opening == .sign
      if isSigned { text("(") }
      write(condition)
      if isSigned { text(")") }
    case .matches(let query, let file, let tolerance):
      writeMatched(query)
      text(" matches \(spelledText(file))")
      if let tolerance { text(" within \(tolerance.spelling)") }
    }
  }

  /// Writes a table's name alone, or a query in parentheses.
  private mutating func writeMatched(_ query: QuerySyntax) {
    if query.steps.count == 1, let step = query.steps.first, step.head == nil,
      step.clauses.count == 1, let source = step.source, case .table(let name) = source.kind,
      source.alias == nil
    {
      write(name)
    } else {
      writeParenthesised(query)
    }
  }

  // MARK: Loading

  private mutating func write(_ load: LoadSyntax) {
    text("load \(spelledText(load.path))")
    if let name = load.name {
      text(" as ")
      write(name)
    }
    write(load.options)
  }

  private mutating func write(_ options: [LoadOptionSyntax]) {
    group { writer in
      writer.indented { writer in
        for option in options {
          writer.line(before: option.span.start)
          writer.write(option)
        }
      }
    }
  }

  private mutating func write(_ form: ExplainSyntax.Form) {
    switch form {
    case .plan: break
    case .run: text(" as run")
    case .sql(let dialect):
      text(" as sql")
      guard let dialect else { return }
      text(" ")
      write(dialect)
    }
  }

  private mutating func write(_ option: LoadOptionSyntax) {
    switch option.kind {
    case .numbers(let specimen): text("numbers \(spelledText(specimen))")
    case .dates(let order): text("dates \(order.rawValue)")
    case .delimiter(let delimiter): text("delimiter \(spelledText(delimiter))")
    case .header: text("header")
    case .noHeader: text("no header")
    case .encoding(let encoding): text("encoding \(spelledText(encoding))")
    case .missing(let texts):
      text("missing \(texts.map(spelledText).joined(separator: ", "))")
    case .skip(let count): text("skip \(count)")
    case .types(let types):
      text("types ")
      parenthesised(types, before: option.span.end, start: \.column.span.start) { writer, entry in
        writer.write(entry.column)
        writer.text(" \(entry.type.rawValue)")
      }
    case .lenient: text("lenient")
    }
  }
}
