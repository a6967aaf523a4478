import Foundation
import Testing

/// Every example of the documentation stands, word for word, in `ExamplesTests.swift`, where it is
/// compiled and run.
@Suite struct ExampleSourceTests {
  private static let top = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// An example and where it begins.
  struct Example: Sendable, CustomTestStringConvertible {
    var place: String
    var text: String
    var testDescription: String { place }

    /// The text without blanks, which a formatter may move.
    var essence: String { text.filter { !$0.isWhitespace } }
  }

  /// The files of the modules that an app imports.
  static let sources = ["Sources/Tally", "Sources/TallySyntax"].flatMap(files)

  static let examples: [Example] = {
    var examples: [Example] = []
    for file in sources { examples += indentedExamples(of: file) }
    return examples + fencedExamples(of: "README.md")
  }()

  @Test(arguments: examples)
  func examplesRun(_ example: Example) throws {
    let tests = try Self.lines(of: "Tests/TallyTests/API/ExamplesTests.swift")
    let all = tests.joined(separator: "\n").filter { !$0.isWhitespace }
    let isThere = all.contains(example.essence)
    #expect(isThere, "\(example.text)")
  }

  @Test func examplesAreFound() {
    for room in ["API", "Coding", "Completion", "Formats", "Reading", "Values"] {
      let place = "Sources/Tally/" + room + "/"
      #expect(Self.examples.contains { $0.place.hasPrefix(place) }, "\(room)")
    }
    #expect(Self.examples.contains { $0.place.hasPrefix("Sources/TallySyntax/") })
    #expect(Self.examples.contains { $0.place.hasPrefix("README.md") })
  }

  private static func files(in folder: String) -> [String] {
    let all = FileManager.default.enumerator(atPath: top.appendingPathComponent(folder).path)
    let names = all?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".swift") }.sorted().map { folder + "/" + $0 }
  }

  private static func lines(of file: String) throws -> [Substring] {
    try String(contentsOf: top.appendingPathComponent(file), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The blocks that are indented by four blanks in the documentation of what is public.
  private static func indentedExamples(of file: String) -> [Example] {
    var examples: [Example] = []
    var waiting: [Example] = []
    var current: Example?
    for (index, line) in ((try? lines(of: file)) ?? []).enumerated() {
      let plain = line.drop { $0 == " " }
      if plain.hasPrefix("///     ") {
        let text = current?.text ?? ""
        current = current ?? Example(place: "\(file):\(index + 1)", text: "")
        current?.text = text + plain.dropFirst(8) + "\n"
        continue
      }
      if let example = current { waiting.append(example) }
      current = nil
      if plain.hasPrefix("///") || plain.hasPrefix("@") { continue }
      if plain.hasPrefix("public ") { examples += waiting }
      waiting = []
    }
    return examples
  }

  /// The blocks between fences that say that they are Swift, without imports.
  private static func fencedExamples(of file: String) -> [Example] {
    var examples: [Example] = []
    var current: Example?
    for (index, line) in ((try? lines(of: file)) ?? []).enumerated() {
      if let example = current {
        if line == "```" {
          examples.append(example)
          current = nil
        } else if !line.hasPrefix("import ") {
          current?.text += line + "\n"
        }
      } else if line == "```swift" {
        current = Example(place: "\(file):\(index + 1)", text: "")
      }
    }
    return examples
  }
}
