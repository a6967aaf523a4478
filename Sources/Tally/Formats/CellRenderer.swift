/// Turns the values of one column into text, a block of rows at a time.
///
///     codes of a block ──┬─ table of rendered values (few distinct) ──┐
///                        └─ writer of the type ─→ scratch memory ─────┴─→ slices
///
/// A slice per row points at the text: into the column itself where a text is written as it is,
/// into a table of rendered values where few values occur, else into memory of the renderer.
final class CellRenderer {
  /// The most rows of one block.
  static let blockRows = 1024

  /// The rows of a block of so many columns: all of its cells together stay small.
  static func blockRows(ofColumns count: Int) -> Int {
    max(1, min(blockRows, (1 << 16) / max(1, count)))
  }

  /// The most rows that this renderer takes at a time.
  private let room: Int

  private let column: Column
  private let style: CellStyle
  private let suspects: ByteSet
  private var scratch = ByteBuffer()
  private let numbers: UnsafeMutablePointer<Int64>
  private var distinct: RenderedValues?
  private var missing = ByteBuffer(capacity: 16)

  /// Prepares a column of a table of `rowCount` rows, so `column.count`.
  init(_ column: Column, _ style: CellStyle, blockRows: Int = blockRows) {
    self.column = column
    room = blockRows
    self.style = style
    suspects = style.text.suspects(isForTerminal: style.isForTerminal)
    numbers = .allocate(capacity: blockRows)
    missing.append(style.missing)
    prepareDistinctValues()
  }

  deinit { numbers.deallocate() }

  /// Renders rows, at most as many as a block has. The slices are valid until the next call.
  func render(_ rows: Range<Int>, into slices: UnsafeMutablePointer<TextSlice>) {
    precondition(rows.count <= room && rows.upperBound <= column.count)
    scratch.removeAll()
    switch column.payload {
    case .codes(let codes, let base):
      if let distinct {
        distinct.look(up: codes, rows, into: slices)
      } else {
        widen(codes, rows, base: base, into: numbers)
        renderIntegers(UnsafePointer(numbers), rows.count, into: slices)
      }
    case .dictionary(let codes, let dictionary):
      if let distinct {
        distinct.look(up: codes, rows, into: slices)
      } else {
        widen(codes, rows, base: 0, into: numbers)
        for row in 0..<rows.count {
          slices[row] = TextSlice(dictionary.heap.slice(valid(rows, row) ? Int(numbers[row]) : 0))
        }
        renderTexts(rows.count, slices)
      }
    case .plain(let heap):
      for row in 0..<rows.count { slices[row] = TextSlice(heap.slice(rows.lowerBound + row)) }
      renderTexts(rows.count, slices)
    case .wide(let bytes):
      renderWide(bytes.pointer(to: Int128.self) + rows.lowerBound, rows.count, into: slices)
    case .floats(let bytes):
      renderFloats(bytes.pointer(to: Double.self) + rows.lowerBound, rows, into: slices)
    }
    guard let validity = column.validity else { return }
    for row in 0..<rows.count where !validity[rows.lowerBound + row] {
      slices[row] = TextSlice(missing.bytes)
    }
  }

  private func valid(_ rows: Range<Int>, _ row: Int) -> Bool {
    column.validity?[rows.lowerBound + row] ?? true
  }

  /// Renders all values that can occur, where there are fewer of them than rows.
  private func prepareDistinctValues() {
    switch column.payload {
    case .dictionary(_, let dictionary) where dictionary.count <= column.count:
      distinct = RenderedValues(count: dictionary.count) { first, count, slices in
        for index in 0..<count {
          slices[index] = TextSlice(dictionary.heap.slice(first + index))
        }
        renderTexts(count, slices)
      } finish: {
        scratch.removeAll()
      }
    case .codes(let codes, let base):
      let count = 1 << (codes.width.rawValue * 8)
      guard codes.width <= .two, column.count >= count * 4 else { return }
      distinct = RenderedValues(count: count) { first, count, slices in
        for index in 0..<count { numbers[index] = base &+ Int64(first + index) }
        renderIntegers(UnsafePointer(numbers), count, into: slices)
      } finish: {
        scratch.removeAll()
      }
    default: break
    }
  }

  /// Replaces texts by what is written for them; the slices come in as the texts.
  private func renderTexts(_ count: Int, _ slices: UnsafeMutablePointer<TextSlice>) {
    var escaped: [(row: Int, offset: Int)] = []
    for row in 0..<count {
      let bytes = slices[row].bytes
      guard
        style.text == .json || style.text.suspectsEnds(bytes) || suspects.containsAny(of: bytes)
      else { continue }
      let offset = scratch.count
      if style.text == .json && !suspects.containsAny(of: bytes) {
        scratch.append(UInt8(ascii: "\""))
        scratch.append(bytes)
        scratch.append(UInt8(ascii: "\""))
      } else {
        style.text.append(bytes, isForTerminal: style.isForTerminal, to: &scratch)
      }
      slices[row].count = scratch.count - offset
      escaped.append((row, offset))
    }
    // The scratch memory may move while it grows: places are known only now.
    for (row, offset) in escaped { slices[row].start = UnsafePointer(scratch.start + offset) }
  }

  private func renderIntegers(
    _ values: UnsafePointer<Int64>, _ count: Int, into slices: UnsafeMutablePointer<TextSlice>
  ) {
    let times = style.times
    switch column.type {
    case .boolean:
      renderTexts(count, slices, values) { $0 == 0 ? "false" : "true" }
    case .date:
      render(values, count, TimeStyle.widestText, slices) { times.writeDate($0, to: $1) }
    case .dateTime:
      render(values, count, TimeStyle.widestText, slices) { times.writeDateTime($0, to: $1) }
    case .period(let unit):
      renderTexts(count, slices, values) { times.period(unit, index: $0) }
    case .duration: renderTexts(count, slices, values) { times.duration($0) }
    case .integer, .decimal, .percent, .float, .ratio, .text:
      let numberStyle = style.exactNumbers(column.type)
      render(values, count, ExactNumberStyle.widestNumber, slices) { numberStyle.write($0, to: $1) }
    }
  }

