import Tally
import Testing

@testable import TallyShell

@Suite struct AnswerTests {
  static let grouped = "count services where level >= 3 group by agency"

  @Test func dataGoesToOutputAndTheReceiptToErrors() throws {
    let shell = try Shell()
    #expect(shell.run(Self.grouped) == .success)
    #expect(shell.output.take() == "agency\tcount\nBộ Tài chính\t2\nSở Y tế\t1\n")
    let receipt = shell.errors.take()
    #expect(receipt.hasPrefix("7 rows read, 3 kept"))
    #expect(receipt.contains("UBND thành phố Hà Nội 2 (not in the answer)"))
  }

  @Test func quietLeavesOutReceipts() throws {
    let shell = try Shell(isQuiet: true)
    #expect(shell.run(Self.grouped) == .success)
    #expect(shell.errors.take() == "")
    #expect(shell.run("count service") == .query)
    #expect(shell.errors.take().contains("T0201"))
  }

  @Test func receiptsCanBeJSON() throws {
    var options = ShellOptions()
    options.receipts = .json
    let shell = try Shell(options)
    #expect(shell.run("count services") == .success)
    #expect(
      shell.errors.take().hasPrefix(#"{"statement":1,"receipt":{"steps":[{"source":"services","#))
    options.receipts = .none
    let silent = try Shell(options)
    #expect(silent.run("count services") == .success)
    #expect(silent.errors.take() == "")
  }

  @Test func timingIsALineOfJSONPerStatement() throws {
    var options = ShellOptions()
    options.showsTiming = true
    options.receipts = .none
    let shell = try Shell(options)
    #expect(shell.run("let few = services where level = 4\ncount few", Self.grouped) == .success)
    let lines = shell.errors.take().split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].wholeMatch(of: /\{"statement":1,"ms":\d+\.\d{3}\}/) != nil)
    #expect(lines[1].wholeMatch(of: /\{"statement":2,"ms":\d+\.\d{3},"rows":1\}/) != nil)
    #expect(lines[2].wholeMatch(of: /\{"statement":3,"ms":\d+\.\d{3},"rows":2\}/) != nil)
  }

  @Test(arguments: [
    (TableFormat.table, "count\n─────\n    7\n\ncount\n─────\n    7\n"),
    (.csv, "count\n7\n\ncount\n7\n"),
    (.jsonl, "{\"count\":7}\n{\"count\":7}\n"),
    (.bare, "7\n7\n"),
    (.markdown, "| count |\n| ---: |\n| 7 |\n\n| count |\n| ---: |\n| 7 |\n"),
  ])
  func severalAnswersFollowEachOther(_ format: TableFormat, _ text: String) throws {
    var options = ShellOptions()
    options.format = format
    let shell = try Shell(options)
    #expect(shell.run("count services", "count services") == .success)
    #expect(shell.output.take() == text)
  }

  @Test func severalAnswersAreNoJSONDocument() throws {
    var options = ShellOptions()
    options.format = .json
    let shell = try Shell(options)
    #expect(shell.run("count services\ncount services") == .usage)
    #expect(shell.output.take() == "")
    #expect(shell.run("let a = 1\ncount services\nexpect 1 = 1") == .success)
    #expect(shell.output.take() == "[\n{\"count\":7}\n]\n")

    options.joinsResults = true
    let joined = try Shell(options)
    #expect(joined.run("count services", "list services where level > 9") == .success)
    #expect(joined.output.take() == "{\"results\":[\n[\n{\"count\":7}\n]\n,\n[]\n]}\n")
    #expect(try Shell(options).run("let a = 1") == .success)
  }

  @Test func aTerminalGetsATableOfItsWidth() throws {
    var traits = TerminalTraits()
    traits.isOutputTerminal = true
    traits.columns = 20
    let shell = try Shell(traits: traits)
    #expect(shell.run("count services where level is missing group by agency") == .success)
    #expect(
      shell.output.take() == """
        agency         count
        ─────────────  ─────
        UBND thành p…      2

        """)
  }

  @Test func noRowsAreSaid() throws {
    var traits = TerminalTraits()
    traits.isOutputTerminal = true
    let shell = try Shell(traits: traits)
    #expect(shell.run("list services where level > 9") == .success)
    #expect(shell.output.take() == "agency  level\n──────  ─────\n")
    #expect(shell.errors.take().hasPrefix("0 rows\n"))
  }

  @Test func progressGivesWay() throws {
    var traits = TerminalTraits()
    traits.isErrorTerminal = true
    let shell = try Shell(traits: traits, host: BusyHost())
    #expect(shell.run("count services") == .success)
    let errors = shell.errors.take()
    #expect(errors == "\r2.0 s · Ctrl-C cancels\u{1B}[K\r\u{1B}[K7 rows read\n")
    let patient = try Shell(traits: traits, host: BusyHost(elapsed: .milliseconds(100)))
    #expect(patient.run("count services") == .success)
    #expect(patient.errors.take() == "7 rows read\n")
  }

  @Test func errorsCanBeJSON() throws {
    let shell = try Shell(errorStyle: .json)
    #expect(shell.run("count services where\n  levl = 3") == .query)
    let line = shell.errors.take()
    #expect(
      line.hasPrefix(#"{"code":"T02"#) && line.contains(#""file":"<query>","line":2,"col":3"#))
    #expect(shell.run("expect no services where level = 4") == .checkFailed)
    let check = shell.errors.take()
    #expect(
      check.hasPrefix(
        #"{"kind":"check","severity":"error","file":"<query>","line":1,"col":1,"check":"expect no"#)
    )
    #expect(
      check.contains(#""failedRows":1,"testedRows":7,"rows":[{"agency":"Bộ Tài chính","level":4}]"#)
    )
    #expect(shell.run("load \"none.csv\"") == .data)
    #expect(shell.errors.take().hasPrefix("{"))
  }

  @Test func errorsCanBeAnnotations() throws {
    let shell = try Shell(errorStyle: .github)
    #expect(shell.run("count services where levl = 3") == .query)
    let line = shell.errors.take()
    #expect(line.hasPrefix("::error file=<query>,line=1,endLine=1,col=22,endColumn=26,title=T02"))
    #expect(line.contains("%0A") && line.hasSuffix("\n"))
    #expect(shell.run("warn (count services) = 8 else \"50%: few\"") == .success)
    #expect(
      shell.errors.take().hasPrefix(
        "::warning file=<query>,line=1,col=1::50%25: few: 7 = 8"))
  }

  @Test func failedChecksShowTheirRows() throws {
    let shell = try Shell()
    #expect(
      shell.run("\n\nexpect no services where level = 4 else \"none is so high\"") == .checkFailed)
    let text = shell.errors.take()
    #expect(text.hasPrefix("FAIL <query>:3  none is so high: 1 row"))
    #expect(text.contains("     Bộ Tài chính      4\n"))
    #expect(text.hasSuffix("1 check: 0 passed, 1 failed; missing values had a say in 1\n"))
  }

  @Test func missingValuesInScalarChecksAreSaid() throws {
    let shell = try Shell()
    #expect(shell.run("expect (count services where level = 4) = 1") == .success)
    #expect(
      shell.errors.take().hasSuffix("1 check: 1 passed; missing values had a say in 1\n"))
  }

  @Test func checksOfNothingAreSaid() throws {
    let shell = try Shell()
    #expect(shell.run("expect unique level in services where level > 9") == .success)
    #expect(shell.errors.take().contains("no row was tested"))
  }
}
