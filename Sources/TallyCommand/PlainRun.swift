import CLineEditor
import Tally
import TallyShell

/// `tally -c QUERY… FILE…`: queries on files, with no other option. It is run without the option
/// parser, which takes as long to begin as all the rest does.
///
/// Whatever is not exactly that is left to the parser, which has the last word on what is right.
struct PlainRun {
  private var queries: [String] = []
  private var files: [String] = []

  /// Reads the words behind the command's own name; nil where they are something else.
  init?(_ arguments: some Sequence<String>) {
    var words = arguments.makeIterator()
    while let word = words.next() {
      if word == "-c" {
        guard let query = words.next(), !query.hasPrefix("-") else { return nil }
        queries.append(query)
      } else {
        // A word without these may be the name of a command, and such a file is a script.
        guard !word.hasPrefix("-"), word.contains(where: { $0 == "." || $0 == "/" }),
          !word.hasSuffix(".tally")
        else { return nil }
        files.append(word)
      }
    }
    if queries.isEmpty { return nil }
  }

  /// Answers the queries, as ``RunCommand`` does where no option says otherwise.
  func run() -> ShellStatus {
    let traits = TerminalTraits(
      colour: .auto, columns: Int(line_editor_columns()), environment: environmentValue)
    let messages = Messages(
      DescriptorSink(2, name: "standard error"), isStyled: traits.stylesErrors,
      errorStyle: .text, isQuiet: false, columns: traits.isErrorTerminal ? traits.columns : 0)
    var options = ShellOptions()
    options.inputs = files.map(ShellOptions.Input.init)
    do throws(CommandError) {
      let answers = try AnswerWriter(
        options, traits, standardOutput: DescriptorSink(1, name: "standard output"))
      let session = Session(
        options: options, traits: traits, isInteractive: false, messages: messages,
        answers: answers, host: WatchedHost(endsAtSecondInterrupt: true))
      return session.runBatch(RunCommand.texts(queries))
    } catch {
      messages.report(error)
      return error.code
    }
  }
}
