import Tally

extension QueryError {
  /// The error of a file that the command line named: what its help calls by the clauses of `load`
  /// is called by the options of the command line where there are such.
  var withCommandLineHelp: QueryError {
    guard !diagnostics.isEmpty else { return self }
    let renamed = diagnostics.map { diagnostic in
      var copy = diagnostic
      copy.help = copy.help.map(commandLineHelp)
      return copy
    }
    return QueryError(kind: kind, diagnostics: renamed, source: source)
  }
}

/// A line of help with an option in place of the clause with which it begins: `dates dmy reads …`
/// becomes `--dates dmy reads …`, and `types (opened text) …` becomes `--type opened=text …`.
func commandLineHelp(_ line: String) -> String {
  let words = line.split(separator: " ", maxSplits: 2).map(String.init)
  guard let clause = words.first else { return line }
  switch clause {
  case "dates", "lenient": return "--" + line
  case "numbers", "encoding", "delimiter":
    guard words.count > 1 else { return line }
    let value = words[1].filter { $0 != "\"" }
    let quoted = value == ";" || value == "|" ? "'\(value)'" : value
    return (["--" + clause, quoted] + words.dropFirst(2)).joined(separator: " ")
  case "header": return "--" + line.replacing("no header", with: "--no-header")
  case "types": return typeOption(line) ?? line
  case "skip": return "in a script: load … " + line
  default: return line
  }
}

/// `types (NAME TYPE) REST` as an option, quoted for a POSIX shell where it must be.
private func typeOption(_ line: String) -> String? {
  let opening = "types ("
  guard line.hasPrefix(opening), let end = line.lastIndex(of: ")"),
    let space = line[..<end].lastIndex(of: " ")
  else { return nil }
  let name = line[line.index(line.startIndex, offsetBy: opening.count)..<space]
    .filter { $0 != "`" }
  let option = name + "=" + line[line.index(after: space)..<end]
  let isPlain = option.utf8.allSatisfy { byte in
    byte >= 0x80 || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "_")
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
  let quoted = isPlain ? option : "'" + option.replacing("'", with: "'\\''") + "'"
  return "--type " + quoted + line[line.index(after: end)...]
}
