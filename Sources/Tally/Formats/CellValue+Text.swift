extension CellValue {
  /// The value as the cells of a format write it, without quotes and escapes; nil where missing.
  ///
  ///     let words = CellValue.ratio(0.596724).text(in: .table)   // "59.7%"
  public func text(in format: TableFormat) -> String? {
    let style = CellStyle(format, FormatOptions(), columnCount: 2)
    switch self {
    case .missing: return nil
    case .boolean(let flag): return flag ? "true" : "false"
    case .integer(let number): return String(number)
    case .decimal(let number): return number.description
    case .percent(let number):
      let numbers = style.exactNumbers(.percent(scale: number.scale))
      return written { target in
        numbers.write(number.coefficient.magnitude, number.coefficient < 0, to: target)
      }
    case .float(let number): return style.float.text(number)
    case .ratio(let number): return style.ratio.text(number)
    case .text(let text): return text
    case .date(let day): return day.description
    case .dateTime(let moment):
      let times = TimeStyle(isDisplay: style.isDisplay)
      return written { times.writeDateTime(moment, to: $0) }
    case .period(let period): return period.description
    case .duration(let length): return TimeStyle(isDisplay: style.isDisplay).duration(length)
    }
  }

  /// The value as JSON writes it, which for texts and days is a string in quotes.
  public var json: String {
    let style = CellStyle(.json, FormatOptions(), columnCount: 1)
    switch self {
    case .missing: return "null"
    case .boolean(let flag): return flag ? "true" : "false"
    case .integer(let number):
      let numbers = style.exactNumbers(.integer)
      return written { numbers.write(number.magnitude, number < 0, to: $0) }
    case .decimal(let number), .percent(let number):
      let numbers = style.exactNumbers(.decimal(scale: number.scale))
      return written { target in
        numbers.write(number.coefficient.magnitude, number.coefficient < 0, to: target)
      }
    case .float(let number), .ratio(let number): return style.float.text(number)
    case .text, .date, .dateTime, .period, .duration: return (text(in: .json) ?? "").jsonQuoted
    }
  }

  private func written(_ write: (UnsafeMutablePointer<UInt8>) -> Int) -> String {
    var buffer = ByteBuffer(capacity: ExactNumberStyle.widestNumber)
    buffer.advance(write(buffer.end))
    return String(decoding: buffer.bytes, as: UTF8.self)
  }
}
