import Synchronization
import Testing

@testable import Tally

/// Holds the fused kernels against the oracle, through the pool and without it.
@Suite struct FusedGroupingTests {
  private static let rowCount = 300

  private func column(_ sample: SampleColumn) throws -> Column {
    if sample.type == .text {
      return try Column.texts(
        sample.cells.map { if case .text(let text) = $0 { text } else { nil } })
    }
    return try Column.integers(
      sample.cells.map { $0 == .missing ? nil : Int64($0.stored) }, type: sample.type)
  }

  private func integers(
    _ data: inout SampleData, _ name: String, from base: Int, below limit: Int, missing: Int = 0
  ) throws -> SampleColumn {
    try data.column(name, .integer, .integers, missing: missing) {
      .integer(Int128(base + $0.below(limit)))
    }
  }

  /// Which rows a condition keeps.
  private typealias Condition = (Int) -> Bool

  /// What fused kernels answer of the rows that are kept, or nil where they decline.
  private func answer(
    keys: [SampleColumn], calls: [SampleCall], batchRows: Int, workers: Int,
    kept: Condition? = nil
  ) throws -> [[CellValue]]? {
    let samples = keys + calls.flatMap(\.operands)
    let columns = try samples.map(column)
    let context = RunContext(
      leastParallelRows: 0,
      grouping: GroupTuning(leastBucketedRows: workers == 1 ? Self.rowCount + 1 : 0))
    var place = keys.count
    var tables: [(GroupTable, [Accumulator], FusedGrouping)] = []
    var bound: [AggregateCall] = []
    for call in calls {
      var own = try #require(call.call)
      for index in own.operands.indices {
        own.operands[index] = own.operands[index].asColumn(place)
        place += 1
      }
      bound.append(own)
    }
    for _ in 0..<workers {
      let table = try GroupTable(
        keys: keys.enumerated().map { $1.expression.asColumn($0) },
        expectedRows: 1 << 24, context: context)
      let accumulators = try bound.map { call throws(QueryError) in
        try Accumulator(call, expectedRows: 1 << 24, context: context)
      }
      let made = try FusedGrouping(
        table, accumulators, columns: columns, isFiltered: kept != nil)
      guard let fused = made else { return nil }
      tables.append((table, accumulators, fused))
    }
    for (index, start) in stride(from: 0, to: Self.rowCount, by: batchRows).enumerated() {
      let rows = start..<min(start + batchRows, Self.rowCount)
      let fused = tables[index % workers].2
      // Every third batch passes as a whole.
      guard let kept, index % 3 < 2 else {
        try fused.update(rows)
        continue
      }
      let mask = rows.map { kept($0) ? 1 as UInt8 : 0 }
      try withBuffer(of: mask) { mask throws(QueryError) in
        try fused.update(rows, kept: mask.baseAddress, keptCount: mask.count { $0 == 1 })
      }
    }
    let (table, accumulators, fused) = tables[0]
    try fused.finish()
    for (other, others, fused) in tables.dropFirst() {
      try fused.finish()
      let mapping = try table.merge(other)
      for (own, added) in zip(accumulators, others) {
        try own.merge(added, mapping: mapping.elements)
      }
    }
    let order = try table.sortedOrder()
    var results = try table.keyColumns(order: order.elements)
    for accumulator in accumulators {
      results.append(try accumulator.finish(order: order.elements))
    }
    return (0..<order.count).map { row in results.map { $0[row] } }
  }

