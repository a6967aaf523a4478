/// The order of Vietnamese dictionaries, letter by letter: letters first, then tones, then letter
/// case, and texts that are still equal by their code points.
///
/// It knows the letters of the random tables, digits and a few signs.
enum VietnameseOrder {
  private static let signs = Array(" _-,;:!?.'\"()[]{}@*/\\&#%+<=>|~$0123456789")
  private static let letters = Array("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")
  /// Each tone in the order of dictionaries, with the letters that bear it.
  private static let tones = [
    "aăâeêioôơuưy", "àằầèềìòồờùừỳ", "ảẳẩẻểỉỏổởủửỷ", "ãẵẫẽễĩõỗỡũữỹ", "áắấéếíóốớúứý",
    "ạặậẹệịọộợụựỵ",
  ].map(Array.init)

  /// Whether a text stands before another, which differs.
  static func precedes(_ first: String, _ second: String) -> Bool {
    for level in 0..<3 {
      let (left, right) = (weights(first, level), weights(second, level))
      if left != right { return left.lexicographicallyPrecedes(right) }
    }
    return first.unicodeScalars.lexicographicallyPrecedes(second.unicodeScalars)
  }

  private static func weights(_ text: String, _ level: Int) -> [Int] {
    text.map { character in
      let small = Character(character.lowercased())
      if let sign = signs.firstIndex(of: small) { return level == 0 ? sign : 0 }
      let tone = tones.firstIndex { $0.contains(small) } ?? 0
      let plain = tones[tone].firstIndex(of: small).map { tones[0][$0] } ?? small
      switch level {
      case 0: return signs.count + (letters.firstIndex(of: plain) ?? letters.count)
      case 1: return tone
      default: return character == small ? 0 : 1
      }
    }
  }
}
