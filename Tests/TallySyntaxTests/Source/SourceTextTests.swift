import Testing

@testable import TallySyntax

@Suite struct SourceTextTests {
  @Test func countsLinesAndCharacters() {
    let source = SourceText("đếm\r\nab\rc\n\u{1F1FB}\u{1F1F3}x")
    #expect(source.position(at: 0) == SourcePosition(line: 1, column: 1))
    #expect(source.position(at: "đếm".utf8.count) == SourcePosition(line: 1, column: 4))
    #expect(source.line(at: source.text.utf8.count) == 4)
    #expect(source.position(at: source.length) == SourcePosition(line: 4, column: 3))
    #expect(source.position(at: source.length + 9) == SourcePosition(line: 4, column: 3))
    #expect((1...4).map { source.text(in: source.lineSpan($0)) } == ["đếm", "ab", "c", "🇻🇳x"])
  }

  @Test func readsBytes() {
    #expect(SourceText(utf8: [0xEF, 0xBB, 0xBF, 0x61], name: "a")?.text == "a")
    #expect(SourceText(utf8: [0x61, 0xFF], name: "a") == nil)
    #expect(SourceText("abc").text(in: SourceSpan(-5, 99)) == "abc")
    #expect(SourceText("abc").text(in: SourceSpan(99, 99)).isEmpty)
  }

  @Test func measuresWidths() {
    #expect("Bộ Y tế".displayWidth == 7)
    #expect("e\u{302}\u{323}".displayWidth == 1)
    #expect("中文".displayWidth == 4)
    #expect("🇻🇳".displayWidth == 2)
    #expect("a\u{200B}\u{7}".displayWidth == 1)
  }
}
