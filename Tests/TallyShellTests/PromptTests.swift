import Tally
import Testing

@testable import TallyShell

@Suite struct DotCommandTests {
  @Test(arguments: [
    (".tables", DotCommand.Name.tables, []), ("  .values agency 5", .values, ["agency", "5"]),
    (".ta", .tables, []), ("\\dt", .tables, []), ("\\d", .tables, []),
    ("\\d services", .schema, ["services"]), ("\\q", .quit, []), (".exit", .quit, []),
    ("\\timing", .timer, []), ("\\i 'a b.tally'", .run, ["a b.tally"]), ("\\?", .help, []),
    (".run \"a b\"c d", .run, ["a bc", "d"]), (".WHY", .why, []), ("\\x", .last, []),
    (".values `Tên phí`", .values, ["Tên phí"]), (".param x=''", .param, ["x="]),
  ])
  func commandsAreRead(_ line: String, _ name: DotCommand.Name, _ arguments: [String]) throws {
    let command = try DotCommand(line)
    #expect(command.name == name)
    #expect(command.arguments == arguments)
  }

  @Test(arguments: [
    (".tabels", "did you mean `.tables`?"), (".", "`.help` lists the commands"),
    (".r", ".rows, .run"), (".values 'x", ""), (".xyz", "`.help` lists the commands"),
  ])
  func mistakesAreExplained(_ line: String, _ help: String) {
    let error = #expect(throws: CommandError.self) { try DotCommand(line) }
    #expect(error?.code == .usage)
    if !help.isEmpty { #expect(error?.help.contains { $0.contains(help) } ?? false) }
  }

  @Test func everyCommandIsExplained() throws {
    for name in DotCommand.Name.allCases {
      #expect(name.usage.hasPrefix("." + name.rawValue))
      #expect(DotCommand.Name.overview.contains(name.usage))
      #expect(try DotCommand("." + name.rawValue).name == name)
      #expect(!name.summary.isEmpty)
    }
  }

  @Test func onlyDotsAndBackslashesBeginCommands() {
    #expect(DotCommand.isCommand(" .x") && DotCommand.isCommand("\\x"))
    #expect(!DotCommand.isCommand("count .x") && !DotCommand.isCommand("  "))
  }
}

@Suite struct HistoryTests {
  @Test func entriesOfSeveralLinesStayWhole() throws {
    let folder = TemporaryFolder()
    let path = folder.file("history")
    var history = History(path: path)
    let entries = ["count services", "list name\nwhere a = \"\\n\\\\\"", "# 2020\n#1", "Bộ\r\nTài"]
    for entry in entries { history.add(entry) }
    #expect(History(path: path).entries == entries)
    #expect(folder.mode("history") == 0o600)
  }

  @Test func repeatedAndHiddenEntriesAreNotKept() {
    var history = History(path: nil)
    let kept = ["a", "a", " secret", "", "b", "a"].map { history.add($0) }
    #expect(kept == [true, false, false, false, true, true])
    #expect(history.entries == ["a", "b", "a"])
  }

  @Test func foldersAreMade() throws {
    let folder = TemporaryFolder()
    let path = folder.file("x") + "/tally/history"
    var history = History(path: path)
    history.add("count services")
    #expect(History(path: path).entries == ["count services"])
    #expect(folder.mode("x") == 0o700)
  }

  @Test func aPlaceThatCannotBeWrittenDoesNoHarm() {
    var history = History(path: "/proc/none/history")
    history.add("count services")
    #expect(history.entries == ["count services"])
  }

  @Test func longHistoriesAreCut() throws {
    let folder = TemporaryFolder()
    let path = folder.file("history")
    let file = try AtomicFile(path)
    try file.write((0..<12_000).map { "show \($0)\n" }.joined())
    try file.commit()
    let history = History(path: path)
    #expect(history.entries.count == 10_000)
    #expect(history.entries.last == "show 11999")
    #expect(try folder.text("history").split(separator: "\n").count == 10_000)
    #expect(folder.mode("history") == 0o600)
  }

  @Test func theVariableSaysThePlace() {
    func path(_ environment: [String: String]) -> String? {
      History.standardPath { environment[$0] }
    }
    #expect(path(["XDG_STATE_HOME": "/s", "HOME": "/h"]) == "/s/tally/history")
    #expect(path(["XDG_STATE_HOME": "relative", "HOME": "/h"]) == "/h/.local/state/tally/history")
    #expect(path(["HOME": "/h"]) == "/h/.local/state/tally/history")
    #expect(path([:]) == nil)
  }

  @Test func entriesAreFoundWithoutMarks() {
    var history = History(path: nil)
    for entry in ["count services", "list where agency = \"Bộ Y tế\""] { history.add(entry) }
    #expect(history.entries(holding: "bo y te").map(\.number) == [2])
    #expect(history.entries(holding: "").count == 2)
  }
}

@Suite struct PromptStateTests {
  @Test(arguments: [
    ("count services", ""), ("count\nservices", "."), ("count (\nx", "("),
    ("where a = 'x\ny", "'"), ("where a = \"x\n(\ny\"\nz", "\"\"."), ("# it's (\nx", "."),
    ("a ( b )\nc", "."), ("\"\\\"\nx", "\""), ("`a\nb", "."), (")\n(\n", ".("),
  ])
  func linesShowWhatIsOpen(_ text: String, _ states: String) {
    #expect(String(decoding: lineStates(text), as: UTF8.self) == states)
  }

  @Test(arguments: [
    ("count services", true), ("count services where", false),
    ("count services where (level", false),
    (".tables", true), ("\\d services", true), ("count services where a = 'x", false),
    ("count services where\n", true), ("count services;", true), ("", true),
    ("count services where ;", true), ("list where a = 1 and", false),
  ])
  func enterRunsWhatIsComplete(_ text: String, _ isComplete: Bool) {
    #expect(Session.isComplete(text) == isComplete)
  }
}