  @Test(arguments: [(1, 3000), (1, 7), (2, 100), (3, 999)])
  func agreesWithTheOracle(workers: Int, batchRows: Int) throws {
    var data = SampleData(seed: UInt64(batchRows), rowCount: Self.rowCount)
    let texts = ["Bộ Tài chính", "a", "b", ""]
    let keys = [
      try integers(&data, "byte", from: -5, below: 100),
      try integers(&data, "two bytes", from: 1000, below: 700),
      try integers(&data, "four bytes", from: 0, below: 100_000),
      try data.column("text", .text, .codes) { .text(texts[$0.below(4)]) },
      try data.column("day", .date, .integers) {
        .date(CalendarDate(daysSince1970: $0.below(9) - 4))
      },
    ]
    let values = [
      try integers(&data, "byte value", from: -7, below: 200),
      try integers(&data, "two bytes value", from: 3, below: 60_000),
      try integers(&data, "four bytes value", from: -1_000_000_000, below: 2_000_000_000),
      try data.column("percent", .percent(scale: 3), .integers) {
        .percent(ExactDecimal(coefficient: Int128($0.below(1000)), scale: 3))
      },
    ]
    var calls = [SampleCall(function: .count)]
    for value in values {
      calls.append(SampleCall(function: .sum, operands: [value]))
      calls.append(SampleCall(function: .average, operands: [value]))
    }
    let choices = [[], [0], [1], [2], [3], [0, 3], [3, 1], [4, 3, 0]].map { $0.map { keys[$0] } }
    for keys in choices {
      // The operands of calls are columns of their own, so no two calls share one here.
      for calls in [calls, [calls[0]], [calls[5]], [calls[1], calls[5]]] {
        let expected = try GroupingOracle.answer(
          keys: keys, calls: calls, rows: Array(0..<Self.rowCount))
        let own = try answer(keys: keys, calls: calls, batchRows: batchRows, workers: workers)
        let rows = try #require(own)
        #expect(rows.count == expected.count)
        for (row, wanted) in zip(rows, expected) {
          let isSame = zip(row, wanted).allSatisfy { $0.isIdentical(to: $1) }
          #expect(isSame, "\(keys.map(\.name)): \(row) instead of \(wanted)")
          if !isSame { return }
        }
      }
    }
  }

  /// Every aggregate that has a kernel, of columns that miss values and of those that do not, by
  /// keys of both kinds.
  @Test(arguments: [(1, 3000), (1, 7), (2, 100), (3, 33)])
  func everyKernelAgreesWithTheOracle(workers: Int, batchRows: Int) throws {
    var data = SampleData(seed: UInt64(batchRows) &+ 5, rowCount: Self.rowCount)
    let texts = ["Bộ Tài chính", "a", "b", ""]
    let keys = [
      try integers(&data, "key", from: -5, below: 9),
      try integers(&data, "gaps", from: 3, below: 40, missing: 20),
      try data.column("text", .text, .codes, missing: 10) { .text(texts[$0.below(4)]) },
    ]
    let values = [
      try integers(&data, "byte", from: -7, below: 200),
      try integers(&data, "two bytes", from: 3, below: 60_000),
      try integers(&data, "four bytes", from: -1_000_000_000, below: 2_000_000_000),
      try integers(&data, "byte with gaps", from: -7, below: 200, missing: 30),
      try integers(&data, "four bytes with gaps", from: -9, below: 1_000_000_000, missing: 30),
    ]
    var calls = [SampleCall(function: .count)]
    for (index, value) in values.enumerated() {
      for function in [
        AggregateFunction.count, .sum, .average, .min, .max, .variance, .median,
      ] where function != .median || index < 3 {
        calls.append(SampleCall(function: function, operands: [value]))
      }
      if index < 2 {
        calls.append(SampleCall(function: .count, isDistinct: true, operands: [value]))
      }
    }
    let narrow = try integers(&data, "narrow", from: 0, below: 40)
    calls.append(SampleCall(function: .corr, operands: [values[0], narrow]))
    calls.append(SampleCall(function: .corr, operands: [narrow, narrow]))
    for chosen in [[0], [1], [2, 1]] {
      let keys = chosen.map { keys[$0] }
      // Alone, each kernel has to know by itself which groups there are.
      for calls in [calls] + (chosen.count == 1 ? calls.map { [$0] } : []) {
        let expected = try GroupingOracle.answer(
          keys: keys, calls: calls, rows: Array(0..<Self.rowCount))
        let own = try answer(keys: keys, calls: calls, batchRows: batchRows, workers: workers)
        let rows = try #require(own, "\(calls.map(\.function)) by \(keys.map(\.name))")
        #expect(rows.count == expected.count)
        for (row, wanted) in zip(rows, expected) {
          let isSame = zip(row, wanted).allSatisfy { $0.isIdentical(to: $1) }
          let what = calls.count == 1 ? "\(calls[0].function) \(calls[0].operands.map(\.name))" : ""
          #expect(isSame, "\(what) by \(keys.map(\.name)): \(row) instead of \(wanted)")
          if !isSame { return }
        }
      }
    }
  }

