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
        ScriptText(SourceText("describe \(textLiteral(file))", name: file))
      }
      return session.runBatch(texts)
    } catch {
      messages.report(error)
      return error.code
    }
  }
}