  @inline(__always)
  private func render(
    _ values: UnsafePointer<Int64>, _ count: Int, _ widest: Int,
    _ slices: UnsafeMutablePointer<TextSlice>,
    _ write: (Int64, UnsafeMutablePointer<UInt8>) -> Int
  ) {
    scratch.reserve(count * widest)
    let start = scratch.start
    var position = 0
    for row in 0..<count {
      let written = write(values[row], start + position)
      slices[row] = TextSlice(start: UnsafePointer(start + position), count: written)
      position &+= written
    }
    scratch.advance(position)
  }

  private func renderTexts(
    _ count: Int, _ slices: UnsafeMutablePointer<TextSlice>, _ values: UnsafePointer<Int64>,
    _ text: (Int64) -> String
  ) {
    for row in 0..<count {
      let offset = scratch.count
      scratch.append(text(values[row]))
      slices[row] = TextSlice(start: nil, count: scratch.count - offset)
    }
    placeInOrder(count, slices)
  }

  /// Sets the starts of slices whose texts lie one after another in the scratch memory.
  private func placeInOrder(_ count: Int, _ slices: UnsafeMutablePointer<TextSlice>) {
    var place = UnsafePointer(scratch.start)
    for row in 0..<count {
      slices[row].start = place
      place += slices[row].count
    }
  }

  private func renderWide(
    _ values: UnsafePointer<Int128>, _ count: Int, into slices: UnsafeMutablePointer<TextSlice>
  ) {
    let numberStyle = style.exactNumbers(column.type)
    scratch.reserve(count * ExactNumberStyle.widestNumber)
    let start = scratch.start
    var position = 0
    for row in 0..<count {
      let value = values[row]
      let written = numberStyle.write(value.magnitude, value < 0, to: start + position)
      slices[row] = TextSlice(start: UnsafePointer(start + position), count: written)
      position &+= written
    }
    scratch.advance(position)
  }

  private func renderFloats(
    _ values: UnsafePointer<Double>, _ rows: Range<Int>,
    into slices: UnsafeMutablePointer<TextSlice>
  ) {
    let floatStyle = column.type == .ratio ? style.ratio : style.float
    for row in 0..<rows.count {
      let offset = scratch.count
      // A row without a value may hold anything, also what is no number.
      if values[row].isFinite { scratch.append(floatStyle.text(values[row])) }
      slices[row] = TextSlice(start: nil, count: scratch.count - offset)
    }
    placeInOrder(rows.count, slices)
  }
}

/// The texts of all values that a column's codes can stand for.
private final class RenderedValues {
  private let slices: UnsafeMutablePointer<TextSlice>
  private let count: Int
  private var memory = ByteBuffer()

  /// Renders `count` values block by block: `render` gets the first of a block, how many, and where
  /// to put slices, which are copied before `finish` is called.
  init(
    count: Int, render: (Int, Int, UnsafeMutablePointer<TextSlice>) -> Void, finish: () -> Void
  ) {
    self.count = max(1, count)
    slices = .allocate(capacity: self.count)
    slices.initialize(repeating: TextSlice(start: nil, count: 0), count: self.count)
    var first = 0
    while first < count {
      let blockCount = min(CellRenderer.blockRows, count - first)
      render(first, blockCount, slices + first)
      for index in first..<first + blockCount { memory.append(slices[index].bytes) }
      finish()
      first += blockCount
    }
    var place = UnsafePointer(memory.start)
    for index in 0..<count {
      slices[index].start = place
      place += slices[index].count
    }
  }

  deinit { slices.deallocate() }

  func look(up codes: Codes, _ rows: Range<Int>, into target: UnsafeMutablePointer<TextSlice>) {
    switch codes.width {
    case .one: look(up: codes.pointer(to: UInt8.self) + rows.lowerBound, rows.count, target)
    case .two: look(up: codes.pointer(to: UInt16.self) + rows.lowerBound, rows.count, target)
    case .four: look(up: codes.pointer(to: UInt32.self) + rows.lowerBound, rows.count, target)
    case .eight: look(up: codes.pointer(to: UInt64.self) + rows.lowerBound, rows.count, target)
    }
  }

  private func look<T: CodeInteger>(
    up codes: UnsafePointer<T>, _ count: Int, _ target: UnsafeMutablePointer<TextSlice>
  ) {
    // The code of a row without a value means nothing and may be anything.
    let last = T(clamping: self.count - 1)
    for row in 0..<count { target[row] = slices[Int(truncatingIfNeeded: min(codes[row], last))] }
  }
}

extension TextSlice {
  fileprivate init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.init(start: bytes.baseAddress, count: bytes.count)
  }
}

/// Writes `base + code` of each row.
private func widen(
  _ codes: Codes, _ rows: Range<Int>, base: Int64, into target: UnsafeMutablePointer<Int64>
) {
  func run<T: CodeInteger>(_ source: UnsafePointer<T>) {
    for row in 0..<rows.count { target[row] = base &+ Int64(truncatingIfNeeded: source[row]) }
  }
  switch codes.width {
  case .one: run(codes.pointer(to: UInt8.self) + rows.lowerBound)
  case .two: run(codes.pointer(to: UInt16.self) + rows.lowerBound)
  case .four: run(codes.pointer(to: UInt32.self) + rows.lowerBound)
  case .eight: run(codes.pointer(to: UInt64.self) + rows.lowerBound)
  }
}
