/// One change of a text: the bytes of `span` become `replacement`.
public struct SourceEdit: Sendable, Hashable {
  /// What is replaced; of length zero, it is the place of an insertion.
  public let span: SourceSpan
  /// What comes in its place.
  public let replacement: String

  /// Makes the change of `span` into `replacement`.
  public init(_ span: SourceSpan, _ replacement: String) {
    self.span = span
    self.replacement = replacement
  }
}

/// A mend for a diagnostic that a person or a program may apply as it is.
public struct FixIt: Sendable, Hashable {
  /// What the change does, as an instruction: `write "missing"`.
  public let message: String
  /// The changes; their spans don't overlap.
  public let edits: [SourceEdit]

  /// Makes a mend of several changes, whose spans must not overlap.
  public init(_ message: String, _ edits: [SourceEdit]) {
    self.message = message
    self.edits = edits.sorted { ($0.span.start, $0.span.end) < ($1.span.start, $1.span.end) }
  }

  /// Makes a mend of one change.
  public init(_ message: String, replace span: SourceSpan, with replacement: String) {
    self.init(message, [SourceEdit(span, replacement)])
  }

  /// The text with all changes made; a change outside the text or over another is left out.
  public func applied(to source: SourceText) -> String {
    var result: [UInt8] = []
    var position = 0
    for edit in edits {
      guard edit.span.start >= position, edit.span.end <= source.length else { continue }
      result += source.bytes[position..<edit.span.start]
      result += edit.replacement.utf8
      position = edit.span.end
    }
    result += source.bytes[position...]
    return String(decoding: result, as: UTF8.self)
  }
}
