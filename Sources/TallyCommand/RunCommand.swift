import ArgumentParser
import CLineEditor
import Tally
import TallyShell

/// `tally FILES`: loads files, then runs queries, a script, or what is typed.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Load files and answer queries; the command when none is named.",
    discussion: """
      Without -c and -f, statements are read from the prompt, or from standard input where that is \
      no terminal.
      """)

  @Argument(
    help: """
      Files to load as tables: FILE, NAME=FILE, a pattern, or - for standard input. A file \
      whose name ends in .tally is the script to run, as with -f.
      """,
    completion: .file())
  var files: [String] = []

  @Option(name: .customShort("c"), help: "A query to run. May be said several times.")
  var queries: [String] = []

  @Option(
    name: .customShort("f"), help: "A script to run; - is standard input.", completion: .file())
  var script: String?

  @Option(
    name: [.customShort("p"), .customLong("param")],
    help: "NAME=VALUE: a value for a `param` of the script.")
  var parameters: [String] = []

  @Option(help: "What `today` means, for instance 2020-12-29.")
  var asOf: CalendarDate?

  @Flag(help: "Keep no history of the prompt.")
  var noHistory = false

  @OptionGroup var reading: ReadingOptions
  @OptionGroup var writing: WritingOptions
  @OptionGroup var limits: LimitOptions

  func validate() throws {
    for parameter in parameters where !parameter.dropFirst().contains("=") {
      throw ValidationError("-p \(parameter): say NAME=VALUE")
    }
    if scripts.count > 1 {
      throw ValidationError("one script at a time: \(scripts.joined(separator: ", "))")
    }
  }

  /// The scripts that are named, also without -f: so a script can be a command of its own.
  private var scripts: [String] {
    [script].compactMap { $0 } + files.filter { $0.hasSuffix(".tally") }
  }

  private var tableFiles: [String] { files.filter { !$0.hasSuffix(".tally") } }

  private var shellOptions: ShellOptions {
    var options = ShellOptions()
    options.inputs = tableFiles.map(ShellOptions.Input.init)
    reading.apply(to: &options)
    writing.apply(to: &options)
    options.limits = limits.limits
    options.today = asOf
    for parameter in parameters {
      let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      options.parameters.append((String(parts[0]), String(parts[1])))
    }
    if !noHistory { options.historyPath = History.standardPath(environmentValue) }
    return options
  }

  func run() throws {
    let traits = writing.traits
    let messages = writing.messages(traits)
    throw ExitCode(run(traits, messages).rawValue)
  }

  private func run(_ traits: TerminalTraits, _ messages: Messages) -> ShellStatus {
    let hasTexts = !queries.isEmpty || !scripts.isEmpty
    let isInteractive = !hasTexts && traits.isInputTerminal
    do throws(CommandError) {
      // Standard input is read before signals are caught: nothing could stop the reading then.
      let texts = isInteractive ? [] : try readTexts()
      let answers = try AnswerWriter(
        shellOptions, traits, standardOutput: DescriptorSink(1, name: "standard output"))
      let session = Session(
        options: shellOptions, traits: traits, isInteractive: isInteractive, messages: messages,
        answers: answers, host: WatchedHost(endsAtSecondInterrupt: !isInteractive))
      return isInteractive ? try prompt(session, answers) : session.runBatch(texts)
    } catch {
      messages.report(error)
      return error.code
    }
  }

  private func readTexts() throws(CommandError) -> [ScriptText] {
    let script = scripts.first
    let readsInput = tableFiles.contains { ShellOptions.Input(argument: $0).path == "-" }
    if readsInput && (script == "-" || (queries.isEmpty && script == nil)) {
      throw CommandError(
        .usage, "standard input can't be both a table and a script",
        help: ["say what to ask with -c or -f"])
    }
    var texts: [ScriptText] = []
    if let script {
      texts.append(ScriptText(try readScript(script), folder: folder(of: script)))
    }
    texts += Self.texts(queries)
    if texts.isEmpty { texts.append(ScriptText(try readScript("-"))) }
    return texts
  }

  /// Queries of the command line as scripts.
  static func texts(_ queries: [String]) -> [ScriptText] {
    queries.enumerated().map { index, query in
      let name = queries.count == 1 ? "<query>" : "<query \(index + 1)>"
      return ScriptText(SourceText(query, name: name))
    }
  }

  private func prompt(_ session: Session, _ answers: AnswerWriter) throws(CommandError)
    -> ShellStatus
  {
    guard let reader = PromptReader(session) else {
      throw CommandError(
        .usage, "the prompt needs GNU readline 8", help: ["-c, -f and pipes work without it"])
    }
    answers.terminalWidth = { Int(line_editor_columns()) }
    let code = session.loadInputs()
    if code != .success { return code }
    let end = session.runPrompt(reader)
    do throws(QueryError) {
      try answers.finish()
    } catch {
      throw CommandError(error)
    }
    return end
  }
}
