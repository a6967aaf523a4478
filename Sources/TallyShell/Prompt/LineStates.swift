/// What is open at the beginning of each line of a text but the first: an opening quote or a
/// parenthesis as itself, a dot where only the statement goes on.
///
/// Looks at quotes, parentheses and comments alone and passes over the text once, because it is
/// asked at every key.
package func lineStates(_ text: String) -> [UInt8] {
  var states: [UInt8] = []
  var quote: UInt8?
  var depth = 0
  var isComment = false
  var isEscaped = false
  for byte in text.utf8 {
    if byte == UInt8(ascii: "\n") {
      isComment = false
      if quote == UInt8(ascii: "`") { quote = nil }
      let open = depth > 0 ? UInt8(ascii: "(") : UInt8(ascii: ".")
      states.append(quote ?? open)
    } else if let open = quote {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\"), open != UInt8(ascii: "`") {
        isEscaped = true
      } else if byte == open {
        quote = nil
      }
    } else if !isComment {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): quote = byte
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth = max(0, depth - 1)
      case UInt8(ascii: "#"): isComment = true
      default: break
      }
    }
  }
  return states
}
