// Loops over codes, specialised for their widths. State words are added to where the slot says;
// with four banks, neighbouring rows of one group never wait for each other's stores.

/// What a row adds to the word of its slot.
protocol RowAddend {
  /// The count of one row and the values of a row in their fields.
  func addend(_ row: Int) -> UInt64
}

/// A row that is only counted.
struct UnitAddend: RowAddend {
  let unit: UInt64

  @inline(__always)
  func addend(_ row: Int) -> UInt64 { unit }
}

/// A row of one column.
struct SingleAddend<V: CodeInteger>: RowAddend {
  let unit: UInt64
  let values: UnsafePointer<V>

  @inline(__always)
  func addend(_ row: Int) -> UInt64 { unit &+ UInt64(truncatingIfNeeded: values[row]) }
}

/// A row of two columns. Factors stand for shifts, which take more instructions where nobody knows
/// by how much.
struct PairAddend<V: CodeInteger, W: CodeInteger>: RowAddend {
  let unit: UInt64
  let first: UnsafePointer<V>
  let second: UnsafePointer<W>
  let factor: UInt64

  @inline(__always)
  func addend(_ row: Int) -> UInt64 {
    unit &+ UInt64(truncatingIfNeeded: first[row])
      &+ UInt64(truncatingIfNeeded: second[row]) &* factor
  }
}

/// A row of three columns.
struct TripleAddend<V: CodeInteger, W: CodeInteger, X: CodeInteger>: RowAddend {
  let pair: PairAddend<V, W>
  let third: UnsafePointer<X>
  let factor: UInt64

  @inline(__always)
  func addend(_ row: Int) -> UInt64 {
    pair.addend(row) &+ UInt64(truncatingIfNeeded: third[row]) &* factor
  }
}

/// Adds what each row has to the word of its slot.
@inline(__always)
func accumulate<S: CodeInteger, A: RowAddend>(
  _ slots: UnsafePointer<S>, _ rows: A, _ count: Int, _ state: FusedState
) {
  switch (state.isBanked, state.isChecked) {
  case (true, true): addToBanks(slots, rows, count, state, isChecked: true)
  case (true, false): addToBanks(slots, rows, count, state, isChecked: false)
  case (false, true): addToWords(slots, rows, count, state, isChecked: true)
  case (false, false): addToWords(slots, rows, count, state, isChecked: false)
  }
}

@inline(__always)
private func addToBanks<S: CodeInteger, A: RowAddend>(
  _ slots: UnsafePointer<S>, _ rows: A, _ count: Int, _ state: FusedState, isChecked: Bool
) {
  let words = state.words
  var row = 0
  while row &+ 4 <= count {
    add(rows.addend(row), to: words, slots[row], 4, 0, state, isChecked)
    add(rows.addend(row &+ 1), to: words, slots[row &+ 1], 4, 1, state, isChecked)
    add(rows.addend(row &+ 2), to: words, slots[row &+ 2], 4, 2, state, isChecked)
    add(rows.addend(row &+ 3), to: words, slots[row &+ 3], 4, 3, state, isChecked)
    row &+= 4
  }
  while row < count {
    add(rows.addend(row), to: words, slots[row], 4, 0, state, isChecked)
    row &+= 1
  }
}

@inline(__always)
private func addToWords<S: CodeInteger, A: RowAddend>(
  _ slots: UnsafePointer<S>, _ rows: A, _ count: Int, _ state: FusedState, isChecked: Bool
) {
  let words = state.words
  var row = 0
  while row &+ 4 <= count {
    add(rows.addend(row), to: words, slots[row], 1, 0, state, isChecked)
    add(rows.addend(row &+ 1), to: words, slots[row &+ 1], 1, 0, state, isChecked)
    add(rows.addend(row &+ 2), to: words, slots[row &+ 2], 1, 0, state, isChecked)
    add(rows.addend(row &+ 3), to: words, slots[row &+ 3], 1, 0, state, isChecked)
    row &+= 4
  }
  while row < count {
    add(rows.addend(row), to: words, slots[row], 1, 0, state, isChecked)
    row &+= 1
  }
}

/// Adds to the word of a slot in one of its banks, and moves it where that made it full.
@inline(__always)
private func add<S: CodeInteger>(
  _ addend: UInt64, to words: UnsafeMutablePointer<UInt64>, _ code: S, _ banks: Int, _ bank: Int,
  _ state: FusedState, _ isChecked: Bool
) {
  let slot = Int(truncatingIfNeeded: code)
  let place = words + (slot &* banks &+ bank)
  let word = place.pointee &+ addend
  place.pointee = word
  if isChecked, _slowPath(Int64(bitPattern: word) < 0) { state.move(place, slot) }
}

/// The sum of codes, of those that `kept` has a 1 for if it is given.
@inline(__always)
func sumCodes<V: CodeInteger>(
  _ values: UnsafePointer<V>, _ count: Int, _ kept: UnsafePointer<UInt8>?
) -> UInt64 {
  var total: UInt64 = 0
  if let kept {
    for row in 0..<count {
      total &+= UInt64(values[row] & (0 &- V(truncatingIfNeeded: kept[row])))
    }
  } else {
    for row in 0..<count { total &+= UInt64(values[row]) }
  }
  return total
}

/// `slots[row] = offset + codes[row] * stride`, or the same added to what is there.
@inline(__always)
func combineCodes<S: CodeInteger, Slot: CodeInteger>(
  _ codes: UnsafePointer<S>, _ count: Int, stride: Slot, offset: Slot, isFirst: Bool,
  into slots: UnsafeMutablePointer<Slot>
) {
  if isFirst {
    for row in 0..<count { slots[row] = offset &+ Slot(truncatingIfNeeded: codes[row]) &* stride }
  } else {
    for row in 0..<count {
      slots[row] &+= offset &+ Slot(truncatingIfNeeded: codes[row]) &* stride
    }
  }
}
