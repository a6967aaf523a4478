import Tally
import Testing

/// Drives the prompt through a pseudo-terminal, as a person would.
@Suite(.serialized) struct PromptSessionTests {
  private let home = TemporaryFolder()

  private func open(
    _ arguments: [String] = [Command.dataset("services.csv")], environment: [String: String] = [:],
    columns: Int = 80, rows: Int = 24
  ) throws -> Terminal {
    let terminal = try Terminal(
      arguments, home: home.path, environment: environment, columns: columns, rows: rows)
    try terminal.waitForPrompt()
    return terminal
  }

  @Test func answersWithAReceipt() throws {
    let terminal = try open()
    try terminal.run("count services where level >= 3 group by agency")
    let text = terminal.screen.text.replacing("\n", with: "")
    #expect(text.contains("Bộ Tài chính                    583"))
    #expect(text.contains("Bộ Thông tin và Truyền thông     88"))
    #expect(text.contains("UBND thành phố Hà Nội 611 (not in the answer)"))
    try terminal.send(".quit\r")
    #expect(try terminal.end() == 0)
  }

  @Test func enterTakesTheMend() throws {
    let terminal = try open()
    try terminal.run("count servces")
    #expect(terminal.screen.text.contains("Enter runs: count services"))
    try terminal.send("\r")
    try terminal.wait("answer") { $0.text.contains(" 3078") }
  }

  @Test func theEndOfInputEndsTheShell() throws {
    let terminal = try open([])
    try terminal.send("\u{4}")
    #expect(try terminal.end() == 0)
  }

  @Test func linesShowWhatIsOpen() throws {
    let terminal = try open()
    try terminal.send("count services where (\r")
    try terminal.waitForLine("   (..")
    try terminal.send("agency = \"Bộ\r")
    try terminal.waitForLine("   \"..")
    try terminal.send("x\"\r")
    try terminal.waitForLine("   (..")
    try terminal.send(")\r")
    try terminal.waitForPrompt()
    #expect(terminal.screen.text.contains("    0\n"))
  }

  @Test func anEmptyLineRunsWhatThereIs() throws {
    let terminal = try open()
    try terminal.send("count services where\r")
    try terminal.waitForLine("   ...")
    try terminal.send("\r")
    try terminal.waitForPrompt()
    #expect(terminal.screen.text.contains("error[T01"))
  }

  @Test func aStatementOfSeveralLinesIsOneEntry() throws {
    let terminal = try open()
    try terminal.send("count services where\rlevel = 4\r")
    // The prompt before the statement is empty too.
    try terminal.wait("answer") { $0.text.contains(" 486 kept") }
    try terminal.waitForPrompt()
    try terminal.send("\u{1B}[A")
    try terminal.waitForLine("   ... level = 4")
    try terminal.send("\u{4}")
    // The cursor is at the end: one line up is the line above, and only then the entry before.
    try terminal.send("\u{1B}[A\u{1B}[A")
    try terminal.send("\r")
    try terminal.waitForPrompt()
    try terminal.send("\u{4}")
    #expect(try terminal.end() == 0)
    let history = try home.text(".local/state/tally/history")
    #expect(history == "count services where\\nlevel = 4\n")

    let second = try open()
    try second.send("\u{1B}[A")
    try second.waitForLine("   ... level = 4")
    #expect(home.mode(".local/state/tally/history") == 0o600)
  }

  @Test func ctrlCClearsTheLine() throws {
    let terminal = try open()
    try terminal.send("count services where (\rlevel")
    try terminal.waitForLine("   (.. level")
    try terminal.send("\u{3}")
    try terminal.waitForPrompt()
    #expect(terminal.screen.text.contains("level^C"))
    try terminal.run("count services")
    #expect(terminal.screen.text.contains(" 3078\n"))
  }

  @Test func ctrlCStopsALoadAndNotTheShell() throws {
    // A table without end.
    let pipe = home.file("pipe")
    let services = Command.dataset("services.csv")
    let terminal = try Terminal(
      script: "mkfifo '\(pipe)'; yes 1,2 >'\(pipe)' & exec \"$TALLY\" '\(services)'",
      home: home.path)
    try terminal.waitForPrompt()
    try terminal.send(".load \(pipe)\r")
    try terminal.wait("progress") { $0.lines.last?.contains("Ctrl-C cancels") ?? false }
    try terminal.send("\u{3}")
    try terminal.waitForPrompt()
    let lines = terminal.screen.lines
    #expect(lines.dropLast().last?.hasPrefix("cancelled after ") ?? false, "\(lines)")
    #expect(!terminal.screen.text.contains("Ctrl-C"))
    // Stopping what is just ending, or has ended, stops nothing else.
    for _ in 0..<5 {
      try terminal.send("count services group by agency, level, service_id top 1\r\u{3}")
      terminal.settle()
    }
    try terminal.run("count services where level = 4")
    #expect(terminal.screen.text.contains("  486\n"))
  }

  @Test func ctrlCEndsACommandWithoutPrompt() throws {
    let terminal = try Terminal(
      script: "trap : INT; yes 1,2 | \"$TALLY\" -c 'count t' t=-; exit $?", home: home.path)
    try terminal.wait("progress") { $0.lines.last?.contains("Ctrl-C cancels") ?? false }
    try terminal.send("\u{3}")
    #expect(try terminal.end() == 130)
    #expect(terminal.screen.lines.last?.hasPrefix("cancelled after ") ?? false)
  }

