import Synchronization
import Tally
import TallyShell

/// Keeps what is written in memory.
final class MemorySink: ByteSink, Sendable {
  private let bytes = Mutex<[UInt8]>([])

  func write(_ piece: UnsafeBufferPointer<UInt8>) throws(QueryError) {
    let copy = Array(piece)
    bytes.withLock { $0 += copy }
  }

  /// What was written since the last call.
  func take() -> String {
    bytes.withLock { bytes in
      defer { bytes = [] }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}

/// Refuses all bytes.
final class FullSink: ByteSink, Sendable {
  func write(_ piece: UnsafeBufferPointer<UInt8>) throws(QueryError) {
    throw QueryError(kind: .output, message: "can't write to standard output: full")
  }
}
