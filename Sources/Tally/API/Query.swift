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
/// A text that a person typed needs the labelled initialiser ``init(text:)``. A value inside quotes,
/// backticks or a comment could not be bound, and is an error when the query is run.
public struct Query: Sendable, Hashable {
  /// The parts in order.
  private var parts: [Part]

  fileprivate enum Part: Sendable, Hashable {
    case text(String)
    case argument(QueryArgument)
  }

  /// Takes a text as a query as it is.
  public init(text: String) { parts = [.text(text)] }

  /// The text, with `$1`, `$2` and so on where values are bound; counted on from the greatest number
  /// that the words themselves name.
  public var text: String { numbered(after: 0).text }

  /// The values, in the order in which they stand in the text.
  public var arguments: [QueryArgument] {
    parts.compactMap { part in
      if case .argument(let argument) = part { return argument }
      return nil
    }
  }
}

extension Query {
  /// A query's text whose values have numbers.
  struct Numbered {
    var text = ""
    /// The number of the first value; the others follow.
    var firstNumber: Int
    /// Where each value's number stands.
    var spans: [SourceSpan] = []
  }

  /// The text, with values numbered behind `parameterCount` and behind each `$1`, `$2` and so on of
  /// the words, so that no number has two meanings.
  func numbered(after parameterCount: Int) -> Numbered {
    var result = Numbered(firstNumber: max(parameterCount, greatestNumber) + 1)
    var number = result.firstNumber
    var endsInNumber = false
    for part in parts {
      switch part {
      case .text(let words):
        // `\(1)0` is the value 1 beside a 0, and must not become `$10`.
        if endsInNumber, let next = words.unicodeScalars.first, next.properties.isXIDContinue {
          result.text += " "
        }
        if !words.isEmpty { endsInNumber = false }
        result.text += words
      case .argument:
        let start = result.text.utf8.count
        result.text += "$\(number)"
        result.spans.append(SourceSpan(start, result.text.utf8.count))
        number += 1
        endsInNumber = true
      }
    }
    return result
  }

  /// The greatest number behind a `$` in the words.
  private var greatestNumber: Int {
    var greatest = 0
    var number: Int?
    for part in parts {
      guard case .text(let words) = part else {
        number = nil
        continue
      }
      for byte in words.utf8 {
        if byte == UInt8(ascii: "$") {
          number = 0
        } else if let before = number, (0x30...0x39).contains(byte) {
          // No query has a number this large: the parser has an error for it.
          number = min(before, 1 << 32) * 10 + Int(byte - 0x30)
          greatest = max(greatest, number ?? 0)
        } else {
          number = nil
        }
      }
    }
    return greatest
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