  /// The same of the rows that a condition keeps: all kernels but those that read rows again.
  @Test(arguments: [(1, 3000), (1, 7), (2, 100), (3, 33)], [2, 5, 300])
  func conditionsAreMasks(_ split: (workers: Int, batchRows: Int), share: Int) throws {
    let (workers, batchRows) = split
    var data = SampleData(seed: UInt64(batchRows) &+ 7, rowCount: Self.rowCount)
    let texts = ["Bộ Tài chính", "a", "b", ""]
    let keys = [
      // With the one behind them 256 slots, 257 and many.
      try integers(&data, "255", from: -5, below: 255),
      try integers(&data, "256", from: -5, below: 256),
      try integers(&data, "scattered", from: 0, below: 100_000),
      try data.column("text", .text, .codes, missing: 10) { .text(texts[$0.below(4)]) },
    ]
    let values = [
      try integers(&data, "byte", from: -7, below: 200),
      try integers(&data, "four bytes", from: -1_000_000_000, below: 2_000_000_000),
      try integers(&data, "byte with gaps", from: -7, below: 200, missing: 30),
    ]
    let kept: Condition = { $0 % share == 0 }
    let rows = (0..<Self.rowCount).filter { row in
      (row / batchRows) % 3 == 2 || kept(row)
    }
    for chosen in [[], [0], [1], [2], [3], [3, 0]] {
      let keys = chosen.map { keys[$0] }
      var calls = [SampleCall(function: .count)]
      for value in values where !keys.isEmpty || !value.cells.contains(.missing) {
        let functions: [AggregateFunction] =
          keys.isEmpty
          ? [.count, .sum, .average] : [.count, .sum, .average, .min, .max, .variance]
        calls += functions.map { SampleCall(function: $0, operands: [value]) }
      }
      let expected = try GroupingOracle.answer(keys: keys, calls: calls, rows: rows)
      let own = try answer(
        keys: keys, calls: calls, batchRows: batchRows, workers: workers, kept: kept)
      let answers = try #require(own)
      #expect(answers.count == expected.count)
      for (row, wanted) in zip(answers, expected) {
        let isSame = zip(row, wanted).allSatisfy { $0.isIdentical(to: $1) }
        #expect(isSame, "\(keys.map(\.name)): \(row) instead of \(wanted)")
        if !isSame { return }
      }
    }
    for function in [AggregateFunction.median, .count] {
      let call = SampleCall(
        function: function, isDistinct: function == .count, operands: [values[0]])
      #expect(
        try answer(
          keys: [keys[0]], calls: [call], batchRows: batchRows, workers: workers, kept: kept)
          == nil)
    }
  }

  @Test func declinesWhatItCannotDo() throws {
    var data = SampleData(seed: 9, rowCount: Self.rowCount)
    let key = try integers(&data, "key", from: 0, below: 10)
    let gaps = try integers(&data, "gaps", from: 0, below: 10, missing: 5)
    let scattered = try integers(&data, "scattered", from: 0, below: 1 << 40)
    let sum = SampleCall(function: .sum, operands: [key])
    let cases: [([SampleColumn], [SampleCall])] = [
      ([scattered], [sum]), ([], [SampleCall(function: .sum, operands: [gaps])]),
      ([key], [SampleCall(function: .first, operands: [key])]),
      ([key], [SampleCall(function: .median, operands: [gaps])]),
      ([key], [SampleCall(function: .corr, operands: [key, gaps])]),
      ([key], [SampleCall(function: .count, isDistinct: true, operands: [gaps])]),
      ([key], [SampleCall(function: .count, isDistinct: true, operands: [scattered])]),
    ]
    for (keys, calls) in cases {
      #expect(try answer(keys: keys, calls: calls, batchRows: 100, workers: 1) == nil)
    }
  }
}

extension BoundExpression {
  /// The same expression as another column.
  func asColumn(_ index: Int) -> BoundExpression {
    BoundExpression(
      .column(index), type, mayBeMissing: mayBeMissing, bounds: bounds, at: span)
  }
}
