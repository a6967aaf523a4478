import Tally
import Testing

@testable import TallyShell

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A transcript of commands and what they write.
///
///     # a remark
///     $ tally -c "count services" Datasets/services.csv
///     count                                 standard output
///     3078
///     ! 3,078 rows read                     standard error
///     = 3                                   the exit code, where it is not 0
///
/// The commands run in the root of the package. With the environment variable `UPDATE_GOLDEN=1` the
/// test writes down what the commands write now.
struct Transcript: Sendable, CustomTestStringConvertible {
  let name: String
  var path: String { "\(Command.root)/Tests/Golden/\(name)" }
  var testDescription: String { name }

  static let all: [Transcript] = entries(of: "\(Command.root)/Tests/Golden")
    .filter { $0.hasSuffix(".transcript") }.map { Transcript(name: $0) }

  /// The remarks and commands of the file, each with what it writes now.
  func recorded() throws -> String {
    let text = String(decoding: try readAll(path), as: UTF8.self)
    var blocks: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("#") { blocks.append(line + "\n") }
      if line.hasPrefix("$ ") { blocks.append(try block(String(line.dropFirst(2)))) }
    }
    var result = ""
    for block in blocks {
      // A remark stands directly above the command that it is about.
      if !result.isEmpty, !(result.hasSuffix("\n\n")), !isRemark(result) { result += "\n" }
      result += block
    }
    return result
  }

  private func isRemark(_ text: String) -> Bool {
    text.split(separator: "\n").last?.hasPrefix("#") ?? false
  }

  private func block(_ command: String) throws -> String {
    let outcome = try Command.shell(command)
    var block = "$ \(command)\n" + outcome.output
    if !outcome.output.isEmpty, !outcome.output.hasSuffix("\n") { block += "\n" }
    for line in outcome.errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      block += line.isEmpty ? "!\n" : "! \(line)\n"
    }
    if outcome.status != 0 { block += "= \(outcome.status)\n" }
    return block
  }
}

@Suite struct GoldenTests {
  @Test(arguments: Transcript.all)
  func transcriptsAreTrue(_ transcript: Transcript) throws {
    let recorded = try transcript.recorded()
    let expected = String(decoding: try readAll(transcript.path), as: UTF8.self)
    // A run that writes transcripts anew fails where that changes them.
    if getenv("UPDATE_GOLDEN") != nil, recorded != expected {
      let file = try AtomicFile(transcript.path)
      try file.write(recorded)
      try file.commit()
    }
    let pairs = zip(lines(expected), lines(recorded))
    for (number, pair) in pairs.enumerated() where pair.0 != pair.1 {
      Issue.record("\(transcript.name):\(number + 1): \(pair.1.debugDescription)")
      break
    }
    #expect(lines(expected).count == lines(recorded).count)
  }

  @Test func thereAreTranscripts() { #expect(Transcript.all.count >= 3) }

  /// The transcript in README is what the shell writes.
  @Test func theReadmeIsTrue() throws {
    let readme = String(decoding: try readAll("\(Command.root)/README.md"), as: UTF8.self)
    var statements = 0
    for block in readme.split(separator: "```") where block.hasPrefix("\ntally> ") {
      for part in block.split(separator: "tally> ").dropFirst() {
        let statement = part.prefix { !$0.isNewline }
        let shown = part.dropFirst(statement.count + 1)
        let outcome = try Command.shell(
          "tally -F table -c '\(statement)' Datasets/services.csv")
        let expected = shown.split(separator: "\n").joined(separator: "\n")
        #expect(outcome.output + outcome.errors == expected + "\n")
        statements += 1
      }
    }
    #expect(statements > 0)
  }

  private func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }
}
