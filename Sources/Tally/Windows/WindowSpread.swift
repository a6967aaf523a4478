/// Variances and standard deviations over windows that slide, from exact sums of the values and their
/// squares, rounded once.
struct WindowSpread {
  let order: WindowOrder
  let frames: WindowFrames
  let values: WindowValues
  let context: RunContext

  /// Whether the values are such as this adds up; wider ones are not.
  static func takes(_ column: Column) -> Bool {
    if case .wide = column.payload { return false }
    return true
  }

  /// The variances or their roots by row; the operand's type has `scale` decimals.
  func column(_ function: AggregateFunction, scale: Int) throws(QueryError) -> Column {
    let found = try WindowNumbers(count: order.count, context)
    let own = self
    let spread = Spread(
      isRoot: function == .stddev, isFloating: values.kind == .floats, scale: scale)
    try frames.forEachPiece(of: order, context) { piece throws(QueryError) in
      let present = own.values.present.map { UnsafePointer($0.pointer(to: UInt8.self)) }
      if spread.isFloating {
        var window = FloatingMoments(
          values: own.values.values.pointer(to: Double.self), present: present, spread: spread,
          found: found, sum: try FloatingSum(ofProducts: false, own.context),
          squares: try FloatingSum(ofProducts: true, own.context))
        try own.frames.slide(&window, over: piece, own.order, own.context)
      } else {
        var window = WholeMoments(
          values: own.values.values.pointer(to: Int64.self), present: present, spread: spread,
          found: found)
        try own.frames.slide(&window, over: piece, own.order, own.context)
      }
    }
    return try found.column(.float, count: order.count, context)
  }
}

/// Whole numbers and their squares, which have 126 bits.
private struct WholeMoments: SlidingWindow {
  let values: UnsafePointer<Int64>
  let present: UnsafePointer<UInt8>?
  let spread: Spread
  let found: WindowNumbers
  private var count: Int64 = 0
  private var sum: Int128 = 0
  private var squares = HalvesSum()

  init(
    values: UnsafePointer<Int64>, present: UnsafePointer<UInt8>?, spread: Spread,
    found: WindowNumbers
  ) {
    (self.values, self.present, self.spread, self.found) = (values, present, spread, found)
  }

  @inline(__always)
  mutating func add(_ place: Int) {
    let value = Int128(values[place])
    count &+= Int64(present?[place] ?? 1)
    sum &+= value
    squares.add(value &* value)
  }

  @inline(__always)
  mutating func remove(_ place: Int) {
    let value = Int128(values[place])
    count &-= Int64(present?[place] ?? 1)
    sum &-= value
    squares.subtract(value &* value)
  }

  mutating func clear(_ places: Range<Int>) { (count, sum, squares) = (0, 0, HalvesSum()) }

  /// The value in machine words where these hold what it is made of.
  @inline(__always)
  mutating func write(_ row: Int) throws(QueryError) {
    if count < 2 { return try found.put(nil, row) }
    if let narrow = squares.narrow, let value = spread.value(count, sum, narrow) {
      return try found.put(value, row)
    }
    try found.put(spread.value(count, BigInteger(sum), squares.total), row)
  }
}

/// Doubles and their squares.
private struct FloatingMoments: SlidingWindow {
  let values: UnsafePointer<Double>
  let present: UnsafePointer<UInt8>?
  let spread: Spread
  let found: WindowNumbers
  private var count: Int64 = 0
  private var sum: FloatingSum
  private var squares: FloatingSum

  init(
    values: UnsafePointer<Double>, present: UnsafePointer<UInt8>?, spread: Spread,
    found: WindowNumbers, sum: FloatingSum, squares: FloatingSum
  ) {
    (self.values, self.present, self.spread, self.found) = (values, present, spread, found)
    (self.sum, self.squares) = (sum, squares)
  }

  mutating func add(_ place: Int) throws(QueryError) {
    try sum.add(values[place])
    try squares.add(values[place], times: values[place])
    count &+= Int64(present?[place] ?? 1)
  }

  mutating func remove(_ place: Int) throws(QueryError) {
    try sum.add(0 - values[place])
    try squares.add(0 - values[place], times: values[place])
    count &-= Int64(present?[place] ?? 1)
  }

  mutating func clear(_ places: Range<Int>) throws(QueryError) {
    // What is added and subtracted again leaves nothing.
    for place in places { try remove(place) }
  }

  mutating func write(_ row: Int) throws(QueryError) {
    let value = count < 2 ? nil : spread.value(count, sum.total, squares.total)
    try found.put(value, row)
  }
}
