/// The text of a query with the values that are bound in it.
///
/// A literal is a query. What is interpolated is bound as a value and never becomes part of the
/// text, so no value can change what the query asks:
///
///     let query: Query = "count services where level >= \(floor) and agency in \(agencies)"
///
/// Names and parts of queries are interpolated by saying so:
///
///     let recent: Query = "where opened > \(day)"
///     let counted: Query = "count services \(recent) group by \(name: column)"
///
/// A text that a person typed needs the labelled initialiser ``init(text:)``.
public struct Query: Sendable, Hashable {
  /// The parts in order.
  private var parts: [Part]

  fileprivate enum Part: Sendable, Hashable {
    case text(String)
    case argument(QueryArgument)
  }

  /// Takes a text as a query as it is.
  public init(text: String) { parts = [.text(text)] }

  /// The text, with `$1`, `$2` and so on where values are bound.
  public var text: String {
    var text = ""
    var number = 0
    for part in parts {
      switch part {
      case .text(let words): text += words
      case .argument:
        number += 1
        text += "$\(number)"
      }
    }
    return text
  }

  /// The values, in the order of `$1`, `$2` and so on.
  public var arguments: [QueryArgument] {
    parts.compactMap { part in
      if case .argument(let argument) = part { return argument }
      return nil
    }
  }
}

extension Query: ExpressibleByStringInterpolation {
  /// A query from a literal without interpolations.
  public init(stringLiteral value: String) { self.init(text: value) }

  /// A query from a literal with interpolations.
  public init(stringInterpolation: Interpolation) { parts = stringInterpolation.parts }

  /// Collects the parts of a literal.
  public struct Interpolation: StringInterpolationProtocol {
    fileprivate var parts: [Part] = []

    /// Begins an empty literal.
    public init(literalCapacity: Int, interpolationCount: Int) {
      parts.reserveCapacity(2 * interpolationCount + 1)
    }

    /// Adds words of the literal itself.
    public mutating func appendLiteral(_ literal: String) { parts.append(.text(literal)) }

    /// Binds a value, or a list of values behind `in`.
    public mutating func appendInterpolation(_ value: some QueryBindable) {
      parts.append(.argument(value.queryArgument))
    }

    /// Adds the name of a table or column, quoted so that it can be nothing else.
    public mutating func appendInterpolation(name: String) {
      var quoted = "`"
      for character in name.unicodeScalars {
        quoted.unicodeScalars.append(character)
        if character == "`" { quoted += "`" }
      }
      parts.append(.text(quoted + "`"))
    }

    /// Adds a part of a query with the values bound in it.
    public mutating func appendInterpolation(_ fragment: Query) { parts += fragment.parts }
  }
}
