import TallySyntax

/// The labels and numbers of a table that a chart draws.
struct ChartData {
  /// A label for each row.
  var labels: [String]
  /// Where each row lies on an axis of time, in days or periods; nil where rows have no such place.
  var times: [Int?]?
  /// The columns of values.
  var series: [Series]
  /// What the labels stand for.
  var labelName: String

  /// One column of values.
  struct Series {
    var name: String
    /// The values as numbers; nil where missing.
    var values: [Double?]
    /// The values as tables show them.
    var texts: [String]
    /// Whether values read as percentages.
    var isPercentage: Bool
  }

  /// Takes the labels and numbers out of a table.
  init(_ table: Table, _ chart: Chart) {
    let labelCount = min(chart.labelCount, table.columnCount)
    let labelColumns = table.columns.prefix(labelCount)
    labels = (0..<table.rowCount).map { row in
      labelColumns.map { column in
        (column[row].text(in: .table) ?? "(missing)").steeringShown()
      }.joined(separator: " / ")
    }
    labelName = table.columnNames.prefix(labelCount).joined(separator: " / ").steeringShown()
    if labelCount == 1, let first = labelColumns.first, first.type.isTimeKey {
      times = (0..<table.rowCount).map { row in
        first[row].storedInteger.flatMap { Int(exactly: $0) }
      }
    }
    series = zip(table.columnNames, table.columns).dropFirst(labelCount).compactMap {
      name, column in
      guard column.type.isNumeric || column.type == .duration else { return nil }
      let cells = (0..<column.count).map { column[$0] }
      return Series(
        name: name.steeringShown(), values: cells.map(\.chartNumber),
        texts: cells.map { $0.text(in: .table) ?? "—" }, isPercentage: column.type.isPercentage)
    }
  }

  /// The smallest and the largest value of some series; nil where there is none.
  static func range(_ series: [Series]) -> ClosedRange<Double>? {
    let values = series.flatMap { $0.values.compactMap { $0 } }
    guard let low = values.min(), let high = values.max() else { return nil }
    return low...high
  }

  /// A number as the axis of a series shows it.
  static func text(_ number: Double, isPercentage: Bool) -> String {
    (isPercentage ? CellValue.ratio(number) : .float(number)).text(in: .table) ?? ""
  }
}

extension CellValue {
  /// The number that a chart draws; lengths of time in days. Numbers beyond 1e300 are drawn there,
  /// so that sums and ranges of them are finite.
  fileprivate var chartNumber: Double? { plainNumber.map { min(max($0, -1e300), 1e300) } }

  private var plainNumber: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .decimal(let value), .percent(let value): value.doubleValue
    case .float(let value), .ratio(let value): value
    case .duration(let value): Double(value) / Double(microsecondsPerDay)
    default: nil
    }
  }
}

/// Ranges of equal width, with edges that are easy to read, that hold some values.
struct ChartBins {
  /// The edges, ascending: one more than there are bins.
  let edges: [Double]
  /// The number of values in each bin. An edge belongs to the bin above it, the last to its own.
  let counts: [Int]

  /// Counts values in about as many bins as the square root of their number, 24 at most; nil where
  /// there is none.
  init?(_ values: [Double]) {
    guard let low = values.min(), let high = values.max() else { return nil }
    let wanted = max(1, min(24, Int(Double(values.count).squareRoot().rounded(.up))))
    let width = ChartBins.niceStep((high - low) / Double(wanted))
    let first = (low / width).rounded(.down)
    var last = (high / width).rounded(.up)
    if last <= first { last = first + 1 }
    let count = max(1, min(64, Int(last - first)))
    edges = (0...count).map { (first + Double($0)) * width }
    var counts = [Int](repeating: 0, count: count)
    for value in values {
      counts[max(0, min(count - 1, Int((value / width - first).rounded(.down))))] += 1
    }
    self.counts = counts
  }

  /// The smallest of 1, 2 and 5 times a power of ten that is not below a width.
  static func niceStep(_ width: Double) -> Double {
    guard width > 0, width.isFinite else { return 1 }
    if width < 1e-290 { return 1e-290 }
    var power = 1.0
    while power > width { power /= 10 }
    while power * 10 <= width { power *= 10 }
    for factor in [1.0, 2, 5, 10] where power * factor >= width * (1 - 1e-9) {
      return power * factor
    }
    return power * 10
  }
}

/// A range of values with ticks that are easy to read.
struct ChartAxis {
  /// The values at which the axis begins and ends.
  let range: ClosedRange<Double>
  /// The values that are named, ascending.
  let ticks: [Double]

  /// An axis that holds some values, and zero where `fromZero` says so or where little is lost.
  init(_ values: ClosedRange<Double>, fromZero: Bool, tickCount: Int = 4) {
    var (low, high) = (values.lowerBound, values.upperBound)
    if fromZero || (low > 0 && low <= high / 2) { low = min(low, 0) }
    if fromZero || (high < 0 && high >= low / 2) { high = max(high, 0) }
    if high <= low {
      high += max(abs(high), 1) / 2
      low -= fromZero && low == 0 ? 0 : max(abs(low), 1) / 2
    }
    let step = ChartBins.niceStep((high - low) / Double(tickCount))
    let first = (low / step).rounded(.down)
    let last = max(first + 1, (high / step).rounded(.up))
    range = first * step...last * step
    ticks = (0...max(1, min(64, Int(last - first)))).map { (first + Double($0)) * step }
  }

  /// Where a value lies between the begin, 0, and the end, 1.
  func place(_ value: Double) -> Double {
    let span = range.upperBound - range.lowerBound
    return span > 0 ? min(max((value - range.lowerBound) / span, 0), 1) : 0
  }
}
