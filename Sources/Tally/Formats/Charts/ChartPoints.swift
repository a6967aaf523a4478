/// The points of a line: runs of neighbours without a gap.
struct ChartPoints {
  /// One point; `x` goes from 0 at the first place to 1 at the last.
  struct Point {
    var x: Double
    var value: Double
  }

  /// The runs, and in each the points from left to right.
  private(set) var runs: [[Point]] = []
  /// The rows that are not drawn, for want of a value or of a place.
  private(set) var lacking = 0

  /// Finds the points of a series. A missing value breaks the line, and so does a period that has
  /// no row, where most periods have one.
  init(_ data: ChartData, _ series: ChartData.Series) {
    let places: [Int?] = data.times ?? data.labels.indices.map { $0 }
    let known = places.compactMap { $0 }
    lacking = places.indices.count { places[$0] == nil || series.values[$0] == nil }
    guard let low = known.min(), let high = known.max() else { return }
    let rows = places.indices.filter { places[$0] != nil }.sorted {
      let (first, second) = (places[$0] ?? 0, places[$1] ?? 0)
      return first == second ? $0 < $1 : first < second
    }
    let isDense = data.times != nil && high - low < rows.count * 4
    var last: Int?
    for row in rows {
      guard let place = places[row], let value = series.values[row] else {
        last = nil
        continue
      }
      let x = high == low ? 0.5 : Double(place - low) / Double(high - low)
      let isNext = last.map { !isDense || place - $0 <= 1 } ?? false
      if isNext {
        runs[runs.count - 1].append(Point(x: x, value: value))
      } else {
        runs.append([Point(x: x, value: value)])
      }
      last = place
    }
  }

  /// The labels of the first and the last place.
  static func ends(_ data: ChartData) -> (first: String, last: String) {
    guard let times = data.times else { return (data.labels.first ?? "", data.labels.last ?? "") }
    let known = times.indices.filter { times[$0] != nil }
    let first = known.min { (times[$0] ?? 0) < (times[$1] ?? 0) }
    let last = known.max { (times[$0] ?? 0) < (times[$1] ?? 0) }
    return (first.map { data.labels[$0] } ?? "", last.map { data.labels[$0] } ?? "")
  }
}

extension ChartBins {
  /// The bins of a series as labelled rows of counts; missing values have a row of their own.
  static func rows(of series: ChartData.Series) -> (labels: [String], counts: ChartData.Series) {
    let known = series.values.compactMap { $0 }
    var labels: [String] = []
    var counts: [Double] = []
    if let bins = ChartBins(known) {
      let edges = bins.edges.map { ChartData.text($0, isPercentage: series.isPercentage) }
      for (place, count) in bins.counts.enumerated() {
        let word = place == bins.counts.count - 1 ? "to" : "to below"
        labels.append("\(edges[place]) \(word) \(edges[place + 1])")
        counts.append(Double(count))
      }
    }
    let missing = series.values.count - known.count
    if missing > 0 {
      labels.append("(missing)")
      counts.append(Double(missing))
    }
    return (
      labels,
      ChartData.Series(
        name: "rows", values: counts, texts: counts.map { "\(Int($0))" }, isPercentage: false)
    )
  }
}
