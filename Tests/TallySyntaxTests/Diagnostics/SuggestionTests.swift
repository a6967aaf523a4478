import Testing

@testable import TallySyntax

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("agancy", "agency"), ("AGENCY", "agency"), ("agnecy", "agency"), ("dat dai", "Đất đai"),
    ("bo y te", "Bộ Y tế"), ("levl", "level"), ("provnce", "province"),
  ])
  func findsTheNearest(word: String, expected: String) {
    let known = ["level", "agency", "province", "Đất đai", "Bộ Y tế", "fee"]
    #expect(closest(to: word, among: known) == expected)
  }

  @Test(arguments: ["", "xyz", "x", "departments", "g"])
  func findsNothingFar(word: String) {
    #expect(closest(to: word, among: ["level", "agency", "fee"]) == nil)
  }

  @Test func preferTheFirstOfEquals() {
    #expect(closest(to: "cat", among: ["bat", "hat"]) == "bat")
    #expect(closest(to: String(repeating: "a", count: 100_000), among: ["b"]) == nil)
  }

  @Test func writesJSON() {
    let source = SourceText("count\nservices wher\ta", name: "đ\"\\.tally")
    let span = SourceSpan(15, 19)
    let diagnostic = Diagnostic(
      .unknownClause, "line\none", at: span, label: "what?", help: ["a", "b"],
      related: [Diagnostic.Related("there", at: SourceSpan(0, 5))],
      fixIts: [FixIt("write `where`", replace: span, with: "where")])
    #expect(
      diagnostic.json(in: source) == #"""
        {"code":"T0121","severity":"error","file":"đ\"\\.tally","line":2,"col":10,"endLine":2,\#
        "endCol":14,"start":15,"end":19,"message":"line\none","label":"what?","help":["a","b"],\#
        "related":[{"line":1,"col":1,"start":0,"end":5,"message":"there"}],"fixes":[{"message":\#
        "write `where`","edits":[{"start":15,"end":19,"replace":"where"}]}]}
        """#)
  }

  @Test func rendersForTerminals() {
    let source = SourceText("list \"中文\u{1B}[31m\" wher 🇻🇳", name: "q")
    let start = source.text.utf8.count - 9 - 4
    let diagnostic = Diagnostic(
      .unknownClause, "no", severity: .warning, at: SourceSpan(start, start + 4), label: "here")
    #expect(
      diagnostic.rendered(in: source) == """
        warning[T0121]: no
         --> q:1:16
        1 | list "中文 [31m" wher 🇻🇳
          |                  ^^^^ here

        """)
    #expect(
      diagnostic.rendered(in: source, color: true).contains("\u{1B}[1;33m^^^^ here\u{1B}[0m"))
  }

  @Test func leavesImpossibleEditsOut() {
    let source = SourceText("abc")
    let edits = [
      SourceEdit(SourceSpan(0, 2), "x"), SourceEdit(SourceSpan(1, 3), "y"),
      SourceEdit(SourceSpan(9, 12), "z"),
    ]
    #expect(FixIt("mend", edits).applied(to: source) == "xc")
  }

  /// Characters that steer a terminal reach none, in no form of a diagnostic.
  @Test(arguments: [0x1B, 0x7F, 0x9B, 0x061C, 0x200F, 0x2028, 0x202E, 0x2066, 0xFEFF])
  func steeringCharactersAreNotPrinted(_ value: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(value))
    let source = SourceText("count t where \"\(scalar)\" = a")
    let diagnostic = Diagnostic(
      DiagnosticCode("T9999", "for tests"), "a\(scalar)b", at: SourceSpan(15, 16),
      label: "c\(scalar)d", help: ["e\(scalar)f"])
    for text in [diagnostic.rendered(in: source), diagnostic.json(in: source)] {
      #expect(!text.unicodeScalars.contains(scalar), "\(text.debugDescription)")
    }
  }
}
