/// Why a query, a load or a conversion gave no answer.
public struct QueryError: Error, Sendable {
  /// What went wrong, as a kind that programs can tell apart.
  public let kind: Kind
  /// What is wrong, in one sentence.
  public let message: String
  /// What is wrong at which place of which text, the most serious first; empty where the error has
  /// no place, as when memory ends.
  public let diagnostics: [Diagnostic]
  /// The text that the diagnostics' spans point into.
  public internal(set) var source: SourceText?

  /// Makes an error that has no place.
  public init(kind: Kind, message: String) {
    self.kind = kind
    self.message = message
    diagnostics = []
  }

  /// Makes an error of places in `source`; the first diagnostic gives the message.
  public init(kind: Kind, diagnostics: [Diagnostic], source: SourceText? = nil) {
    self.kind = kind
    message = diagnostics.first?.message ?? kind.name
    self.diagnostics = diagnostics
    self.source = source
  }

  /// The kinds of errors. More may be added: a `switch` needs a `default`.
  public struct Kind: Sendable, Hashable {
    /// The kind's name.
    public let name: String

    /// The text is not a query.
    public static let syntax = Kind(name: "syntax")
    /// A table, column, function or parameter is unknown.
    public static let name = Kind(name: "name")
    /// Types do not fit, or a construct is used where it has no meaning.
    public static let type = Kind(name: "type")
    /// A number exceeds what the engine can hold exactly.
    public static let overflow = Kind(name: "overflow")
    /// A file or text is not the data that it should be.
    public static let data = Kind(name: "data")
    /// A file could not be read, or may not be named.
    public static let file = Kind(name: "file")
    /// An answer could not be written.
    public static let output = Kind(name: "output")
    /// The memory that the run may use is not enough.
    public static let memory = Kind(name: "memory")
    /// The run was cancelled.
    public static let cancelled = Kind(name: "cancelled")
    /// The time that the run may take is over.
    public static let timeout = Kind(name: "timeout")
    /// A parameter was given no value, one of another type, or does not exist.
    public static let parameter = Kind(name: "parameter")
    /// An `expect` did not hold.
    public static let check = Kind(name: "check")
    /// A value could not be converted into what the caller asked for.
    public static let decoding = Kind(name: "decoding")
    /// The engine contradicts itself: please report it.
    public static let bug = Kind(name: "bug")
  }
}

extension QueryError {
  static func outOfMemory(requested: Int) -> QueryError {
    QueryError(kind: .memory, message: "the machine has no \(requested) bytes left")
  }

  static func overBudget(requested: Int, limit: Int) -> QueryError {
    QueryError(
      kind: .memory, message: "\(requested) more bytes exceed the limit of \(limit) bytes")
  }

  static let outOfThreads = QueryError(
    kind: .memory, message: "the system gives no thread with the stack that this takes")

  static let cancelled = QueryError(kind: .cancelled, message: "cancelled")
  static let timedOut = QueryError(kind: .timeout, message: "the time is over")
}
