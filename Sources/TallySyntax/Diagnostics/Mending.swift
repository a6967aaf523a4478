/// The text of `source` with the first mend of each diagnostic made, as far as they don't touch the
/// same place. What is still wrong afterwards another round can mend.
package func mended(_ source: SourceText, _ diagnostics: [Diagnostic]) -> String {
  var edits: [SourceEdit] = []
  for diagnostic in diagnostics {
    guard let fixIt = diagnostic.fixIts.first else { continue }
    let isFree = fixIt.edits.allSatisfy { edit in
      !edits.contains { $0.span.end >= edit.span.start && $0.span.start <= edit.span.end }
    }
    if isFree { edits += fixIt.edits }
  }
  return FixIt("mend", edits).applied(to: source)
}
