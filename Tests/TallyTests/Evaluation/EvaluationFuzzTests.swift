import Testing

@testable import Tally

/// Evaluators held to the reference on random expressions, rows, batches and selections.
@Suite struct EvaluationFuzzTests {
  static let batchSizes = [1, 7, 63, 64, 65, 1000]

  @Test(arguments: 0..<60)
  func agreesWithTheReference(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed) &* 7919 &+ 1)
    let size = Self.batchSizes[seed % Self.batchSizes.count]
    let table = try RandomTable(
      rows: size == 1 ? 12 : min(2 * size + 13, 300), lookupRows: [9, 0], random: &random)
    var expressions = RandomExpressions(table: table, random: random)
    for _ in 0..<40 {
      let type = random.pick(RandomExpressions.types)
      let expression = expressions.expression(type, depth: Int.random(in: 1...4, using: &random))
      for isSelective in [false, true] {
        let isRight = try check(
          expression, table, batchRows: size, isSelective: isSelective, &random)
        // One failure of a seed says enough.
        if !isRight { return }
      }
    }
  }

  private func check(
    _ expression: BoundExpression, _ table: RandomTable, batchRows: Int, isSelective: Bool,
    _ random: inout RandomSource
  ) throws -> Bool {
    let context = RunContext(batchRows: batchRows)
    let evaluator = try Evaluator(
      expression, columns: table.columns, lookups: table.lookups, context: context)
    var reference = ReferenceInterpreter(columns: table.columns, lookups: table.lookups)
    for start in stride(from: 0, to: table.rowCount, by: batchRows) {
      let count = min(batchRows, table.rowCount - start)
      let share = random.pick([0, 10, 50, 95])
      let offsets = (0..<UInt32(count)).filter { _ in !isSelective || random.chance(share) }
      let partners = (0..<count).map { _ in
        random.chance(20) ? Batch.noPartner : UInt32.random(in: 0..<9, using: &random)
      }
      let expected = try BatchExpectation(
        expression, start: start, offsets: offsets, partners: partners, &reference)
      var failure: String?
      try offsets.withUnsafeBufferPointer { buffer in
        var batch = Batch(columns: table.columns, start: start, count: count)
        batch.selectedCount = offsets.count
        if isSelective { batch.selection = buffer.baseAddress }
        let none = [UInt32](repeating: Batch.noPartner, count: count)
        // SAFETY: the copies live until the batch has been evaluated.
        let memory = [partners, none].map { UnsafeMutableBufferPointer.copy($0) }
        defer { for buffer in memory { buffer.deallocate() } }
        batch.partners = memory.compactMap { $0.baseAddress.map { UnsafePointer($0) } }
        let before = evaluator.counts
        do {
          let vector = try evaluator.evaluate(batch)
          failure = expected.difference(from: vector, type: expression.type)
          if evaluator.counts != before.adding(expected.counts) {
            failure = failure ?? "counted \(evaluator.counts), not \(expected.counts) more"
          }
        } catch let error as QueryError {
          let isRight = expected.failingRows.contains { error.message.hasSuffix("row \($0 + 1)") }
          if error.kind != .overflow || !isRight {
            failure = "\(error.message), expected in \(expected.failingRows)"
          }
        }
      }
      if let failure {
        Issue.record("\(failure): \(expression.outline)")
        return false
      }
    }
    return true
  }
}

/// What the reference says about some rows.
struct BatchExpectation {
  var outcomes: [ReferenceInterpreter.Outcome] = []
  var failingRows: [Int] = []
  var counts = EvaluationCounts()

  init(
    _ expression: BoundExpression, start: Int, offsets: [UInt32], partners: [UInt32],
    _ reference: inout ReferenceInterpreter
  ) throws {
    let before = reference.counts
    for offset in offsets {
      let row = start + Int(offset)
      let partner = partners[Int(offset)]
      reference.partners = [partner == Batch.noPartner ? nil : Int(partner), nil]
      do {
        outcomes.append(try reference.evaluate(expression, row: row))
      } catch is ReferenceInterpreter.Overflow {
        failingRows.append(row)
      }
    }
    counts = reference.counts.removing(before)
  }

  /// How a vector differs from what is expected; nil where it does not.
  func difference(from vector: Vector, type: ColumnType) -> String? {
    guard failingRows.isEmpty else { return "no error in rows \(failingRows)" }
    if outcomes.isEmpty { return nil }
    if vector.count != (vector.isConstant ? 1 : outcomes.count) { return "\(vector.count) rows" }
    for (place, expected) in outcomes.enumerated() {
      let row = vector.isConstant ? 0 : place
      let isValid = vector.valid.map { $0[row] == 1 } ?? true
      let value = isValid ? vector.cell(row, type: type) : .missing
      let isUnknown = vector.unknown.map { $0[row] == 1 } ?? false
      if value != expected.value || isUnknown != expected.unknown {
        return "place \(place): \(value) unknown \(isUnknown), expected \(expected.value) "
          + "unknown \(expected.unknown)"
      }
    }
    return nil
  }
}

extension UnsafeMutableBufferPointer where Element == UInt32 {
  /// Memory with the numbers of a list; the caller frees it.
  fileprivate static func copy(_ numbers: [UInt32]) -> Self {
    let memory = allocate(capacity: numbers.count)
    _ = memory.initialize(from: numbers)
    return memory
  }
}

extension EvaluationCounts {
  fileprivate func adding(_ other: EvaluationCounts) -> EvaluationCounts {
    var sum = self
    sum += other
    return sum
  }

  fileprivate func removing(_ other: EvaluationCounts) -> EvaluationCounts {
    EvaluationCounts(
      zeroDivisions: zeroDivisions - other.zeroDivisions,
      impossibleNumbers: impossibleNumbers - other.impossibleNumbers,
      unreadableTexts: unreadableTexts - other.unreadableTexts)
  }
}
