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
  let title = "\(known.id)  \(known.summary)"
  guard let page = ErrorPage.all.first(where: { $0.id == id }) else { return title }
  return title + "\n\n" + page.text
}
