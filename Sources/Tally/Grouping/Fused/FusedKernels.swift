// Loops over codes, specialised for their widths. State words are added to where the slot says;
// with four banks, neighbouring rows of one group never wait for each other's stores.

/// Adds `unit` to the word of each row's slot.
@inline(__always)
func addUnits<S: CodeInteger>(
  _ slots: UnsafePointer<S>, _ count: Int, _ unit: UInt64, _ state: FusedState
) {
  let (bank0, bank1, bank2, bank3) = state.banks
  var row = 0
  while row &+ 4 <= count {
    bank0[Int(slots[row])] &+= unit
    bank1[Int(slots[row &+ 1])] &+= unit
    bank2[Int(slots[row &+ 2])] &+= unit
    bank3[Int(slots[row &+ 3])] &+= unit
    row &+= 4
  }
  while row < count {
    bank0[Int(slots[row])] &+= unit
    row &+= 1
  }
}

/// Adds `unit` and the value of each row to the word of its slot.
@inline(__always)
func addValues<S: CodeInteger, V: CodeInteger>(
  _ slots: UnsafePointer<S>, _ values: UnsafePointer<V>, _ count: Int, _ unit: UInt64,
  _ state: FusedState
) {
  let (bank0, bank1, bank2, bank3) = state.banks
  var row = 0
  while row &+ 4 <= count {
    bank0[Int(slots[row])] &+= unit &+ UInt64(values[row])
    bank1[Int(slots[row &+ 1])] &+= unit &+ UInt64(values[row &+ 1])
    bank2[Int(slots[row &+ 2])] &+= unit &+ UInt64(values[row &+ 2])
    bank3[Int(slots[row &+ 3])] &+= unit &+ UInt64(values[row &+ 3])
    row &+= 4
  }
  while row < count {
    bank0[Int(slots[row])] &+= unit &+ UInt64(values[row])
    row &+= 1
  }
}

/// Adds `unit` and the first value of each row to the first word of its slot, the second value to
/// the second word.
@inline(__always)
func addPairs<S: CodeInteger, V: CodeInteger, W: CodeInteger>(
  _ slots: UnsafePointer<S>, _ values: UnsafePointer<V>, _ others: UnsafePointer<W>, _ count: Int,
  _ unit: UInt64, _ state: FusedState
) {
  let (bank0, bank1, _, _) = state.banks
  var row = 0
  while row &+ 2 <= count {
    let first = Int(slots[row]) &* 2
    bank0[first] &+= unit &+ UInt64(values[row])
    bank0[first &+ 1] &+= UInt64(others[row])
    let second = Int(slots[row &+ 1]) &* 2
    bank1[second] &+= unit &+ UInt64(values[row &+ 1])
    bank1[second &+ 1] &+= UInt64(others[row &+ 1])
    row &+= 2
  }
  while row < count {
    let slot = Int(slots[row]) &* 2
    bank0[slot] &+= unit &+ UInt64(values[row])
    bank0[slot &+ 1] &+= UInt64(others[row])
    row &+= 1
  }
}

/// The sum of codes.
@inline(__always)
func sumCodes<V: CodeInteger>(_ values: UnsafePointer<V>, _ count: Int) -> UInt64 {
  var total: UInt64 = 0
  for row in 0..<count { total &+= UInt64(values[row]) }
  return total
}

/// `slots[row] = offset + codes[row] * stride`, or the same added to what is there.
@inline(__always)
func combineCodes<S: CodeInteger>(
  _ codes: UnsafePointer<S>, _ count: Int, stride: UInt32, offset: UInt32, isFirst: Bool,
  into slots: UnsafeMutablePointer<UInt32>
) {
  if isFirst {
    for row in 0..<count { slots[row] = offset &+ UInt32(truncatingIfNeeded: codes[row]) &* stride }
  } else {
    for row in 0..<count {
      slots[row] &+= offset &+ UInt32(truncatingIfNeeded: codes[row]) &* stride
    }
  }
}
