import ArgumentParser
import Tally
import TallyShell

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The command `tally`.
@main
struct Main: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tally",
    abstract: "Ask questions of tables, and get the answer or the reason why not.",
    discussion: """
      tally services.csv                                         opens a prompt
      tally -c 'count services group by agency' services.csv     answers a query
      tally report.tally                                         runs a script

      Exit codes: 0 done, 1 a check failed, 2 wrong use, 3 wrong query, 4 wrong data, \
      5 the answer can't be written, 124 the time is over, 130 Ctrl-C.
      """,
    version: "0.1.0",
    subcommands: [
      RunCommand.self, DescribeCommand.self, ExplainCommand.self, FormatCommand.self,
      GenerateCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  static func main() {
    if let run = PlainRun(CommandLine.arguments.dropFirst()) { leave(run.run().rawValue) }
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let code as ExitCode {
      leave(code.rawValue)
    } catch {
      let message = fullMessage(for: error)
      let isHelp = exitCode(for: error).isSuccess
      let sink = DescriptorSink(isHelp ? 1 : 2, name: "standard output")
      if !message.isEmpty { try? sink.write(message + "\n") }
      leave((isHelp ? ShellStatus.success : .usage).rawValue)
    }
  }
}

/// Ends the process.
private func leave(_ code: Int32) -> Never { exit(code) }
