import Tally

/// What is told of a code beyond its line: why it is reported, a text that is refused with it, and
/// the same mended. The tests run both.
package struct ErrorPage: Sendable {
  /// The identifier of the code.
  package let id: String
  /// Why it is reported, and what to do.
  package let meaning: String
  /// A text that is refused with the code.
  package let example: String
  /// The text as it should be.
  package let mended: String
  /// In which language example and mended text are.
  package let language: Language
  /// Files that the example reads.
  package let files: [PageFile]
  /// Those of them that are other for the mended text.
  package let mendedFiles: [PageFile]
  /// Values of parameters that the example is given.
  package let arguments: [String: String]
  /// Values of parameters that the mended text is given.
  package let mendedArguments: [String: String]
  /// What stands for `…` in the example and its files, once for each number, which `#` stands for.
  package let repeated: String
  /// How often.
  package let times: Int

  /// The languages of examples.
  package enum Language: Sendable {
    case tally, swift
  }

  init(
    _ id: String, _ meaning: String, _ example: String = "", _ mended: String = "",
    language: Language = .tally, files: [PageFile] = [], mendedFiles: [PageFile] = [],
    arguments: [String: String] = [:], mendedArguments: [String: String] = [:],
    repeating repeated: String = "", times: Int = 0
  ) {
    self.id = id
    self.meaning = meaning
    self.example = example
    self.mended = mended
    self.language = language
    self.files = files
    self.mendedFiles = mendedFiles
    self.arguments = arguments
    self.mendedArguments = mendedArguments
    self.repeated = repeated
    self.times = times
  }

  /// All pages in the order of the codes.
  package static let all: [ErrorPage] =
    aboutWords + aboutNames + aboutFiles + aboutMeaning + aboutRunning

  /// The page as text for a terminal.
  var text: String {
    var parts = [wrapped(meaning, to: 78)]
    parts += files.map { "\($0.name):\n\(indented($0.text))" }
    if !arguments.isEmpty { parts.append("given: \(listed(arguments))") }
    if !example.isEmpty { parts.append("refused:\n\(indented(example))") }
    parts += mendedFiles.map { "mended \($0.name):\n\(indented($0.text))" }
    if !mendedArguments.isEmpty { parts.append("given: \(listed(mendedArguments))") }
    if !mended.isEmpty { parts.append("mended:\n\(indented(mended))") }
    return parts.joined(separator: "\n\n")
  }

  private func listed(_ arguments: [String: String]) -> String {
    arguments.sorted { $0.key < $1.key }.map { "-p \($0.key)=\($0.value)" }.joined(separator: " ")
  }
}

/// A file that an example reads.
package struct PageFile: Sendable {
  /// Its name.
  package let name: String
  /// Its text.
  package let text: String
  /// Whether it is written in ISO 8859-1 and not in UTF-8.
  package let isInLatin1: Bool

  init(_ name: String, _ text: String, inLatin1 isInLatin1: Bool = false) {
    self.name = name
    self.text = text
    self.isInLatin1 = isInLatin1
  }
}

/// A text with line ends in place of blanks, so that no line is longer than `width` where words
/// allow it.
private func wrapped(_ text: String, to width: Int) -> String {
  var lines: [String] = []
  for word in text.split(separator: " ") {
    if let last = lines.last, last.count + word.count < width {
      lines[lines.count - 1] = last + " " + word
    } else {
      lines.append(String(word))
    }
  }
  return lines.joined(separator: "\n")
}

private func indented(_ text: String) -> String {
  text.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
}
