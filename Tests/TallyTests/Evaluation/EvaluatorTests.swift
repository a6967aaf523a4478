import Testing

@testable import Tally

/// Evaluators as their users meet them: errors, limits, sharing, tables by code.
@Suite struct EvaluatorTests {
  typealias H = Harness

  private func sum(_ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan)
    -> BoundExpression
  {
    BoundExpression(.arithmetic(.add, left, right), .integer, at: span)
  }

  @Test func overflowNamesTheRowAndThePlace() throws {
    let column = try Column.integers([1, nil, 5, .max, .max])
    let expression = sum(H.column(0, .integer), H.whole(1), at: SourceSpan(4, 9))
    let evaluator = try Evaluator(
      expression, columns: [column], context: RunContext(batchRows: 2))
    _ = try evaluator.evaluate(Batch(columns: [column], start: 0, count: 2))
    do {
      _ = try evaluator.evaluate(Batch(columns: [column], start: 2, count: 2))
      Issue.record("no error")
    } catch {
      #expect(error.kind == .overflow)
      #expect(error.message == "the sum does not fit into 64 bits in row 4")
      #expect(error.diagnostics.map(\.span) == [SourceSpan(4, 9)])
    }
  }

  @Test func missingRowsDoNotOverflow() throws {
    let column = try Column.integers([1, nil, .max])
    let batch = Batch(columns: [column], start: 0, count: 2)
    let value = H.column(0, .integer)
    let product = BoundExpression(
      .arithmetic(.multiply, value, value), .integer, at: H.nowhere)
    let evaluator = try Evaluator(product, columns: [column], context: RunContext(batchRows: 2))
    #expect(try evaluator.evaluate(batch).count == 2)
  }

  @Test func branchesThatAreNotTakenDoNotFail() throws {
    let column = try Column.integers([0, 4, nil, .max])
    let value = H.column(0, .integer)
    let isZero = H.condition(.comparison(.equal, value, H.whole(0)))
    let share = BoundExpression(
      .arithmetic(.floorDivide, H.whole(8), value), .integer, at: H.nowhere)
    let guarded = BoundExpression(
      .conditional(H.whole(-1), condition: isZero, otherwise: share), .integer, at: H.nowhere)
    let evaluator = try Evaluator(guarded, columns: [column], context: RunContext(batchRows: 4))
    let vector = try evaluator.evaluate(Batch(columns: [column], start: 0, count: 4))
    #expect((0..<4).map { try? Int64.values(of: vector)[$0] }.prefix(2) == [-1, 2])
    #expect(evaluator.zeroDivisions == 0)
    // In `x != 0 and 8 div x > 1` too.
    let isLarge = H.condition(.comparison(.greater, share, H.whole(1)))
    let both = H.condition(.and([H.condition(.not(isZero)), isLarge]))
    let second = try Evaluator(both, columns: [column], context: RunContext(batchRows: 4))
    let truth = try second.evaluate(Batch(columns: [column], start: 0, count: 4))
    #expect((0..<4).map { try? UInt8.values(of: truth)[$0] } == [0, 1, 0, 0])
    #expect(second.zeroDivisions == 0)
  }

  @Test func constantsCountOncePerSelectedRow() throws {
    let share = BoundExpression(.quotient(H.whole(1), H.whole(0)), .float, at: H.nowhere)
    let evaluator = try Evaluator(share, columns: [], context: RunContext(batchRows: 8))
    var batch = Batch(columns: [], start: 0, count: 8)
    let vector = try evaluator.evaluate(batch)
    #expect(vector.isConstant && vector.valid?.pointee == 0)
    #expect(evaluator.zeroDivisions == 8)
    batch.selectedCount = 0
    #expect(try evaluator.evaluate(batch).count == 0)
    #expect(evaluator.zeroDivisions == 8)
  }

  @Test func groupsComputeCommonPartsOnce() throws {
    let column = try Column.integers([1, 0, 3])
    let group = EvaluatorGroup(columns: [column], context: RunContext(batchRows: 4))
    let share = BoundExpression(
      .quotient(H.whole(6), H.column(0, .integer)), .float, at: H.nowhere)
    let plain = try group.add(share)
    let negated = try group.add(BoundExpression(.negated(share), .float, at: SourceSpan(7, 8)))
    try group.begin(Batch(columns: [column], start: 0, count: 3))
    let first = try plain.evaluate()
    let second = try negated.evaluate()
    #expect(group.counts.zeroDivisions == 1)
    #expect(try Double.values(of: first)[2] == 2 && Double.values(of: second)[2] == -2)
    try group.begin(Batch(columns: [column], start: 2, count: 1))
    let third = try negated.evaluate()
    #expect(try Double.values(of: third)[0] == -2)
    #expect(group.counts.zeroDivisions == 1)
  }

