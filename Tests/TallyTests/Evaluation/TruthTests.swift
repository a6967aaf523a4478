import Testing

@testable import Tally

/// Two-valued logic, and the account of what a missing value decided.
@Suite struct TruthTests {
  typealias H = Harness
  typealias O = Harness.Outcome

  /// true, false, true and unknown, false and unknown: as conditions on a column of 1, 2, missing.
  private static let column = try? Column.integers([1, 2, nil])

  private func outcome(_ kind: BoundExpression.Kind, row: Int) throws -> O {
    let column = try #require(Self.column)
    return try Harness.outcomes(Harness.condition(kind), [column], rows: 3)[row]
  }

  private static let number = Harness.column(0, .integer)

  @Test(arguments: [
    (ComparisonOperator.equal, [true, false, false]),
    (.notEqual, [false, true, true]),
    (.less, [false, false, false]),
    (.lessOrEqual, [true, false, false]),
    (.greater, [false, true, false]),
    (.greaterOrEqual, [true, true, false]),
  ])
  func comparesWithAConstant(_ operation: ComparisonOperator, _ expected: [Bool]) throws {
    let one = Harness.whole(1)
    for row in 0..<3 {
      let direct = try outcome(.comparison(operation, Self.number, one), row: row)
      #expect(direct == O(value: .boolean(expected[row]), unknown: row == 2))
      let mirrored = try outcome(.comparison(operation.mirrored, one, Self.number), row: row)
      #expect(mirrored == direct)
      // The same on decoded values.
      let sum = BoundExpression(
        .arithmetic(.add, Self.number, Harness.whole(0)), .integer, at: Harness.nowhere)
      #expect(try outcome(.comparison(operation, sum, one), row: row) == direct)
    }
  }

  @Test func missingEqualsMissing() throws {
    let itself = try outcome(.comparison(.equal, Self.number, Self.number), row: 2)
    #expect(itself == O(value: .boolean(true), unknown: true))
    let literal = try outcome(.comparison(.equal, Self.number, H.missing(.integer)), row: 2)
    #expect(literal == O(value: .boolean(true)))
    let less = try outcome(.comparison(.less, Self.number, H.missing(.integer)), row: 0)
    #expect(less == O(value: .boolean(false)))
    #expect(try outcome(.isMissing(Self.number), row: 2) == O(value: .boolean(true)))
  }

  @Test func membershipOfMissingValues() throws {
    let without = try outcome(.membership(Self.number, .integers([1], hasMissing: false)), row: 2)
    #expect(without == O(value: .boolean(false), unknown: true))
    let with = try outcome(.membership(Self.number, .integers([1], hasMissing: true)), row: 2)
    #expect(with == O(value: .boolean(true)))
  }

  @Test func missingBounds() throws {
    let never = try outcome(.between(Self.number, H.missing(.integer), H.whole(1)), row: 0)
    #expect(never == O(value: .boolean(false)))
    let value = try outcome(.between(Self.number, H.whole(0), H.whole(1)), row: 2)
    #expect(value == O(value: .boolean(false), unknown: true))
    // 5 <= 1 is false whatever the missing bound would be.
    let decided = try outcome(.between(H.whole(5), Self.number, H.whole(1)), row: 2)
    #expect(decided == O(value: .boolean(false)))
    let bound = try outcome(.between(H.whole(5), Self.number, H.whole(9)), row: 2)
    #expect(bound == O(value: .boolean(false), unknown: true))
  }

  /// The four outcomes that a condition can have.
  static let outcomes: [O] = [
    O(value: .boolean(true)), O(value: .boolean(false)),
    O(value: .boolean(true), unknown: true), O(value: .boolean(false), unknown: true),
  ]

  /// A condition with a wanted outcome in the row whose value is missing.
  private func condition(_ outcome: O) -> BoundExpression {
    let isTrue = outcome.value == .boolean(true)
    guard outcome.unknown else { return H.truth(isTrue) }
    let operation: ComparisonOperator = isTrue ? .notEqual : .equal
    return H.condition(.comparison(operation, Self.number, H.whole(1)))
  }

