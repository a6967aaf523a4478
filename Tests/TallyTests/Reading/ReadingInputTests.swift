import Foundation
import Synchronization
import Testing

@testable import Tally

/// Files, pipes and what can go wrong with them.
@Suite struct ReadingInputTests {
  private static let text =
    "id,name,fee\n" + (1...500).map { "\($0),n\($0 % 7),\($0).5\n" }.joined()

  private func read(
    _ source: DataSource, calls: FileCalls = .system, context: RunContext = RunContext()
  ) throws(QueryError) -> LoadedTable {
    try DelimitedReader.read(source, context: context, calls: calls, blockSize: 512)
  }

  private func failure(_ body: () throws(QueryError) -> Void) -> QueryError? {
    do throws(QueryError) { try body() } catch { return error }
    return nil
  }

  /// Calls of which the n-th fails with an error, or reads short.
  private final class Trouble: Sendable {
    private let count = Atomic<Int>(0)
    let failing: Int
    let error: Int32

    init(failing: Int, error: Int32) {
      self.failing = failing
      self.error = error
    }

    var isDue: Bool { count.add(1, ordering: .relaxed).newValue == failing }

    func calls(shortReads: Bool = false) -> FileCalls {
      var calls = FileCalls.system
      let system = calls
      calls.open = { [self] in isDue ? .failed(error) : system.open($0) }
      calls.size = { [self] in isDue ? .failed(error) : system.size($0) }
      calls.read = { [self] descriptor, target, count in
        if isDue { return .failed(error) }
        return system.read(descriptor, target, shortReads ? min(count, 7) : count)
      }
      return calls
    }
  }

  @Test func reportsEveryCallThatFails() throws {
    let path = try temporaryFile(Self.text)
    var failing = 1
    while true {
      let trouble = Trouble(failing: failing, error: EIO)
      let error = failure { () throws(QueryError) in
        _ = try read(.file(path), calls: trouble.calls())
      }
      guard let error else { break }
      #expect(error.kind == .file)
      #expect(error.message == "\(path): Input/output error")
      failing += 1
    }
    #expect(failing > 4)
  }

  @Test func continuesInterruptedAndShortReads() throws {
    let path = try temporaryFile(Self.text)
    let expected = try read(.file(path)).table
    for failing in [1, 3, 4, 5, 9, 200] {
      let trouble = Trouble(failing: failing, error: EINTR)
      let table = try read(.file(path), calls: trouble.calls(shortReads: true)).table
      #expect(table.rowCount == 500)
      for column in 0..<3 {
        #expect((0..<500).allSatisfy { table.columns[column][$0] == expected.columns[column][$0] })
      }
    }
  }

  @Test func namesMissingFilesAndFolders() throws {
    let missing = failure { () throws(QueryError) in _ = try read(.file("/nowhere/t.csv")) }
    #expect(missing?.message == "/nowhere/t.csv: No such file or directory")
    let folder = failure { () throws(QueryError) in _ = try read(.file("/")) }
    #expect(folder?.message == "/: Is a directory")
    let none = failure { () throws(QueryError) in _ = try read(.pattern("/nowhere/*.csv")) }
    #expect(none?.message == "/nowhere/*.csv: no file matches the pattern")
  }

