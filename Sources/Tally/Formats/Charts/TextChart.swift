import TallySyntax

/// Draws a chart with the characters of a terminal.
///
///     Bộ Tài chính       977  ██████████████████████▋
///     Sở Tài chính        42  █
struct TextChart {
  private(set) var data: ChartData
  let chart: Chart
  /// The columns that lines may take.
  let width: Int
  /// Whether block and Braille characters can be shown.
  let isUnicode: Bool

  /// The most rows that are drawn; a last line counts the others.
  static let rowLimit = 100

  init(_ table: Table, _ chart: Chart, width: Int, isUnicode: Bool) {
    data = ChartData(table, chart)
    self.chart = chart
    self.width = max(30, width)
    self.isUnicode = isUnicode
  }

  /// The picture, each line ended by a line feed.
  var text: String {
    var lines: [String]
    switch chart.kind {
    case .bar: lines = bars(data.labels, data.series, isStacked: chart.isStacked)
    case .line: lines = self.lines()
    case .histogram: lines = data.series.first.map(histogram) ?? []
    case .heat: lines = heat()
    }
    if data.labels.isEmpty { lines = ["(no rows)"] }
    return lines.map { line in
      var line = line[...]
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  // MARK: Bars

  private func bars(_ labels: [String], _ series: [ChartData.Series], isStacked: Bool) -> [String] {
    let hasNegative = series.contains { $0.values.contains { ($0 ?? 0) < 0 } }
    if isStacked, !hasNegative, series.count > 1 { return stackedBars(labels, series) }
    var lines: [String] = []
    let shown = min(labels.count, Self.rowLimit)
    let isOne = series.count == 1
    let names = isOne ? [] : series.map(\.name)
    let labelWidth = min(width * 2 / 5, columns(of: labels.prefix(shown) + [data.labelName]))
    let nameWidth = isOne ? 0 : min(width / 4, columns(of: names)) + 2
    let valueWidth = columns(
      of: series.flatMap { $0.texts.prefix(shown) } + (isOne ? [series[0].name] : []))
    let room = max(8, width - labelWidth - nameWidth - valueWidth - 4)
    let range = ChartData.range(series) ?? 0...0
    let scale = BarScale(range, room: room, isUnicode: isUnicode)
    if isOne {
      lines.append(
        data.labelName.fitted(labelWidth) + "  " + series[0].name.fitted(valueWidth, right: true))
    }
    for row in 0..<shown {
      for (index, one) in series.enumerated() {
        var line = (index == 0 ? labels[row] : "").fitted(labelWidth) + "  "
        if !isOne { line += one.name.fitted(nameWidth - 2) + "  " }
        line += one.texts[row].fitted(valueWidth, right: true) + "  "
        lines.append(line + (one.values[row].map { scale.bar($0) } ?? ""))
      }
    }
    if isStacked, hasNegative { lines.append("values below zero can't be stacked") }
    return lines + more(labels.count - shown)
  }

  private func stackedBars(_ labels: [String], _ series: [ChartData.Series]) -> [String] {
    let fills: [Character] = isUnicode ? ["█", "▓", "▒", "░"] : ["#", "=", "+", "."]
    let shown = min(labels.count, Self.rowLimit)
    let totals = labels.indices.map { row in series.reduce(0) { $0 + ($1.values[row] ?? 0) } }
    let labelWidth = min(width * 2 / 5, columns(of: labels.prefix(shown) + [data.labelName]))
    let room = max(8, width - labelWidth - 2)
    let most = totals.prefix(shown).max() ?? 0
    var lines = [
      series.enumerated().map { "\(fills[$0 % fills.count]) \($1.name)" }.joined(separator: "  ")
    ]
    var lacking = 0
    for row in 0..<shown {
      var line = labels[row].fitted(labelWidth) + "  "
      var (sum, end) = (0.0, 0)
      for (index, one) in series.enumerated() {
        guard let value = one.values[row] else {
          lacking += 1
          continue
        }
        sum += value
        let place = most > 0 ? Int((sum / most * Double(room)).rounded()) : 0
        line += String(repeating: fills[index % fills.count], count: max(0, place - end))
        end = max(end, place)
      }
      lines.append(line)
    }
    if lacking > 0 { lines.append("\(lacking) missing \(lacking == 1 ? "value" : "values")") }
    return lines + more(labels.count - shown)
  }

  private func more(_ count: Int) -> [String] {
    count > 0 ? ["… and \(count) more \(count == 1 ? "row" : "rows")"] : []
  }

  // MARK: Histograms

  private func histogram(_ series: ChartData.Series) -> [String] {
    let (labels, counts) = ChartBins.rows(of: series)
    var picture = self
    picture.data.labelName = series.name
    return picture.bars(labels, [counts], isStacked: false)
  }

  // MARK: Heat maps

  private func heat() -> [String] {
    let shades: [Character] =
      isUnicode ? [" ", "░", "▒", "▓", "█"] : [" ", ".", "+", "x", "#"]
    let shown = min(data.labels.count, Self.rowLimit)
    let labelWidth = min(width / 3, columns(of: data.labels.prefix(shown) + [data.labelName]))
    let room = max(1, width - labelWidth - 2)
    let cell = max(
      3, min(10, room / max(1, data.series.count) - 1, columns(of: data.series.map(\.name))))
    let fitting = max(1, min(data.series.count, room / (cell + 1)))
    let series = data.series.prefix(fitting)
    let range = ChartData.range(data.series) ?? 0...0
    let span = range.upperBound - range.lowerBound
    var lines = [
      data.labelName.fitted(labelWidth) + "  "
        + series.map { $0.name.fitted(cell) }.joined(separator: " ")
    ]
    for row in 0..<shown {
      let cells = series.map { one -> String in
        guard let value = one.values[row] else { return (isUnicode ? "·" : "?").fitted(cell) }
        let part = span > 0 ? (value - range.lowerBound) / span : 1
        let shade = shades[max(0, min(shades.count - 1, Int(part * Double(shades.count))))]
        return String(repeating: shade, count: cell)
      }
      lines.append(data.labels[row].fitted(labelWidth) + "  " + cells.joined(separator: " "))
    }
    let isPercentage = data.series.first?.isPercentage ?? false
    let ends = [range.lowerBound, range.upperBound].map {
      ChartData.text($0, isPercentage: isPercentage)
    }
    lines.append("\(ends[0]) \(String(shades)) \(ends[1])   \(isUnicode ? "·" : "?") missing")
    if fitting < data.series.count {
      lines.append("… and \(data.series.count - fitting) more columns")
    }
    return lines + more(data.labels.count - shown)
  }

  /// The widest of some texts, in columns of a terminal.
  func columns(of texts: some Sequence<String>) -> Int {
    texts.reduce(0) { max($0, $1.chartWidth) }
  }
}

/// How long bars are: from zero, to the right or to the left.
struct BarScale {
  private let left: Int
  private let unit: Double
  private let isUnicode: Bool

  /// A scale that holds some values and zero.
  init(_ range: ClosedRange<Double>, room: Int, isUnicode: Bool) {
    // The axis takes a column where bars go to both sides.
    let room = range.lowerBound < 0 ? room - 1 : room
    self.isUnicode = isUnicode
    let (low, high) = (min(0, range.lowerBound), max(0, range.upperBound))
    left = high > low ? Int((-low / (high - low) * Double(room)).rounded(.up)) : 0
    let right = max(0, room - left)
    // Both sides have one scale.
    let units = [
      high > 0 && right > 0 ? high / Double(right) : 0,
      low < 0 && left > 0 ? -low / Double(left) : 0,
    ]
    unit = max(units[0], units[1])
  }

  /// The bar of a value. Whatever is not zero is seen.
  func bar(_ value: Double) -> String {
    if unit == 0 || value == 0 { return left > 0 ? String(repeating: " ", count: left) + axis : "" }
    let eighths = max(1, Int((abs(value) / unit * 8).rounded()))
    if value < 0 {
      let halves = max(1, (eighths + 3) / 4)
      let whole = String(repeating: full, count: halves / 2)
      let bar = (halves % 2 == 1 ? (isUnicode ? "▐" : "#") : "") + whole
      return String(repeating: " ", count: max(0, left - bar.count)) + bar + axis
    }
    let rest = isUnicode ? ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8] : ""
    let count = isUnicode ? eighths / 8 : max(1, (eighths + 4) / 8)
    let bar = String(repeating: full, count: count) + rest
    return left > 0 ? String(repeating: " ", count: left) + axis + bar : bar
  }

  private var full: String { isUnicode ? "█" : "#" }

  private var axis: String { left > 0 ? (isUnicode ? "│" : "|") : "" }
}

extension String {
  /// The columns that the text takes in a terminal.
  var chartWidth: Int { displayWidth }

  /// The text cut or filled up to so many columns.
  func fitted(_ width: Int, right: Bool = false) -> String {
    var text = self
    if text.chartWidth > width {
      while !text.isEmpty, text.chartWidth > width - 1 { text.removeLast() }
      text += "…"
    }
    let space = String(repeating: " ", count: max(0, width - text.chartWidth))
    return right ? space + text : text + space
  }
}