  @Test func workersShareTheDictionariesOfComputedTexts() throws {
    let column = try Column.texts(["b", "A", nil, "a", "B"])
    let lower = try H.call("lower", [H.column(0, .text)])
    let tables = CodeTables()
    var dictionaries: [TextDictionary] = []
    for _ in 0..<2 {
      let evaluator = try Evaluator(
        lower, columns: [column], context: RunContext(batchRows: 8), tables: tables)
      defer { withExtendedLifetime(evaluator) {} }
      let vector = try evaluator.evaluate(Batch(columns: [column], start: 0, count: 5))
      guard case .codes(let codes, let dictionary) = vector.storage else {
        Issue.record("no codes")
        return
      }
      #expect([0, 1, 3, 4].map { codes[$0] } == [1, 0, 0, 1])
      #expect(vector.valid?[2] == 0)
      dictionaries.append(dictionary)
    }
    #expect(dictionaries[0] === dictionaries[1])
    #expect((0..<2).map { dictionaries[0][$0] } == ["a", "b"])
  }

  @Test func choicesBetweenWordsAreCodes() throws {
    let column = try Column.integers([1, 5])
    let test = H.condition(.comparison(.greater, H.column(0, .integer), H.whole(3)))
    let word = BoundExpression(
      .conditional(H.text("online"), condition: test, otherwise: H.text("counter")), .text,
      at: H.nowhere)
    let tables = CodeTables()
    let layouts = try (0..<2).map { _ in
      try Evaluator(word, columns: [column], context: RunContext(), tables: tables).layout
    }
    guard case .codes(let first) = layouts[0], case .codes(let second) = layouts[1] else {
      Issue.record("no codes")
      return
    }
    #expect(first === second && first.count == 2)
  }

  @Test func tableByCodeServesEveryRowAndColumnWidth() throws {
    // 300 days from 1969 on need two bytes, 200 one.
    for count in [200, 300] {
      let days = (0..<count).map { Int64($0 % 97 == 0 ? -400 : $0 - 200) }
      let column = try Column.integers(days.map { $0 }, type: .date)
      let year = try H.call("year_number", [H.column(0, .date)])
      let evaluator = try Evaluator(
        year, columns: [column], context: RunContext(batchRows: 512))
      defer { withExtendedLifetime(evaluator) {} }
      let vector = try evaluator.evaluate(Batch(columns: [column], start: 0, count: count))
      let years = try Int64.values(of: vector)
      for row in 0..<count {
        let parts = CalendarDate(daysSince1970: Int(days[row])).parts
        #expect(years[row] == Int64(parts.year))
      }
    }
  }

  @Test func stopsWhenCancelled() throws {
    let cancellation = Cancellation()
    let context = RunContext(batchRows: 4, cancellation: cancellation)
    let evaluator = try Evaluator(H.whole(1), columns: [], context: context)
    cancellation.cancel()
    #expect(throws: QueryError.self) {
      _ = try evaluator.evaluate(Batch(columns: [], start: 0, count: 1))
    }
  }

  @Test func respectsTheMemoryBudget() throws {
    let column = try Column.integers([1, 2, 3])
    let expression = sum(H.column(0, .integer), H.whole(1), at: H.nowhere)
    let budget = MemoryBudget(limit: 1000)
    let context = RunContext(budget: budget, batchRows: 1 << 20)
    let evaluator = try Evaluator(expression, columns: [column], context: context)
    do {
      _ = try evaluator.evaluate(Batch(columns: [column], start: 0, count: 3))
      Issue.record("no error")
    } catch {
      #expect(error.kind == .memory)
    }
  }

  @Test func refusesBatchesBeyondItsRoom() throws {
    let evaluator = try Evaluator(H.whole(1), columns: [], context: RunContext(batchRows: 4))
    do {
      _ = try evaluator.evaluate(Batch(columns: [], start: 0, count: 5))
      Issue.record("no error")
    } catch {
      #expect(error.kind == .bug)
    }
  }
}
