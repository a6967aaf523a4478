import TallyShell

@testable import Tally

/// Runs jobs without looking on.
struct PlainHost: JobHost {
  func run<Value, Failure: Error>(
    tick: @escaping @Sendable (Duration) -> Void, interrupt: @escaping @Sendable () -> Void,
    _ job: () throws(Failure) -> Value
  ) throws(Failure) -> Value { try job() }
}

/// Looks on once before the job begins.
struct BusyHost: JobHost {
  var elapsed = Duration.seconds(2)
  var isInterrupted = false

  func run<Value, Failure: Error>(
    tick: @escaping @Sendable (Duration) -> Void, interrupt: @escaping @Sendable () -> Void,
    _ job: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    tick(elapsed)
    if isInterrupted { interrupt() }
    return try job()
  }
}

/// A session whose streams are in memory.
struct Shell {
  let session: Session
  let output = MemorySink()
  let errors = MemorySink()

  init(
    _ options: ShellOptions = ShellOptions(), traits: TerminalTraits = TerminalTraits(),
    isInteractive: Bool = false, errorStyle: ErrorStyle = .text, isQuiet: Bool = false,
    host: any JobHost = PlainHost(), output sink: (any ByteSink)? = nil, table: Table? = nil
  ) throws {
    let messages = Messages(
      errors, isStyled: traits.stylesErrors, errorStyle: errorStyle, isQuiet: isQuiet)
    let answers = try AnswerWriter(options, traits, standardOutput: sink ?? output)
    session = Session(
      options: options, traits: traits, isInteractive: isInteractive, messages: messages,
      answers: answers, host: host)
    session.database["services"] = try table ?? Self.services()
  }

  /// Runs texts as `-c` does.
  func run(_ texts: String...) -> ShellStatus {
    let sources = texts.enumerated().map { index, text in
      SourceText(text, name: texts.count == 1 ? "<query>" : "<query \(index + 1)>")
    }
    return session.runBatch(sources.map { ScriptText($0) })
  }

  /// Seven services of three agencies; two of one agency have no level.
  static func services() throws -> Table {
    let agencies = ["Bộ Tài chính", "Sở Y tế", "UBND thành phố Hà Nội"]
    let levels: [Int64?] = [3, 4, 1, 2, 3, nil, nil]
    let columns = [
      try Column.texts([0, 0, 0, 1, 1, 2, 2].map { agencies[$0] }), try Column.integers(levels),
    ]
    return Table(names: ["agency", "level"], columns: columns, rowCount: levels.count)
  }
}
