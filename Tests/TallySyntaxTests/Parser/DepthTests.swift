import Testing

@testable import TallySyntax

/// Texts that are deeper or longer than anything sensible end in a diagnostic, on a small stack.
@Suite struct DepthTests {
  /// A text that is named in the report of a test instead of shown.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    var testDescription: String { name }

    init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  /// The stack of the threads that apps start.
  static let smallStack = 512 << 10

  static func nested(_ open: String, _ inner: String, _ close: String, _ count: Int) -> String {
    String(repeating: open, count: count) + inner + String(repeating: close, count: count)
  }

  static let deep = [
    Case("parentheses", "count t where " + nested("(", "a = 1", ")", 100_000)),
    Case("open parentheses", "count t where " + nested("(", "", "", 100_000)),
    Case("not", "count t where " + nested("not ", "a", "", 100_000)),
    Case("minus", "count t where a = " + nested("- ", "1", "", 100_000)),
    Case("plus chain", "list " + nested("a + ", "a", "", 100_000) + " from t"),
    Case("conditions", "list " + nested("(1 if a else ", "2", ")", 100_000) + " from t"),
    Case("calls", "list " + nested("f(", "a", ")", 100_000) + " from t"),
    Case("subqueries", "count t where " + nested("a > (max b from t where ", "c", ")", 100_000)),
    Case(
      "memberships", "count t where a in " + nested("(list b from t where b in ", "c", ")", 9_999)),
    Case("sources", nested("from (", "t", ")", 100_000)),
    Case("heads", "count " + nested("(count (", "t", "))", 100_000)),
    Case("lists", "count t where a in " + nested("(1, ", "2", ")", 100_000)),
    Case("withins", "share within " + nested("(f(1 within ", "a", "))", 9_999) + " from t"),
    Case("parameter lists", "param p: list of int = " + nested("(", "1", ")", 9_999)),
  ]

  @Test(arguments: deep)
  func refusesDepth(_ example: Case) {
    let codes = onStack(of: Self.smallStack) {
      parseScript(SourceText(example.text)).diagnostics.map(\.code)
    }
    #expect(codes?.contains(.tooDeep) == true)
  }

  @Test func promptsSurviveDepth() {
    let text = Self.deep[0].text
    let answer = onStack(of: Self.smallStack) {
      _ = completion(in: SourceText(text), at: text.utf8.count / 2)
      return completeness(of: text)
    }
    #expect(answer == .complete)
  }

  static let wide = [
    Case("and", "count t where " + nested("a = 1 and ", "b = 2", "", 50_000)),
    Case("else", "list " + nested("1 if a else ", "2", "", 20_000) + " from t"),
    Case("list", "count t where a in (" + nested("1, ", "2", "", 100_000) + ")"),
    Case("items", "list " + nested("a, ", "b", "", 100_000) + " from t"),
    Case("steps", "from t " + nested("where a then ", "where b", "", 20_000)),
    Case("statements", nested("count t;", "count t", "", 20_000)),
  ]

  @Test(arguments: wide)
  func acceptsWidth(_ example: Case) {
    let diagnostics = onStack(of: Self.smallStack) {
      parseScript(SourceText(example.text)).diagnostics
    }
    #expect(diagnostics == [])
  }

  static let sensible = [
    Case("parentheses", "count t where " + nested("(", "a", ")", 100)),
    Case("calls", "count t where " + nested("f(", "a", ")", 100)),
    Case("subqueries", "count t where " + nested("a = (count t where ", "c", ")", 60)),
    Case("plus", "list " + nested("a + ", "a", "", 199) + " from t"),
    Case("not", "count t where " + nested("not ", "a", "", 199)),
  ]

  /// The deepest trees that are accepted are built, walked and destroyed on a small stack.
  @Test(arguments: sensible)
  func acceptsSensibleDepth(_ example: Case) {
    let diagnostics = onStack(of: Self.smallStack) {
      parseScript(SourceText(example.text)).diagnostics
    }
    #expect(diagnostics == [])
  }

  /// Thousands of mistakes, or one in a line of megabytes, are told about in little time.
  @Test func endsEarly() {
    let started = ContinuousClock.now
    for piece in ["!", "\"\\d\"", "count t wher a\n", "đ€ ", "count t lookup u on v append w "] {
      let text = String(repeating: piece, count: 300_000 / piece.utf8.count)
      let source = SourceText(text)
      let diagnostics = parseScript(source).diagnostics
      #expect(diagnostics.count <= 2 * mostDiagnostics)
      for diagnostic in diagnostics.prefix(3) {
        #expect(diagnostic.rendered(in: source).utf8.count < 10_000)
      }
    }
    #expect(ContinuousClock.now - started < .seconds(60))
  }

  @Test func refusesLength() {
    let text = "count t where a in (" + Self.nested("1, ", "2", "", 3_500_000) + ")"
    let source = SourceText(text)
    let started = ContinuousClock.now
    let result = parseScript(source)
    #expect(result.diagnostics.map(\.code) == [.sourceTooLong])
    #expect(ContinuousClock.now - started < .seconds(1))
  }
}
