/// A small generator of pseudo-random numbers (SplitMix64, Steele, Lea and Flood 2014).
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Makes random sentences of a grammar.
struct SentenceMaker {
  let grammar: Grammar
  var random: SeededRandom
  /// The rules that were used.
  private(set) var used: Set<String> = []
  /// The least depth that each rule needs.
  private let depths: [String: Int]

  init(_ grammar: Grammar, seed: UInt64) {
    self.grammar = grammar
    random = SeededRandom(seed: seed)
    depths = Self.leastDepths(grammar)
  }

  /// A sentence of the rule `name` as its terminals.
  mutating func sentence(of name: String, depth: Int) -> [String] {
    var output: [String] = []
    make(name, depth, &output)
    return output
  }

  /// What is written for rules that describe characters.
  static let lexical: [String: [String]] = [
    "name": [
      "agency", "fee", "level", "opened", "services", "payments", "x1", "_", "cơ_quan", "`Tên phí`",
      "`select`", "`a``b`", "`from`", "tổng", "Level",
    ],
    "function": ["year(", "month(", "bands (", "sum(", "count(", "rank(", "average(", "lower("],
    "text": [
      #""paid""#, "'it is'", "“Sở Y tế”", #""a\"b\\c\n\u{1EC7}""#, "\"two\nlines\"", "''",
      "\"# no comment\"",
    ],
    "integer": ["1", "3", "20", "007"],
    "number": ["0", "12", "1.50", "1e3", "2.5e-3", "170141183460469231731687303715884105727"],
    "percent": ["60%", "0.5%", "1e2%"],
    "date": [
      "@2025", "@2025-Q1", "@2025-h2", "@2025-03", "@2020-W53", "@2024-02-29",
      "@2025-03-01T13:53", "@2025-03-01T13:53:07.120Z", "@2025-03-01T00:00+07:00",
    ],
    "parameter": ["$year", "$từ_khoá"],
    "placeholder": ["$1", "$12"],
  ]

  /// The rules that count for the depth: all recursion goes through them.
  private static func cost(of name: String) -> Int {
    ["expression", "query", "call"].contains(name) ? 1 : 0
  }

  private mutating func make(_ name: String, _ depth: Int, _ output: inout [String]) {
    used.insert(name)
    if let choices = Self.lexical[name] {
      output.append(choices.randomElement(using: &random) ?? "")
      return
    }
    guard let body = grammar.bodies[name] else { return }
    let start = output.count
    make(body, depth - Self.cost(of: name), &output)
    // The grammar says in words that a step is never empty.
    if name == "step", output.count == start { output.append("list") }
  }

  private mutating func make(_ body: Grammar.Body, _ depth: Int, _ output: inout [String]) {
    switch body {
    case .terminal(let text): output.append(text)
    case .rule(let name): make(name, depth, &output)
    case .sequence(let parts): for part in parts { make(part, depth, &output) }
    case .choice(let parts):
      let left = output.count < Self.wordiness ? depth : 0
      let possible = parts.filter { Self.depth(of: $0, depths) <= left }
      let shallowest = parts.min { Self.depth(of: $0, depths) < Self.depth(of: $1, depths) }
      if let part = possible.randomElement(using: &random) ?? shallowest {
        make(part, depth, &output)
      }
    case .optional(let part):
      if mayAdd(part, depth, output) { make(part, depth, &output) }
    case .repetition(let part):
      while mayAdd(part, depth, output) { make(part, depth, &output) }
    case .exception(let part, let name):
      let refused = grammar.terminals(of: name)
      let start = output.count
      repeat {
        output.removeLast(output.count - start)
        make(part, depth, &output)
      } while refused.contains(output[start])
    case .special: break
    }
  }

  /// The number of words from which on only what must stand is added.
  private static let wordiness = 50

  private mutating func mayAdd(_ part: Grammar.Body, _ depth: Int, _ output: [String]) -> Bool {
    output.count < Self.wordiness && Int.random(in: 0..<4, using: &random) == 0
      && Self.depth(of: part, depths) <= depth
  }

  private static func depth(of body: Grammar.Body, _ depths: [String: Int]) -> Int {
    switch body {
    case .terminal, .special, .optional, .repetition: 0
    case .rule(let name): lexical[name] == nil ? depths[name] ?? 1_000 : 0
    case .sequence(let parts): parts.map { depth(of: $0, depths) }.max() ?? 0
    case .choice(let parts): parts.map { depth(of: $0, depths) }.min() ?? 0
    case .exception(let part, _): depth(of: part, depths)
    }
  }

  private static func leastDepths(_ grammar: Grammar) -> [String: Int] {
    var depths: [String: Int] = [:]
    for _ in grammar.names {
      for name in grammar.names {
        guard let body = grammar.bodies[name] else { continue }
        depths[name] = min(depths[name] ?? 1_000, cost(of: name) + depth(of: body, depths))
      }
    }
    return depths
  }
}

/// The terminals as text, one blank between, function names glued to what they call.
func sentenceText(_ terminals: [String]) -> String { terminals.joined(separator: " ") }
