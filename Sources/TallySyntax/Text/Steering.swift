extension Unicode.Scalar {
  /// Whether a terminal obeys this character instead of showing it, or text around it changes its
  /// direction: the controls of ASCII and ISO 6429, line separators and bidirectional controls.
  package var isSteering: Bool {
    switch value {
    case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF:
      true
    default: false
    }
  }
}

extension String {
  /// The text on one line with steering characters shown: `\n`, `\t`, `\r`, else as `\u{1B}`.
  /// `keepsLines` leaves line feeds and tabs as they are.
  package func steeringShown(keepsLines: Bool = false) -> String {
    guard unicodeScalars.contains(where: \.isSteering) else { return self }
    var shown = UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar {
      case "\n", "\t":
        if keepsLines {
          shown.append(scalar)
        } else {
          shown.append(contentsOf: (scalar == "\n" ? "\\n" : "\\t").unicodeScalars)
        }
      case "\r": shown.append(contentsOf: "\\r".unicodeScalars)
      case _ where scalar.isSteering:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        shown.append(contentsOf: "\\u{\(digits)}".unicodeScalars)
      default: shown.append(scalar)
      }
    }
    return String(shown)
  }
}
