/// Where the codes of several keys stand: the first key is the most significant, so that the
/// order of the packed words is the order of the keys.
///
///     direct:  slot = code0 * stride0 + code1 * stride1 + …
///     packed:  word0 = code0 << shift0 | code1 << shift1 | …, word1 = …
struct KeyLayout {
  /// A code's place among the words.
  struct Field {
    var word: Int
    var shift: UInt64
    var bits: Int
  }

  /// The codings of the keys.
  let codings: [KeyCoding]
  /// The fields of each key.
  let fields: [[Field]]
  /// The number of words of a packed key.
  let wordCount: Int
  /// The product of the keys' slots; nil where it isn't known or exceeds ``slotLimit``.
  let slotCount: Int?
  /// The distance of neighbouring codes of each key among the slots.
  let strides: [UInt32]

  /// The most slots that are addressed directly.
  static let slotLimit: UInt64 = 1 << 20

  /// Lays out keys.
  init(_ codings: [KeyCoding]) {
    self.codings = codings
    var place = (word: 0, left: 64)
    var fields: [[Field]] = []
    for coding in codings {
      var own: [Field] = []
      for bits in coding.fieldBits {
        if bits > place.left { place = (place.word + 1, 64) }
        place.left -= bits
        own.append(Field(word: place.word, shift: UInt64(place.left), bits: bits))
      }
      fields.append(own)
    }
    self.fields = fields
    wordCount = place.word + 1
    var strides = [UInt32](repeating: 0, count: codings.count)
    var product: UInt64? = 1
    for index in codings.indices.reversed() {
      guard let current = product, let slots = codings[index].slotCount,
        slots <= Self.slotLimit, current * slots <= Self.slotLimit
      else {
        product = nil
        break
      }
      strides[index] = UInt32(current)
      product = current * slots
    }
    self.strides = strides
    slotCount = product.map { Int($0) }
  }
}
