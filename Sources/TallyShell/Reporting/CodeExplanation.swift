import Tally

/// What the code of a diagnostic means, or a list of all codes.
package func explanation(of code: String?) throws(CommandError) -> String {
  guard let code else {
    return DiagnosticCode.all.map { "\($0.id)  \($0.summary)" }.joined(separator: "\n")
  }
  let id = code.uppercased()
  guard let known = DiagnosticCode.all.first(where: { $0.id == id }) else {
    throw CommandError(
      .usage, "there is no code `\(code)`", help: ["`tally explain` lists the codes"])
  }
  return "\(known.id)  \(known.summary)\n       reported for \(known.area)"
}

extension DiagnosticCode {
  /// What the first two digits stand for.
  fileprivate var area: String {
    switch id.prefix(3) {
    case "T01": "the words and the grammar of a query"
    case "T02": "names: tables, columns, functions, parameters, values"
    case "T03": "files that are read"
    case "T04": "types, and constructs where they have no meaning"
    case "T06": "checks"
    default: "limits, and what happens while a query runs"
    }
  }
}
