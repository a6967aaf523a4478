/// How the cells of one format are written.
struct CellStyle: Sendable {
  /// How texts are written.
  var text: TextStyle
  /// What stands for a missing value.
  var missing: String
  /// How doubles are written.
  var float = FloatStyle.exact
  /// How ratios are written.
  var ratio = FloatStyle.exactPercentage
  /// Whether percents are written with the sign.
  var showsPercentSign = true
  /// Whether long numbers, days and times are put in quotes.
  var quotesOthers = false
  /// Whether moments and durations are written for people.
  var isDisplay = false
  /// Whether the bytes go to a terminal.
  var isForTerminal = false

  /// The style of a format.
  init(_ format: TableFormat, _ options: FormatOptions, columnCount: Int) {
    isForTerminal = options.isForTerminal
    switch format {
    case .csv, .tsv:
      let delimiter = UInt8(ascii: format == .csv ? "," : "\t")
      text = .separated(delimiter: delimiter, neutralises: options.neutralisesFormulas)
      missing = columnCount == 1 ? "\"\"" : ""
    case .bare: (text, missing) = (.raw, "")
    case .json, .jsonl:
      (text, missing) = (.json, "null")
      (ratio, showsPercentSign, quotesOthers) = (.exact, false, true)
    case .table, .markdown:
      (text, missing) = (format == .table ? .display : .markdown, "—")
      (float, ratio, isDisplay) = (.display, .displayPercentage, true)
    }
  }

  /// How the exact numbers of a type are written.
  func exactNumbers(_ type: ColumnType) -> ExactNumberStyle {
    ExactNumberStyle(
      scale: type.scale, isPercentage: type.isPercentage && showsPercentSign,
      quotesLongNumbers: quotesOthers)
  }

  /// How days and times are written.
  var times: TimeStyle { TimeStyle(isDisplay: isDisplay, isQuoted: quotesOthers) }

  /// A name of a column as this format writes texts.
  func written(_ name: String) -> [UInt8] {
    var copy = name
    return copy.withUTF8 { bytes in
      let suspects = text.suspects(isForTerminal: isForTerminal)
      guard text == .json || text.suspectsEnds(bytes) || suspects.containsAny(of: bytes) else {
        return Array(bytes)
      }
      var buffer = ByteBuffer(capacity: bytes.count * 2)
      text.append(bytes, isForTerminal: isForTerminal, to: &buffer)
      return Array(buffer.bytes)
    }
  }
}
