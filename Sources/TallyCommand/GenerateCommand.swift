import ArgumentParser
import Tally
import TallySamples
import TallyShell

/// `tally generate dossiers ROWS`: synthetic tables, the same everywhere.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Make synthetic tables to try things on.",
    discussion: """
      Without --to, the rows go to standard output as CSV. A path that ends in .csv gets the rows, \
      and a file NAME.about.json beside it says what they are. Any other path is a folder: it gets \
      the rows, the tables that they point into, and oracle.json, which holds questions with their \
      exact answers.

      No row is a fact. The same seed gives the same bytes on every machine.
      """)

  @Argument(help: "What to make: dossiers.")
  var kind: SampleKind

  @Argument(help: "How many rows.")
  var rows = 100_000

  @Option(help: "What the random numbers start from.")
  var seed: UInt64 = 1

  @Flag(help: "Also a list of 10,000 rows as offices hand them over; only it, without a folder.")
  var dirty = false

  @Flag(help: "Without order; otherwise by day.")
  var shuffle = false

  @Option(help: "A file or folder to write.", completion: .file())
  var to: String?

  @Option(help: "The threads to use; all cores where it is not said.")
  var threads: Int?

  func validate() throws {
    guard (1...Dossiers.greatestRowCount).contains(rows) else {
      throw ValidationError("a table has 1 to \(Dossiers.greatestRowCount) rows")
    }
    if let threads, threads < 1 { throw ValidationError("--threads is 1 or more") }
  }

  func run() throws {
    let messages = Messages(DescriptorSink(2, name: "standard error"))
    var writer = SampleWriter(
      table: Dossiers(rowCount: rows, seed: seed), isShuffled: shuffle, threads: threads)
    do throws(QueryError) {
      switch to {
      case nil:
        let output = DescriptorSink(1, name: "standard output")
        try dirty ? output.write(DirtyDossiers(seed: seed).csv) : writer.writeRows(to: output)
        let rows = dirty ? DirtyDossiers.rowCount : rows
        messages.remark("\(Dossiers.version), seed \(seed), \(rows) synthetic rows")
      case let path? where path.hasSuffix(".csv"):
        try writer.writeFile(path, dirty: dirty)
      case let path?:
        try writer.writeFolder(path, dirty: dirty)
      }
    } catch {
      messages.report(error)
      throw ExitCode(ShellStatus(error).rawValue)
    }
  }
}

/// What can be made.
enum SampleKind: String, ExpressibleByArgument, CaseIterable {
  case dossiers
}