  @Test(arguments: outcomes, outcomes)
  func joinsConditions(_ left: O, _ right: O) throws {
    let operands = [condition(left), condition(right)]
    let values = [left, right].map { $0.value == .boolean(true) }
    let knownFalse = [left, right].contains(O(value: .boolean(false)))
    let knownTrue = [left, right].contains(O(value: .boolean(true)))
    let anyUnknown = left.unknown || right.unknown
    let both = try outcome(.and(operands), row: 2)
    #expect(both.value == .boolean(values[0] && values[1]))
    #expect(both.unknown == (anyUnknown && !knownFalse))
    let either = try outcome(.or(operands), row: 2)
    #expect(either.value == .boolean(values[0] || values[1]))
    #expect(either.unknown == (anyUnknown && !knownTrue))
    let complement = try outcome(.not(condition(left)), row: 2)
    #expect(complement == O(value: .boolean(!values[0]), unknown: left.unknown))
  }

  @Test func missingTruthIsFalseAndUnknown() throws {
    let column = try Column.integers([1, 0, nil], type: .boolean)
    let paid = Harness.column(0, .boolean)
    let all = try Harness.outcomes(Harness.condition(.and([paid])), [column], rows: 3)
    #expect(
      all == [
        O(value: .boolean(true)), O(value: .boolean(false)),
        O(value: .boolean(false), unknown: true),
      ])
    let none = try Harness.outcomes(Harness.condition(.not(paid)), [column], rows: 3)
    #expect(none[2] == O(value: .boolean(true), unknown: true))
    let equal = Harness.condition(.comparison(.equal, paid, H.truth(true)))
    #expect(try Harness.outcomes(equal, [column], rows: 3) == all)
  }

  @Test func unknownChoicesStayUnknown() throws {
    // "high" if level >= 2 else "low": the row without a level is called low, and that is said.
    let test = H.condition(.comparison(.greaterOrEqual, Self.number, H.whole(2)))
    let word = BoundExpression(
      .conditional(H.text("high"), condition: test, otherwise: H.text("low")), .text,
      at: Harness.nowhere)
    let low = try outcome(.comparison(.equal, word, H.text("low")), row: 2)
    #expect(low == O(value: .boolean(true), unknown: true))
    let known = try outcome(.comparison(.equal, word, H.text("low")), row: 0)
    #expect(known == O(value: .boolean(true)))
  }

  @Test func looseEqualityIsTotalToo() throws {
    let column = try Column.texts(["Hà Nội", nil])
    let name = Harness.column(0, .text)
    let equal = H.condition(.textMatch(.equals, name, H.text("ha noi"), loosely: true))
    #expect(
      try Harness.outcomes(equal, [column], rows: 2)
        == [O(value: .boolean(true)), O(value: .boolean(false), unknown: true)])
    let itself = H.condition(.textMatch(.equals, name, name, loosely: true))
    #expect(try Harness.outcomes(itself, [column], rows: 2)[1].value == .boolean(true))
    let contains = H.condition(.textMatch(.contains, name, name, loosely: true))
    #expect(try Harness.outcomes(contains, [column], rows: 2)[1].value == .boolean(false))
  }

  /// Every row is in `where P` or in `where not P`, and never in both.
  @Test(arguments: 0..<40)
  func partitionsEveryTable(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed) &+ 99)
    let table = try RandomTable(rows: 100, random: &random)
    var expressions = RandomExpressions(table: table, random: random)
    let context = RunContext(batchRows: 100)
    let batch = Batch(columns: table.columns, start: 0, count: 100)
    for _ in 0..<20 {
      let condition = expressions.expression(.boolean, depth: 3)
      let group = EvaluatorGroup(columns: table.columns, context: context)
      // Read as a condition: a missing truth value is false.
      let plain = try group.add(Harness.condition(.and([condition])))
      let negated = try group.add(Harness.condition(.not(condition)))
      guard (try? group.begin(batch)) != nil, let yes = try? plain.evaluate(),
        let no = try? negated.evaluate()
      else { continue }
      for row in 0..<100 {
        let places = (yes.isConstant ? 0 : row, no.isConstant ? 0 : row)
        #expect(try UInt8.values(of: yes)[places.0] ^ UInt8.values(of: no)[places.1] == 1)
        let unknowns = (yes.unknown?[places.0] ?? 0, no.unknown?[places.1] ?? 0)
        #expect(unknowns.0 == unknowns.1, "row \(row) of \(condition.outline)")
      }
    }
  }
}
