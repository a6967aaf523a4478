extension Column {
  /// The codes that the column is made of; nil for doubles, for numbers of more than 64 bits, and for
  /// texts that are kept without a dictionary.
  ///
  /// A code stands for `base + code`, or for an entry of the ``dictionary``. What the number means is
  /// said by the column's ``type``: a count, the coefficient of a decimal, days since 1970-01-01, 0
  /// or 1. The code of a missing cell says nothing; ``presence`` tells which cells are missing.
  ///
  ///     let agencies = try services.column("agency")
  ///     if let codes = agencies.codes, let names = agencies.dictionary, codes.byteWidth == 1 {
  ///       let span = try codes.span(of: UInt8.self)
  ///       var rows = [Int](repeating: 0, count: names.count)
  ///       for row in span.indices where !agencies.isMissing(row) { rows[Int(span[row])] += 1 }
  ///       for (name, count) in zip(names, rows) { print(name, count) }
  ///     }
  public var codes: ColumnCodes? {
    switch payload {
    case .codes(let codes, let base): ColumnCodes(codes, base: base)
    case .dictionary(let codes, _): ColumnCodes(codes, base: 0)
    case .wide, .floats, .plain: nil
    }
  }

  /// The distinct texts that the ``codes`` count, ascending; nil where the column has no dictionary.
  ///
  /// Columns share dictionaries, so one may hold texts that no row of this column has.
  public var dictionary: ColumnDictionary? {
    if case .dictionary(_, let dictionary) = payload { return ColumnDictionary(dictionary) }
    return nil
  }

  /// Which cells have a value, as bits; nil where all have.
  public var presence: ColumnPresence? { validity.map { ColumnPresence($0) } }
}

/// The codes of a column: unsigned integers of 1, 2, 4 or 8 bytes, whichever is the narrowest that
/// the column needs.
public struct ColumnCodes: Sendable {
  private let codes: Codes
  /// What is added to each code; 0 for texts.
  public let base: Int64

  init(_ codes: Codes, base: Int64) {
    self.codes = codes
    self.base = base
  }

  /// The number of codes, one for each row.
  public var count: Int { codes.count }

  /// The bytes of one code: 1, 2, 4 or 8.
  public var byteWidth: Int { codes.width.rawValue }

  /// The code of one row, which must lie in `0..<count`.
  public subscript(row: Int) -> UInt64 {
    precondition(row >= 0 && row < codes.count, "row \(row) of \(codes.count) codes")
    return codes[row]
  }

  /// The codes themselves, lent for as long as this value is.
  ///
  /// Throws an error of kind `decoding` where a code has not the width of `type`, which is `UInt8`,
  /// `UInt16`, `UInt32` or `UInt64` by ``byteWidth``.
  @_lifetime(borrow self)
  public func span<Code: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(of type: Code.Type)
    throws(QueryError) -> Span<Code>
  {
    guard Code.bitWidth == byteWidth * 8 else {
      throw .decoding("the codes have \(byteWidth * 8) bits, and \(Code.bitWidth) were asked for")
    }
    // SAFETY: the memory holds `count` integers of this width, and `self` keeps it alive.
    let start = UnsafePointer(codes.bytes.pointer(to: Code.self))
    let values = UnsafeBufferPointer(start: start, count: codes.count)
    return _overrideLifetime(values.span, borrowing: self)
  }
}

/// The distinct texts of a column, ascending by their UTF-8 bytes; the index of a text is its code.
public struct ColumnDictionary: RandomAccessCollection, Sendable {
  private let dictionary: TextDictionary

  init(_ dictionary: TextDictionary) { self.dictionary = dictionary }

  /// Always 0.
  public var startIndex: Int { 0 }

  /// The number of texts.
  public var endIndex: Int { dictionary.count }

  /// The text of a code, which must lie in `0..<count`.
  public subscript(code: Int) -> String {
    precondition(code >= 0 && code < dictionary.count, "code \(code) of \(dictionary.count)")
    return dictionary[code]
  }

  /// The code of a text, in whatever Unicode form it comes; nil where the dictionary has none.
  public func code(of text: String) -> Int? { dictionary.code(of: text.normalised) }
}

/// Which cells of a column have a value: bit `row % 64` of word `row / 64` is 1 where they have.
/// Bits behind the last row are 0.
public struct ColumnPresence: Sendable {
  private let bitmap: Bitmap

  init(_ bitmap: Bitmap) { self.bitmap = bitmap }

  /// The number of rows.
  public var count: Int { bitmap.count }

  /// Whether a row, which must lie in `0..<count`, has a value.
  public subscript(row: Int) -> Bool {
    precondition(row >= 0 && row < bitmap.count, "row \(row) of \(bitmap.count)")
    return bitmap[row]
  }

  /// The words themselves, lent for as long as this value is.
  public var words: Span<UInt64> {
    @_lifetime(borrow self)
    borrowing get {
      // SAFETY: the bitmap has that many words, and `self` keeps them alive.
      let start = UnsafePointer(bitmap.words)
      let words = UnsafeBufferPointer(start: start, count: Bitmap.wordCount(bitmap.count))
      return _overrideLifetime(words.span, borrowing: self)
    }
  }
}
