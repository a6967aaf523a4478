/// The words of a text, to tell which names it may speak of.
struct MentionedWords {
  private let words: Set<String>
  private let text: String

  init(in text: String) {
    self.text = Environment.key(text.normalised)
    words = Set(self.text.split { !$0.isWordPart }.map(String.init))
  }

  /// Whether a name stands in the text. One with other signs than words have is sought as it is.
  func contain(_ name: String) -> Bool {
    let key = Environment.key(name.normalised)
    if key.allSatisfy(\.isWordPart) { return words.contains(key) }
    // Within quotes some signs are written otherwise, so that such a name may stand anywhere.
    return text.contains(key) || key.contains { "`\\\"".contains($0) }
  }
}

extension Character {
  fileprivate var isWordPart: Bool { isLetter || isNumber || self == "_" }
}
