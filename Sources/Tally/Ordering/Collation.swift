/// An order of texts that is that of a language's dictionaries, and not of code points.
enum Collation: String, Sendable, Hashable, CaseIterable {
  /// Vietnamese, by the rules of the Unicode CLDR: letters first, then tones, then letter case.
  case vietnamese = "vi"

  /// The bytes by which a text is ordered.
  ///
  ///     a < ă < â, d < đ, e < ê, o < ô < ơ, u < ư        letters
  ///     a < à < ả < ã < á < ạ                            tones, where all letters are equal
  ///     a < A                                            case, where all tones are equal too
  ///
  /// Signs come before digits, digits before letters, and letters of other alphabets last. Signs
  /// that are usual are in the order of the CLDR, behind blanks, and others in that of code points.
  func key(_ text: String) -> [UInt8] {
    var letters: [UInt8] = []
    var tones: [UInt8] = []
    var cases: [UInt8] = []
    for scalar in text.unicodeScalars {
      let weight = VietnameseWeights.shared[scalar]
      letters.append(contentsOf: weight.letter)
      tones.append(weight.tone)
      cases.append(weight.isUpper ? 2 : 1)
    }
    return letters + [0] + tones + [0] + cases
  }
}

/// What each character weighs in the Vietnamese order.
private struct VietnameseWeights: Sendable {
  struct Weight: Sendable {
    var letter: [UInt8]
    var tone: UInt8 = 1
    var isUpper = false
  }

  static let shared = VietnameseWeights()

  private let known: [Unicode.Scalar: Weight]

  /// The letters in their order, each with its forms without tone and with the five tones.
  private static let alphabet = [
    "aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "b", "c", "d", "đ", "eèẻẽéẹ", "êềểễếệ", "f", "g", "h", "iìỉĩíị",
    "j", "k", "l", "m", "n", "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ", "p", "q", "r", "s", "t", "uùủũúụ",
    "ưừửữứự", "v", "w", "x", "yỳỷỹýỵ", "z",
  ]

  private static let signs =
    "\t\n\r \u{A0}_-–—,;:!¡?¿.…'‘’\"“”«»()[]{}§¶@*/\\&#%‰†‡•`´˜^¨°©®+±÷×<=>|¦~¢$£¥"

  private init() {
    var known: [Unicode.Scalar: Weight] = [:]
    for (place, sign) in Self.signs.unicodeScalars.enumerated() {
      known[sign] = Weight(letter: [0x10, UInt8(place)])
    }
    for (place, forms) in Self.alphabet.enumerated() {
      let letter = [0xC0 + UInt8(place)]
      for (tone, form) in forms.unicodeScalars.enumerated() {
        known[form] = Weight(letter: letter, tone: UInt8(tone + 1))
        for upper in form.properties.uppercaseMapping.unicodeScalars {
          known[upper] = Weight(letter: letter, tone: UInt8(tone + 1), isUpper: true)
        }
      }
    }
    self.known = known
  }

  subscript(_ scalar: Unicode.Scalar) -> Weight {
    if let weight = known[scalar] { return weight }
    // First bytes: signs from 0x10 on, digits from 0x40, letters from 0xC0, other letters at 0xF0.
    let value = scalar.value
    let first: UInt8
    if (0x30...0x39).contains(value) {
      return Weight(letter: [0x40 + UInt8(value - 0x30)])
    } else if scalar.properties.isAlphabetic {
      first = 0xF0
    } else {
      first = 0x11
    }
    return Weight(letter: [
      first, UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF),
    ])
  }
}

extension Column {
  /// The rank of each row's text in the order of a language, as a column of numbers: equal texts
  /// have one rank, and texts that weigh the same are in the order of their code points. Columns of
  /// other types stay as they are.
  func ranked(by collation: Collation, _ context: RunContext) throws(QueryError) -> Column {
    let different: Int
    let text: (Int) -> String
    let codes: Codes
    switch payload {
    case .dictionary(let own, let texts):
      (different, text, codes) = (texts.count, { texts[$0] }, own)
    case .plain: return try numbered(context).ranked(by: collation, context)
    case .codes, .wide, .floats: return self
    }
    var keys = try GroupArray<UInt8>(budget: context.budget)
    var starts = try GroupArray<Int>(count: 1, filling: 0, budget: context.budget)
    for code in 0..<different {
      if code & 0x3FF == 0 { try context.checkCancellation() }
      try withBuffer(of: collation.key(text(code))) { key throws(QueryError) in
        try keys.append(key)
      }
      try starts.append(keys.count)
    }
    let order = try orderOfTexts(count: different, budget: context.budget) { code in
      UnsafeBufferPointer(
        start: keys.pointer + starts[code], count: starts[code + 1] - starts[code])
    }
    let ranks = try GroupArray<Int64>(count: different, filling: 0, budget: context.budget)
    try context.budget.forEachPiece(of: order.count) { piece in
      for rank in piece { ranks[Int(order[rank])] = Int64(rank) }
    }
    let values = try GroupArray<Int64>(count: count, filling: 0, budget: context.budget)
    try context.budget.forEachPiece(of: count) { piece in
      for row in piece where !isMissing(row) { values[row] = ranks[Int(codes[row])] }
    }
    return try .integers(
      values.elements, type: .integer, validity: validity, budget: context.budget)
  }
}
