import Testing

@testable import Tally

/// Holds grouping against the oracle, row by row and bit by bit.
@Suite struct GroupingTests {
  private static let runs: [GroupingRun] = [
    GroupingRun(batchRows: 1000, workers: 1, seed: 1),
    GroupingRun(batchRows: 1, workers: 2, seed: 2),
    GroupingRun(batchRows: 7, workers: 3, seed: 3, expectedRows: 1 << 24),
    GroupingRun(batchRows: 64, workers: 2, seed: 4, selectedPercent: 70),
    GroupingRun(batchRows: 65, workers: 3, seed: 5, expectedRows: 300),
  ]

  private func expectEqual(
    _ answer: [[CellValue]], _ expected: [[CellValue]], _ what: String
  ) {
    #expect(answer.count == expected.count, "groups of \(what)")
    for (row, wanted) in zip(answer, expected) {
      let isSame = zip(row, wanted).allSatisfy { $0.isIdentical(to: $1) }
      #expect(isSame, "\(what): \(row) instead of \(wanted)")
      if !isSame { return }
    }
  }

  /// Every aggregate that an operand's type has.
  private func calls(
    _ operands: [SampleColumn], condition: SampleColumn?
  ) -> [SampleCall] {
    var calls = [SampleCall(function: .count), SampleCall(function: .count, condition: condition)]
    let fractions: [(Int128, Int)] = [(0, 0), (1, 0), (25, 2), (333, 3), (95, 2)]
    for (index, operand) in operands.enumerated() {
      for function in AggregateFunction.allCases {
        calls.append(SampleCall(function: function, operands: [operand]))
        if index % 3 == 0 {
          calls.append(
            SampleCall(function: function, operands: [operand], condition: condition))
        }
      }
      calls.append(SampleCall(function: .count, isDistinct: true, operands: [operand]))
      for (coefficient, scale) in fractions {
        calls.append(
          SampleCall(
            function: .percentile, operands: [operand],
            fraction: ExactDecimal(coefficient: coefficient, scale: scale)))
      }
      for other in [operand, operands[(index + 1) % operands.count], operands[0]] {
        calls.append(SampleCall(function: .corr, operands: [operand, other]))
      }
    }
    return calls.filter { $0.call != nil }
  }

  @Test(arguments: zip([0, 0, 5, 20, 60, 100], [0, 1, 2, 3, 4, 2]))
  func everyAggregateOfEveryType(missing: Int, run: Int) throws {
    var data = SampleData(seed: UInt64(missing * 10 + run), rowCount: 150)
    let operands = try data.operands(missing: missing)
    let condition = try data.column("holds", .boolean, .booleans) { .boolean($0.below(3) > 0) }
    let key = try data.smallIntegers(missing: missing / 2)
    let calls = calls(operands, condition: condition)
    let rows = Self.runs[run].selectedRows(of: data.rowCount)
    for keys in [[key], []] {
      let answer = try Self.runs[run].answer(keys: keys, calls: calls, rowCount: data.rowCount)
      let expected = try GroupingOracle.answer(keys: keys, calls: calls, rows: rows)
      #expect(answer.rows.count == expected.count)
      for (index, call) in calls.enumerated() {
        let name =
          "\(call.function) of \(call.operands.map(\.name)) by \(keys.map(\.name))"
        let column = index + keys.count
        expectEqual(answer.rows.map { [$0[column]] }, expected.map { [$0[column]] }, name)
        #expect(answer.skipped[index] == GroupingOracle.skipped(call, rows: rows), "\(name)")
      }
    }
  }

  @Test(arguments: zip([0, 0, 10, 10, 40], runs.indices))
  func everyTypeAsKey(missing: Int, run: Int) throws {
    var data = SampleData(seed: UInt64(missing + run), rowCount: 400)
    let keys = try data.keys(missing: missing)
    let value = try data.smallIntegers(missing: 0)
    let calls = [SampleCall(function: .sum, operands: [value]), SampleCall(function: .count)]
    let rows = Self.runs[run].selectedRows(of: data.rowCount)
    for (index, first) in keys.enumerated() {
      for chosen in [[first], [first, keys[(index + 3) % keys.count]], [keys[9], first, keys[0]]] {
        let answer = try Self.runs[run].answer(
          keys: chosen, calls: calls, rowCount: data.rowCount)
        let expected = try GroupingOracle.answer(keys: chosen, calls: calls, rows: rows)
        expectEqual(answer.rows, expected, "\(chosen.map(\.name))")
      }
    }
  }

