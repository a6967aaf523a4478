/// Correlations over windows that slide, from exact sums of both values, their squares and their
/// products, rounded once.
struct WindowCorrelation {
  let order: WindowOrder
  let frames: WindowFrames
  let first: WindowValues
  let second: WindowValues
  let context: RunContext

  /// Whether the values are such as this adds up: of one kind, within 64 bits or floating.
  static func takes(_ columns: [Column]) -> Bool {
    guard columns.count == 2 else { return false }
    switch (columns[0].payload, columns[1].payload) {
    case (.codes, .codes), (.floats, .floats): return true
    default: return false
    }
  }

  /// The coefficients by row.
  func column() throws(QueryError) -> Column {
    let found = try WindowNumbers(count: order.count, context)
    let present = Present(first: first.present, second: second.present)
    let own = self
    try frames.forEachPiece(of: order, context) { piece throws(QueryError) in
      if own.first.kind == .floats {
        var window = try FloatingPairs(
          x: own.first.values.pointer(to: Double.self),
          y: own.second.values.pointer(to: Double.self), present: present, found: found,
          own.context)
        try own.frames.slide(&window, over: piece, own.order, own.context)
      } else {
        var window = WholePairs(
          x: own.first.values.pointer(to: Int64.self),
          y: own.second.values.pointer(to: Int64.self), present: present, found: found)
        try own.frames.slide(&window, over: piece, own.order, own.context)
      }
    }
    return try found.column(.float, count: order.count, context)
  }

  /// Which places have both values.
  struct Present: Sendable {
    let first: AlignedBytes?
    let second: AlignedBytes?

    @inline(__always)
    func holds(_ place: Int) -> Bool {
      if let first, first.pointer(to: UInt8.self)[place] == 0 { return false }
      if let second, second.pointer(to: UInt8.self)[place] == 0 { return false }
      return true
    }
  }
}

/// Pairs of whole numbers; a product has 126 bits.
private struct WholePairs: SlidingWindow {
  let x: UnsafePointer<Int64>
  let y: UnsafePointer<Int64>
  let present: WindowCorrelation.Present
  let found: WindowNumbers
  private var count: Int64 = 0
  private var sumX: Int128 = 0
  private var sumY: Int128 = 0
  private var xx = HalvesSum()
  private var yy = HalvesSum()
  private var xy = HalvesSum()

  init(
    x: UnsafePointer<Int64>, y: UnsafePointer<Int64>, present: WindowCorrelation.Present,
    found: WindowNumbers
  ) {
    (self.x, self.y, self.present, self.found) = (x, y, present, found)
  }

  @inline(__always)
  mutating func add(_ place: Int) {
    guard present.holds(place) else { return }
    let (first, second) = (Int128(x[place]), Int128(y[place]))
    count &+= 1
    sumX &+= first
    sumY &+= second
    xx.add(first &* first)
    yy.add(second &* second)
    xy.add(first &* second)
  }

  @inline(__always)
  mutating func remove(_ place: Int) {
    guard present.holds(place) else { return }
    let (first, second) = (Int128(x[place]), Int128(y[place]))
    count &-= 1
    sumX &-= first
    sumY &-= second
    xx.subtract(first &* first)
    yy.subtract(second &* second)
    xy.subtract(first &* second)
  }

  mutating func clear(_ places: Range<Int>) {
    (count, sumX, sumY) = (0, 0, 0)
    (xx, yy, xy) = (HalvesSum(), HalvesSum(), HalvesSum())
  }

  @inline(__always)
  mutating func write(_ row: Int) throws(QueryError) {
    if count < 2 { return try found.put(nil, row) }
    if let xx = xx.narrow, let yy = yy.narrow, let xy = xy.narrow,
      let value = Correlation.value(count, x: sumX, xx: xx, y: sumY, yy: yy, xy: xy)
    {
      return try found.put(value, row)
    }
    let value = Correlation.value(
      count, x: BigInteger(sumX), xx: xx.total, y: BigInteger(sumY), yy: yy.total, xy: xy.total)
    try found.put(value, row)
  }
}

/// Pairs of doubles.
private struct FloatingPairs: SlidingWindow {
  let x: UnsafePointer<Double>
  let y: UnsafePointer<Double>
  let present: WindowCorrelation.Present
  let found: WindowNumbers
  private var count: Int64 = 0
  private var sumX: FloatingSum
  private var sumY: FloatingSum
  private var xx: FloatingSum
  private var yy: FloatingSum
  private var xy: FloatingSum

  init(
    x: UnsafePointer<Double>, y: UnsafePointer<Double>, present: WindowCorrelation.Present,
    found: WindowNumbers, _ context: RunContext
  ) throws(QueryError) {
    (self.x, self.y, self.present, self.found) = (x, y, present, found)
    sumX = try FloatingSum(ofProducts: false, context)
    sumY = try FloatingSum(ofProducts: false, context)
    xx = try FloatingSum(ofProducts: true, context)
    yy = try FloatingSum(ofProducts: true, context)
    xy = try FloatingSum(ofProducts: true, context)
  }

  private mutating func change(_ place: Int, sign: Double) throws(QueryError) {
    try sumX.add(sign * x[place])
    try sumY.add(sign * y[place])
    try xx.add(sign * x[place], times: x[place])
    try yy.add(sign * y[place], times: y[place])
    try xy.add(sign * x[place], times: y[place])
  }

  mutating func add(_ place: Int) throws(QueryError) {
    guard present.holds(place) else { return }
    count &+= 1
    try change(place, sign: 1)
  }

  mutating func remove(_ place: Int) throws(QueryError) {
    guard present.holds(place) else { return }
    count &-= 1
    try change(place, sign: -1)
  }

  mutating func clear(_ places: Range<Int>) throws(QueryError) {
    // What is added and subtracted again leaves nothing.
    for place in places { try remove(place) }
  }

  mutating func write(_ row: Int) throws(QueryError) {
    if count < 2 { return try found.put(nil, row) }
    try found.put(
      Correlation.value(
        count, x: sumX.total, xx: xx.total, y: sumY.total, yy: yy.total, xy: xy.total),
      row)
  }
}
