import Tally

/// What the process says to the one that started it.
package enum ShellStatus: Int32, Sendable {
  /// All went well.
  case success = 0
  /// An `expect` did not hold.
  case checkFailed = 1
  /// The command line or a parameter is wrong.
  case usage = 2
  /// A query is wrong, or can't be answered.
  case query = 3
  /// Data is missing or is not what it should be.
  case data = 4
  /// The answer could not be written.
  case output = 5
  /// The time was over.
  case timeout = 124
  /// The user pressed Ctrl-C.
  case cancelled = 130

  /// The code for an error of the engine.
  package init(_ error: QueryError) {
    switch error.kind {
    case .data, .file: self = .data
    case .output: self = .output
    case .parameter: self = .usage
    case .check: self = .checkFailed
    case .timeout: self = .timeout
    case .cancelled: self = .cancelled
    default: self = .query
    }
  }
}

/// Why a command ended before its work was done: a message for the user, and the exit code.
package struct CommandError: Error, Sendable {
  package let code: ShellStatus
  /// What is wrong, in one sentence.
  package let message: String
  /// Further lines that help.
  package var help: [String] = []

  package init(_ code: ShellStatus, _ message: String, help: [String] = []) {
    self.code = code
    self.message = message
    self.help = help
  }

  /// The error of an answer that could not be written.
  package init(_ error: QueryError) { self.init(ShellStatus(error), error.message) }
}
