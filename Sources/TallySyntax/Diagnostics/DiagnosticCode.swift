/// The stable identifier of a kind of diagnostic, with a line that explains it.
///
/// The first two digits tell where it comes from: `T01` words and grammar, `T02` names, `T03` input
/// data, `T04` types and meaning, `T05` limits and running, `T06` checks. Each code is declared in an
/// extension beside the rule that reports it; each module lists its own in a catalogue.
public struct DiagnosticCode: Sendable, Hashable, Identifiable, CustomStringConvertible {
  /// The identifier, for instance `T0101`.
  public let id: String
  /// One line that says what is wrong and why it is refused.
  public let summary: String

  /// Declares a code.
  public init(_ id: String, _ summary: String) {
    self.id = id
    self.summary = summary
  }

  /// The identifier.
  public var description: String { id }

  /// Two codes are the same if their identifiers are.
  public static func == (left: DiagnosticCode, right: DiagnosticCode) -> Bool {
    left.id == right.id
  }

  /// Feeds the identifier to `hasher`.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
