import Testing

/// Runs the built command as a shell does.
@Suite struct CommandTests {
  @Test func standardInputIsAScriptOrATable() throws {
    let script = try Command.shell("echo 'count services' | tally Datasets/services.csv")
    #expect(script.output == "count\n3078\n")
    #expect(script.status == 0)
    let table = try Command.shell("printf 'a,b\\n1,x\\n2,y\\n' | tally -c 'sum a from t' t=-")
    #expect(table.output == "sum_a\n3\n")
    let both = try Command.shell("echo 'count t' | tally t=-")
    #expect(both.status == 2 && both.errors.contains("both a table and a script"))
    let dash = try Command.shell("echo 'expect 1 = 2' | tally -f -")
    #expect(dash.status == 1 && dash.errors.contains("FAIL <stdin>:1"))
  }

  /// A script with a first line `#!/usr/bin/env tally` is a command.
  @Test func aFileOfQueriesIsAScript() throws {
    let floor = "Tests/Golden/floor.tally"
    let named = try Command.shell("tally -f \(floor)")
    let bare = try Command.shell("tally \(floor)")
    #expect(bare.output == named.output && bare.status == named.status)
    #expect(bare.errors == named.errors)
    #expect(try Command.shell("tally \(floor) -f \(floor)").status == 2)
  }

  @Test(arguments: [
    "--bogus", "-p year", "--threads 0", "--memory lots", "--timeout never", "-F xls",
    "--as-of 2020-13-01", "--numbers 1,2", "--dates ymm", "--strict --lenient", "--delimiter ab",
    "-o answers.xyz -c 'count services'", "describe", "--errors loud",
  ])
  func wrongUseEndsWithTwo(_ arguments: String) throws {
    let outcome = try Command.shell("tally \(arguments) </dev/null")
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.output == "")
    #expect(!outcome.errors.isEmpty)
  }

  @Test func helpGoesToOutput() throws {
    for arguments in ["--help", "-h", "help", "help run", "describe --help", "--version"] {
      let outcome = try Command.shell("tally \(arguments)")
      #expect(outcome.status == 0)
      #expect(!outcome.output.isEmpty && outcome.errors.isEmpty)
      #expect(!outcome.output.contains("\u{1B}"))
    }
  }

  @Test func aReaderThatLeavesEndsTheCommandQuietly() throws {
    let outcome = try Command.shell(
      "(tally -q -c 'list services' Datasets/services.csv; echo $? >&2) | head -n 2")
    #expect(outcome.output.split(separator: "\n").count == 2)
    // Killed by SIGPIPE, or done before the reader had gone.
    #expect(outcome.errors == "141\n" || outcome.errors == "0\n")
  }

  @Test func fullDevicesAreNoticed() throws {
    let outcome = try Command.shell(
      "tally -q -c 'count services' Datasets/services.csv >/dev/full")
    #expect(outcome.status == 5)
    #expect(outcome.errors.contains("can't write standard output"))
  }

  @Test func theTimeCanBeOver() throws {
    let outcome = try Command.shell("yes 1,2 | tally --timeout 300ms -c 'count t' t=-")
    #expect(outcome.status == 124)
    #expect(outcome.errors.hasPrefix("stopped after ") && outcome.output == "")
  }

  @Test func memoryCanBeLimited() throws {
    let outcome = try Command.shell(
      "tally --memory 10k -c 'count services group by service_id' Datasets/services.csv")
    #expect(outcome.status == 3)
    #expect(outcome.errors.contains("limit of 10240 bytes"), "\(outcome.errors)")
  }

  /// A query with a mistake is told of all columns, and what is piped in is read once.
  @Test func mistakesAreToldOfPipesToo() throws {
    let outcome = try Command.shell("printf 'a,b\\n1,2\\n' | tally -c 'sum aa from t' t=-")
    #expect(outcome.status == 3)
    #expect(outcome.errors.contains("no column \"aa\" in t"))
    #expect(outcome.errors.contains("columns: a, b"))
  }

  @Test func answersDoNotDependOnTheThreads() throws {
    let query = "-q -F csv -c 'count services group by service_id, level' Datasets/services.csv"
    let one = try Command.shell("tally --threads 1 \(query)")
    #expect(one.output.split(separator: "\n").count == 3079)
    #expect(try Command.shell("tally --threads 3 \(query)").output == one.output)
  }

  @Test func missingFilesAreDataErrors() throws {
    let outcome = try Command.shell("tally -c 'count x' x=nowhere.csv")
    #expect(outcome.status == 4)
    #expect(outcome.errors.contains("nowhere.csv"))
    #expect(try Command.shell("tally -f nowhere.tally").status == 4)
  }

  @Test func scriptsFindFilesBesideThem() throws {
    let outcome = try Command.shell("cd /; tally -F bare -f \"$OLDPWD/Tests/Golden/beside.tally\"")
    #expect(outcome.output == "3078\n")
  }

  @Test func colourIsAChoice() throws {
    let query = "-c 'count nothing'"
    #expect(!(try Command.shell("tally \(query)").errors.contains("\u{1B}")))
    #expect(try Command.shell("tally --color always \(query)").errors.contains("\u{1B}"))
    #expect(
      try Command.shell("tally \(query)", environment: "-u NO_COLOR CLICOLOR_FORCE=1").errors
        .contains("\u{1B}")
    )
  }

  @Test func theDayOfTheRunCanBeSaid() throws {
    let outcome = try Command.shell(
      "tally -F bare --as-of 2020-12-29 -c 'list today from agencies limit 1' Datasets/agencies.csv"
    )
    #expect(outcome.output == "2020-12-29\n", "\(outcome.errors)")
  }
}
