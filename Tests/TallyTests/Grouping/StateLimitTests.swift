import Testing

@testable import Tally

/// States that begin with narrow sums and go over to wide ones give the same results wherever the
/// limit lies and however states are merged.
@Suite struct StateLimitTests {
  private static let rowCount = 120

  /// Deals batches out to states, merges them and finishes.
  private func results(
    _ call: SampleCall, batchRows: Int, seed: UInt64,
    make: (AggregateCall) throws(QueryError) -> any AggregateState
  ) throws -> [CellValue] {
    var random = RandomSource(seed: seed)
    let groups = try GroupArray((0..<Self.rowCount).map { UInt32($0 % 3) })
    let targets = try GroupArray<UInt32>([0, 1, 2])
    let bound = try #require(call.call)
    var states: [any AggregateState] = []
    for _ in 0..<3 {
      let state = try make(bound)
      try state.reserve(groups: 3)
      states.append(state)
    }
    for start in stride(from: 0, to: Self.rowCount, by: batchRows) {
      let rows = start..<min(start + batchRows, Self.rowCount)
      var batch = AggregateRows(
        count: rows.count, groups: groups.pointer + start, isOneGroup: false)
      if case .integers(let values) = call.operands[0].vector(rows).storage {
        batch.values = .integers(values)
      }
      if call.operands.count > 1,
        case .integers(let values) = call.operands[1].vector(rows).storage
      {
        batch.others = .integers(values)
      }
      try states[random.below(3)].update(batch)
    }
    try states[1].merge(states[2], targets: targets.elements)
    try states[0].merge(states[1], targets: targets.elements)
    let column = try states[0].finish(order: targets.elements)
    return (0..<3).map { column[$0] }
  }

  private func expected(_ call: SampleCall) throws -> [CellValue] {
    try (0..<3).map { group in
      let rows = (0..<Self.rowCount).filter { $0 % 3 == group }
      return try GroupingOracle.answer(keys: [], calls: [call], rows: rows)[0][0]
    }
  }

  @Test(arguments: [1, 7, 50, 120])
  func sumsLeaveTheirPartialSumsInTime(batchRows: Int) throws {
    var data = SampleData(seed: 3, rowCount: Self.rowCount)
    for shift in [0, 1, 3, 6, 40] {
      let column = try data.column("x", .integer, .integers) {
        .integer(Int128(Int64(bitPattern: $0.next()) >> Int64(shift)))
      }
      for function in [AggregateFunction.sum, .average] {
        let call = SampleCall(function: function, operands: [column])
        for seed in UInt64(0)..<4 {
          let own = try results(call, batchRows: batchRows, seed: seed) {
            call throws(QueryError) in
            try SumState(call, isWide: false, leastRows: 1, budget: nil)
          }
          #expect(try own == expected(call), "\(function) >> \(shift)")
        }
      }
    }
  }

  @Test(arguments: [1, 7, 50, 120])
  func momentsLeaveTheirSmallSumsInTime(batchRows: Int) throws {
    var data = SampleData(seed: 4, rowCount: Self.rowCount)
    var columns: [SampleColumn] = []
    for bits in [31, 8] {
      let column = try data.column("x", .integer, .integers) {
        .integer(Int128(Int64(bitPattern: $0.next()) >> Int64(63 - bits)))
      }
      columns.append(column)
    }
    let calls = [
      SampleCall(function: .variance, operands: [columns[0]]),
      SampleCall(function: .stddev, operands: [columns[1]]),
      SampleCall(function: .corr, operands: columns),
    ]
    for call in calls {
      for limit in [0, 10, 45, 100, 1000] {
        let own = try results(call, batchRows: batchRows, seed: UInt64(limit)) {
          call throws(QueryError) in
          try MomentState(call, isWide: false, smallRows: limit, budget: nil)
        }
        #expect(try own == expected(call), "\(call.function), \(limit) rows")
      }
    }
  }

  @Test(arguments: [1, 7, 50, 120])
  func distinctValuesLeaveTheirBitsInTime(batchRows: Int) throws {
    var data = SampleData(seed: 5, rowCount: Self.rowCount)
    let column = try data.column("x", .integer, .integers) { .integer(Int128($0.below(90)) - 40) }
    let call = SampleCall(function: .count, isDistinct: true, operands: [column])
    let wanted = try expected(call)
    for limit in [0, 91, 128, 300, 1 << 20] {
      for seed in UInt64(0)..<4 {
        let own = try results(call, batchRows: batchRows, seed: seed) { call throws(QueryError) in
          try DistinctState(call, isWide: false, bitLimit: limit, budget: nil)
        }
        #expect(own == wanted, "\(limit) bits")
      }
    }
  }

  @Test func selectionFindsWhatSortingDoes() throws {
    var random = RandomSource(seed: 6)
    var counts = [UInt32](repeating: 0, count: 256)
    for round in 0..<300 {
      let count = 1 + random.below(round < 100 ? 60 : 3000)
      let range = [1, 2, 300, 70_000, 1 << 32][round % 5]
      // Some values lie far away from the others, or are the same.
      let values = (0..<count).map { _ -> UInt32 in
        if random.chance(5) { return [0, 7, .max, .max - 1][random.below(4)] }
        return UInt32(truncatingIfNeeded: random.below(range))
      }
      let sorted = values.sorted()
      for index in [0, count - 1, count / 2, random.below(count)] {
        var copy = values
        let found = try copy.withUnsafeMutableBufferPointer { values in
          try counts.withUnsafeMutableBufferPointer { counts in
            try values.baseAddress.flatMap { values in
              try counts.baseAddress.map {
                try selectPair(values, count: count, index: index, counts: $0, nil)
              }
            }
          }
        }
        #expect(found?.0 == sorted[index])
        #expect(found?.1 == sorted[min(index + 1, count - 1)])
      }
    }
  }
}
