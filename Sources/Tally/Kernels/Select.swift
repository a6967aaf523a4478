// The types of all layouts have a body of their own: these kernels are called from generic nodes.

/// Writes `first` where the condition is 1, else `second`.
@specialized(where T == Int64)
@specialized(where T == Int128)
@specialized(where T == Double)
@specialized(where T == UInt8)
@specialized(where T == UInt32)
@specialized(where T == TextSlice)
func selectRows<T: BitwiseCopyable>(
  _ condition: UnsafePointer<UInt8>, _ first: Operand<T>, _ second: Operand<T>, count: Int,
  into out: UnsafeMutablePointer<T>
) {
  let (yes, no) = (first.values, second.values)
  switch (first.isConstant, second.isConstant) {
  // Both values are read before one is chosen: then nothing need be predicted.
  case (false, false):
    for place in 0..<count {
      let (one, other) = (yes[place], no[place])
      out[place] = condition[place] != 0 ? one : other
    }
  case (false, true):
    let other = no.pointee
    for place in 0..<count {
      let one = yes[place]
      out[place] = condition[place] != 0 ? one : other
    }
  case (true, false):
    let one = yes.pointee
    for place in 0..<count {
      let other = no[place]
      out[place] = condition[place] != 0 ? one : other
    }
  case (true, true):
    let (one, other) = (yes.pointee, no.pointee)
    for place in 0..<count { out[place] = condition[place] != 0 ? one : other }
  }
}

/// Writes the value of each row whose mask is `wanted`, and leaves the others.
@specialized(where T == Int64)
@specialized(where T == Int128)
@specialized(where T == Double)
@specialized(where T == UInt8)
@specialized(where T == UInt32)
@specialized(where T == TextSlice)
func placeRows<T: BitwiseCopyable>(
  _ values: Operand<T>, where mask: UnsafePointer<UInt8>, is wanted: UInt8, count: Int,
  into out: UnsafeMutablePointer<T>
) {
  for place in 0..<count where mask[place] == wanted { out[place] = values[place] }
}

/// Writes the values, one per listed place.
@specialized(where T == Int64)
@specialized(where T == Int128)
@specialized(where T == Double)
@specialized(where T == UInt8)
@specialized(where T == UInt32)
@specialized(where T == TextSlice)
func scatterRows<T: BitwiseCopyable>(
  _ values: Operand<T>, to places: UnsafePointer<UInt32>, count: Int,
  into out: UnsafeMutablePointer<T>
) {
  for place in 0..<count { out[Int(places[place])] = values[place] }
}

/// Writes the table's entry for each code of a column; rows that `valid` marks as missing get
/// `missing`. `index` gives the rows as offsets from `first`; nil reads them in order.
@specialized(where T == Int64)
@specialized(where T == Int128)
@specialized(where T == Double)
@specialized(where T == UInt8)
@specialized(where T == UInt32)
func mapRows<T: BitwiseCopyable>(
  _ codes: Codes, first: Int, index: UnsafePointer<UInt32>?, valid: UnsafePointer<UInt8>?,
  table: UnsafePointer<T>, missing: T, count: Int, into out: UnsafeMutablePointer<T>
) {
  switch codes.width {
  case .one: mapCodes(codes.pointer(to: UInt8.self) + first, table, index, count, into: out)
  case .two: mapCodes(codes.pointer(to: UInt16.self) + first, table, index, count, into: out)
  case .four: mapCodes(codes.pointer(to: UInt32.self) + first, table, index, count, into: out)
  case .eight: mapCodes(codes.pointer(to: UInt64.self) + first, table, index, count, into: out)
  }
  guard let valid else { return }
  for place in 0..<count where valid[place] == 0 { out[place] = missing }
}

@inline(__always)
private func mapCodes<C: CodeInteger, T: BitwiseCopyable>(
  _ codes: UnsafePointer<C>, _ table: UnsafePointer<T>, _ index: UnsafePointer<UInt32>?,
  _ count: Int, into out: UnsafeMutablePointer<T>
) {
  if let index {
    for place in 0..<count { out[place] = table[Int(truncatingIfNeeded: codes[Int(index[place])])] }
  } else {
    for place in 0..<count { out[place] = table[Int(truncatingIfNeeded: codes[place])] }
  }
}

/// Writes one value to each place.
func fillRows<T: BitwiseCopyable>(_ value: T, count: Int, into out: UnsafeMutablePointer<T>) {
  out.update(repeating: value, count: count)
}
