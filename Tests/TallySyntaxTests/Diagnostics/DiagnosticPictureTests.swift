import Foundation
import Testing

@testable import TallySyntax

/// Holds every diagnostic to its picture in `Grammar/diagnostics.txt`: the source, what is shown, and the source
/// with the proposed mends made. `UPDATE_GOLDEN=1` writes the file anew from its sources.
@Suite struct DiagnosticPictureTests {
  static let file = Grammar.root.appending(path: "Grammar/diagnostics.txt")

  /// A block of the file: its source, and the rest as it should be.
  struct Picture {
    let source: String
    let shown: String
  }

  static func load() throws -> [Picture] {
    let text = try String(contentsOf: file, encoding: .utf8)
    return text.components(separatedBy: "==== source\n").dropFirst().map { block in
      let parts = block.components(separatedBy: "---- shown\n")
      return Picture(
        source: String(parts[0].dropLast()), shown: parts.dropFirst().joined())
    }
  }

  static func picture(of text: String) -> String {
    let source = SourceText(text, name: "q.tally")
    let diagnostics = parseScript(source).diagnostics
    var result = diagnostics.map { $0.rendered(in: source) }.joined()
    if diagnostics.contains(where: { !$0.fixIts.isEmpty }) {
      result += "---- mended\n\(mended(source, diagnostics))\n"
    }
    return result + "\n"
  }

  @Test func matchTheirPictures() throws {
    let pictures = try Self.load()
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      let blocks = pictures.map {
        "==== source\n\($0.source)\n---- shown\n\(Self.picture(of: $0.source))"
      }
      try blocks.joined().write(to: Self.file, atomically: true, encoding: .utf8)
      return
    }
    #expect(pictures.count > 100)
    for picture in pictures {
      #expect(Self.picture(of: picture.source) == picture.shown, "\(picture.source)")
    }
  }

  /// Mending as proposed comes to an end: without an error, or with one that has no mend.
  @Test func mendsLeadToAnEnd() throws {
    for picture in try Self.load() {
      var text = picture.source
      var rounds = 0
      while rounds < 8 {
        let source = SourceText(text)
        let errors = parseScript(source).diagnostics.filter { $0.severity == .error }
        if errors.allSatisfy(\.fixIts.isEmpty) { break }
        text = mended(source, errors)
        rounds += 1
      }
      #expect(rounds < 8, "\(picture.source)\nbecame\n\(text)")
    }
  }

  @Test func coverEveryCode() throws {
    var seen: Set<DiagnosticCode> = [.tooDeep, .sourceTooLong]
    for picture in try Self.load() {
      seen.formUnion(parseScript(SourceText(picture.source)).diagnostics.map(\.code))
    }
    #expect(seen == Set(DiagnosticCode.syntaxCodes))
    #expect(Set(DiagnosticCode.syntaxCodes.map(\.id)).count == DiagnosticCode.syntaxCodes.count)
  }
}
