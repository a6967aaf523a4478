import Tally
import TallySyntax

/// A text to run, and the folder from which files that it names are sought.
package struct ScriptText: Sendable {
  let source: SourceText
  let folder: String
  /// Whether options of the command line say how its files are read, so that help names those.
  let isReadByOptions: Bool
  /// Whether it was typed at the prompt, where mends can be taken.
  let isTyped: Bool

  package init(
    _ source: SourceText, folder: String = "", isReadByOptions: Bool = false,
    isTyped: Bool = false
  ) {
    self.source = source
    self.folder = folder
    self.isReadByOptions = isReadByOptions
    self.isTyped = isTyped
  }
}

extension Session {
  /// Loads the files of the command line, runs texts one after another up to the first error, and
  /// completes the output.
  package func runBatch(_ texts: [ScriptText]) -> ShellStatus {
    do throws(CommandError) {
      try checkParameters(texts)
      try checkResultCount(texts)
    } catch {
      messages.report(error)
      answers.discard()
      return error.code
    }
    var code = loadInputs(for: texts)
    if code == .success, let path = options.outputPath, database.isRead(from: path) {
      messages.report(
        CommandError(
          .usage, "\(path) is a file that tables were read from",
          help: ["write the answer to another file"]))
      code = .usage
    }
    for text in texts where code == .success || code == .checkFailed {
      let next = run(text)
      if next != .success { code = next }
    }
    tellChecks()
    guard code == .success || code == .checkFailed else {
      answers.discard()
      return code
    }
    do throws(QueryError) {
      try answers.finish()
    } catch {
      messages.report(error)
      return ShellStatus(error)
    }
    return code
  }

  /// Every parameter that was given is declared by one of the texts.
  private func checkParameters(_ texts: [ScriptText]) throws(CommandError) {
    guard !options.parameters.isEmpty else { return }
    let declared = texts.flatMap { parseScript($0.source).script.parameterNames }
    for (name, _) in options.parameters
    where !declared.contains(where: { $0.lowercased() == name.normalised.lowercased() }) {
      let near = closest(to: name, among: declared).map { ["did you mean `\($0)`?"] } ?? []
      let known = declared.isEmpty ? "none is declared" : declared.joined(separator: ", ")
      throw CommandError(
        .usage, "there is no parameter `\(name)`", help: near + ["parameters: \(known)"])
    }
  }

  /// A JSON document holds one answer.
  private func checkResultCount(_ texts: [ScriptText]) throws(CommandError) {
    guard answers.takesOneResult else { return }
    let count = texts.reduce(0) { $0 + parseScript($1.source).script.answerCount }
    guard count > 1 else { return }
    throw CommandError(
      .usage, "\(count) answers are no one JSON document",
      help: ["--all-results joins them as {\"results\":[…]}, --format jsonl writes row after row"])
  }
}

extension ScriptSyntax {
  /// The names of the parameters that the script declares.
  var parameterNames: [String] {
    statements.compactMap { statement in
      if case .parameter(let parameter) = statement.kind { return parameter.name.text }
      return nil
    }
  }

  /// The number of statements whose result is written to the output.
  fileprivate var answerCount: Int {
    statements.filter { statement in
      switch statement.kind {
      case .query(let query): !query.savesToFile
      case .describe, .explain, .profile, .why, .rowsOf: true
      default: false
      }
    }.count
  }
}

extension QuerySyntax {
  /// Whether the answer goes to a file of its own.
  fileprivate var savesToFile: Bool {
    steps.last?.clauses.contains { clause in
      if case .save = clause { return true }
      return false
    } ?? false
  }
}
