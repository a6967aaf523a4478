extension DirtyDossiers {
  /// The file as old Vietnamese programs write it, in windows-1258: letters with their circumflex,
  /// breve or horn, and tones as bytes of their own behind them, which is neither normalisation form
  /// C nor D. `Đ` and the Icelandic `Ð` are one byte there.
  package var windows1258: [UInt8] {
    var bytes: [UInt8] = []
    var letter: Unicode.Scalar?
    var tone: UInt8?
    func flush() {
      if let letter {
        bytes.append(Self.letters[letter] ?? UInt8(truncatingIfNeeded: letter.value))
      }
      if let tone { bytes.append(tone) }
    }
    for scalar in DecomposedLetters.decomposed(csv).unicodeScalars {
      if let mark = Self.tones[scalar] {
        tone = mark
      } else if let base = letter, let shaped = Self.shapes[scalar]?[base] {
        letter = shaped
      } else {
        flush()
        (letter, tone) = (scalar, nil)
      }
    }
    flush()
    return bytes
  }

  private static let tones: [Unicode.Scalar: UInt8] = [
    "\u{300}": 0xCC, "\u{309}": 0xD2, "\u{303}": 0xDE, "\u{301}": 0xEC, "\u{323}": 0xF2,
  ]

  private static let shapes: [Unicode.Scalar: [Unicode.Scalar: Unicode.Scalar]] = [
    "\u{302}": ["a": "â", "e": "ê", "o": "ô", "A": "Â", "E": "Ê", "O": "Ô"],
    "\u{306}": ["a": "ă", "A": "Ă"],
    "\u{31B}": ["o": "ơ", "u": "ư", "O": "Ơ", "U": "Ư"],
  ]

  private static let letters: [Unicode.Scalar: UInt8] = [
    "Â": 0xC2, "Ă": 0xC3, "Ê": 0xCA, "Ô": 0xD4, "Ơ": 0xD5, "Ư": 0xDD, "Đ": 0xD0,
    "â": 0xE2, "ă": 0xE3, "ê": 0xEA, "ô": 0xF4, "ơ": 0xF5, "ư": 0xFD, "đ": 0xF0,
  ]
}
