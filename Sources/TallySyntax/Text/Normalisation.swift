@_spi(_Unicode) import Swift

extension String {
  /// This text in Unicode normalisation form C, the form all names and text values have.
  ///
  /// Text without a byte above 0xCC has no combining mark and no other character that the form
  /// changes, so it is returned as it is.
  package var normalised: String {
    var mayChange = false
    for byte in utf8 where byte >= 0xCC {
      mayChange = true
      break
    }
    guard mayChange else { return self }
    var scalars = UnicodeScalarView()
    for scalar in _nfc { scalars.append(scalar) }
    return String(scalars)
  }

  /// This text with case, accents and the bar of đ removed, for comparing what people type.
  ///
  ///     "Đặng Kỳ".folded  // "dang ky"
  package var folded: String {
    var scalars = UnicodeScalarView()
    for scalar in _nfd where scalar.properties.generalCategory != .nonspacingMark {
      switch scalar {
      case "đ", "Đ": scalars.append("d")
      case "A"..."Z", "a"..."z", "0"..."9":
        scalars.append(
          scalar.value & 0x40 == 0 ? scalar : Unicode.Scalar(UInt8(scalar.value | 0x20)))
      default: scalars.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return String(scalars)
  }
}
