/// Draws a chart as a picture in SVG 1.1. The same table gives the same bytes.
struct SVGChart {
  private let data: ChartData
  private let chart: Chart
  private var body = ""
  private var height = 0

  private static let width = 760
  private static let margin = 16
  private static let rowHeight = 22
  /// The most rows that are drawn; a last line counts the others.
  private static let rowLimit = 500
  /// Okabe and Ito's colours, which people with any sight of colour tell apart.
  private static let colours = [
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#999999", "#F0E442",
  ]

  init(_ table: Table, _ chart: Chart) {
    data = ChartData(table, chart)
    self.chart = chart
  }

  /// The picture.
  var text: String {
    var picture = self
    picture.draw()
    let (width, height) = (Self.width, picture.height + Self.margin)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" font-family="sans-serif" font-size="12">
      <rect width="\(width)" height="\(height)" fill="white"/>
      \(picture.body)</svg>

      """
  }

  private mutating func draw() {
    height = Self.margin
    if data.labels.isEmpty {
      say("(no rows)", x: Self.margin)
      height += Self.rowHeight
      return
    }
    switch chart.kind {
    case .bar: drawBars(data.labels, data.series, isStacked: chart.isStacked)
    case .line: drawLines()
    case .histogram: drawHistogram()
    case .heat: drawHeat()
    }
  }

  // MARK: Parts

  private static func colour(_ index: Int) -> String { colours[index % colours.count] }

  /// A number with two places at most, and no zeros behind.
  private static func number(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
    let digits = rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : ".\(padded(rest, 2))"
    return (hundredths < 0 ? "-" : "") + "\(whole)" + digits
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }

  private mutating func say(
    _ text: String, x: Int, anchor: String = "start", y: Int? = nil, colour: String = "#222"
  ) {
    body += "<text x=\"\(x)\" y=\"\((y ?? height) + 15)\" text-anchor=\"\(anchor)\""
    body += " fill=\"\(colour)\">\(Self.escaped(text))</text>\n"
  }

  private mutating func box(
    x: Double, y: Double, width: Double, height: Double, _ colour: String, opacity: Double = 1
  ) {
    let shade = opacity < 1 ? " fill-opacity=\"\(Self.number(opacity))\"" : ""
    body += "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\""
    body += " height=\"\(Self.number(height))\" fill=\"\(colour)\"\(shade)/>\n"
  }

  private mutating func rule(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) {
    body += "<line x1=\"\(Self.number(x0))\" y1=\"\(Self.number(y0))\" x2=\"\(Self.number(x1))\""
    body += " y2=\"\(Self.number(y1))\" stroke=\"#CCC\"/>\n"
  }

  private mutating func legend(_ series: [ChartData.Series]) {
    guard series.count > 1 else { return }
    var x = Self.margin
    for (index, one) in series.enumerated() {
      let room = 24 + one.name.chartWidth * 7
      if x + room > Self.width - Self.margin, x > Self.margin {
        x = Self.margin
        height += Self.rowHeight
      }
      box(x: Double(x), y: Double(height + 5), width: 12, height: 12, Self.colour(index))
      say(one.name, x: x + 16)
      x += room + 8
    }
    height += Self.rowHeight
  }

  /// The pixels that labels take, and the labels cut to them.
  private func labelRoom(_ labels: [String]) -> Int {
    min(Self.width / 3, labels.reduce(0) { max($0, $1.chartWidth) } * 7) + Self.margin
  }

  private mutating func more(_ count: Int, _ what: String = "row") {
    guard count > 0 else { return }
    say("… and \(count) more \(what)\(count == 1 ? "" : "s")", x: Self.margin, colour: "#666")
    height += Self.rowHeight
  }

  // MARK: Bars

  private mutating func drawBars(
    _ labels: [String], _ series: [ChartData.Series], isStacked: Bool
  ) {
    let shown = min(labels.count, Self.rowLimit)
    let hasNegative = series.contains { $0.values.contains { ($0 ?? 0) < 0 } }
    let stacks = isStacked && !hasNegative && series.count > 1
    legend(series)
    let left = labelRoom(Array(labels.prefix(shown)))
    let room = Double(Self.width - left - 90)
    let sums = (0..<shown).map { row in series.reduce(0) { $0 + ($1.values[row] ?? 0) } }
    let values = stacks ? 0...(sums.max() ?? 0) : ChartData.range(series) ?? 0...0
    let axis = ChartAxis(values, fromZero: true)
    let zero = Double(left) + axis.place(0) * room
    for row in 0..<shown {
      let lines = stacks ? 1 : series.count
      say(
        labels[row].fitted((left - Self.margin) / 7), x: left - 6, anchor: "end",
        y: height + (lines - 1) * Self.rowHeight / 2)
      var sum = 0.0
      for (index, one) in series.enumerated() {
        let top = Double(height + (stacks ? 0 : index * Self.rowHeight) + 3)
        guard let value = one.values[row] else {
          if !stacks { say("—", x: Int(zero) + 4, y: Int(top) - 3, colour: "#666") }
          continue
        }
        let start = Double(left) + axis.place(stacks ? sum : 0) * room
        let end = Double(left) + axis.place(sum + value) * room
        box(
          x: min(start, end), y: top, width: abs(end - start), height: Double(Self.rowHeight - 6),
          Self.colour(index))
        if stacks {
          sum += value
        } else {
          say(one.texts[row], x: Int(max(start, end).rounded()) + 4, y: Int(top) - 3)
        }
      }
      height += lines * Self.rowHeight
    }
    let first = Double(height - shown * (stacks ? 1 : series.count) * Self.rowHeight)
    rule(zero, first, zero, Double(height))
    if isStacked, hasNegative {
      say("values below zero can't be stacked", x: Self.margin, colour: "#666")
      height += Self.rowHeight
    }
    more(labels.count - shown)
  }

  private mutating func drawHistogram() {
    guard let series = data.series.first else { return }
    let (labels, counts) = ChartBins.rows(of: series)
    say(series.name, x: Self.margin)
    height += Self.rowHeight
    drawBars(labels, [counts], isStacked: false)
  }

  // MARK: Lines

  private mutating func drawLines() {
    legend(data.series)
    guard let range = ChartData.range(data.series) else {
      say("(no values)", x: Self.margin)
      height += Self.rowHeight
      return
    }
    let axis = ChartAxis(range, fromZero: false)
    let isPercentage = data.series.first?.isPercentage ?? false
    let names = axis.ticks.map { ChartData.text($0, isPercentage: isPercentage) }
    let left = Double(Self.margin + names.reduce(0) { max($0, $1.chartWidth) } * 7 + 8)
    let (top, room) = (Double(height + 8), 260.0)
    let width = Double(Self.width - Self.margin) - left
    for (tick, name) in zip(axis.ticks, names) {
      let y = top + (1 - axis.place(tick)) * room
      rule(left, y, left + width, y)
      say(name, x: Int(left) - 6, anchor: "end", y: Int(y.rounded()) - 11)
    }
    var lacking = 0
    for (index, one) in data.series.enumerated() {
      let points = ChartPoints(data, one)
      lacking += points.lacking
      for run in points.runs {
        let places = run.map { point in
          let x = left + point.x * width
          return "\(Self.number(x)),\(Self.number(top + (1 - axis.place(point.value)) * room))"
        }
        if run.count == 1, let only = places.first?.split(separator: ",") {
          body += "<circle cx=\"\(only[0])\" cy=\"\(only[1])\" r=\"2.5\""
          body += " fill=\"\(Self.colour(index))\"/>\n"
        } else {
          body += "<polyline points=\"\(places.joined(separator: " "))\" fill=\"none\""
          body += " stroke=\"\(Self.colour(index))\" stroke-width=\"2\"/>\n"
        }
      }
    }
    height = Int(top + room) + 4
    let ends = ChartPoints.ends(data)
    say(ends.first, x: Int(left))
    say(ends.last, x: Self.width - Self.margin, anchor: "end")
    height += Self.rowHeight
    if lacking > 0 {
      say("\(lacking) values are missing or have no place", x: Self.margin, colour: "#666")
      height += Self.rowHeight
    }
  }

  // MARK: Heat maps

  private mutating func drawHeat() {
    let shown = min(data.labels.count, Self.rowLimit)
    let series = data.series.prefix(60)
    let left = labelRoom(Array(data.labels.prefix(shown)))
    let cell = Double(Self.width - left - Self.margin) / Double(max(1, series.count))
    let range = ChartData.range(data.series) ?? 0...0
    let span = range.upperBound - range.lowerBound
    for (index, one) in series.enumerated() {
      let x = Double(left) + (Double(index) + 0.5) * cell
      say(one.name.fitted(max(1, Int(cell / 7))), x: Int(x), anchor: "middle")
    }
    height += Self.rowHeight
    for row in 0..<shown {
      say(data.labels[row].fitted((left - Self.margin) / 7), x: left - 6, anchor: "end")
      for (index, one) in series.enumerated() {
        let x = Double(left) + Double(index) * cell
        guard let value = one.values[row] else {
          say("·", x: Int(x + cell / 2), anchor: "middle", colour: "#666")
          continue
        }
        let part = span > 0 ? (value - range.lowerBound) / span : 1
        box(
          x: x + 1, y: Double(height + 1), width: max(1, cell - 2),
          height: Double(Self.rowHeight - 2), Self.colour(0), opacity: 0.08 + 0.92 * part)
        if cell >= Double(one.texts[row].chartWidth * 7) {
          say(
            one.texts[row], x: Int(x + cell / 2), anchor: "middle",
            colour: part > 0.6 ? "white" : "#222")
        }
      }
      height += Self.rowHeight
    }
    more(data.labels.count - shown)
    more(data.series.count - series.count, "column")
  }
}