  @Test(arguments: [0, 20])
  func coarserGroupsComeExactlyFromFinerOnes(missing: Int) throws {
    var data = SampleData(seed: 77, rowCount: 200)
    let operands = try data.operands(missing: missing)
    let fine = try data.smallIntegers(missing: 0)
    let calls = calls(operands, condition: nil)
    let expected = try GroupingOracle.answer(keys: [], calls: calls, rows: Array(0..<200))
    let context = RunContext()
    for (index, call) in calls.enumerated() {
      let finer = try Accumulator(try #require(call.call), context: context)
      try finer.reserve(groups: 21)
      let groups = try GroupArray(fine.cells.map { UInt32($0.stored + 10) })
      try finer.update(
        groups: groups.pointer, count: 200, operands: call.operands.map { $0.vector(0..<200) },
        condition: nil, positions: RowPositions(start: 0, selection: nil))
      let halves = try GroupArray((0..<21).map { UInt32($0 % 2) })
      let both = try GroupArray<UInt32>([0, 0])
      let only = try GroupArray<UInt32>([0])
      let total = try finer.regrouped(mapping: halves.elements, groupCount: 2)
        .regrouped(mapping: both.elements, groupCount: 1)
      let column = try total.finish(order: only.elements)
      expectEqual([[column[0]]], [[expected[0][index]]], "\(call.function)")
      #expect(total.skippedMissing == finer.skippedMissing)
    }
  }

  @Test func constantsAndSelectionsCountAsRowsDo() throws {
    var data = SampleData(seed: 5, rowCount: 50)
    let column = try data.smallIntegers(missing: 0)
    let yes = try SampleColumn("yes", .boolean, .booleans, [.boolean(true)], hasBounds: true)
    let no = try SampleColumn("no", .boolean, .booleans, [.boolean(false)], hasBounds: true)
    let none = try SampleColumn("none", .integer, .integers, [.missing], hasBounds: false)
    let selection = try GroupArray<UInt32>((0..<50).map { UInt32($0 * 2) })
    let cases: [(SampleCall, Vector, Vector?, CellValue)] = [
      (
        SampleCall(function: .sum, operands: [column]), column.constant, nil,
        .integer(column.cells[0].stored * 50)
      ),
      (
        SampleCall(function: .sum, operands: [column]), column.constant, yes.constant,
        .integer(column.cells[0].stored * 50)
      ),
      (SampleCall(function: .sum, operands: [column]), column.constant, no.constant, .integer(0)),
      (
        SampleCall(function: .last, operands: [column]), column.vector(0..<50), nil,
        column.cells[49]
      ),
      (SampleCall(function: .max, operands: [none]), none.constant, nil, .missing),
    ]
    let only = try GroupArray<UInt32>([0])
    for (sample, operand, condition, expected) in cases {
      let accumulator = try Accumulator(try #require(sample.call), context: RunContext())
      try accumulator.update(
        groups: nil, count: 50, operands: [operand], condition: condition,
        positions: RowPositions(start: 1000, selection: selection.pointer))
      let result = try accumulator.finish(order: only.elements)
      #expect(result[0] == expected, "\(sample.function)")
      #expect(accumulator.skippedMissing == (expected == .missing ? 50 : 0))
    }
  }

  @Test func constantKeysAreOneGroup() throws {
    var data = SampleData(seed: 6, rowCount: 30)
    for key in try data.keys(missing: 0) {
      let table = try GroupTable(keys: [key.expression], expectedRows: 0, context: RunContext())
      let ids = try GroupArray<UInt32>(count: 30, filling: 7, budget: nil)
      try table.assign(keys: [key.constant], count: 30, into: ids.pointer)
      let order = try table.sortedOrder()
      #expect(order.count == 1)
      #expect(ids.elements.allSatisfy { $0 == order[0] })
      #expect(try table.keyColumns(order: order.elements)[0][0] == key.cells[0])
    }
  }

  @Test func sumsThatNoColumnHoldsAreErrors() throws {
    let huge = Int128.max
    let wide = try SampleColumn(
      "wide", .integer, .wide, [.integer(huge), .integer(huge), .integer(-huge)], hasBounds: true)
    let floats = try SampleColumn(
      "float", .float, .floats, [.float(1e308), .float(1e308), .float(-1e308)], hasBounds: true)
    let lengths = try SampleColumn(
      "time", .duration, .integers, [.duration(.max), .duration(.max), .duration(-.max)],
      hasBounds: true)
    for column in [wide, floats, lengths] {
      // Whatever the order, three values have a sum and the first two have none.
      for (rows, isHeld) in [(0..<3, true), (0..<2, false)] {
        let call = try #require(SampleCall(function: .sum, operands: [column]).call)
        let accumulator = try Accumulator(call, context: RunContext())
        try accumulator.update(
          groups: nil, count: rows.count, operands: [column.vector(rows)], condition: nil,
          positions: RowPositions(start: 0, selection: nil))
        let order = try GroupArray<UInt32>([0])
        if isHeld {
          #expect(try accumulator.finish(order: order.elements)[0].isIdentical(to: column.cells[0]))
        } else {
          let error = #expect(throws: QueryError.self) {
            try accumulator.finish(order: order.elements)
          }
          #expect(error?.kind == .overflow)
        }
      }
    }
  }

  @Test func memoryIsTakenFromTheBudgetAndGivenBack() throws {
    var data = SampleData(seed: 8, rowCount: 2000)
    let key = try data.column("note", .text, .texts) { .text(String($0.next())) }
    let value = try data.smallIntegers(missing: 10)
    var needed = 0
    for limit in [1 << 30, 40_000, 4000, 0] {
      let budget = MemoryBudget(limit: limit)
      do throws(QueryError) {
        let context = RunContext(budget: budget)
        let table = try GroupTable(keys: [key.expression], expectedRows: 0, context: context)
        let ids = try GroupArray<UInt32>(count: 2000, filling: 0, budget: nil)
        try table.assign(keys: [key.vector(0..<2000)], count: 2000, into: ids.pointer)
        for function in AggregateFunction.allCases {
          guard let call = SampleCall(function: function, operands: [value]).call else { continue }
          let accumulator = try Accumulator(call, context: context)
          try accumulator.reserve(groups: table.groupCount)
          try accumulator.update(
            groups: ids.pointer, count: 2000, operands: [value.vector(0..<2000)], condition: nil,
            positions: RowPositions(start: 0, selection: nil))
          let order = try table.sortedOrder()
          _ = try accumulator.finish(order: order.elements)
          needed = max(needed, budget.used)
        }
        #expect(limit == 1 << 30)
      } catch {
        #expect(error.kind == .memory && limit < 1 << 30)
      }
      #expect(budget.used == 0)
    }
    #expect(needed > 2000 * 16)
  }
}
