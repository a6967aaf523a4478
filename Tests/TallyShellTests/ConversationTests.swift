import Synchronization
import Tally
import Testing

@testable import TallyShell

/// Types lines one after another.
final class ScriptedReader: LineReader {
  private var lines: [String]
  private(set) var remembered: [String] = []

  init(_ lines: [String]) { self.lines = lines }

  func read(_ prompt: String) -> String? { lines.isEmpty ? nil : lines.removeFirst() }
  func remember(_ entry: String) { remembered.append(entry) }
}

@Suite struct ConversationTests {
  /// What a conversation writes to standard output and standard error.
  private func talk(_ lines: [String], _ options: ShellOptions = ShellOptions()) throws
    -> (output: String, errors: String)
  {
    var traits = TerminalTraits()
    (traits.isInputTerminal, traits.isOutputTerminal, traits.columns) = (true, true, 60)
    let shell = try Shell(options, traits: traits, isInteractive: true)
    #expect(shell.session.runPrompt(ScriptedReader(lines)) == .success)
    return (shell.output.take(), shell.errors.take())
  }

  @Test func theLastAnswerIsATable() throws {
    let talk = try talk([
      "count services group by agency", "list _ where count > 2", ".last json", "count _",
    ])
    #expect(talk.output.contains("[\n{\"agency\":\"Bộ Tài chính\",\"count\":3}\n]\n"))
    #expect(talk.output.hasSuffix("count\n─────\n    1\n"))
    #expect(!(try self.talk(["count services", ".tables"])).output.contains("_  "))
  }

