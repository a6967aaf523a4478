import Synchronization
import Tally
import TallySamples
import TallySyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes a generated table while its next rows are made.
struct SampleWriter {
  let table: Dossiers
  let isShuffled: Bool
  private let threads: Int
  private var counts: DossierCounts

  /// The rows that a thread makes at a time, some nine megabytes.
  private static let partSize = 1 << 17

  init(table: Dossiers, isShuffled: Bool, threads: Int?) {
    self.table = table
    self.isShuffled = isShuffled
    self.threads = min(threads ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))), 256)
    counts = DossierCounts(table)
  }

  /// Writes the rows and what they are.
  mutating func writeFile(_ path: String, dirty: Bool) throws(QueryError) {
    let about = path.dropLast(".csv".count) + ".about.json"
    if dirty {
      let list = DirtyDossiers(seed: table.seed)
      try write(list.csv, to: path)
      return try write(list.about, to: String(about))
    }
    try writeRows(to: path)
    try write(table.about(shuffled: isShuffled), to: String(about))
  }

  /// Writes the rows, the tables that they point into, and the exact answers.
  mutating func writeFolder(_ folder: String, dirty: Bool) throws(QueryError) {
    guard mkdir(folder, 0o777) == 0 || errno == EEXIST else {
      throw QueryError(
        kind: .output, message: "can't make the folder \(folder): \(systemMessage(errno))")
    }
    try writeRows(to: folder + "/dossiers.csv")
    for dimension in table.tables {
      try write(dimension.csv, to: "\(folder)/\(dimension.name).csv")
    }
    try write(Oracle(table, counts).json, to: folder + "/oracle.json")
    try write(table.about(shuffled: isShuffled), to: folder + "/about.json")
    guard dirty else { return }
    let list = DirtyDossiers(seed: table.seed)
    try write(list.csv, to: folder + "/dossiers_dirty.csv")
    try write(list.about, to: folder + "/dossiers_dirty.json")
    let copy = try AtomicFile(folder + "/dossiers_dirty_1258.csv")
    let written = list.windows1258.withUnsafeBufferPointer { bytes in
      Swift.Result { () throws(QueryError) in try copy.write(bytes) }
    }
    try written.get()
    try copy.commit()
  }

  private func write(_ text: String, to path: String) throws(QueryError) {
    let file = try AtomicFile(path)
    try file.write(text)
    try file.commit()
  }

  private mutating func writeRows(to path: String) throws(QueryError) {
    let file = try AtomicFile(path)
    try writeRows(to: file)
    try file.commit()
  }

  /// Writes the rows as CSV. While one part for each thread is written, the next are made.
  mutating func writeRows(to sink: any ByteSink) throws(QueryError) {
    try sink.write(Dossiers.header)
    var wave = Wave(table, from: 0, threads, isShuffled)
    while let current = wave {
      let parts = current.wait()
      wave = Wave(table, from: current.end, threads, isShuffled)
      for part in parts {
        let written = part.bytes.withUnsafeBufferPointer { bytes in
          Swift.Result { () throws(QueryError) in try sink.write(bytes) }
        }
        do throws(QueryError) {
          try written.get()
        } catch {
          _ = wave?.wait()
          throw error
        }
        counts.add(part.counts)
      }
    }
  }

  /// Parts that are being made, each by a thread.
  private struct Wave {
    let end: Int
    private let work: [Work]

    /// Begins the parts from a place on; nil where the table has ended.
    init?(_ table: Dossiers, from start: Int, _ threads: Int, _ isShuffled: Bool) {
      guard start < table.rowCount else { return nil }
      let size = SampleWriter.partSize
      end = min(start + threads * size, table.rowCount)
      work = stride(from: start, to: end, by: size).map { [end] first in
        Work(table, first..<min(first + size, end), isShuffled)
      }
    }

    func wait() -> [Dossiers.Part] { work.map { $0.wait() } }
  }

  /// One part; where the system has no thread for it, it is made when it is waited for.
  private final class Work: Sendable {
    private let made = Mutex<Dossiers.Part?>(nil)
    private let make: @Sendable () -> Dossiers.Part
    private let thread = Mutex<SystemThread?>(nil)

    init(_ table: Dossiers, _ places: Range<Int>, _ isShuffled: Bool) {
      make = { table.part(places, shuffled: isShuffled) }
      let started = SystemThread(SystemThread.Options(stackSize: nil, isJoined: true)) { [self] in
        let part = make()
        made.withLock { $0 = part }
      }
      thread.withLock { $0 = started }
    }

    func wait() -> Dossiers.Part {
      thread.withLock { $0 }?.join()
      return made.withLock { $0 } ?? make()
    }
  }
}
