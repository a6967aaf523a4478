/// A name as it stands in the source.
package struct NameSyntax: Sendable {
  /// The name in Unicode normalisation form C, letter case kept, quotes removed.
  package let text: String
  package let span: SourceSpan
  /// Whether it stood in backticks.
  package let isQuoted: Bool
}

/// One name, or several joined by dots: `fee`, `services.fee`.
package struct NamePathSyntax: Sendable {
  /// The names from left to right, one at least.
  package let parts: [NameSyntax]

  package init(parts: [NameSyntax]) { self.parts = parts }

  /// From the first name to the last.
  package var span: SourceSpan {
    guard let first = parts.first, let last = parts.last else { return SourceSpan(0, 0) }
    return first.span.joined(with: last.span)
  }

  /// The names joined by dots, for messages.
  package var text: String { parts.map(\.text).joined(separator: ".") }
}