  @Test func enterTakesTheMend() throws {
    let reader = ScriptedReader([
      "count servces wher level = 3", "", "", "", "count services where level = 3 3",
    ])
    let shell = try Shell(isInteractive: true)
    #expect(shell.session.runPrompt(reader) == .success)
    #expect(shell.output.take() == "count\n2\n")
    let errors = shell.errors.take()
    #expect(errors.contains("Enter runs: count servces where level = 3\n"))
    #expect(errors.contains("Enter runs: count services where level = 3\n"))
    #expect(
      reader.remembered == [
        "count servces wher level = 3", "count servces where level = 3",
        "count services where level = 3", "count services where level = 3 3",
      ])
  }

  /// Where two things may be meant, nothing is taken by Enter alone.
  @Test func aChoiceIsLeftToWhoTypes() throws {
    let text = "count services where level = 3 and agency = \"x\" or level is missing"
    let asked = try talk([text, "", ".fix"])
    #expect(asked.output.isEmpty)
    #expect(asked.errors.contains(".fix 1 runs: ") && asked.errors.contains(".fix 2 runs: "))
    #expect(asked.errors.contains("there are 2 mends"))
    #expect(try talk([text, ".fix 1"]).output.contains("2\n"))
    #expect(try talk([text, ".fix 3"]).errors.contains("there is no mend 3"))
    #expect(try talk([".fix", ""]).errors.contains("there is nothing to mend"))
  }

  @Test func aMisspelledValueIsMended() throws {
    let talk = try talk(["count services where agency = \"So Y te\"", ""])
    #expect(talk.output.hasSuffix("count\n─────\n    2\n"))
  }

  @Test func codesAreExplainedAtThePrompt() throws {
    #expect(
      try talk([".help T0203"]).output.contains("mended:\n    count services where level = 3"))
  }

  @Test func commandsTellAboutTables() throws {
    #expect(try talk([".tables"]).output == "services  7 rows, 2 columns\n")
    let schema = try talk([".schema"]).output
    #expect(schema.contains("agency") && schema.contains("text") && schema.contains("integer"))
    #expect(try talk([".values agency 2"]).output.contains("Bộ Tài chính      3\n"))
    #expect(try talk([".values services.agency"]).output.contains("Sở Y tế"))
    #expect(
      try talk([".drop services", ".tables"]).output == "no tables; `.load FILE` reads one\n")
    #expect(try talk([".why"]).errors.contains("was not read from a file"))
  }

  @Test func filesAreLoadedAndExplained() throws {
    let folder = TemporaryFolder()
    try folder.write("t.csv", "code,amount\nA1,\"1,5\"\nA2,\"2,25\"\n")
    let talk = try talk([
      ".load \(folder.file("t.csv")) as sums", ".why sums", "sum amount from sums",
    ])
    #expect(talk.errors.contains("2 rows, 2 columns from \(folder.file("t.csv"))\n"))
    #expect(talk.output.contains("sums: 2 rows, 2 columns\n"))
    #expect(talk.output.contains("load \"\(folder.file("t.csv"))\""))
    #expect(talk.output.contains("3.75"))
    #expect(try self.talk([".load nowhere.csv"]).errors.contains("nowhere.csv"))
  }

  @Test func answersAreShownAsIsAskedFor() throws {
    #expect(try talk([".mode csv", "count services", ".mode"]).output == "count\n7\ncsv\n")
    let rows = try talk([".rows 2", "list services", ".rows", ".last"]).output
    #expect(rows.contains("… 5 more rows\n2\n"))
    #expect(rows.hasSuffix("UBND thành phố Hà Nội      —\n"))
    #expect(try talk([".rows all", "list services"]).output.contains("more rows") == false)
    let narrow = try talk([".width 24", "list services where level is missing", ".width"])
    #expect(narrow.output.contains("UBND thành phố H…"))
    #expect(narrow.output.hasSuffix("24\n"))
    let wide = try talk([".width off", "list services where level is missing", ".width"])
    #expect(wide.output.hasSuffix("off\n"))
    #expect(try talk([".mode xls"]).errors.contains("there is no mode `xls`"))
  }

  @Test func timesAreShownOnRequest() throws {
    let errors = try talk([".timer on", "count services", ".timer", "count services"]).errors
    let lines = errors.split(separator: "\n")
    #expect(lines.filter { $0.hasSuffix(" ms") }.count == 1)
    #expect(lines.contains("timer on") && lines.contains("timer off"))
  }

  @Test func parametersAreKept() throws {
    let talk = try talk([
      ".param floor=3", ".param", "param floor: int = 1", "count services where level >= $floor",
      ".param floor=", ".param",
    ])
    #expect(talk.output == "floor=3\ncount\n─────\n    3\nno parameters\n")
  }

  @Test func scriptsAreRun() throws {
    let folder = TemporaryFolder()
    try folder.write("a.tally", "count services\ncount nothing\ncount services\n")
    let talk = try talk([".run \(folder.file("a.tally"))", "expect 1 = 1"])
    #expect(talk.output == "count\n─────\n    7\n")
    #expect(talk.errors.contains("\(folder.file("a.tally")):2:7"))
    #expect(talk.errors.contains("holds\n"))
  }

  @Test func historyIsListedAndRemembered() throws {
    let folder = TemporaryFolder()
    var options = ShellOptions()
    options.historyPath = folder.file("history")
    _ = try talk(["count services", " secret", "list services\nwhere level = 4"], options)
    let listed = try talk([".history", ".history LEVEL"], options).output
    #expect(
      listed == """
        1  count services
        2  list services
           where level = 4
        3  .history
        2  list services
           where level = 4
        4  .history LEVEL

        """)
    let reader = ScriptedReader([])
    #expect(try Shell(options, isInteractive: true).session.runPrompt(reader) == .success)
    #expect(reader.remembered.count == 4)
  }

  @Test func mistakesDoNotEndTheConversation() throws {
    let talk = try talk([
      "count service", ".tabels", "expect 1 = 2", "   ", ".values level x", ".help tables",
      "count services",
    ])
    #expect(talk.errors.contains("did you mean \"services\"?"))
    #expect(talk.errors.contains("did you mean `.tables`?"))
    #expect(talk.errors.contains("FAIL <prompt>:1  expect 1 = 2"))
    #expect(talk.errors.contains(".values COLUMN [N]"))
    #expect(talk.output.hasPrefix(".tables\n"))
    #expect(talk.output.hasSuffix("    7\n"))
  }

  @Test func linesAboveAStatementCanBeCommands() throws {
    #expect(try talk([".mode csv\ncount services\n"]).output == "count\n7\n")
    #expect(try talk([".mode csv\n.quit\ncount services", "count services"]).output == "")
  }
}
