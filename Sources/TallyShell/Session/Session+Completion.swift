import Tally
import TallySyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Session {
  /// Completes what is typed at the prompt, at a cursor in bytes.
  package func complete(_ text: String, at cursor: Int, width: Int) -> TabPress {
    let before = SourceText(text).text(in: SourceSpan(0, cursor))
    guard DotCommand.isCommand(before), !before.contains("\n") else {
      return TabPress(database.completions(in: text, at: cursor), in: text, width: width)
    }
    let word = String(before.suffix(while: { !$0.isWhitespace }))
    let start = cursor - word.utf8.count
    let wanted = word.folded
    let fitting = choices(before, word).filter { $0.text.folded.hasPrefix(wanted) }
    let shown = Array(fitting.prefix(Completions.greatestCount))
    return TabPress(
      shown, furtherCount: fitting.count - shown.count, replacing: SourceSpan(start, cursor),
      in: text, width: width)
  }

  /// What can stand where the last word of a command is typed.
  private func choices(_ before: String, _ word: String) -> [TabPress.Choice] {
    let words = before.split(whereSeparator: \.isWhitespace)
    if words.count == 1, !word.isEmpty {
      return DotCommand.Name.allCases.map { TabPress.Choice(text: ".\($0)", note: $0.summary) }
    }
    guard let command = try? DotCommand(String(words[0])) else { return [] }
    let tables = database.tableNames.filter { $0 != "_" }
    switch command.name {
    case .help: return DotCommand.Name.allCases.map { TabPress.Choice(text: $0.rawValue) }
    case .fix: return mends.indices.map { TabPress.Choice(text: "\($0 + 1)", note: mends[$0]) }
    case .mode, .last: return TableFormat.allCases.map { TabPress.Choice(text: $0.rawValue) }
    case .schema, .why, .drop: return tables.map { TabPress.Choice(text: $0, note: "table") }
    case .values:
      return tables.flatMap { table in
        (database[table]?.columnNames ?? []).map { TabPress.Choice(text: $0, note: table) }
      }
    case .timer: return ["on", "off"].map { TabPress.Choice(text: $0) }
    case .rows: return [TabPress.Choice(text: "all")]
    case .width: return ["auto", "off"].map { TabPress.Choice(text: $0) }
    case .load, .run: return files(word)
    case .tables, .behind, .param, .history, .quit: return []
    }
  }

  /// The files and folders whose path begins with what was typed.
  private func files(_ typed: String) -> [TabPress.Choice] {
    let place = folder(of: typed)
    let prefix = place.isEmpty ? "" : place == "/" ? "/" : place + "/"
    let showsHidden = typed.dropFirst(prefix.count).first == "."
    guard let stream = opendir(place.isEmpty ? "." : place) else { return [] }
    defer { closedir(stream) }
    var choices: [TabPress.Choice] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if name.hasPrefix(".") && !showsHidden || name == "." || name == ".." { continue }
      var information = stat()
      let isFolder =
        stat(prefix + name, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
      choices.append(TabPress.Choice(text: prefix + name + (isFolder ? "/" : ""), isOpen: isFolder))
    }
    return choices.sorted { $0.text < $1.text }
  }
}

extension String {
  /// The longest end whose characters all satisfy a condition.
  fileprivate func suffix(while condition: (Character) -> Bool) -> Substring {
    var start = endIndex
    while start > startIndex, condition(self[index(before: start)]) { start = index(before: start) }
    return self[start...]
  }
}
