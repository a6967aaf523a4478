import Tally
import TallySyntax

extension Session {
  /// What the prompt does after a line.
  package enum Next: Sendable, Equatable {
    case goOn
    case quit
  }

  /// Obeys a command to the shell; what is wrong with it is reported.
  package func obey(_ line: String) -> Next {
    do throws(CommandError) {
      let command = try DotCommand(line)
      if command.name == .quit { return .quit }
      try obey(command)
    } catch {
      messages.report(error)
    }
    return .goOn
  }

  private func obey(_ command: DotCommand) throws(CommandError) {
    let arguments = command.arguments
    switch command.name {
    case .help: try help(arguments.first)
    case .tables: try say(tableList)
    case .schema: try describe(arguments.first)
    case .values: try listValues(arguments)
    case .why: try explainReading(arguments.first)
    case .load: try load(arguments)
    case .drop: try drop(arguments)
    case .last: try repeatLast(arguments.first)
    case .behind: try lookBehind(arguments)
    case .mode: try setMode(arguments.first)
    case .rows: try setRows(arguments.first)
    case .width: try setWidth(arguments.first)
    case .timer: try setTimer(arguments.first)
    case .param: try setParameter(arguments)
    case .run: try runFile(arguments.first)
    case .fix: _ = take(try mend(arguments))
    case .history: try showHistory(arguments.joined(separator: " "))
    case .quit: break
    }
  }

  /// Writes lines that were asked for to standard output.
  private func say(_ text: String) throws(CommandError) {
    try writing { () throws(QueryError) in try answers.say(text) }
  }

  private func writing(_ body: () throws(QueryError) -> Void) throws(CommandError) {
    do throws(QueryError) {
      try body()
    } catch {
      throw CommandError(error)
    }
  }

  // MARK: Help

  private func help(_ topic: String?) throws(CommandError) {
    guard let topic else { return try say(DotCommand.Name.overview) }
    if topic.lowercased().hasPrefix("t0") { return try say(explanation(of: topic)) }
    let word = topic.hasPrefix(".") || topic.hasPrefix("\\") ? topic : "." + topic
    let name = try DotCommand(word).name
    try say(
      ([name.usage, "  " + name.summary] + name.details.map { "  " + $0 }).joined(separator: "\n"))
  }

  // MARK: Tables

  private var tableList: String {
    let names = database.tableNames.filter { $0 != "_" }
    guard !names.isEmpty else { return "no tables; `.load FILE` reads one" }
    let width = names.map(\.displayWidth).max() ?? 0
    return names.map { name in
      let table = database[name]
      let rows = grouped(table?.rowCount ?? 0)
      return "\(name.padded(to: width))  \(rows) rows, \(table?.columnCount ?? 0) columns"
        .steeringShown()
    }.joined(separator: "\n")
  }

  /// The table that a command means: the one named, else the only one.
  private func table(_ name: String?) throws(CommandError) -> String {
    let names = database.tableNames.filter { $0 != "_" }
    guard let name else {
      if names.count == 1 { return names[0] }
      throw CommandError(
        .usage, names.isEmpty ? "there is no table" : "which table?",
        help: names.isEmpty ? ["`.load FILE` reads one"] : [names.joined(separator: ", ")])
    }
    if database[name] != nil { return name }
    let near = closest(to: name, among: names)
    throw CommandError(
      .query, "there is no table `\(name)`",
      help: near.map { ["did you mean `\($0)`?"] } ?? ["`.tables` lists the tables"])
  }

  private func describe(_ name: String?) throws(CommandError) {
    let table = try table(name)
    _ = run(ScriptText(SourceText("describe \(spelledName(table))", name: "<prompt>")))
  }

  private func explainReading(_ name: String?) throws(CommandError) {
    let table = try table(name)
    guard let report = database.loadReport(of: table) else {
      throw CommandError(.query, "`\(table)` was not read from a file")
    }
    try say(report.explanation(of: table))
  }

  private func load(_ arguments: [String]) throws(CommandError) {
    let isNamed = arguments.count == 3 && arguments[1] == "as"
    guard arguments.count == 1 || isNamed else { throw misused(.load) }
    let input = ShellOptions.Input(name: isNamed ? arguments[2] : nil, path: arguments[0])
    _ = load(input)
  }

  private func drop(_ arguments: [String]) throws(CommandError) {
    guard arguments.count == 1 else { throw misused(.drop) }
    database[try table(arguments[0])] = nil
  }

  /// The values of a column by their frequency.
  private func listValues(_ arguments: [String]) throws(CommandError) {
    guard let path = arguments.first, arguments.count <= 2 else { throw misused(.values) }
    guard let limit = arguments.count == 2 ? Int(arguments[1]) : 20, limit > 0 else {
      throw misused(.values)
    }
    let (table, column) = try self.column(path)
    let text =
      "count from \(spelledName(table)) group by \(spelledName(column)) order by count desc limit \(limit)"
    _ = run(ScriptText(SourceText(text, name: "<prompt>")))
  }

