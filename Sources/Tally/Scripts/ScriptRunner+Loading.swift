extension ScriptRunner {
  /// `load "file.csv" as name …`.
  func load(_ load: LoadSyntax) throws(QueryError) -> LoadReport {
    let source = DataSource.path(try path(load.path, at: load.pathSpan))
    let name = load.name?.text ?? DataSource.path(load.path).tableName
    do throws(QueryError) {
      return try database.load(
        name, from: source, options: try loadOptions(load.options), limits: options.limits,
        cancellation: cancellation, progress: options.progress)
    } catch {
      throw placed(error, at: load.pathSpan)
    }
  }

  /// Gives an error that has no place the statement's.
  private func placed(_ error: QueryError, at span: SourceSpan) -> QueryError {
    if !error.diagnostics.isEmpty || error.kind == .cancelled || error.kind == .timeout {
      return error
    }
    return QueryError(
      kind: error.kind,
      diagnostics: [Diagnostic(.unreadableFile, error.message, at: span)])
  }

  /// What a script says about reading a file, over what the session says.
  func loadOptions(_ clauses: [LoadOptionSyntax]) throws(QueryError) -> LoadOptions {
    var result = options.loading
    for clause in clauses {
      switch clause.kind {
      case .numbers(let specimen):
        guard let style = LoadOptions.NumberStyle(rawValue: specimen) else {
          throw badOption("numbers are shown as \"1.234,5\" or \"1,234.5\"", clause.span)
        }
        result.numbers = style
      case .dates(let order): result.dates = LoadOptions.DateOrder(rawValue: order.rawValue)
      case .delimiter(let text):
        guard text.utf8.count == 1, let delimiter = text.first else {
          throw badOption("a delimiter is one character of ASCII", clause.span)
        }
        result.delimiter = delimiter
      case .header: result.header = .present
      case .noHeader: result.header = .absent
      case .encoding(let name):
        guard let encoding = TextEncoding(name: name) else {
          let known = TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")
          throw badOption("no encoding \"\(name)\"; there are " + known, clause.span)
        }
        result.encoding = encoding
      case .missing(let texts): result.missing = texts
      case .skip(let lines): result.skippedLines = lines
      case .types(let types):
        for (column, type) in types {
          result.types[column.text] = LoadOptions.CellType(rawValue: type.rawValue)
        }
      case .lenient: result.isLenient = true
      }
    }
    return result
  }

  private func badOption(_ message: String, _ span: SourceSpan) -> QueryError {
    makeBinder().error(.data, .badLoadOption, message, at: span)
  }

  /// The table in a file that a query names.
  func file(_ name: String, at span: SourceSpan, _ loading: LoadOptions? = nil)
    throws(QueryError) -> Table
  {
    let loaded = try read(name, loading ?? options.loading, at: span)
    for note in loaded.report.notes + loaded.report.columns.flatMap(\.notes) {
      notes.append(
        Diagnostic(.ambiguousReading, "\(name): \(note)", severity: .note, at: span))
    }
    return loaded.table
  }

  private func read(_ name: String, _ loading: LoadOptions, at span: SourceSpan)
    throws(QueryError) -> LoadedTable
  {
    do throws(QueryError) {
      return try DelimitedReader.read(
        DataSource.path(try path(name, at: span)), options: loading, context: makeContext(),
        progress: options.progress)
    } catch {
      throw placed(error, at: span)
    }
  }

  /// `describe table` and `describe "file.csv"`.
  func describe(_ describe: DescribeSyntax) throws(QueryError) -> Table {
    switch describe.source.kind {
    case .table(let name):
      let named = try makeBinder().table(name)
      let report = database.loadReport(of: named.name)
      let key = Environment.key(named.name)
      let measures = environment.measures.sorted { $0.key < $1.key }.map(\.value)
      return try named.table.description(
        report: report, measures: measures.filter { $0.tableKey == key }, context: makeContext())
    case .file(let name):
      let loaded = try read(name, try loadOptions(describe.options), at: describe.source.span)
      return try loaded.table.description(report: loaded.report, context: makeContext())
    case .query(let query):
      return try run(query).description(report: nil, context: makeContext())
    }
  }
}

extension DiagnosticCode {
  static let badLoadOption = DiagnosticCode("T0314", "An option of `load` has no such value.")
}
