import Testing

@testable import TallySyntax

@Suite struct SentenceTests {
  @Test(arguments: Sentences.accepted)
  func accepts(sentence: String) {
    let source = SourceText(sentence)
    let result = parseScript(source)
    let errors = result.diagnostics.filter { $0.severity == .error }
    #expect(errors.isEmpty, "\(errors.map { $0.rendered(in: source) }.joined())")
    #expect(result.script.statements.count == 1)
  }

  @Test(arguments: Sentences.refused)
  func refuses(sentence: String, mended: String?) {
    let source = SourceText(sentence)
    let result = parseScript(source)
    #expect(result.hasErrors)
    let fixIt = result.diagnostics.first { $0.severity == .error }?.fixIts.first
    #expect(fixIt?.applied(to: source) == mended)
  }
}
