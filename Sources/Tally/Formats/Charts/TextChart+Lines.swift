extension TextChart {
  /// The rows of a panel and the most panels.
  private static let panelHeight = 10
  private static let panelLimit = 8

  /// A panel of each series, one under another, all with one scale.
  func lines() -> [String] {
    let shown = data.series.prefix(Self.panelLimit)
    guard let range = ChartData.range(Array(shown)) else { return ["(no values)"] }
    let axis = ChartAxis(range, fromZero: false)
    var lines: [String] = []
    for one in shown { lines += panel(one, axis) }
    let others = data.series.count - shown.count
    if others > 0 { lines.append("… and \(others) more \(others == 1 ? "column" : "columns")") }
    return lines
  }

  private func panel(_ series: ChartData.Series, _ axis: ChartAxis) -> [String] {
    let height = Self.panelHeight
    let names = [axis.range.upperBound, axis.range.lowerBound].map {
      ChartData.text($0, isPercentage: series.isPercentage)
    }
    let nameWidth = columns(of: names)
    let room = max(10, width - nameWidth - 2)
    var canvas = Canvas(width: room, height: height, isUnicode: isUnicode)
    let points = ChartPoints(data, series)
    for run in points.runs {
      var before = run[0]
      for point in run {
        canvas.line(
          from: (before.x, axis.place(before.value)), to: (point.x, axis.place(point.value)))
        before = point
      }
    }
    var lines = [series.name]
    for (row, text) in canvas.rows.enumerated() {
      let name = row == 0 ? names[0] : row == height - 1 ? names[1] : ""
      lines.append(name.fitted(nameWidth, right: true) + " " + (isUnicode ? "│" : "|") + text)
    }
    let ends = ChartPoints.ends(data)
    let space = max(1, room - ends.first.chartWidth - ends.last.chartWidth)
    lines.append(
      String(repeating: " ", count: nameWidth + 2) + ends.first
        + String(repeating: " ", count: space) + ends.last)
    if points.lacking > 0 {
      lines.append(
        "\(points.lacking) \(points.lacking == 1 ? "value is" : "values are") missing or without a place"
      )
    }
    return lines
  }
}

/// Dots of Braille characters, 2 by 4 in each, or stars.
private struct Canvas {
  private let width: Int
  private let height: Int
  private let isUnicode: Bool
  private var dots: [UInt8]

  init(width: Int, height: Int, isUnicode: Bool) {
    (self.width, self.height, self.isUnicode) = (width, height, isUnicode)
    dots = [UInt8](repeating: 0, count: width * height)
  }

  /// Sets the dots between two points, whose coordinates go from 0 to 1, upwards and to the right.
  mutating func line(from start: (Double, Double), to end: (Double, Double)) {
    let (columns, rows) = (Double(width * 2 - 1), Double(height * 4 - 1))
    let (x0, y0) = (start.0 * columns, (1 - start.1) * rows)
    let (x1, y1) = (end.0 * columns, (1 - end.1) * rows)
    let steps = max(1, Int(max(abs(x1 - x0), abs(y1 - y0)).rounded(.up)))
    for step in 0...steps {
      let part = Double(step) / Double(steps)
      set(Int((x0 + (x1 - x0) * part).rounded()), Int((y0 + (y1 - y0) * part).rounded()))
    }
  }

  private mutating func set(_ x: Int, _ y: Int) {
    guard (0..<width * 2).contains(x), (0..<height * 4).contains(y) else { return }
    let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    dots[y / 4 * width + x / 2] |= bits[y % 4][x % 2]
  }

  /// The lines of text, from the top.
  var rows: [String] {
    (0..<height).map { row in
      var text = ""
      for column in 0..<width {
        let bits = dots[row * width + column]
        guard bits != 0 else {
          text += " "
          continue
        }
        let scalar = isUnicode ? Unicode.Scalar(0x2800 + UInt32(bits)) : "*"
        text.unicodeScalars.append(scalar ?? "*")
      }
      return text
    }
  }
}
