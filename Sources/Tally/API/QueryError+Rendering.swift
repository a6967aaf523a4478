extension QueryError {
  /// The error as the shell shows it: what is wrong, where in the query's text, and what would be
  /// right. With `color` it is coloured for a terminal.
  ///
  ///     do throws(QueryError) {
  ///       _ = try database.run("count servces")
  ///     } catch {
  ///       print(error.rendered(color: true))
  ///     }
  ///
  /// prints
  ///
  /// ```text
  /// error[T0201]: no table "servces"
  ///  --> <query>:1:7
  /// 1 | count servces
  ///   |       ^^^^^^^ did you mean "services"?
  ///   = tables: services
  ///   = fix: write services
  /// ```
  public func rendered(color: Bool = false) -> String {
    guard let source, !diagnostics.isEmpty else {
      let title = color ? "\u{1B}[1;31merror\u{1B}[0m" : "error"
      return "\(title): \(message.steeringShown(keepsLines: true))"
    }
    let pictures = diagnostics.map { $0.rendered(in: source, color: color) }
    return String(pictures.joined().dropLast())
  }
}

extension QueryError: CustomStringConvertible {
  /// The error as the shell shows it, without colours.
  public var description: String { rendered() }
}

extension Diagnostic {
  /// What to write instead, where one edit mends it: the nearest name, for instance.
  public var suggestion: String? {
    guard let edits = fixIts.first?.edits, edits.count == 1 else { return nil }
    return edits.first?.replacement
  }
}
