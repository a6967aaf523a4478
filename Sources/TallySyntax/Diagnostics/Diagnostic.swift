/// What is wrong, or worth knowing, about a place in a text: a value that others render.
///
/// An error says what was found, where, and what would be right; a `FixIt` is an edit that makes
/// it so.
public struct Diagnostic: Sendable, Hashable {
  /// How serious a diagnostic is.
  public enum Severity: String, Sendable, Hashable {
    /// The statement can't be run.
    case error
    /// It runs, and is probably not meant so.
    case warning
    /// Worth knowing.
    case note
  }

  /// A further place that explains the first.
  public struct Related: Sendable, Hashable {
    /// What is to see there.
    public let message: String
    /// The place.
    public let span: SourceSpan

    /// Makes a note on `span`.
    public init(_ message: String, at span: SourceSpan) {
      self.message = message
      self.span = span
    }
  }

  /// The kind of the diagnostic.
  public let code: DiagnosticCode
  /// How serious it is.
  public let severity: Severity
  /// One sentence without a full stop: what is wrong.
  public let message: String
  /// The place in the source.
  public let span: SourceSpan
  /// A few words beside the carets, for instance a suggestion.
  public var label: String?
  /// Further lines of help.
  public var help: [String]
  /// Further places.
  public var related: [Related]
  /// Mends, the likeliest first.
  public var fixIts: [FixIt]

  /// Makes a diagnostic, an error if nothing else is said.
  public init(
    _ code: DiagnosticCode, _ message: String, severity: Severity = .error, at span: SourceSpan,
    label: String? = nil, help: [String] = [], related: [Related] = [], fixIts: [FixIt] = []
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.span = span
    self.label = label
    self.help = help
    self.related = related
    self.fixIts = fixIts
  }
}
