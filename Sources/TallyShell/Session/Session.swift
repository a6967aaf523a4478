import Synchronization
import Tally
import TallySyntax

/// One run of the shell: a database, what was asked of it, and where answers and messages go.
///
/// Answers go to standard output, all else to standard error. Nothing here needs a terminal.
package final class Session {
  /// The tables.
  package let database: Database
  let messages: Messages
  let answers: AnswerWriter
  let host: any JobHost
  let traits: TerminalTraits
  /// Whether somebody types.
  let isInteractive: Bool
  var options: ShellOptions
  /// The arguments of `param` statements.
  var parameters: [String: QueryArgument] = [:]
  /// The last answer of the prompt.
  var lastAnswer: Table?
  /// The query of the last answer, so that one can look behind its groups.
  var lastQuery: String?
  /// Whether the time of each statement is shown to the user.
  var showsTimer = false
  /// How many rows of an answer the prompt shows.
  var rowLimit: Int? = 40
  var history = History(path: nil)
  var checks = CheckCount()
  /// What the typed text that was refused last could be.
  var mends: [String] = []
  private var statementCount = 0

  /// Makes a session with an empty database.
  package init(
    options: ShellOptions, traits: TerminalTraits, isInteractive: Bool, messages: Messages,
    answers: AnswerWriter, host: any JobHost, database: Database = Database()
  ) {
    self.options = options
    self.traits = traits
    self.isInteractive = isInteractive
    self.messages = messages
    self.answers = answers
    self.host = host
    self.database = database
    for (name, value) in options.parameters { parameters[name] = .value(.text(value.normalised)) }
    if isInteractive {
      answers.formatOptions.rowLimit = rowLimit
      answers.separatesAnswers = false
    }
  }

  // MARK: Loading

  /// Loads the files of the command line, where `mentioned` is given only the columns that it
  /// holds.
  package func loadInputs(mentioned: MentionedNames? = nil) -> ShellStatus {
    if let error = repeatedName() {
      messages.report(error)
      return error.code
    }
    for input in options.inputs {
      let code = load(input, mentioned: mentioned)
      if code != .success { return code }
    }
    return .success
  }

  /// Two files of one name would be one table, and the first of them lost.
  private func repeatedName() -> CommandError? {
    var paths: [String: String] = [:]
    for input in options.inputs {
      let name = input.name ?? DataSource.path(input.path).tableName
      guard let other = paths.updateValue(input.path, forKey: name.normalised.lowercased()) else {
        continue
      }
      return CommandError(
        .usage, "\(other) and \(input.path) would both be the table \(name)",
        help: [
          "name one of them: OTHER=\(input.path)",
          "files with one header are read as one table by a pattern in quotes",
        ])
    }
    return nil
  }

  func load(_ input: ShellOptions.Input, mentioned: MentionedNames? = nil) -> ShellStatus {
    attempt { (cancellation, progress) throws(QueryError) in
      do throws(QueryError) {
        let report = try database.load(
          input.name, from: .path(input.path), mentioned: mentioned, options: loadOptions,
          limits: options.limits, cancellation: cancellation, progress: progress)
        announce(report)
      } catch {
        // At the prompt a file is read again by `load` with what the help says.
        throw isInteractive ? error : error.withCommandLineHelp
      }
    }
  }

  var loadOptions: LoadOptions {
    var loading = options.loading
    let isStrict = options.isStrict ?? !isInteractive
    loading.ambiguity = isStrict ? .refused : .noted
    if options.isStrict == false { loading.isLenient = true }
    return loading
  }

  // MARK: Running

  /// Runs the statements of a text. Files that it names are sought from its folder, an empty one
  /// standing for the folder of the process.
  func run(_ text: ScriptText) -> ShellStatus {
    let source = text.source
    let failuresBefore = checks.failed
    mends = []
    var proposed: [Diagnostic] = []
    let code = attempt { (cancellation, progress) throws(QueryError) in
      var script = ScriptOptions()
      script.parameters = parameters(for: source)
      script.isInteractive = isInteractive
      script.limits = options.limits
      script.files = .from(folder: text.folder)
      script.today = options.today
      script.loading = loadOptions
      script.progress = progress
      do throws(QueryError) {
        try database.runScript(source, options: script, cancellation: cancellation) {
          (outcome) throws(QueryError) in
          try show(outcome, in: source)
          proposed += outcome.notes
        }
      } catch {
        if error.source?.text == source.text { proposed = error.diagnostics }
        throw text.isReadByOptions ? error.withCommandLineHelp : error
      }
    }
    if isInteractive, text.isTyped { offerMends(proposed, in: source) }
    if code == .success, checks.failed > failuresBefore { return .checkFailed }
    return code
  }

  /// The arguments that a text gets: at the prompt all of them, in a script those that it declares.
  private func parameters(for source: SourceText) -> [String: QueryArgument] {
    if isInteractive || parameters.isEmpty { return parameters }
    let declared = Set(parseScript(source).script.parameterNames.map { $0.lowercased() })
    return parameters.filter { declared.contains($0.key.normalised.lowercased()) }
  }

  /// Does something that may take long or fail, and reports why it failed.
  func attempt(
    _ body: (Cancellation, @escaping @Sendable (LoadProgress) -> Void) throws(QueryError) -> Void
  ) -> ShellStatus {
    let cancellation = Cancellation()
    let watch = ContinuousClock()
    let start = watch.now
    let messages = messages
    let showsProgress = traits.isErrorTerminal
    let latest = LatestProgress()
    answers.cancellation = cancellation
    defer { answers.cancellation = nil }
    do throws(QueryError) {
      try host.run {
        if showsProgress, $0 >= ProgressLine.patience {
          messages.progress(ProgressLine.text(latest.value, $0))
        }
      } interrupt: {
        cancellation.cancel()
      } _: { () throws(QueryError) in
        try body(cancellation) { latest.value = $0 }
      }
      // Ctrl-C also ends the programs that feed a pipe: what came through it was not all.
      if !isInteractive { try cancellation.check() }
      messages.eraseProgress()
      return .success
    } catch {
      messages.eraseProgress()
      switch error.kind {
      case .cancelled: messages.line("cancelled after \((watch.now - start).words)")
      case .timeout: messages.line("stopped after \((watch.now - start).words): the time is over")
      default: messages.report(error)
      }
      return ShellStatus(error)
    }
  }

  // MARK: Showing

  private func show(_ outcome: StatementOutcome, in source: SourceText) throws(QueryError) {
    statementCount += 1
    messages.suspendProgress()
    defer { messages.resumeProgress() }
    for note in outcome.notes { messages.report(note, in: source) }
    var rows: Int?
    switch outcome.result {
    case .answer(let table, let path):
      rows = table.rowCount
      if let path {
        let rows = table.rowCount == 1 ? "1 row" : "\(grouped(table.rowCount)) rows"
        messages.remark("\(rows) saved to \(path)")
      } else {
        try answer(table)
      }
      tell(table.receipt)
      if isInteractive {
        lastAnswer = table
        let words = String(source.text(in: outcome.span))
        // What looks behind an answer leaves it the last one.
        if parseQuery(SourceText(words)).query != nil { lastQuery = words }
      }
    case .described(let table):
      rows = table.rowCount
      try answer(table)
    case .explained(let text): try answers.write(text: text)
    case .loaded(let report): announce(report)
    case .checked(let result): report(result, outcome.span, in: source)
    case .defined: break
    }
    if options.showsTiming {
      messages.line(timingLine(statement: statementCount, outcome.duration, rows: rows))
    }
    if showsTimer { messages.remark(outcome.duration.words) }
  }

  func answer(_ table: Table) throws(QueryError) {
    try answers.write(table)
    if table.rowCount == 0, answers.format == .table { messages.remark("0 rows") }
  }

  func tell(_ receipt: Receipt) {
    switch options.receipts {
    case .text: messages.remark(receipt.summary)
    case .json:
      var object = JSONText()
      object.add("statement", statementCount)
      object.add("receipt", json: receipt.json)
      messages.line(object.text)
    case .none: break
    }
  }
}

/// How far the newest load has come, for two threads.
private final class LatestProgress: Sendable {
  private let state = Mutex<LoadProgress?>(nil)

  var value: LoadProgress? {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
