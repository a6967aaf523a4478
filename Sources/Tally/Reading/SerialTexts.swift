import CVectorKernels

/// A way around the hash table for texts that are a prefix and a number, such as `id016`: an array
/// leads from the number to the code.
///
///     id016   prefix `id`, number 16, written with at least 3 digits
///     42      no prefix, number 42, at least 1 digit
///
/// The number is padded with zeros to the least number of digits and no further, so that number
/// and text stand for each other.
struct SerialTexts {
  private var prefix: UInt64 = 0
  private var prefixLength = -1
  private var leastDigits = 1
  /// For each number the code plus one, or 0.
  private var codes: AlignedBytes?
  private var count = 0
  private let budget: MemoryBudget?
  /// The texts that had another form, and how often the form was changed for one of them.
  private var unfitCount = 0
  private var formCount = 0
  private var fitCount = 0
  /// The texts whose number was too large for an array.
  private var sparseCount = 0

  /// The longest prefix and number, the largest array, and how many entries it may have for each
  /// distinct text.
  private static let longest = 8
  private static let limit = 1 << 20
  private static let entriesPerText = 16
  private static let formLimit = 4
  /// How many numbers may be too large for the array before they must be fewer than the others. Of a
  /// million different numbers some ten thousand are, until enough texts are known.
  private static let sparseLimit = 1 << 16

  init(budget: MemoryBudget?) { self.budget = budget }

  /// Whether enough texts have the form.
  var isUseful: Bool {
    (unfitCount < 256 || unfitCount < fitCount / 4)
      && (sparseCount < Self.sparseLimit || sparseCount < fitCount)
  }

  /// Remembers the code of a text of which there are `distinct` different ones in all.
  mutating func learn(
    _ start: UnsafePointer<UInt8>, _ length: Int, code: UInt32, distinct: Int
  ) throws(QueryError) {
    guard isUseful else { return }
    var digits = 0
    while digits < min(length, Self.longest), start[length &- 1 &- digits].isDigit { digits += 1 }
    guard digits > 0, length - digits <= Self.longest else {
      unfitCount += 1
      return
    }
    var front: UInt64 = 0
    for index in 0..<length - digits { front |= UInt64(start[index]) << UInt64(index * 8) }
    let isPadded = digits > 1 && start[length - digits] == UInt8(ascii: "0")
    let isCut = length > digits && start[length - digits - 1].isDigit
    let fits =
      front == prefix && length - digits == prefixLength
      && (digits == leastDigits || (digits > leastDigits && !isPadded))
    if !fits {
      unfitCount += 1
      guard formCount < Self.formLimit else { return }
      formCount += 1
      prefix = front
      prefixLength = length - digits
      leastDigits = isPadded || isCut ? digits : 1
      codes = nil
      count = 0
    }
    var number = 0
    for index in length - digits..<length { number = number * 10 + Int(start[index] &- 0x30) }
    let most = min(Self.limit, max(1024, distinct * Self.entriesPerText))
    guard number < most else {
      sparseCount += 1
      return
    }
    if number >= count { try grow(to: number + 1, most) }
    codes?.pointer(to: UInt32.self)[number] = code &+ 1
    fitCount += 1
  }

  private mutating func grow(to wanted: Int, _ most: Int) throws(QueryError) {
    var size = max(1024, count)
    while size < wanted { size *= 2 }
    size = min(size, max(most, wanted))
    let larger = try AlignedBytes(byteCount: size * 4, zeroed: true, budget: budget)
    if let codes { larger.address.copyMemory(from: codes.address, byteCount: count * 4) }
    codes = larger
    count = size
  }

  /// Writes the codes of cells whose texts are known and gives the first row that it doesn't take.
  func scan(
    _ cells: CellWindow, from first: Int, to rows: Int, _ target: KernelTarget,
    _ totals: inout KernelTotals
  ) -> Int {
    guard let codes, count > 0 else { return first }
    var row = first
    if cells.level >= .bits256 {
      var window = cells.cells
      var vectorTarget = target.target
      let bits = UInt64(prefixLength &* 8)
      var texts = TallySerialTexts(
        prefix: prefix, prefixMask: bits == 64 ? .max : (1 &<< bits) &- 1,
        prefixLength: Int64(prefixLength), leastDigits: Int64(leastDigits),
        codes: codes.pointer(to: UInt32.self), count: Int64(count))
      row = totals.withTotals {
        tallyScanSerialTexts(cells.level.code, &window, row, rows, &texts, &vectorTarget, &$0)
      }
      if row &+ 8 <= rows { return row }
    }
    return scanOneByOne(cells, from: row, to: rows, codes, target, &totals)
  }

  /// The twin of the C kernel.
  private func scanOneByOne(
    _ cells: CellWindow, from first: Int, to rows: Int, _ codes: AlignedBytes,
    _ target: KernelTarget, _ totals: inout KernelTotals
  ) -> Int {
    let base = cells.base
    let codeOf = UnsafePointer(codes.pointer(to: UInt32.self))
    let front: UInt64 =
      prefixLength == 8 ? .max : (1 &<< UInt64(truncatingIfNeeded: prefixLength &* 8)) &- 1
    var missing = 0
    defer { totals.missing &+= missing }
    for row in first..<rows {
      let start = cells.start(row)
      let end = cells.end(row)
      if start == end {
        target.markMissing(row)
        missing &+= 1
        continue
      }
      let digits = end &- start &- prefixLength
      guard digits >= leastDigits, digits <= 8, loadWord(base, start) & front == prefix else {
        return row
      }
      let word = loadPadded(base, end, digits)
      guard areDigits(word), digits == leastDigits || base[end &- digits] != UInt8(ascii: "0")
      else { return row }
      let number = Int(truncatingIfNeeded: joinedDigits(word))
      guard number < count, codeOf[number] != 0 else { return row }
      target.values[row] = Int64(codeOf[number] &- 1)
    }
    return rows
  }
}
