/// What is known about the readings of a column once all rows are read.
struct ColumnEvidence {
  let name: String
  /// What every cell of the column allows.
  var readings: ReadingSet
  var extent: NumberExtent
  /// The cells that deleted readings, in the order of the rows.
  var steps: [Step]

  /// A cell that deleted readings.
  struct Step {
    var before: ReadingSet
    var after: ReadingSet
    var cell: String
    var place: LoadReport.Place
    var excerpt: Excerpt

    /// The place with its line, to show.
    var markedLine: MarkedLine {
      MarkedLine(path: place.path, line: place.line, excerpt: excerpt)
    }
  }

  /// The first cell after which `condition` held.
  func step(where condition: (ReadingSet) -> Bool) -> Step? {
    steps.first { condition($0.after) && !condition($0.before) }
  }

  /// The first cell that holds a number with a dot or comma.
  var separatedCell: Step? {
    step { $0.unseen & ReadingSet.unseparated == 0 && !$0.isUnseen }
  }

  /// The first date whose day and month differ.
  var differingDate: Step? {
    step { $0.unseen & ReadingSet.undifferingDays == 0 && !$0.isUnseen }
  }
}

/// Readings as people name them.
enum NamedReading: CaseIterable {
  case integer, decimalPoint, decimalComma, groupedByDot, groupedByComma, groupedByBlank
  case groupedByApostrophe, percent, boolean, dateDayFirst, dateMonthFirst, dateYearFirst
  case dateTime, month, quarter, week

  var name: String {
    switch self {
    case .integer: "integer"
    case .decimalPoint: "decimal point"
    case .decimalComma: "decimal comma"
    case .groupedByDot: "thousands grouped by `.`"
    case .groupedByComma: "thousands grouped by `,`"
    case .groupedByBlank: "thousands grouped by a blank"
    case .groupedByApostrophe: "thousands grouped by an apostrophe"
    case .percent: "percent"
    case .boolean: "boolean"
    case .dateDayFirst: "date, day first"
    case .dateMonthFirst: "date, month first"
    case .dateYearFirst: "date, year first"
    case .dateTime: "date and time"
    case .month: "month"
    case .quarter: "quarter"
    case .week: "week"
    }
  }

  /// Whether the reading is among those of a set.
  func isIn(_ set: ReadingSet) -> Bool {
    switch self {
    case .integer:
      set.has(ReadingSet.number) && (set.dotStyles | set.commaStyles) & 1 != 0
        && set.suffixes & 1 != 0
    case .decimalPoint: set.dotStyles & ~1 != 0
    case .decimalComma: set.commaStyles & ~1 != 0
    case .groupedByDot: Self.groups(set, [1])
    case .groupedByComma: Self.groups(set, [2])
    case .groupedByBlank: Self.groups(set, [3, 4, 5, 6])
    case .groupedByApostrophe: Self.groups(set, [7, 8])
    case .percent: set.has(ReadingSet.number) && set.suffixes & ~1 != 0
    case .boolean: set.has(ReadingSet.boolean)
    case .dateDayFirst: set.has(ReadingSet.date) && set.dateLayouts & 7 != 0
    case .dateMonthFirst: set.has(ReadingSet.date) && set.dateLayouts & 0o70 != 0
    case .dateYearFirst: set.has(ReadingSet.date) && set.dateLayouts & 0o700 != 0
    case .dateTime: set.has(ReadingSet.dateTime)
    case .month: set.has(ReadingSet.month)
    case .quarter: set.has(ReadingSet.quarter)
    case .week: set.has(ReadingSet.week)
    }
  }

  private static func groups(_ set: ReadingSet, _ signs: [Int]) -> Bool {
    signs.contains { sign in
      let pairs =
        NumberConvention.bit(group: sign, decimal: 0)
        | NumberConvention.bit(group: sign, decimal: 1)
      return set.conventions & pairs & NumberConvention.all != 0
    }
  }
}

extension ColumnEvidence {
  /// The named readings that fell, each with the cell that contradicted it.
  var rejections: [ColumnReport.Rejection] {
    steps.flatMap { step in
      NamedReading.allCases.filter { $0.isIn(step.before) && !$0.isIn(step.after) }.map {
        ColumnReport.Rejection(reading: $0.name, cell: step.cell, place: step.place)
      }
    }
  }
}
