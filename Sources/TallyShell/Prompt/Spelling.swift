import Tally
import TallySyntax

/// A name as the language writes it: in backticks where it would be read as something else.
package func nameText(_ name: String) -> String {
  let reserved: Set<String> = [
    "from", "where", "and", "or", "not", "in", "is", "as", "with", "within", "then", "having",
    "between", "if", "else", "null", "true", "false",
  ]
  let scalars = name.unicodeScalars
  let isPlain =
    scalars.first.map { $0 == "_" || $0.properties.isAlphabetic } ?? false
    && scalars.allSatisfy {
      $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType == .decimal
        || $0.properties.generalCategory == .nonspacingMark
    }
  if isPlain && !reserved.contains(name.lowercased()) { return name }
  return "`" + name.replacing("`", with: "``") + "`"
}

/// A text as the language writes it, in quotes.
package func textLiteral(_ text: String) -> String {
  var literal = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": literal += "\\\""
    case "\\": literal += "\\\\"
    case "\n": literal += "\\n"
    case "\r": literal += "\\r"
    case "\t": literal += "\\t"
    case _ where scalar.isSteering:
      literal += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    default: literal.unicodeScalars.append(scalar)
    }
  }
  return literal + "\""
}
