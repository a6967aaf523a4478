import ArgumentParser
import Tally
import TallyShell
import TallySyntax

/// `tally describe FILES`: how files would be read.
struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Show each column of files: its type, the evidence, and what was ruled out.")

  @Argument(help: "Files to look at.", completion: .file())
  var files: [String]

  @OptionGroup var reading: ReadingOptions
  @OptionGroup var writing: WritingOptions
  @OptionGroup var limits: LimitOptions

  func run() throws {
    let traits = writing.traits
    let messages = writing.messages(traits)
    throw ExitCode(run(traits, messages).rawValue)
  }

  private func run(_ traits: TerminalTraits, _ messages: Messages) -> ShellStatus {
    var options = ShellOptions()
    reading.apply(to: &options)
    writing.apply(to: &options)
    options.limits = limits.limits
    do throws(CommandError) {
      let answers = try AnswerWriter(
        options, traits, standardOutput: DescriptorSink(1, name: "standard output"))
      let session = Session(
        options: options, traits: traits, isInteractive: false, messages: messages,
        answers: answers, host: WatchedHost(endsAtSecondInterrupt: true))
      let texts = files.map { file in
        ScriptText(
          SourceText("describe \(spelledText(file))", name: file), isReadByOptions: true)
      }
      return session.runBatch(texts)
    } catch {
      messages.report(error)
      return error.code
    }
  }
}

/// `tally explain T0203`: what a code of an error means.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Tell what the code of an error means.")

  @Argument(help: "A code, for instance T0203; all codes where none is given.")
  var code: String?

  func run() throws {
    let messages = Messages(DescriptorSink(2, name: "standard error"))
    do throws(CommandError) {
      let text = try explanation(of: code)
      try? DescriptorSink(1, name: "standard output").write(text + "\n")
    } catch {
      messages.report(error)
      throw ExitCode(error.code.rawValue)
    }
  }
}

/// `tally fmt FILE`: a script in its canonical form.
struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Print a script in its canonical form.",
    discussion: "A script with mistakes is not printed; the exit code is then 3.")

  @Argument(help: "A script; - for standard input.", completion: .file())
  var file: String

  @Option(help: "How errors are written: text, json or github.")
  var errors = ErrorStyle.text

  @Option(help: "When colours are used: auto, always or never.")
  var color = ColourChoice.auto

  func run() throws {
    let traits = TerminalTraits(colour: color, columns: 0, environment: environmentValue)
    let messages = Messages(
      DescriptorSink(2, name: "standard error"), isStyled: traits.stylesErrors,
      errorStyle: errors)
    throw ExitCode(
      TallyShell.format(file, to: DescriptorSink(1, name: "standard output"), messages).rawValue)
  }
}
