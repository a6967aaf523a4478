import Synchronization
import Testing

@testable import Tally

/// A run that is to stop does so at its next look, wherever that is, and looks often enough.
@Suite struct StoppingTests {
  private static let database = Result { try OperatorCases.database(rows: 8_000) }

  /// Counts how often runs look whether they are to stop, and stops them at one of these times.
  private final class Looks: Sendable {
    let cancellation = Cancellation()
    private let count = Atomic<Int>(0)

    /// Cancels at look `last`, counted from 1.
    init(last: Int = .max) {
      cancellation.observe { [cancellation, self] in
        if count.add(1, ordering: .relaxed).newValue == last { cancellation.cancel() }
      }
    }

    var number: Int { count.load(ordering: .relaxed) }
  }

  private static let threads = 2

  @Test(arguments: OperatorCases.all) func eachLookStopsARun(query: String) throws {
    let database = try Self.database.get()
    let limits = Limits(threads: Self.threads)
    let whole = Looks()
    let answer = try database.snapshot().run(
      Query(text: query), limits: limits, cancellation: whole.cancellation)
    #expect(whole.number > 1)
    for step in 0..<5 {
      let last = 1 + step * (whole.number - 1) / 5
      let looks = Looks(last: last)
      do throws(QueryError) {
        _ = try database.snapshot().run(
          Query(text: query), limits: limits, cancellation: looks.cancellation)
        // Threads may share their work out in another way and look less often.
        if looks.number >= last { Issue.record("look \(last) of \(whole.number) was in vain") }
      } catch {
        #expect(error.kind == .cancelled)
        // Each other thread looks once more at most.
        #expect(looks.number <= last + Self.threads, "look \(last) of \(whole.number)")
      }
    }
    let again = try database.run(Query(text: query), limits: limits)
    #expect(again.formatted(.csv) == answer.formatted(.csv))
  }

  /// Something that is done for many elements without asking the run between them.
  private struct Work: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var body: @Sendable (_ count: Int, _ budget: MemoryBudget) throws -> Void

    init(
      _ name: String, _ body: @escaping @Sendable (Int, MemoryBudget) throws -> Void
    ) {
      testDescription = name
      self.body = body
    }
  }

  /// Looks come after 65,536 elements at the latest.
  @Test(arguments: works) private func looksComeOften(work: Work) throws {
    let looks = Looks()
    let count = 1 << 18
    try work.body(count, MemoryBudget(limit: .max).during(looks.cancellation))
    #expect(looks.number >= count >> 16)
    let stopped = Looks(last: 2)
    #expect(throws: QueryError.self) {
      try work.body(count, MemoryBudget(limit: .max).during(stopped.cancellation))
    }
    #expect(stopped.number == 2)
  }

  private static let works = [
    Work("clearing") { count, budget in
      _ = try AlignedBytes(byteCount: count * 64, zeroed: true, budget: budget)
    },
    Work("filling an array") { count, budget in
      _ = try GroupArray<Int64>(count: count, filling: 1, budget: budget)
    },
    Work("appending") { count, budget in
      var array = try GroupArray<UInt8>(budget: budget)
      try withBuffer(of: [UInt8](repeating: 1, count: count)) { buffer throws(QueryError) in
        try array.append(buffer)
      }
    },
    Work("cells") { count, budget in
      _ = try Column(
        cells: Array(repeating: .integer(7), count: count), type: .integer, budget: budget)
    },
    Work("no values") { count, budget in
      _ = try Column.missing(type: .integer, count: count, budget: budget)
    },
    Work("gathering") { count, budget in
      let column = try Column.integers(Array(repeating: 7, count: 10))
      try withBuffer(of: [UInt32](repeating: 3, count: count)) { rows throws(QueryError) in
        _ = try column.gathered(rows, budget: budget)
      }
    },
    Work("gathering texts") { count, budget in
      let texts = try TextHeap(["a", "b"])
      try withBuffer(of: [UInt32](repeating: 1, count: count)) { rows throws(QueryError) in
        _ = try texts.gathered(rows, budget: budget)
      }
    },
    Work("a slice") { count, budget in
      let column = try Column.integers(Array(repeating: 7, count: count + 1))
      _ = try column.sliced(0..<count, budget: budget)
    },
    Work("wide sums of groups") { count, budget in
      var sums = try LimbSum(wordCount: 1, budget: nil)
      try sums.reserve(groups: count)
      try withBuffer(of: (0..<UInt32(count)).map(\.self)) { groups throws(QueryError) in
        try sums.merge(sums, targets: groups, budget)
      }
    },
    Work("sums of doubles of groups") { count, budget in
      let (own, other) = (BandedSum(ofProducts: false, budget: budget), oneSum)
      try own.reserve(groups: count)
      try withBuffer(of: [UInt32](repeating: 0, count: count)) { groups throws(QueryError) in
        try other.reserve(groups: count)
        try own.merge(other, targets: groups)
      }
    },
    Work("texts in order") { count, budget in
      try withBuffer(of: Array("abc".utf8)) { text throws(QueryError) in
        _ = try orderOfTexts(count: count, budget: budget) { _ in text }
      }
    },
    Work("computed values") { count, budget in
      var assembler = try ColumnAssembler(type: .integer, budget: budget)
      try withBuffer(of: [Int64](repeating: 9, count: 1024)) { values throws(QueryError) in
        guard let start = values.baseAddress else { return }
        for _ in 0..<count / 1024 {
          try assembler.append(Vector(storage: .integers(start), count: 1024), count: 1024)
        }
      }
      _ = try assembler.finish()
    },
  ]

  private static var oneSum: BandedSum {
    let sum = BandedSum(ofProducts: false, budget: nil)
    var (value, group) = (1.5, UInt32(0))
    try? sum.reserve(groups: 1)
    try? sum.add(&value, &group, 1)
    return sum
  }
}