  /// The rows behind one of the last answer.
  private func lookBehind(_ arguments: [String]) throws(CommandError) {
    guard arguments.count == 1, let row = Int(arguments[0]), row > 0 else {
      throw misused(.behind)
    }
    guard let query = lastQuery else {
      throw CommandError(.query, "there is no answer of groups to look behind")
    }
    _ = run(ScriptText(SourceText("rows of (\(query)) row \(row)", name: "<prompt>")))
  }

  private func column(_ path: String) throws(CommandError) -> (table: String, column: String) {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    if parts.count == 2, database[parts[0]]?.columnIndex(parts[1]) != nil {
      return (parts[0], parts[1])
    }
    let names = database.tableNames.filter { $0 != "_" }
    let holders = names.filter { database[$0]?.columnIndex(path) != nil }
    if holders.count == 1 { return (holders[0], path) }
    guard holders.isEmpty else {
      throw CommandError(
        .usage, "several tables have a column `\(path)`",
        help: ["meant is one of " + holders.map { "\($0).\(path)" }.joined(separator: ", ")])
    }
    let columns = names.flatMap { database[$0]?.columnNames ?? [] }
    let near = closest(to: path, among: columns)
    throw CommandError(
      .query, "no table has a column `\(path)`",
      help: near.map { ["did you mean `\($0)`?"] } ?? [])
  }

  // MARK: Showing

  private func repeatLast(_ mode: String?) throws(CommandError) {
    guard let table = lastAnswer else { throw CommandError(.query, "there is no answer yet") }
    let format = try mode.map { word throws(CommandError) in try self.format(word) }
    _ = attempt { _, _ throws(QueryError) in try answers.showWhole(table, as: format) }
  }

  private func format(_ word: String) throws(CommandError) -> TableFormat {
    if let format = TableFormat(name: word) { return format }
    let names = TableFormat.allCases.map(\.rawValue)
    throw CommandError(
      .usage, "there is no mode `\(word)`", help: ["modes: " + names.joined(separator: ", ")])
  }

  private func setMode(_ word: String?) throws(CommandError) {
    guard let word else { return try say(answers.format.rawValue) }
    answers.format = try format(word)
    // Whoever asks for tables gets them, also where the query asks for a picture.
    answers.drawsCharts = false
  }

  private func setRows(_ word: String?) throws(CommandError) {
    guard let word else { return try say(rowLimit.map(String.init) ?? "all") }
    if word == "all" {
      rowLimit = nil
    } else if let count = Int(word), count >= 0 {
      rowLimit = count
    } else {
      throw misused(.rows)
    }
    answers.formatOptions.rowLimit = rowLimit
  }

  private func setWidth(_ word: String?) throws(CommandError) {
    switch word {
    case nil: return try say(answers.formatOptions.width.map(String.init) ?? "off")
    case "auto": answers.followsTerminal = true
    case "off":
      answers.followsTerminal = false
      answers.formatOptions.width = nil
    case let word?:
      guard let width = Int(word), width >= 8 else { throw misused(.width) }
      answers.followsTerminal = false
      answers.formatOptions.width = width
    }
  }

  private func setTimer(_ word: String?) throws(CommandError) {
    switch word {
    case nil: showsTimer.toggle()
    case "on": showsTimer = true
    case "off": showsTimer = false
    default: throw misused(.timer)
    }
    messages.remark("timer \(showsTimer ? "on" : "off")")
  }

  // MARK: Parameters, scripts, history

  private func setParameter(_ arguments: [String]) throws(CommandError) {
    guard !arguments.isEmpty else {
      let lines = parameters.keys.sorted().map { name in
        guard case .value(.text(let text))? = parameters[name] else { return name }
        return "\(name)=\(text)".steeringShown()
      }
      return try say(lines.isEmpty ? "no parameters" : lines.joined(separator: "\n"))
    }
    let parts = arguments.joined(separator: " ").split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard parts.count == 2, !name.isEmpty else { throw misused(.param) }
    parameters[name] = parts[1].isEmpty ? nil : .value(.text(String(parts[1]).normalised))
  }

  private func runFile(_ path: String?) throws(CommandError) {
    guard let path else { throw misused(.run) }
    _ = run(ScriptText(try readScript(path), folder: folder(of: path)))
  }

  private func showHistory(_ text: String) throws(CommandError) {
    let found = history.entries(holding: text)
    let width = String(history.entries.count).count
    for (number, entry) in found {
      let lines = entry.split(separator: "\n", omittingEmptySubsequences: false)
      let label = String(repeating: " ", count: width - String(number).count) + "\(number)  "
      let indent = String(repeating: " ", count: label.count)
      let shown = lines.map { String($0).steeringShown() }.joined(separator: "\n" + indent)
      try say(label + shown)
    }
  }

  private func misused(_ name: DotCommand.Name) -> CommandError {
    CommandError(.usage, "this is not how .\(name.rawValue) is used", help: [name.usage])
  }
}

/// The folder of a path, empty where it names none.
package func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "" }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}
