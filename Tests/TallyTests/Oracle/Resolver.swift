@testable import Tally
@testable import TallySyntax

/// What names mean for the rows of a step.
struct OracleScope {
  struct Entry {
    var name: String
    var qualifier: String?
    var meaning: Meaning
    var isLookedUp = false
    /// The joined tables whose rows decide it, by number.
    var owners: Set<Int> = []
  }

  var entries: [Entry] = []
}

/// A condition as receipts speak of it.
struct OracleFilter {
  var clause: String
  var text: String
  var condition: Meaning
}

/// What a query collects on the way, besides its steps.
final class OracleNotes {
  /// Conditions that decide values of the step at hand.
  var watched: [OracleFilter] = []
  var isInFilter = false
  /// The receipts of queries used as values.
  var queries: [Receipt] = []
  /// The values that became missing in the step at hand.
  var lost = EvaluationCounts()
  /// The table whose rows a step reads, in small letters.
  var tables = Set<String>()
  /// The windows of rows that no stage computes yet, and the number of all.
  var windows: [OracleWindow] = []
  var windowCount = 0
  /// The order of the step at hand, as far as it does not come from windows.
  var order: [OrderBySyntax.Key] = []
  /// What the rows of the step at hand stand for.
  var grain: OracleGrain?

  /// Hands what became missing to a step's receipt.
  func tellLost(_ receipt: inout Receipt.Step) {
    receipt.add(lost)
    lost = EvaluationCounts()
  }
}

/// Gives expressions their meaning for rows, or, where there are groups, for groups.
struct Resolver {
  let oracle: Oracle
  let source: SourceText
  var scope = OracleScope()
  var groups: OracleGroups?
  var notes = OracleNotes()
  /// Whether a function's body is computed for groups.
  var isOfGroups = false
  /// What aggregates of a measure are called.
  var callName: String?

  init(_ oracle: Oracle, _ source: SourceText) { (self.oracle, self.source) = (oracle, source) }

