import Testing

@testable import Tally

/// Loose comparison: what was typed must be there, what was not may be.
@Suite struct LooseTextTests {
  /// A pattern, a text, and whether the text contains the pattern.
  static let cases: [(String, String, Bool)] = [
    // Case and marks that were not typed.
    ("duong", "Đường Láng", true), ("DUONG", "đường", true), ("dương", "đường", true),
    ("bo tai chinh", "Bộ Tài chính", true), ("ho tich", "HỘ TỊCH", true),
    ("thong tin", "Thông tin và Truyền thông", true),
    // Marks that were typed must be there, and only those.
    ("đường", "Dương", false), ("đường", "duong", false), ("đ", "d", false), ("d", "đ", true),
    ("Đ", "đ", true), ("tài", "tai", false), ("câp", "cấp", true), ("cấp", "câp", false),
    ("o", "ơ", true), ("ơ", "o", false), ("ô", "ộ", true), ("ọ", "ộ", true),
    // The two ways to place a tone.
    ("hòa", "hoà", true), ("hoà", "hòa", true), ("thủy", "thuỷ", true), ("thuỷ", "thủy", true),
    ("khỏe", "khoẻ", true), ("hóa", "hoà", false), ("Hoà Bình", "Hòa Bình", true),
    ("hoa", "hòa", true), ("hòa", "hoa", false), ("hò", "hòa", true), ("quý", "qúy", true),
    // Compositions in two orders, and what other encodings made of đ.
    ("hệ", "he\u{323}\u{302}", true), ("đ", "ð", true), ("Đà", "Ðà", true),
    // Blanks, dashes, quotes and what can't be seen.
    ("a b", "a\u{A0}b", true), ("a b", "a\u{2009}\t b", true), ("ab", "a\u{AD}b", true),
    ("ab", "a\u{200B}b", true), ("a-b", "a–b", true),
    ("Bà Rịa - Vũng Tàu", "Bà Rịa – Vũng Tàu", true),
    ("it's", "it’s", true), ("\"a\"", "“a”", true), ("a...", "a…", true),
    // Other languages of Latin script.
    ("strasse", "Straße", true), ("straße", "STRASSE", true), ("ecole", "École", true),
    ("école", "ecole", false), ("lodz", "Łódź", true), ("ł", "l", false),
    ("kobenhavn", "København", true),
    ("aero", "Æro", true), ("oeuvre", "Œuvre", true), ("istanbul", "İstanbul", true),
    ("isik", "ışık", true), ("ano", "año", true), ("ñ", "n", false), ("cesky", "Český", true),
    ("sao paulo", "São Paulo", true), ("garcon", "garçon", true), ("thor", "Þór", true),
    // Other scripts keep what belongs to their letters.
    ("か", "が", false), ("が", "が", true), ("서", "설", false), ("й", "й", true), ("и", "й", true),
    ("σ", "ς", true), ("ά", "α", false), ("α", "ά", true), ("ＡＢＣ", "abc", true),
    // Nothing is found everywhere, and nothing long in what is short.
    ("", "x", true), ("", "", true), ("x", "", false), ("abc", "ab", false),
    ("🇻🇳", "Việt Nam 🇻🇳", true),
  ]

  @Test(arguments: cases)
  func contains(_ pattern: String, _ text: String, _ expected: Bool) {
    let found = LooseText(text)
    found.shareTones()
    #expect(LooseText(pattern).matches(.contains, in: found) == expected)
  }

  @Test func matchesWholeTextsAndTheirEnds() {
    let found = LooseText("Hà Nội")
    found.shareTones()
    #expect(LooseText("ha noi").matches(.equals, in: found))
    #expect(!LooseText("ha no").matches(.equals, in: found))
    #expect(LooseText("ha").matches(.startsWith, in: found))
    #expect(!LooseText("noi").matches(.startsWith, in: found))
    #expect(LooseText("NOI").matches(.endsWith, in: found))
    #expect(!LooseText("ha").matches(.endsWith, in: found))
  }

  @Test func readsBrokenBytesAsReplacements() {
    let bytes: [UInt8] = [0x61, 0xE1, 0xBB, 0x62, 0xFF, 0xC3]
    let letters = bytes.withUnsafeBufferPointer { LooseText($0).text }
    #expect(letters == "a\u{FFFD}b\u{FFFD}\u{FFFD}")
  }
}