  @Test func readsSeveralFilesAsOneTable() throws {
    let first = try temporaryFile("a,b\nx,1\n", "1.csv")
    let second = first.replacing("/1.csv", with: "/2.csv")
    try Data("a;b\r\ny;2\r\nz;3\r\n".utf8).write(to: URL(fileURLWithPath: second))
    let pattern = first.replacing("/1.csv", with: "/*.csv")
    let loaded = try read(.path(pattern))
    #expect(loaded.table.rowCount == 3)
    #expect(loaded.table.columns[0][2] == .text("z"))
    #expect(loaded.report.files.map(\.rowCount) == [1, 2])
    #expect(loaded.report.place(ofRow: 2)?.description == "\(second):3")
    try Data("a,c\nx,1\n".utf8).write(to: URL(fileURLWithPath: second))
    let error = failure { () throws(QueryError) in _ = try read(.files([first, second])) }
    #expect(
      error?.message
        == "\(second) has not the header of \(first): column 2 is \"c\", there \"b\"")
    try Data("a,b,c\nx,1,2\n".utf8).write(to: URL(fileURLWithPath: second))
    let wider = failure { () throws(QueryError) in _ = try read(.files([first, second])) }
    #expect(wider?.message == "\(second) has 3 columns and \(first) 2: \"c\" is new")
    try Data("a\nx\n".utf8).write(to: URL(fileURLWithPath: second))
    let narrower = failure { () throws(QueryError) in _ = try read(.files([first, second])) }
    #expect(narrower?.message == "\(second) has 1 column and \(first) 2: \"b\" is not there")
  }

  @Test func joinsFilesWithoutHeaders() throws {
    let first = try temporaryFile("1,2\n3,4\n", "1.csv")
    let second = first.replacing("/1.csv", with: "/2.csv")
    try Data("5,6\n7,x\n".utf8).write(to: URL(fileURLWithPath: second))
    let table = try read(.files([first, second])).table
    #expect(table.columnNames == ["column1", "column2"])
    #expect((0..<4).map { table.columns[0][$0] } == [1, 3, 5, 7].map { .integer($0) })
    #expect((0..<4).map { table.columns[1][$0] } == ["2", "4", "6", "x"].map { .text($0) })
  }

  @Test func readsPipes() throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let (reading, writing) = (ends[0], ends[1])
    let writer = Thread {
      var rest = Array(Self.text.utf8)[...]
      while !rest.isEmpty {
        let count = rest.prefix(333).withUnsafeBytes { write(writing, $0.baseAddress, $0.count) }
        rest = rest.dropFirst(count)
      }
      close(writing)
    }
    writer.start()
    let loaded = try read(
      .descriptor(reading, name: "<pipe>"), context: RunContext(workerCount: 2))
    close(reading)
    #expect(loaded.table.rowCount == 500)
    #expect(loaded.report.files[0].byteCount == Self.text.utf8.count)
  }

  @Test func tellsProgress() throws {
    let seen = Mutex<[LoadProgress]>([])
    _ = try DelimitedReader.read(
      .bytes(Array(Self.text.utf8), name: "t.csv"), context: RunContext(), blockSize: 512
    ) { progress in seen.withLock { $0.append(progress) } }
    let steps = seen.withLock { $0 }
    #expect(steps.count > 10)
    #expect(steps.last?.bytesDone == Self.text.utf8.count)
    #expect(steps.allSatisfy { $0.bytesTotal == Self.text.utf8.count })
    #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.bytesDone <= $1.bytesDone })
  }

  @Test func stopsWhenCancelled() throws {
    let cancellation = Cancellation()
    let blocks = Atomic<Int>(0)
    let error = failure { () throws(QueryError) in
      _ = try DelimitedReader.read(
        .bytes(Array(Self.text.utf8), name: "t.csv"),
        context: RunContext(workerCount: 2, cancellation: cancellation), blockSize: 128
      ) { _ in
        if blocks.add(1, ordering: .relaxed).newValue == 3 { cancellation.cancel() }
      }
    }
    #expect(error?.kind == .cancelled)
    #expect(blocks.load(ordering: .relaxed) < 8)
  }

  @Test func staysWithinItsBudget() throws {
    let bytes = Array(Self.text.utf8)
    var limit = 1 << 10
    while true {
      let budget = MemoryBudget(limit: limit)
      let error = failure { () throws(QueryError) in
        _ = try read(.bytes(bytes, name: "t.csv"), context: RunContext(budget: budget))
      }
      #expect(budget.used == 0)
      guard let error else { break }
      #expect(error.kind == .memory)
      limit += limit / 3
    }
    #expect(limit > 1 << 14)
  }
}