  @Test func tabCompletesValuesWithoutMarks() throws {
    let terminal = try open()
    try terminal.send("count services where agency = bo tai\t")
    try terminal.waitForLine("tally> count services where agency = \"Bộ Tài chính\"")
    try terminal.send("\r")
    try terminal.waitForPrompt()
    #expect(terminal.screen.text.contains("  977\n"))
    try terminal.send("count services where agency = \"bo t\t\t")
    try terminal.wait("the list") { $0.text.contains("\"Bộ Thông tin và Truyền thông\"  206 rows") }
    try terminal.waitForLine("tally> count services where agency = \"Bộ T")
    #expect(terminal.screen.text.contains("\"Bộ Tài chính\"                  977 rows"))
  }

  @Test func pastedLinesWaitForEnter() throws {
    let terminal = try open()
    try terminal.send("\u{1B}[200~count services\nwhere level = 4\ngroup by agency\u{1B}[201~")
    try terminal.waitForLine("   ... group by agency")
    #expect(!terminal.screen.text.contains("Bộ"))
    try terminal.send("\r")
    try terminal.waitForPrompt()
    #expect(terminal.screen.text.contains("Bộ Tài chính                    391\n"))
  }

  @Test func longPastesAreFast() throws {
    let terminal = try open(rows: 40)
    let lines = (1...300).map { "show \($0) as a # a remark behind it (and \"open" }
    let start = ContinuousClock.now
    try terminal.send("\u{1B}[200~" + lines.joined(separator: "\n") + "\u{1B}[201~")
    try terminal.wait("the end of the paste", seconds: 30) { $0.text.contains("show 300 as a") }
    #expect(ContinuousClock.now - start < .seconds(20))
    try terminal.send("\u{3}")
    try terminal.waitForPrompt()
  }

  @Test func resizingKeepsTheLine() throws {
    let terminal = try open(columns: 60)
    try terminal.send("count services where agency = \"Bộ Tài chính\" and lev")
    try terminal.waitForLine("tally> count services where agency = \"Bộ Tài chính\" and lev")
    terminal.resize(columns: 100)
    try terminal.send("el = 4")
    try terminal.waitForLine(
      "tally> count services where agency = \"Bộ Tài chính\" and level = 4")
    terminal.resize(columns: 40)
    try terminal.send("\r")
    try terminal.waitForPrompt()
    #expect(terminal.screen.text.contains("  391\n"))
    #expect(terminal.screen.unknown == [])
  }

  @Test func controlCharactersOfDataAreShown() throws {
    let terminal = try open([Command.dataset("dirty/control_characters.csv")])
    try terminal.run("list control_characters")
    for mode in ["csv", "tsv", "bare", "json", "jsonl", "markdown"] {
      try terminal.run(".mode \(mode)")
      try terminal.run("list control_characters")
    }
    #expect(terminal.screen.unknown == [])
    // Only what readline and the prompt write begins with an escape.
    let text = String(decoding: terminal.output, as: UTF8.self)
    for piece in text.split(separator: "\u{1B}").dropFirst() {
      #expect(
        piece.first == "[" || piece.first == "=" || piece.first == ">", "\(piece.debugDescription)")
    }
    #expect(!text.contains("\u{7}"))
  }

  @Test func nothingIsStyledWhereThatIsForbidden() throws {
    let terminal = try open(environment: ["NO_COLOR": "1"])
    try terminal.run("count service")
    #expect(!String(decoding: terminal.output, as: UTF8.self).contains("\u{1B}[1"))
  }

  @Test func theInitFileOfReadlineKnowsTally() throws {
    try home.write(".inputrc", "$if Tally\n\"\\C-g\": \"count services\"\n$endif\n")
    let terminal = try open()
    try terminal.send("\u{7}")
    try terminal.waitForLine("tally> count services")
  }

  @Test func aDumbTerminalWorks() throws {
    let terminal = try open(environment: ["TERM": "dumb"])
    try terminal.run("count services")
    #expect(terminal.screen.text.contains(" 3078\n"))
    #expect(!terminal.output.contains(0x1B))
  }

  @Test func noHistoryIsKeptOnRequest() throws {
    let terminal = try open(["--no-history"])
    try terminal.run("expect 1 = 1")
    try terminal.send("\u{4}")
    #expect(try terminal.end() == 0)
    #expect(home.names == [])
  }

  @Test func answersCanGoToAFile() throws {
    let terminal = try Terminal(
      script: "\"$TALLY\" '\(Command.dataset("services.csv"))' >'\(home.file("out"))'",
      home: home.path)
    try terminal.waitForPrompt()
    try terminal.run("count services")
    try terminal.send("\u{4}")
    #expect(try terminal.end() == 0)
    #expect(try home.text("out") == "count\n3078\n")
    #expect(terminal.screen.text.contains("3,078 rows read"))
  }

  @Test func stoppedAndContinued() throws {
    let terminal = try open()
    try terminal.send("count serv")
    try terminal.waitForLine("tally> count serv")
    try terminal.send("\u{1A}")
    try terminal.waitUntilStopped()
    terminal.goOn()
    try terminal.send("ices\r")
    try terminal.waitForPrompt()
    #expect(terminal.screen.text.contains(" 3078\n"))
  }
}
