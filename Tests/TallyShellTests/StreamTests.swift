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

@Suite struct StreamTests {
  @Test func filesAppearWhenTheyAreComplete() throws {
    let folder = TemporaryFolder()
    var options = ShellOptions()
    options.outputPath = folder.file("out.csv")
    let shell = try Shell(options)
    #expect(!folder.names.contains("out.csv"))
    #expect(shell.run("count services") == .success)
    #expect(folder.names == ["out.csv"])
    #expect(try folder.text("out.csv") == "count\n7\n")
    #expect(shell.output.take() == "")
  }

  @Test func aFailedRunLeavesTheOldFile() throws {
    let folder = TemporaryFolder()
    let old = try AtomicFile(folder.file("out.json"))
    try old.write("old")
    try old.commit()
    chmod(folder.file("out.json"), 0o640)
    var options = ShellOptions()
    options.outputPath = folder.file("out.json")
    #expect(try Shell(options).run("count services", "count service") == .usage)
    #expect(try Shell(options).run("count service") == .query)
    #expect(try folder.text("out.json") == "old")
    #expect(folder.names == ["out.json"])
    #expect(try Shell(options).run("count services") == .success)
    #expect(try folder.text("out.json") == "[\n{\"count\":7}\n]\n")
    #expect(folder.mode("out.json") == 0o640)
  }

  /// New files get the permissions that the system gives new files.
  @Test func newFilesAreOrdinary() throws {
    let folder = TemporaryFolder()
    try AtomicFile(folder.file("new.csv")).commit()
    close(open(folder.file("other.csv"), O_WRONLY | O_CREAT, 0o666))
    #expect(folder.mode("new.csv") == folder.mode("other.csv"))
    #expect(folder.names == ["new.csv", "other.csv"])
  }

  @Test func writingCanBeStopped() throws {
    let sink = MemorySink()
    let writer = try AnswerWriter(ShellOptions(), TerminalTraits(), standardOutput: sink)
    let cancellation = Cancellation()
    writer.cancellation = cancellation
    cancellation.cancel()
    let error = #expect(throws: QueryError.self) { try writer.write(try Shell.services()) }
    #expect(error?.kind == .cancelled && sink.take() == "")
  }

  @Test func aLinkStaysALink() throws {
    let folder = TemporaryFolder()
    try AtomicFile(folder.file("real.csv")).commit()
    symlink("real.csv", folder.file("link.csv"))
    let file = try AtomicFile(folder.file("link.csv"))
    try file.write("new")
    try file.commit()
    #expect(try folder.text("real.csv") == "new")
    #expect(folder.names == ["link.csv", "real.csv"])
  }

  @Test func theNameSaysTheFormat() throws {
    var options = ShellOptions()
    options.outputPath = "answers.xyz"
    #expect(throws: CommandError.self) { try Shell(options) }
    options.outputPath = "/no/such/folder/a.csv"
    let error = #expect(throws: CommandError.self) { try Shell(options) }
    #expect(error?.code == .output)
  }

  @Test func whatIsNoFileIsWrittenDirectly() throws {
    let file = try AtomicFile("/dev/null")
    try file.write("nothing")
    try file.commit()
  }

  @Test func stylesFollowTheEnvironment() {
    func styles(_ environment: [String: String], terminal: Bool, _ choice: ColourChoice = .auto)
      -> Bool
    {
      var traits = TerminalTraits()
      (traits.isOutputTerminal, traits.isErrorTerminal) = (terminal, terminal)
      traits.decideStyles(choice) { environment[$0] }
      #expect(traits.stylesOutput == traits.stylesErrors)
      return traits.stylesOutput
    }
    #expect(styles(["TERM": "xterm"], terminal: true))
    #expect(!styles(["TERM": "xterm"], terminal: false))
    #expect(!styles(["TERM": "dumb"], terminal: true))
    #expect(!styles(["NO_COLOR": "1"], terminal: true))
    #expect(styles(["NO_COLOR": ""], terminal: true))
    #expect(styles(["CLICOLOR_FORCE": "1"], terminal: false))
    #expect(!styles(["CLICOLOR_FORCE": "0"], terminal: false))
    #expect(!styles(["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], terminal: true))
    #expect(styles(["NO_COLOR": "1"], terminal: false, .always))
    #expect(!styles(["CLICOLOR_FORCE": "1"], terminal: true, .never))
  }

  @Test func scriptsAreUTF8() throws {
    let folder = TemporaryFolder()
    let file = try AtomicFile(folder.file("a.tally"))
    try [0x63, 0xFF].withUnsafeBufferPointer { try file.write($0) }
    try file.commit()
    let error = #expect(throws: CommandError.self) { try readScript(folder.file("a.tally")) }
    #expect(error?.code == .query)
    let missing = #expect(throws: CommandError.self) { try readScript(folder.file("b.tally")) }
    #expect(missing?.code == .data)
  }
}

@Suite struct ReportingTests {
  @Test func numbersHaveFixedPlaces() {
    #expect(fixed(0.4249, 2) == "0.42")
    #expect(fixed(0.425, 2) == "0.43" || fixed(0.425, 2) == "0.42")
    #expect(fixed(9.999, 2) == "10.00")
    #expect(fixed(-1.5, 0) == "-2")
    #expect(fixed(-0.001, 2) == "0.00")
    #expect(fixed(1e300, 2) == "1e+300")
    #expect(Duration.milliseconds(2400).words == "2.4 s")
    #expect(Duration.microseconds(420).words == "0.42 ms")
    #expect(Duration.milliseconds(42).words == "42.0 ms")
    #expect(
      timingLine(statement: 3, .microseconds(420), rows: nil) == #"{"statement":3,"ms":0.420}"#)
  }

  @Test func checksAreCounted() {
    #expect(CheckCount().summary == "")
    #expect(CheckCount(passed: 1).summary == "1 check: 1 passed")
    #expect(
      CheckCount(passed: 5, warned: 1, failed: 1).summary
        == "7 checks: 5 passed, 1 warned, 1 failed")
  }
}
