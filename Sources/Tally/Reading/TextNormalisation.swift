@_spi(_Unicode) import Swift

/// The UTF-8 of a text in normalisation form C, or nil where the text already has that form.
func normalisedBytes(_ bytes: CellBytes) -> [UInt8]? {
  guard let start = bytes.baseAddress, !isSurelyNormalised(start, bytes.count) else { return nil }
  var result: [UInt8] = []
  result.reserveCapacity(bytes.count)
  for scalar in String(decoding: bytes, as: UTF8.self)._nfc {
    result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }
  return result.elementsEqual(bytes) ? nil : result
}

/// Whether a well-formed text has form C for certain: no scalar of it can be changed by composing.
///
/// Everything below U+0300 has; so have Latin Extended Additional (U+1E00 to U+1EFF, most of
/// Vietnamese), general punctuation from U+2010 to U+2027, and the ideographs from U+4E00 to
/// U+9FFF. Anything else is left to the full algorithm.
private func isSurelyNormalised(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  var index = 0
  while index < count {
    let byte = bytes[index]
    if byte < 0xCC {
      index += 1
      continue
    }
    guard index + 2 < count else { return false }
    let second = bytes[index + 1]
    switch byte {
    case 0xE1 where (0xB8...0xBB).contains(second): index += 3
    case 0xE2 where second == 0x80 && (0x90...0xA7).contains(bytes[index + 2]): index += 3
    case 0xE4 where second >= 0xB8: index += 3
    case 0xE5...0xE9: index += 3
    default: return false
    }
  }
  return true
}
