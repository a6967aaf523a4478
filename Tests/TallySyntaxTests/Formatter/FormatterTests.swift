import Testing

@testable import TallySyntax

@Suite struct FormatterTests {
  @Test(arguments: Sentences.accepted)
  func keepsMeaning(sentence: String) {
    checkFormatting(of: sentence)
  }

  @Test func keepsMeaningOfAll() {
    checkFormatting(of: Sentences.accepted.joined(separator: "\n"))
  }
}
