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

  static let examples: [Example] = {
    var examples: [Example] = []
    for room in ["API", "Coding", "Completion"] {
      for file in files(in: "Sources/Tally/" + room, ending: "swift") {
        examples += indentedExamples(of: file)
      }
    }
    for file in files(in: "Sources/Tally/Tally.docc", ending: "md") + ["README.md"] {
      examples += fencedExamples(of: file)
    }
    return examples
  }()

  @Test(arguments: examples)
  func examplesRun(_ example: Example) throws {
    let tests = try Self.lines(of: "Tests/TallyTests/API/ExamplesTests.swift")
    let all = tests.joined(separator: "\n").filter { !$0.isWhitespace }
    let isThere = all.contains(example.essence)
    #expect(isThere, "\(example.text)")
  }

  @Test func examplesAreFound() {
    #expect(Self.examples.count > 25)
    #expect(Self.examples.contains { $0.place.hasPrefix("README.md") })
  }

  private static func files(in folder: String, ending: String) -> [String] {
    let names =
      (try? FileManager.default.contentsOfDirectory(
        atPath: top.appendingPathComponent(folder).path)) ?? []
    return names.filter { $0.hasSuffix("." + ending) }.sorted().map { folder + "/" + $0 }
  }

  private static func lines(of file: String) throws -> [Substring] {
    try String(contentsOf: top.appendingPathComponent(file), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The blocks of documentation comments that are indented by four blanks.
  private static func indentedExamples(of file: String) -> [Example] {
    var examples: [Example] = []
    var current: Example?
    for (index, line) in ((try? lines(of: file)) ?? []).enumerated() {
      let plain = line.drop { $0 == " " }
      guard plain.hasPrefix("///     ") || (plain == "///" && current != nil) else {
        if let current { examples.append(current) }
        current = nil
        continue
      }
      if plain == "///" {
        if let current { examples.append(current) }
        current = nil
      } else {
        let text = current?.text ?? ""
        current = current ?? Example(place: "\(file):\(index + 1)", text: "")
        current?.text = text + plain.dropFirst(8) + "\n"
      }
    }
    if let current { examples.append(current) }
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
