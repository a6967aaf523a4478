/// The text of one source as UTF-8, from behind its byte order mark to its end. What is not UTF-8
/// is converted on the way.
final class TextInput {
  /// The bytes.
  let input: ByteInput
  /// How the source is encoded.
  let encoding: TextEncoding
  let hasByteOrderMark: Bool
  private var head: [UInt8]
  private var headPosition: Int
  private var transcoder: Transcoder?
  private var converted: [UInt8] = []
  private var convertedPosition = 0
  private var isFinished = false

  /// The bytes by which the encoding is found out.
  private static let headLength = 4096
  private static let pieceLength = 1 << 16

  /// Reads the first bytes and finds out the encoding, unless it is given.
  init(_ input: ByteInput, encoding wanted: TextEncoding?) throws(QueryError) {
    self.input = input
    let bytes = try input.read(atMost: Self.headLength)
    head = bytes
    let mark = Self.mark(bytes)
    hasByteOrderMark = mark != nil && (wanted == nil || wanted == mark?.encoding)
    headPosition = hasByteOrderMark ? mark?.length ?? 0 : 0
    encoding = wanted ?? mark?.encoding ?? Self.wideEncoding(bytes) ?? .utf8
    if encoding != .utf8 { transcoder = Transcoder(encoding) }
  }

  private static func mark(_ bytes: [UInt8]) -> (encoding: TextEncoding, length: Int)? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
    if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
    return nil
  }

  /// UTF-16 shows by NUL beside every character of ASCII, all on the same side.
  private static func wideEncoding(_ bytes: [UInt8]) -> TextEncoding? {
    guard bytes.count >= 4 else { return nil }
    var zeros = [0, 0]
    for (index, byte) in bytes.enumerated() where byte == 0 { zeros[index & 1] += 1 }
    let pairs = bytes.count / 2
    if zeros[1] * 4 >= pairs, zeros[0] * 16 <= zeros[1] { return .utf16LittleEndian }
    if zeros[0] * 4 >= pairs, zeros[1] * 16 <= zeros[0] { return .utf16BigEndian }
    return nil
  }

  /// Reads until `count` bytes of UTF-8 are there or the text ends, and gives their number.
  func read(into target: UnsafeMutableRawPointer, count: Int) throws(QueryError) -> Int {
    guard transcoder == nil else { return try readConverted(into: target, count: count) }
    var done = min(count, head.count - headPosition)
    if done > 0 {
      target.copyBytes(head, from: headPosition, count: done)
      headPosition += done
    }
    if done < count { done += try input.read(into: target + done, count: count - done) }
    return done
  }

  private func readConverted(
    into target: UnsafeMutableRawPointer, count: Int
  ) throws(QueryError) -> Int {
    var done = 0
    while done < count {
      if convertedPosition == converted.count {
        try convertMore()
        if converted.isEmpty { break }
      }
      let part = min(count - done, converted.count - convertedPosition)
      (target + done).copyBytes(converted, from: convertedPosition, count: part)
      convertedPosition += part
      done += part
    }
    return done
  }

  private func convertMore() throws(QueryError) {
    converted.removeAll(keepingCapacity: true)
    convertedPosition = 0
    while converted.isEmpty, !isFinished {
      let piece: [UInt8]
      if headPosition < head.count {
        piece = Array(head[headPosition...])
        headPosition = head.count
      } else {
        piece = try input.read(atMost: Self.pieceLength)
        isFinished = piece.isEmpty
      }
      try convert(piece)
    }
  }

  private func convert(_ piece: [UInt8]) throws(QueryError) {
    do throws(Transcoder.Fault) {
      if isFinished {
        try transcoder?.finish()
      } else {
        try withBytes(of: piece) { bytes throws(Transcoder.Fault) in
          try transcoder?.append(bytes, to: &converted)
        }
      }
    } catch {
      let offset = error.position + (hasByteOrderMark ? 2 : 0)
      throw QueryError.data(
        .malformedEncoding, "\(input.name): \(error.problem) at byte \(offset)",
        path: input.name, help: ["say how it is encoded: encoding \"windows-1252\""])
    }
  }
}

extension ByteInput {
  /// The next bytes: so many, or fewer at the end.
  fileprivate func read(atMost limit: Int) throws(QueryError) -> [UInt8] {
    var failure: QueryError?
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      do throws(QueryError) {
        count = try read(into: start, count: limit)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

/// Lends the memory of an array.
private func withBytes<E: Error>(
  of array: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) throws(E) -> Void
) throws(E) {
  try array.withUnsafeBufferPointer { (buffer) throws(E) in try body(buffer) }
}

extension UnsafeMutableRawPointer {
  /// Copies a part of an array here.
  func copyBytes(_ source: [UInt8], from start: Int, count: Int) {
    source.withUnsafeBytes { buffer in
      guard count > 0, let first = buffer.baseAddress else { return }
      copyMemory(from: first + start, byteCount: count)
    }
  }
}
