import Synchronization

/// The values of some columns as words whose order is the order of the rows: the first column in
/// the highest bits, missing values behind all others.
///
///     level 12 bits | fee 27 bits | …       one word as far as 64 bits reach, then another
struct RankWords {
  /// The words of all rows, the deciding ones first, with the bits that each uses.
  private(set) var words: [(memory: AlignedBytes, bits: Int)] = []
  /// The bits that the columns up to each one use together.
  private(set) var ends: [Int] = []
  private let count: Int
  private let context: RunContext

  init(_ columns: [RowOrder.Column], count: Int, _ context: RunContext) throws(QueryError) {
    self.count = count
    self.context = context
    for column in columns {
      for digit in try Self.digits(column.column, column.isDescending, context) {
        try append(digit)
      }
      ends.append(words.reduce(0) { $0 + $1.bits })
    }
  }

  /// A column's share of a word.
  private struct Digits {
    var bits: Int
    var write: @Sendable (_ rows: Range<Int>, _ out: UnsafeMutablePointer<UInt64>) -> Void
  }

  private mutating func append(_ digits: Digits) throws(QueryError) {
    if digits.bits == 0 { return }
    var memory: AlignedBytes
    let shift: UInt64
    if let last = words.last, last.bits + digits.bits <= 64 {
      memory = last.memory
      shift = UInt64(digits.bits)
      words[words.count - 1].bits += digits.bits
    } else {
      memory = try AlignedBytes(byteCount: count * 8, budget: context.budget)
      shift = 64
      words.append((memory, digits.bits))
    }
    let (target, budget) = (memory, context.budget)
    try context.forEachBatch(of: count) { _, rows throws(QueryError) in
      let scratch = try AlignedBytes(byteCount: rows.count * 8, budget: budget)
      let numbers = scratch.pointer(to: UInt64.self)
      digits.write(rows, numbers)
      let out = target.pointer(to: UInt64.self) + rows.lowerBound
      if shift == 64 {
        out.update(from: numbers, count: rows.count)
      } else {
        for row in 0..<rows.count { out[row] = out[row] &<< shift | numbers[row] }
      }
    }
  }

  private static func digits(
    _ column: Column, _ isDescending: Bool, _ context: RunContext
  ) throws(QueryError) -> [Digits] {
    let validity = column.validity
    switch column.payload {
    case .codes(let codes, _): return ranks(codes, codes.maximum, validity, isDescending)
    case .dictionary(let codes, let texts):
      return ranks(codes, UInt64(max(0, texts.count - 1)), validity, isDescending)
    case .plain: return try digits(column.numbered(context), isDescending, context)
    case .floats(let bytes):
      let whole = Digits(bits: 64) { rows, out in
        let values = bytes.pointer(to: Double.self) + rows.lowerBound
        for row in 0..<rows.count { out[row] = orderedBits(values[row]) }
      }
      return absence(validity) + [directed(whole, validity, isDescending)]
    case .wide(let bytes):
      let halves = [UInt64(64), 0].map { shift in
        Digits(bits: 64) { rows, out in
          let values = bytes.pointer(to: Int128.self) + rows.lowerBound
          for row in 0..<rows.count {
            let bits = UInt128(bitPattern: values[row] ^ Int128.min)
            out[row] = UInt64(truncatingIfNeeded: bits >> UInt128(shift))
          }
        }
      }
      return absence(validity) + halves.map { directed($0, validity, isDescending) }
    }
  }

  /// Numbers up to a greatest one, with the next as the missing value.
  private static func ranks(
    _ codes: Codes, _ greatest: UInt64, _ validity: Bitmap?, _ isDescending: Bool
  ) -> [Digits] {
    if greatest == .max, validity != nil {
      let whole = Digits(bits: 64) { rows, out in codes.widen(rows, into: out) }
      return absence(validity) + [directed(whole, validity, isDescending)]
    }
    let last = validity == nil ? greatest : greatest + 1
    let bits = 64 - last.leadingZeroBitCount
    return [
      Digits(bits: bits) { rows, out in
        codes.widen(rows, into: out)
        if isDescending {
          for row in 0..<rows.count { out[row] = greatest &- out[row] }
        }
        guard let validity else { return }
        for row in rows where !validity[row] { out[row - rows.lowerBound] = last }
      }
    ]
  }

  /// One bit that puts missing values last.
  private static func absence(_ validity: Bitmap?) -> [Digits] {
    guard let validity else { return [] }
    return [
      Digits(bits: 1) { rows, out in
        for row in rows { out[row - rows.lowerBound] = validity[row] ? 0 : 1 }
      }
    ]
  }

  /// Numbers in the direction that is wanted, and zero where there is no value.
  private static func directed(_ digits: Digits, _ validity: Bitmap?, _ isDescending: Bool)
    -> Digits
  {
    Digits(bits: digits.bits) { rows, out in
      digits.write(rows, out)
      if isDescending {
        for row in 0..<rows.count { out[row] = ~out[row] }
      }
      guard let validity else { return }
      for row in rows where !validity[row] { out[row - rows.lowerBound] = 0 }
    }
  }
}
