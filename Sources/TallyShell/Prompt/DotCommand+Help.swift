extension DotCommand.Name {
  /// The command as it is typed.
  package var usage: String {
    switch self {
    case .help: ".help [COMMAND|CODE]"
    case .tables: ".tables"
    case .schema: ".schema [TABLE]"
    case .values: ".values COLUMN [N]"
    case .why: ".why [TABLE]"
    case .load: ".load FILE [as NAME]"
    case .drop: ".drop TABLE"
    case .last: ".last [MODE]"
    case .behind: ".behind N"
    case .mode: ".mode [MODE]"
    case .rows: ".rows [N|all]"
    case .width: ".width [N|auto|off]"
    case .timer: ".timer [on|off]"
    case .param: ".param [NAME[=VALUE]]"
    case .run: ".run FILE"
    case .fix: ".fix [N]"
    case .history: ".history [TEXT]"
    case .quit: ".quit"
    }
  }

  /// What the command does, in one line.
  package var summary: String {
    switch self {
    case .help: "this list, how one command is used, or what the code of an error means"
    case .tables: "the tables with their rows and columns"
    case .schema: "the columns of a table: type, evidence, missing and distinct values"
    case .values: "the values of a column, the most frequent first"
    case .why: "how a table was read from its files, and what was ruled out"
    case .load: "reads a file as a table"
    case .drop: "forgets a table"
    case .last: "shows the last answer again, whole, or in another mode"
    case .behind: "the rows that row N of the last answer was made of"
    case .mode: "how answers are written: table, csv, tsv, json, jsonl, markdown, bare"
    case .rows: "how many rows of an answer are shown"
    case .width: "how wide answers may be"
    case .timer: "whether the time of each statement is shown"
    case .param: "shows parameters, gives one a value, or takes it back"
    case .run: "runs a script"
    case .fix: "runs what was refused last as its mend has it, the first or another of several"
    case .history: "what was typed before, or the part of it that holds a text"
    case .quit: "ends the shell, as Ctrl-D does"
    }
  }

  /// What else is to know; empty for nothing.
  package var details: [String] {
    switch self {
    case .last:
      [
        "The last answer is a table with the name `_`: `list _ order by count desc`.",
        "`\\x` and `\\g` do the same.",
      ]
    case .fix: ["Enter on an empty line does the same where there is one mend."]
    case .values: ["COLUMN is a name, or TABLE.COLUMN where several tables have one."]
    case .param: ["`.param year=2024` binds $year; `.param year=` takes the value back."]
    case .width: ["auto follows the terminal; off lets answers be as wide as they are."]
    case .quit: ["`\\q` and `.exit` do the same."]
    case .tables: ["`\\dt` does the same."]
    case .schema: ["`\\d TABLE` does the same."]
    case .timer: ["`\\timing` does the same."]
    case .run: ["`\\i FILE` does the same. The script stops at its first error."]
    case .history: ["`\\s` does the same."]
    default: []
    }
  }

  /// The text of `.help`.
  package static var overview: String {
    let widest = allCases.map(\.usage.count).max() ?? 0
    let lines = allCases.map { name in
      let gap = String(repeating: " ", count: widest - name.usage.count + 2)
      return name.usage + gap + name.summary
    }
    let words = """
      A statement ends with Enter where it is complete; Alt-Enter begins a new line, and what is
      pasted waits for Enter. Enter on an empty line takes the mend of an error. Tab completes words,
      names and values; Ctrl-C clears the line or stops a query. A command may be shortened.

        count services where level >= 3 group by agency
        share of services with level >= 3 group by agency order by share desc
        list name, level from services where name ~ "dat dai" limit 20
      """
    return words + "\n\n" + lines.joined(separator: "\n")
  }
}