  /// The words of a place, with single blanks.
  func text(_ span: SourceSpan) -> String {
    source.text(in: span).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  func meaning(_ expression: ExpressionSyntax) throws -> Meaning {
    if let groups, let key = groups.key(written: text(expression.span)) {
      return groups.meaning(key)
    }
    switch expression.kind {
    case .literal(let literal): return try meaning(literal)
    case .name(let path): return try meaning(path)
    case .call(let call): return try meaning(call, expression.span)
    case .unary(.not, let operand):
      let operand = try meaning(operand)
      guard operand.type == .boolean, !operand.isMissingWord else { throw invalid("not") }
      return operand.negated
    case .unary(let sign, let operand): return try signed(sign, meaning(operand))
    case .binary(let binary):
      return binary.operator.isComparison ? try comparison(binary) : try arithmetic(binary)
    case .logical(let operation, let operands):
      return all(try operands.map(condition), decisive: operation == .or)
    case .membership(let test): return try membership(test)
    case .between(let between): return try self.between(between)
    case .missingTest(let operand, let isNegated):
      let test = isMissing(try meaning(operand))
      return isNegated ? test.negated : test
    case .orMissing(let condition): return try orMissing(condition)
    case .conditional(let branches, let otherwise): return try conditional(branches, otherwise)
    case .subquery(let query): return try subquery(query)
    case .parameter, .placeholder, .list: throw invalid("not in this oracle")
    }
  }

  func invalid(_ what: String) -> Refusal { .invalid(what) }

  /// An expression that must be true or false.
  func condition(_ expression: ExpressionSyntax) throws -> Meaning {
    let condition = typed(try meaning(expression), as: .boolean)
    guard condition.type == .boolean else { throw invalid("no condition") }
    return condition
  }

  func isMissing(_ operand: Meaning) -> Meaning {
    .condition { row in
      let outcome = try operand.value(row)
      return Outcome(value: .boolean(outcome.isMissing), unknown: outcome.unknown)
    }
  }

  // MARK: Names

  /// The joined tables whose rows decide an expression.
  func owners(of expression: ExpressionSyntax) -> Set<Int> {
    var found = Set<Int>()
    expression.forEachDescendant { inner in
      if case .name(let path) = inner.kind,
        let entry = try? named(path.parts.map { $0.text.lowercased() })
      {
        found.formUnion(entry.owners)
      }
    }
    return found
  }

  private func meaning(_ path: NamePathSyntax) throws -> Meaning {
    let names = path.parts.map { $0.text.lowercased() }
    let last = names[names.count - 1]
    if let groups {
      if names.count == 1, let item = groups.items.first(where: { $0.name.lowercased() == last }) {
        return item.meaning
      }
      if names.count == 1, let key = groups.key(named: last) { return groups.meaning(key) }
      if names.count == 1, try named(names) == nil, let measure = oracle.measures[last] {
        return try defined(measure)
      }
    }
    let found = try entry(names)
    guard groups == nil || found.constant != nil else { throw invalid("\(last) is no key") }
    return found
  }

  private func entry(_ names: [String]) throws -> Meaning {
    if let entry = try named(names) { return entry.meaning }
    guard names == ["today"] else { throw invalid("no column \(names)") }
    return .constant(.date(oracle.today), .date)
  }

  /// What a name stands for; nothing where no column has it.
  func named(_ names: [String]) throws -> OracleScope.Entry? {
    let last = names[names.count - 1]
    var matches = scope.entries.filter { $0.name.lowercased() == last }
    if names.count == 2 {
      matches = matches.filter { $0.qualifier?.lowercased() == names[0] }
      guard let match = matches.last else { throw invalid("no column \(names)") }
      return match
    }
    if let own = matches.last(where: { !$0.isLookedUp }) { return own }
    if matches.count > 1 { throw invalid("ambiguous \(last)") }
    return matches.first
  }

  // MARK: Logic

  /// `and`, or with `decisive` true `or`: operands from left to right, until one decides for sure;
  /// all of them, if eager.
  func all(_ operands: [Meaning], decisive: Bool, isEager: Bool = false) -> Meaning {
    .condition { row in
      var isUnknown = false
      var result = !decisive
      if isEager, oracle.isEager { for operand in operands { _ = try operand.value(row) } }
      for operand in operands {
        let outcome = try operand.value(row)
        if outcome.isTrue == decisive {
          if !outcome.isUnknown { return Outcome(value: .boolean(decisive)) }
          result = decisive
        }
        isUnknown = isUnknown || outcome.isUnknown
      }
      return Outcome(value: .boolean(result), unknown: isUnknown)
    }
  }

  private func orMissing(_ expression: ExpressionSyntax) throws -> Meaning {
    let subject: ExpressionSyntax =
      switch expression.kind {
      case .membership(let test): test.value
      case .between(let between): between.value
      case .binary(let binary): binary.left
      default: expression
      }
    let test = try condition(expression)
    return all([isMissing(try meaning(subject)), test], decisive: true)
  }

  private func conditional(
    _ branches: [ConditionalBranchSyntax], _ otherwise: ExpressionSyntax
  ) throws -> Meaning {
    var result = try meaning(otherwise)
    for branch in branches.reversed() {
      let condition = try condition(branch.condition)
      watch(condition, "if", text(branch.condition.span))
      let (value, rest) = try unified(meaning(branch.value), result)
      result = Meaning(type: value.type, mayBeWide: value.mayBeWide || rest.mayBeWide) { row in
        let test = try condition.value(row)
        var chosen = try (test.isTrue ? value : rest).value(row)
        chosen.unknown = chosen.unknown || test.isUnknown
        return chosen
      }
      if groups != nil, value.isMissingWord { result.additivity = rest.additivity }
    }
    return result
  }

  /// Has the receipt tell where a missing value decides a value.
  func watch(_ condition: Meaning, _ clause: String, _ text: String) {
    if groups != nil || isOfGroups || notes.isInFilter { return }
    if notes.watched.contains(where: { $0.clause == clause && $0.text == text }) { return }
    notes.watched.append(OracleFilter(clause: clause, text: text, condition: condition))
  }

  /// A condition of a clause, with its words.
  func filter(_ expression: ExpressionSyntax, _ clause: String) throws -> OracleFilter {
    let outer = notes.isInFilter
    notes.isInFilter = true
    defer { notes.isInFilter = outer }
    return OracleFilter(
      clause: clause, text: text(expression.span), condition: try condition(expression))
  }

  private func subquery(_ query: QuerySyntax) throws -> Meaning {
    let answer = try oracle.answer(query, source)
    notes.queries.append(answer.receipt)
    guard answer.table.types.count == 1 else { throw invalid("one column") }
    guard answer.table.rows.count <= 1 else { throw invalid("one row") }
    let value = answer.table.rows.first?[0] ?? .missing
    // A value that the data gives is none that the query says.
    return Meaning(type: answer.table.types[0], mayBeWide: true) { _ in Outcome(value: value) }
  }
}
