import Tally
import Testing

@testable import TallyShell

/// A command line's texts, and how the process ends.
struct StatusCase: Sendable, CustomTestStringConvertible {
  var texts: [String]
  var status: ShellStatus
  /// What standard error holds.
  var message: String

  init(_ texts: String..., status: ShellStatus, message: String) {
    self.texts = texts
    self.status = status
    self.message = message
  }

  var testDescription: String { "\(texts.joined(separator: " | ")) → \(status.rawValue)" }
}

@Suite struct ShellStatusTests {
  @Test(arguments: [
    StatusCase("count services", status: .success, message: "7 rows read"),
    StatusCase("expect (count services) = 7", status: .success, message: "1 check: 1 passed"),
    StatusCase(
      "expect (count services) = 8 else \"too few\"", status: .checkFailed,
      message: "FAIL <query>:1  too few: 7 = 8"),
    StatusCase(
      "warn (count services) = 8", status: .success, message: "1 check: 0 passed, 1 warned"),
    StatusCase(
      "expect 1 = 2", "expect 1 = 1", status: .checkFailed,
      message: "2 checks: 1 passed, 1 failed"),
    StatusCase("count service", status: .query, message: "<query>:1:7"),
    StatusCase("count services where", status: .query, message: "error[T01"),
    StatusCase(
      "expect 1 = 2", "count service", "count services", status: .query, message: "<query 2>:1:7"),
    StatusCase("param year: int\ncount services", status: .usage, message: "needs a value"),
    StatusCase("load \"no such file.csv\"", status: .data, message: "error"),
    StatusCase(
      "count services save to \"/no/such/folder/a.csv\"", status: .output,
      message: "can't write"),
    StatusCase("", status: .success, message: ""),
  ])
  func runsEndAsPromised(_ sample: StatusCase) throws {
    let shell = try Shell()
    let texts = sample.texts.enumerated().map { index, text in
      let name = sample.texts.count == 1 ? "<query>" : "<query \(index + 1)>"
      return ScriptText(SourceText(text, name: name))
    }
    #expect(shell.session.runBatch(texts) == sample.status)
    let errors = shell.errors.take()
    #expect(sample.message.isEmpty ? errors.isEmpty : errors.contains(sample.message), "\(errors)")
  }

  @Test func theWorstFirstErrorEndsTheRun() throws {
    let shell = try Shell()
    #expect(shell.run("count services", "count service", "count services") == .query)
    #expect(shell.output.take() == "count\n7\n")
  }

  @Test func parametersAreBoundAndChecked() throws {
    var options = ShellOptions()
    options.parameters = [("floor", "3")]
    let query = "param floor: int = 1\ncount services where level >= $floor"
    let shell = try Shell(options)
    #expect(shell.run(query) == .success)
    #expect(shell.output.take() == "count\n3\n")
    #expect(shell.run("param floor: int", "count services where level >= $floor") == .success)

    options.parameters = [("flor", "3")]
    let mistaken = try Shell(options)
    #expect(mistaken.run(query) == .usage)
    let message = mistaken.errors.take()
    #expect(message.contains("there is no parameter `flor`") && message.contains("`floor`"))

    options.parameters = [("floor", "high")]
    #expect(try Shell(options).run(query) == .usage)
  }

  @Test func anAnswerThatCannotBeWrittenIsAnError() throws {
    let shell = try Shell(output: FullSink())
    #expect(shell.run("count services") == .output)
    #expect(shell.errors.take() == "error: can't write to standard output: full\n")
  }

  @Test func ctrlCEndsTheRun() throws {
    let shell = try Shell(host: BusyHost(isInterrupted: true))
    #expect(shell.run("count services") == .cancelled)
    #expect(shell.errors.take().hasPrefix("cancelled after "))
    #expect(shell.output.take() == "")
  }

  @Test(arguments: [
    (ShellStatus.success, 0), (.checkFailed, 1), (.usage, 2), (.query, 3), (.data, 4),
    (.output, 5), (.timeout, 124), (.cancelled, 130),
  ])
  func numbersArePartOfTheContract(_ status: ShellStatus, _ number: Int) {
    #expect(Int(status.rawValue) == number)
  }

  @Test(arguments: [
    (QueryError.Kind.syntax, ShellStatus.query), (.name, .query), (.type, .query),
    (.overflow, .query), (.memory, .query), (.bug, .query), (.data, .data), (.file, .data),
    (.output, .output), (.check, .checkFailed), (.timeout, .timeout), (.cancelled, .cancelled),
    (.parameter, .usage),
  ])
  func kindsOfErrorsHaveTheirStatus(_ kind: QueryError.Kind, _ status: ShellStatus) {
    #expect(ShellStatus(QueryError(kind: kind, message: "")) == status)
  }
}
