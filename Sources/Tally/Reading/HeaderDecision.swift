/// Decides whether the first record of a file names the columns.
///
/// It does if its cells are texts that are no values of their columns. It does too if one of
/// them is a text above a column of numbers, dates or truth values and the others are texts, years
/// or dates. It doesn't if none of them is a text, or all are values of their columns. Anything in
/// between is a question: a row of `Hà Nội,12` above texts and numbers looks like any other.
enum HeaderDecision {
  case header
  case data
  case unclear(String)

  /// What is known about one cell of the first record.
  struct Cell {
    /// The cell's own readings.
    let readings: ReadingSet
    /// The readings of the rows below.
    let column: ReadingSet
    let isBlank: Bool
    /// Whether a row below has the same text.
    let isRepeated: Bool
    let text: String

    /// Whether the cell is a year, a period or a date, as stand above the columns of many tables.
    var isTime: Bool {
      let kinds = ReadingSet.date | ReadingSet.month | ReadingSet.quarter | ReadingSet.week
      if readings.kinds & kinds != 0 { return true }
      guard text.utf8.count == 4, let year = Int(text) else { return false }
      return PeriodShape.years.contains(year)
    }
  }

  /// Decides where what is not known about the rows below can't change the decision; columns of
  /// which nothing is known count as unseen.
  init?(surely cells: [Cell]) {
    let written = cells.filter { !$0.isBlank }
    if written.allSatisfy({ !$0.readings.isTextOnly }) {
      self = .data
      return
    }
    let isAboveTyped = written.contains { cell in
      !cell.column.isTextOnly && !cell.column.isUnseen && cell.readings.isTextOnly
        && !CommonMarks.marks.contains(cell.text.lowercased())
    }
    if isAboveTyped, written.allSatisfy({ $0.readings.isTextOnly || $0.isTime }) {
      self = .header
      return
    }
    return nil
  }

  /// Decides by the cells of the first record and the rows below.
  init(_ cells: [Cell]) {
    if let sure = HeaderDecision(surely: cells) {
      self = sure
      return
    }
    let written = cells.filter { !$0.isBlank }
    if written.allSatisfy({ $0.readings.isTextOnly && !$0.isRepeated }) {
      self = .header
      return
    }
    let isValue = { (cell: Cell) -> Bool in
      if cell.column.isUnseen { return !cell.readings.isTextOnly }
      return cell.column.isTextOnly ? cell.isRepeated : !cell.readings.isTextOnly
    }
    if written.allSatisfy(isValue) {
      self = .data
      return
    }
    let odd = written.first { !isValue($0) } ?? written[0]
    self = .unclear(odd.text)
  }
}
