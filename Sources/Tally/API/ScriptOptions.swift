/// How a script is run.
public struct ScriptOptions: Sendable {
  /// The arguments of the script's `param` statements, by name. Texts are read as the declared
  /// type.
  public var parameters: [String: QueryArgument] = [:]
  /// Whether somebody types: names may differ in case and marks.
  public var isInteractive = false
  /// What each statement may take.
  public var limits = Limits.none
  /// Which files the script may read and write.
  public var files = FileAccess.none
  /// The day that `today` means; nil for the day of the run, in UTC.
  public var today: CalendarDate?
  /// Whether an `expect` that does not hold is reported and the script goes on.
  public var reportsFailedChecks = true
  /// How files are read where the script does not say.
  public var loading = LoadOptions()
  /// Called while files are read.
  public var progress: (@Sendable (LoadProgress) -> Void)?

  /// Options for a script that reads and writes no files.
  public init() {}

  /// Which files a script may name.
  public enum FileAccess: Sendable, Hashable {
    /// None.
    case none
    /// Any; relative names begin at this folder.
    case from(folder: String)
  }
}
