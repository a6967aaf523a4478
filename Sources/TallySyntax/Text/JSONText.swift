/// A JSON object in the making.
package struct JSONText {
  private var members: [String] = []

  /// Makes an object without members.
  package init() {}

  /// The object.
  package var text: String { "{" + members.joined(separator: ",") + "}" }

  /// Adds a string.
  package mutating func add(_ key: String, _ value: String) { add(key, json: value.jsonQuoted) }

  /// Adds a whole number.
  package mutating func add(_ key: String, _ value: Int) { add(key, json: String(value)) }

  /// Adds an array of values that are JSON already.
  package mutating func add(_ key: String, array values: [String]) {
    add(key, json: "[\(values.joined(separator: ","))]")
  }

  /// Adds a value that is JSON already.
  package mutating func add(_ key: String, json value: String) {
    members.append("\(key.jsonQuoted):\(value)")
  }
}

extension String {
  /// The text as a string of JSON. Steering characters are escaped, so that the document can be
  /// shown on a terminal.
  package var jsonQuoted: String {
    var quoted = "\"".unicodeScalars
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": quoted.append(contentsOf: "\\\"".unicodeScalars)
      case "\\": quoted.append(contentsOf: "\\\\".unicodeScalars)
      case "\n": quoted.append(contentsOf: "\\n".unicodeScalars)
      case "\r": quoted.append(contentsOf: "\\r".unicodeScalars)
      case "\t": quoted.append(contentsOf: "\\t".unicodeScalars)
      case _ where scalar.isSteering:
        let digits = String(scalar.value, radix: 16)
        let zeros = String(repeating: "0", count: 4 - digits.count)
        quoted.append(contentsOf: "\\u\(zeros)\(digits)".unicodeScalars)
      default: quoted.append(scalar)
      }
    }
    quoted.append("\"")
    return String(quoted)
  }
}
