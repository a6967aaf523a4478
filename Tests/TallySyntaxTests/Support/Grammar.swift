import Foundation

/// The rules of `Grammar/tally.ebnf`, from which sentences can be made.
struct Grammar: Sendable {
  /// The right side of a rule.
  indirect enum Body: Sendable {
    case terminal(String)
    case rule(String)
    case sequence([Body])
    case choice([Body])
    case optional(Body)
    case repetition(Body)
    /// The first, if it does not begin with the second.
    case exception(Body, String)
    /// Characters described in words.
    case special
  }

  /// In the order of the file.
  private(set) var names: [String] = []
  private(set) var bodies: [String: Body] = [:]

  /// The root of the repository.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Reads the grammar of the repository.
  static func load() throws -> Grammar {
    let file = root.appending(path: "Grammar/tally.ebnf")
    return try Grammar(String(contentsOf: file, encoding: .utf8))
  }

  init(_ text: String) throws {
    var reader = GrammarReader(text)
    while let (name, body) = try reader.readRule() {
      names.append(name)
      guard bodies.updateValue(body, forKey: name) == nil else {
        throw GrammarReader.Failure(message: "\(name) is defined twice")
      }
    }
  }

  /// All terminals, and all names that rules use.
  func vocabulary() -> (terminals: Set<String>, rules: Set<String>) {
    var terminals: Set<String> = []
    var rules: Set<String> = []
    func visit(_ body: Body) {
      switch body {
      case .terminal(let text): terminals.insert(text)
      case .rule(let name): rules.insert(name)
      case .sequence(let parts), .choice(let parts): parts.forEach(visit)
      case .optional(let part), .repetition(let part): visit(part)
      case .exception(let part, let name):
        visit(part)
        rules.insert(name)
      case .special: break
      }
    }
    bodies.values.forEach(visit)
    return (terminals, rules)
  }

  /// The terminals that `name`, a choice of terminals and of such rules, stands for.
  func terminals(of name: String) -> Set<String> {
    func collect(_ body: Body) -> Set<String> {
      switch body {
      case .terminal(let text): [text]
      case .rule(let name): terminals(of: name)
      case .choice(let parts): parts.reduce(into: []) { $0.formUnion(collect($1)) }
      default: []
      }
    }
    return bodies[name].map(collect) ?? []
  }
}

/// Reads rules in the notation of ISO/IEC 14977.
private struct GrammarReader {
  struct Failure: Error {
    let message: String
  }

  private var rest: Substring

  init(_ text: String) { rest = text[...] }

  private mutating func skipBlanks() {
    while true {
      rest = rest.drop(while: \.isWhitespace)
      guard rest.hasPrefix("(*") else { return }
      let end = rest.range(of: "*)")?.upperBound
      rest = rest[(end ?? rest.endIndex)...]
    }
  }

  private mutating func accept(_ sign: Character) -> Bool {
    skipBlanks()
    guard rest.first == sign else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func expect(_ sign: Character) throws {
    guard accept(sign) else { throw Failure(message: "no \(sign) at \(rest.prefix(40))") }
  }

  mutating func readRule() throws -> (String, Grammar.Body)? {
    skipBlanks()
    guard !rest.isEmpty else { return nil }
    let name = readName()
    try expect("=")
    let body = try readChoice()
    try expect(";")
    return (name, body)
  }

  private mutating func readName() -> String {
    let name = rest.prefix { $0.isLetter || $0 == " " || $0 == "\n" }
    rest = rest[name.endIndex...]
    return name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private mutating func readChoice() throws -> Grammar.Body {
    var parts = [try readSequence()]
    while accept("|") { parts.append(try readSequence()) }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  private mutating func readSequence() throws -> Grammar.Body {
    var parts = [try readTerm()]
    while accept(",") { parts.append(try readTerm()) }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func readTerm() throws -> Grammar.Body {
    let body = try readPrimary()
    guard accept("-") else { return body }
    skipBlanks()
    return .exception(body, readName())
  }

  private mutating func readPrimary() throws -> Grammar.Body {
    skipBlanks()
    guard let first = rest.first else { throw Failure(message: "unexpected end") }
    switch first {
    case "\"":
      rest.removeFirst()
      let text = rest.prefix { $0 != "\"" }
      rest = rest[text.endIndex...].dropFirst()
      return .terminal(String(text))
    case "?":
      rest.removeFirst()
      rest = rest.drop { $0 != "?" }.dropFirst()
      return .special
    case "(", "[", "{":
      rest.removeFirst()
      let body = try readChoice()
      try expect(first == "(" ? ")" : first == "[" ? "]" : "}")
      return first == "(" ? body : first == "[" ? .optional(body) : .repetition(body)
    default:
      let name = readName()
      guard !name.isEmpty else { throw Failure(message: "no rule at \(rest.prefix(40))") }
      return .rule(name)
    }
  }
}
