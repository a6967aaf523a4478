/// Writes `first` where the condition is 1, else `second`.
func selectRows<T: BitwiseCopyable>(
  _ condition: UnsafePointer<UInt8>, _ first: Operand<T>, _ second: Operand<T>, count: Int,
  into out: UnsafeMutablePointer<T>
) {
  switch (first, second) {
  case (.many(let yes), .many(let no)):
    for place in 0..<count { out[place] = condition[place] != 0 ? yes[place] : no[place] }
  case (.many(let yes), .one(let no)):
    for place in 0..<count { out[place] = condition[place] != 0 ? yes[place] : no }
  case (.one(let yes), .many(let no)):
    for place in 0..<count { out[place] = condition[place] != 0 ? yes : no[place] }
  case (.one(let yes), .one(let no)):
    for place in 0..<count { out[place] = condition[place] != 0 ? yes : no }
  }
}

/// Writes the values, one per listed place.
func scatterRows<T: BitwiseCopyable>(
  _ values: Operand<T>, to places: UnsafePointer<UInt32>, count: Int,
  into out: UnsafeMutablePointer<T>
) {
  switch values {
  case .many(let many): for place in 0..<count { out[Int(places[place])] = many[place] }
  case .one(let one): for place in 0..<count { out[Int(places[place])] = one }
  }
}

/// Writes one value to each place.
func fillRows<T: BitwiseCopyable>(
  _ value: T, count: Int, into out: UnsafeMutablePointer<T>
) {
  for place in 0..<count { out[place] = value }
}
