extension Table {
  /// The picture that the query of this answer asks for after `chart`, drawn with the characters of
  /// a terminal; nil where it asks for none.
  ///
  ///     print(answer.drawing(width: 80) ?? answer.description)
  ///
  /// `width` is the number of columns that lines may take. Without `isUnicode` only ASCII is used.
  /// A bar begins at zero; a missing value has none, and breaks a line.
  public func drawing(width: Int, isUnicode: Bool = true) -> String? {
    chart.map { TextChart(self, $0, width: width, isUnicode: isUnicode).text }
  }

  /// The same picture in SVG; nil where the query asks for none.
  public func svgDrawing() -> String? { chart.map { SVGChart(self, $0).text } }
}
