import Foundation
import Testing

@testable import Tally
@testable import TallySyntax

/// Makes `Grammar/tally.tmLanguage.json`, a TextMate grammar by which editors colour scripts,
/// from the parser's words and the functions. `UPDATE_GOLDEN=1` writes it anew.
@Suite struct EditorGrammarTests {
  /// A rule: the name of its scope, and the pattern that it colours.
  private struct Rule {
    let scope: String
    let pattern: String
  }

  /// A word that is a name where an operator, a comma, a dot or a parenthesis stands behind it.
  private static let wordEnd = #"\b(?!\s*(?:[.,=<>!~*/+)\]]|-\s|$))"#

  private static func alternatives(_ words: [String]) -> String {
    "(?:"
      + words.sorted { $0.count == $1.count ? $0 < $1 : $0.count > $1.count }
      .joined(separator: "|") + ")"
  }

  /// Rules in the order in which they are tried.
  private static let rules: [Rule] = {
    let reserved = WordClass.words.filter(\.isReserved).map(\.word)
    let constants = ["true", "false", "null", "missing", "today", "now"]
    let clauses = WordClass.clause.words.filter {
      !reserved.contains($0) && !["group", "order", "by", "save", "to"].contains($0)
    }
    let units = WordClass.unit.words.flatMap { [$0, $0 + "s"] }
    return [
      Rule(scope: "comment.line.number-sign", pattern: "#.*$"),
      Rule(scope: "string.quoted.double", pattern: #""(?:\\.|[^"\\])*""#),
      Rule(scope: "string.quoted.single", pattern: #"'(?:\\.|[^'\\])*'"#),
      Rule(scope: "string.quoted.other", pattern: "[“”„‘’‚](?:[^“”‘’])*[“”‘’]"),
      Rule(scope: "variable.other.quoted", pattern: "`(?:``|[^`])*`"),
      Rule(scope: "variable.parameter", pattern: #"\$[\p{L}\p{N}_]+"#),
      Rule(scope: "constant.other.date", pattern: #"@\d{4}[0-9A-Za-z:.+-]*"#),
      Rule(
        scope: "constant.numeric",
        pattern: #"(?<![\p{L}\p{N}_])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?%?"#),
      Rule(
        scope: "keyword.control.clause", pattern: #"(?i)\b(?:group\s+by|order\s+by|save\s+to)\b"#),
      Rule(
        scope: "constant.language", pattern: "(?i)\\b\(alternatives(constants))\\b(?!\\s*[(.])"),
      Rule(scope: "constant.language", pattern: #"(?i)(?<=within\s)all\b"#),
      Rule(
        scope: "constant.language",
        pattern: #"(?i)\b(?:last|this|next)(?=\s+(?:\d+\s+)?"# + alternatives(units) + "\\b)"),
      Rule(
        scope: "keyword.operator.word",
        pattern: "(?i)\\b\(alternatives(WordClass.condition.words))\\b(?!\\s*[.,=])"),
      Rule(
        scope: "keyword.control",
        pattern: "(?i)\\b\(alternatives(reserved.filter { !constants.contains($0) }))\\b"),
      Rule(
        scope: "keyword.other.statement",
        pattern: "(?i)^\\s*\(alternatives(WordClass.statement.words))\\b(?!\\s*[.,=<>)])"),
      Rule(
        scope: "support.function.aggregate",
        pattern: "(?i)\\b\(alternatives(WordClass.verb.words))\\b(?=\\(|\\s+[\\p{L}_`(\"'])"),
      Rule(
        scope: "support.function", pattern: "(?i)\\b\(alternatives(FunctionCatalog.names))(?=\\()"),
      Rule(
        scope: "keyword.other.head",
        pattern: "(?i)\\b\(alternatives(WordClass.head.words))" + wordEnd),
      Rule(
        scope: "keyword.control.clause", pattern: "(?i)\\b\(alternatives(clauses))" + wordEnd),
      Rule(scope: "support.type.unit", pattern: #"(?i)(?<=\d\s)"# + alternatives(units) + "\\b"),
      Rule(
        scope: "keyword.other.option",
        pattern: "(?i)\\b\(alternatives(WordClass.option.words))(?=\\s+[\"'(a-z])"),
      Rule(scope: "keyword.operator", pattern: #"<=|>=|!=|\.\.<?|[=<>~+*/-]"#),
    ]
  }()

  @Test func theGrammarIsMadeOfTheWords() throws {
    let patterns = Self.rules.map { rule in
      "    { \"name\": \(rule.scope.appending(".tally").jsonQuoted), \"match\": \(rule.pattern.jsonQuoted) }"
    }
    let text = """
      {
        "name": "Tally",
        "scopeName": "source.tally",
        "fileTypes": ["tally"],
        "patterns": [
      \(patterns.joined(separator: ",\n"))
        ]
      }

      """
    #expect((try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil)
    try Examples.hold(text, to: "Grammar/tally.tmLanguage.json")
  }

  /// The scope of each piece of a line, by the rule that fits first at the leftmost place.
  private func scopes(of line: String) throws -> [String] {
    let text = line as NSString
    var found: [String] = []
    var place = 0
    while place < text.length {
      var best: (range: NSRange, scope: String)?
      for rule in Self.rules {
        let expression = try NSRegularExpression(pattern: rule.pattern)
        let rest = NSRange(location: place, length: text.length - place)
        let options: NSRegularExpression.MatchingOptions = [
          .withTransparentBounds, .withoutAnchoringBounds,
        ]
        guard let match = expression.firstMatch(in: line, options: options, range: rest),
          match.range.length > 0, match.range.location < best?.range.location ?? .max
        else { continue }
        best = (match.range, rule.scope)
      }
      guard let best else { break }
      found.append("\(text.substring(with: best.range)): \(best.scope)")
      place = best.range.location + best.range.length
    }
    return found
  }

  @Test(
    arguments: [
      (
        "count services where level >= 3 group by agency",
        [
          "count: support.function.aggregate", "where: keyword.control", ">=: keyword.operator",
          "3: constant.numeric", "group by: keyword.control.clause",
        ]
      ),
      (
        "list group, order from t # all",
        ["list: keyword.other.head", "from: keyword.control", "# all: comment.line.number-sign"]
      ),
      (
        "let x = t where name ~ \"a # b\" or fee > 60%",
        [
          "let: keyword.other.statement", "=: keyword.operator", "where: keyword.control",
          "~: keyword.operator", "\"a # b\": string.quoted.double", "or: keyword.operator.word",
          ">: keyword.operator", "60%: constant.numeric",
        ]
      ),
      (
        "where opened in @2025-Q1 and fee is missing top 3",
        [
          "where: keyword.control", "in: keyword.operator.word", "@2025-Q1: constant.other.date",
          "and: keyword.operator.word", "is: keyword.operator.word",
          "missing: constant.language", "top: keyword.control.clause", "3: constant.numeric",
        ]
      ),
      (
        "list month(opened) from t",
        ["list: keyword.other.head", "month: support.function", "from: keyword.control"]
      ),
    ])
  func linesAreColoured(line: String, scopes: [String]) throws {
    #expect(try self.scopes(of: line) == scopes)
  }

  /// Every word of the parser is coloured somewhere.
  @Test(arguments: WordClass.words.map(\.word))
  func noWordIsForgotten(word: String) throws {
    let places = [
      "\(word) x from t", "x \(word) 3", "3 \(word)", "a \(word) by", "\(word)(x)", "group \(word)",
      "save \(word)", "\(word) to", "within \(word)", "in \(word) month", "from t \(word) \"x\"",
    ]
    let isFound = try places.contains { place in
      try scopes(of: place).contains { $0.lowercased().hasPrefix(word) || $0.contains(" \(word):") }
    }
    #expect(isFound)
  }
}
