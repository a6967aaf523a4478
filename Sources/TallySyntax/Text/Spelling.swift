/// A name as the language writes it: in backticks where it would be read as something else.
///
///     spelledName("agency")    // agency
///     spelledName("Tên phí")   // `Tên phí`
package func spelledName(_ name: String) -> String {
  let tokens = Lexer.tokens(of: SourceText(name)).tokens
  let isWord =
    tokens.count == 2 && tokens[0].kind == .word && tokens[0].end == name.utf8.count
    && tokens[0].start == 0 && tokens[0].keyword?.isReserved != true
  return isWord ? name : "`" + name.replacing("`", with: "``") + "`"
}

/// A text as the language writes it: in quotes, with escapes for what can't be seen.
package func spelledText(_ text: String) -> String {
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
