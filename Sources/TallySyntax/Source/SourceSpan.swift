/// A range of a source text, as offsets of its UTF-8 bytes.
///
/// Offsets count from 0; `end` is the offset after the last byte. A span of length zero marks a
/// place between two bytes, for instance where something is missing.
public struct SourceSpan: Sendable, Hashable {
  /// The offset of the first byte.
  public var start: Int
  /// The offset after the last byte.
  public var end: Int

  /// Makes the span of the bytes from `start` up to, but not including, `end`.
  public init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = Swift.max(start, end)
  }

  /// The number of bytes.
  public var length: Int { end - start }

  /// Whether another span lies in this one.
  package func holds(_ other: SourceSpan) -> Bool { start <= other.start && other.end <= end }

  /// The smallest span that holds this one and `other`.
  public func joined(with other: SourceSpan) -> SourceSpan {
    SourceSpan(Swift.min(start, other.start), Swift.max(end, other.end))
  }
}
