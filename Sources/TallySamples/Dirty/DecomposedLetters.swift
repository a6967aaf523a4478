/// Vietnamese letters taken apart into letter and marks, as normalisation form D has them.
enum DecomposedLetters {
  /// The text in normalisation form D.
  static func decomposed(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      if let parts = table[scalar] {
        result.unicodeScalars.append(contentsOf: parts)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }

  /// Letters without a tone, then with huyền, hỏi, ngã, sắc, nặng.
  private static let rows = [
    "aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "eèẻẽéẹ", "êềểễếệ", "iìỉĩíị", "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ",
    "uùủũúụ", "ưừửữứự", "yỳỷỹýỵ",
    "AÀẢÃÁẠ", "ĂẰẲẴẮẶ", "ÂẦẨẪẤẬ", "EÈẺẼÉẸ", "ÊỀỂỄẾỆ", "IÌỈĨÍỊ", "OÒỎÕÓỌ", "ÔỒỔỖỐỘ", "ƠỜỞỠỚỢ",
    "UÙỦŨÚỤ", "ƯỪỬỮỨỰ", "YỲỶỸÝỴ",
  ]
  private static let tones: [Unicode.Scalar] = [
    "\u{300}", "\u{300}", "\u{309}", "\u{303}", "\u{301}", "\u{323}",
  ]
  private static let bases: [Unicode.Scalar: [Unicode.Scalar]] = [
    "ă": ["a", "\u{306}"], "â": ["a", "\u{302}"], "ê": ["e", "\u{302}"], "ô": ["o", "\u{302}"],
    "ơ": ["o", "\u{31B}"], "ư": ["u", "\u{31B}"],
    "Ă": ["A", "\u{306}"], "Â": ["A", "\u{302}"], "Ê": ["E", "\u{302}"], "Ô": ["O", "\u{302}"],
    "Ơ": ["O", "\u{31B}"], "Ư": ["U", "\u{31B}"],
  ]

  private static let table: [Unicode.Scalar: [Unicode.Scalar]] = {
    var result = bases
    for row in rows {
      let letters = Array(row.unicodeScalars)
      let base = bases[letters[0]] ?? [letters[0]]
      for (tone, letter) in letters.enumerated().dropFirst() {
        // A dot below comes before a mark above, and after a horn.
        let isBelow = tone == 5 && base.count == 2 && base[1] != "\u{31B}"
        result[letter] =
          isBelow ? [base[0], tones[tone], base[1]] : base + [tones[tone]]
      }
    }
    return result
  }()
}
