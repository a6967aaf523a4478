import Testing

@testable import TallySyntax

/// Sentences with something wrong in them: each is read as something that can be formatted, or
/// refused with a diagnostic; nothing traps or hangs, and mends stay within the text.
@Suite struct MutationTests {
  @Test(arguments: 1...10)
  func survivesMutatedWords(seed: UInt64) throws {
    var maker = SentenceMaker(try Grammar.load(), seed: seed &* 7_919)
    for _ in 0..<150 {
      var words = maker.sentence(of: "statement", depth: 3)
      for _ in 0..<Int.random(in: 1...3, using: &maker.random) {
        mutate(&words, &maker.random)
      }
      examine(sentenceText(words))
    }
    for sentence in Sentences.accepted {
      var words = sentence.split(separator: " ").map(String.init)
      mutate(&words, &maker.random)
      examine(sentenceText(words))
    }
  }

  @Test(arguments: 1...10)
  func survivesMutatedCharacters(seed: UInt64) throws {
    var random = SeededRandom(seed: seed &* 104_729)
    let pieces = [
      "\"", "'", "`", "(", ")", "“", "”", "\\", "\n", "#", "@", "$", "%", "-", "--", ".", "..", "e",
      "\u{301}", "đ", "🇻🇳", "\u{0}", "\u{202E}", ";", "/*", "=", "!", "0", "1e99", "{", "\r\n",
      "\u{A0}",
      "null", "and", "or", "from", "as sql", "\u{FEFF}",
      "99999999999999999999999999999999999999999",
    ]
    for sentence in Sentences.accepted {
      var characters = Array(sentence)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0...characters.count, using: &random)
        if Bool.random(using: &random), place < characters.count {
          characters.remove(at: place)
        } else {
          characters.insert(contentsOf: pieces.randomElement(using: &random) ?? "", at: place)
        }
      }
      examine(String(characters))
      examine(String(characters.prefix(Int.random(in: 0...characters.count, using: &random))))
    }
  }

  private func mutate(_ words: inout [String], _ random: inout SeededRandom) {
    guard words.count > 1 else { return }
    let place = Int.random(in: 0..<words.count, using: &random)
    let other = Int.random(in: 0..<words.count, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: words.remove(at: place)
    case 1: words.swapAt(place, other)
    case 2: words.insert(words[other], at: place)
    default: words.insert(Keyword.allCases.randomElement(using: &random)?.rawValue ?? "", at: place)
    }
  }

  private func examine(_ text: String) {
    let source = SourceText(text)
    let result = parseScript(source)
    _ = completeness(of: text)
    _ = completion(in: source, at: text.utf8.count / 2)
    guard result.hasErrors else {
      checkFormatting(of: text)
      return
    }
    for diagnostic in result.diagnostics {
      #expect(!diagnostic.message.isEmpty && diagnostic.span.end <= source.length)
      #expect(!diagnostic.rendered(in: source).isEmpty)
      #expect(diagnostic.json(in: source).last == "}")
      for fixIt in diagnostic.fixIts {
        let isWithin = zip(fixIt.edits, fixIt.edits.dropFirst()).allSatisfy {
          $0.span.end <= $1.span.start
        }
        #expect(isWithin && fixIt.edits.allSatisfy { $0.span.end <= source.length }, "\(text)")
        let mended = fixIt.applied(to: source)
        #expect(mended != text, "a mend that changes nothing: \(text)")
        _ = parseScript(SourceText(mended))
      }
    }
  }
}
