/// How a column is read.
struct ReadingDecision {
  enum Outcome {
    case text
    case written(Notation, ColumnType)
    /// The column was given a type under which its cells can't be written back as they were: they
    /// are read one by one, with one decimal sign and one order of days if they are known.
    case converted(LoadOptions.CellType, decimal: Int?, order: Int?)
  }

  var outcome: Outcome
  var evidence: String
  var notes: [String] = []
}

/// Chooses one reading for each column of a file, with the columns' evidence for each other.
struct ReadingDecider {
  let columns: [ColumnEvidence]
  let options: LoadOptions
  /// Whether fields are separated by `;`, as they are where the comma begins decimals.
  let isSemicolonSeparated: Bool
  /// The decimal sign that columns prove, 0 for the dot and 1 for the comma, with the column.
  private var decimalProof: (decimal: Int, column: Int)?
  /// The order of days that columns prove.
  private var orderProof: (order: Int, column: Int)?
  /// Whether the reading of a column could depend on what other columns prove.
  private(set) var asksOtherColumns = false
  /// The questions that are left.
  private(set) var questions: [ReadingQuestion] = []

  init(columns: [ColumnEvidence], options: LoadOptions, isSemicolonSeparated: Bool) {
    self.columns = columns
    self.options = options
    self.isSemicolonSeparated = isSemicolonSeparated
    collectProofs()
  }

  /// Looks for columns that can be read with one decimal sign only, or in one order only. Columns
  /// that contradict each other prove nothing.
  private mutating func collectProofs() {
    var decimals = Set<Int>()
    var orders = Set<Int>()
    for (index, column) in columns.enumerated() {
      let readings = column.readings
      if options.types[column.name] == .text || readings.isUnseen { continue }
      if readings.kinds == ReadingSet.number, Self.problem(of: readings, column.extent) == nil,
        let decimal = Self.onlyDecimal(readings)
      {
        if decimals.insert(decimal).inserted { decimalProof = (decimal, index) }
      }
      let dates = ReadingSet.date | ReadingSet.dateTime
      if readings.kinds & ~dates == 0, readings.kinds != 0,
        let order = Self.onlyOrder(readings)
      {
        if orders.insert(order).inserted { orderProof = (order, index) }
      }
    }
    if decimals.count > 1 { decimalProof = nil }
    if orders.count > 1 { orderProof = nil }
  }

  private static func onlyDecimal(_ readings: ReadingSet) -> Int? {
    let hasDot = readings.conventions & NumberConvention.allDot != 0
    let hasComma = readings.conventions & NumberConvention.allComma != 0
    return hasDot == hasComma ? nil : hasDot ? 0 : 1
  }

  private static func onlyOrder(_ readings: ReadingSet) -> Int? {
    switch (readings.dateLayouts & 7 != 0, readings.dateLayouts & 0o70 != 0) {
    case (true, false): DateShape.dayFirst
    case (false, true): DateShape.monthFirst
    default: nil
    }
  }

  /// Why numbers can't be typed, if they can't.
  private static func problem(of readings: ReadingSet, _ extent: NumberExtent) -> String? {
    guard let notation = readings.numberNotation(extent) else { return nil }
    if notation.type == .integer, readings.unseen & ReadingSet.unlong == 0 {
      return "numbers of more than 18 digits are taken for identifiers"
    }
    if Int(extent.mostDigits) + notation.places > ExactDecimal.maximumScale {
      return "its numbers together need more than 38 digits"
    }
    let isGroupedByBlank =
      readings.conventions & ~NumberConvention.ungrouped != 0
      && readings.conventions & NumberConvention.ungrouped == 0
      && notation.group == NumberConvention.blank
    if isGroupedByBlank, notation.type == .integer, extent.mostDigits == extent.fewestDigits,
      (9...11).contains(extent.mostDigits)
    {
      return "groups of digits that are all of one length are taken for telephone numbers"
    }
    return nil
  }

  /// Decides about all columns.
  mutating func decide() -> [ReadingDecision] {
    var decisions: [ReadingDecision] = []
    for column in columns.indices { decisions.append(decide(column)) }
    return decisions
  }

  private mutating func decide(_ index: Int) -> ReadingDecision {
    let column = columns[index]
    let type = options.types[column.name]
    if type == .text { return ReadingDecision(outcome: .text, evidence: "given as text") }
    if column.readings.isUnseen {
      return ReadingDecision(
        outcome: type.map { .converted($0, decimal: nil, order: nil) } ?? .text,
        evidence: "no row has a value")
    }
    var readings = column.readings
    if let type {
      let fitting = readings.restricted(toKinds: Self.kinds(of: type))
      if !Self.fits(fitting, column.extent, type) { return converted(index, type) }
      readings = fitting
    }
    if readings.isTextOnly { return text(column, becauseOf: nil) }
    if readings.kinds == ReadingSet.shortDate { return askShortDate(index) }
    var notes: [String] = []
    var evidence = "every value reads so and in no other way"
    if readings.has(ReadingSet.number), readings.has(ReadingSet.month) {
      readings = askMonth(index, readings, &notes)
      evidence = "taken for a month"
    }
    if readings.has(ReadingSet.number) {
      readings = settleDecimal(index, readings, &evidence, &notes)
      if let problem = Self.problem(of: readings, column.extent), type == nil {
        return ReadingDecision(outcome: .text, evidence: problem)
      }
    } else if readings.kinds & (ReadingSet.date | ReadingSet.dateTime) != 0 {
      readings = settleOrder(index, readings, &evidence, &notes)
    }
    guard let notation = readings.leadingNotation(column.extent) else {
      return text(column, becauseOf: nil)
    }
    return ReadingDecision(
      outcome: .written(notation, Self.columnType(notation, type)), evidence: evidence,
      notes: notes)
  }

  /// The type of a column, which is a decimal number without decimal places if it was given as
  /// decimal.
  private static func columnType(
    _ notation: Notation, _ type: LoadOptions.CellType?
  ) -> ColumnType {
    if type == .decimal, notation.type == .integer { return .decimal(scale: 0) }
    return notation.type
  }

  private static func kinds(of type: LoadOptions.CellType) -> UInt8 {
    switch type {
    case .boolean: ReadingSet.boolean
    case .integer, .decimal, .percent: ReadingSet.number
    case .date: ReadingSet.date
    case .dateTime: ReadingSet.dateTime
    case .period: ReadingSet.month | ReadingSet.quarter | ReadingSet.week
    case .float, .text: 0
    }
  }

  private static func fits(
    _ readings: ReadingSet, _ extent: NumberExtent, _ type: LoadOptions.CellType
  ) -> Bool {
    if readings.isTextOnly { return false }
    guard readings.has(ReadingSet.number) else { return true }
    let isPercent = readings.suffixes & 1 == 0
    guard let notation = readings.numberNotation(extent) else { return false }
    switch type {
    case .percent: return isPercent
    case .decimal:
      return !isPercent && Int(extent.mostDigits) + notation.places <= ExactDecimal.maximumScale
    default:
      let canBeWhole = (readings.dotStyles | readings.commaStyles) & 1 != 0
      return !isPercent && canBeWhole && extent.mostDigits <= 18
    }
  }

  private func text(_ column: ColumnEvidence, becauseOf reason: String?) -> ReadingDecision {
    if let reason { return ReadingDecision(outcome: .text, evidence: reason) }
    guard let last = column.step(where: \.isTextOnly) else {
      return ReadingDecision(outcome: .text, evidence: "nothing but text fits")
    }
    let before = NamedReading.allCases.filter { $0.isIn(last.before) }.map(\.name)
    let cell = "`\(last.cell)` (\(last.place))"
    if last.before.isUnseen {
      return ReadingDecision(outcome: .text, evidence: "\(cell) is text")
    }
    var notes: [String] = []
    if CommonMarks.marks.contains(last.cell.lowercased()) {
      notes.append("if `\(last.cell)` stands for no value, say so: missing \"\(last.cell)\"")
    }
    let reading = before.first.map { " as \($0)" } ?? ""
    return ReadingDecision(
      outcome: .text, evidence: "\(cell) is text; what stands before it reads\(reading)",
      notes: notes)
  }
}

/// What tables often hold in place of a value.
enum CommonMarks {
  static let marks: Set<String> = [
    "-", "--", "–", "—", ".", "..", "...", "…", "?", "*", "x", "na", "n/a", "#n/a", "nan", "null",
    "nil", "none", "missing", "unknown", "không", "không có", "chưa có", "(null)", "\\n",
  ]
}

/// A column that can be read in two ways.
struct ReadingQuestion {
  var column: Int
  /// What is wrong, as a sentence without the place.
  var message: String
  var step: ColumnEvidence.Step?
  var label: String
  var help: [String]
}

extension ReadingDecider {
  /// Keeps one decimal sign if that makes a difference.
  private mutating func settleDecimal(
    _ index: Int, _ readings: ReadingSet, _ evidence: inout String, _ notes: inout [String]
  ) -> ReadingSet {
    let column = columns[index]
    if Self.onlyDecimal(readings) != nil {
      if let cell = column.separatedCell {
        evidence = "`\(cell.cell)` (\(cell.place)) and the values behind it read in one way only"
      }
      return readings
    }
    guard readings.unseen & ReadingSet.unseparated == 0 else { return readings }
    asksOtherColumns = true
    let sign = ["decimal point", "decimal comma"]
    if let proof = decimalProof {
      evidence = "column \(columns[proof.column].name) has a \(sign[proof.decimal])"
      return readings.restricted(toDecimal: proof.decimal)
    }
    if isSemicolonSeparated {
      evidence = "fields are separated by `;`, as they are where the comma begins decimals"
      return readings.restricted(toDecimal: 1)
    }
    let cell = column.separatedCell
    let samples = [0, 1].map { decimal in
      Self.sample(cell?.cell ?? "", readings.restricted(toDecimal: decimal), column.extent)
    }
    if options.ambiguity == .refused {
      questions.append(
        ReadingQuestion(
          column: index,
          message: "column \"\(column.name)\" can be read in two ways: "
            + "`\(cell?.cell ?? "")` is \(samples[1]) or \(samples[0])",
          step: cell, label: "\(samples[1]) or \(samples[0])?",
          help: [
            "numbers \"1.234,5\" reads \(samples[1])", "numbers \"1,234.5\" reads \(samples[0])",
            "types (\(spelledName(column.name)) text) keeps what is written",
          ]))
    } else {
      notes.append(
        "`\(cell?.cell ?? "")` can be \(samples[0]) or \(samples[1]) and is read as "
          + "\(samples[0]); numbers \"1.234,5\" reads it the other way")
    }
    evidence = "nothing in the file says which sign begins decimals"
    return readings.restricted(toDecimal: 0)
  }

  private static func sample(
    _ cell: String, _ readings: ReadingSet, _ extent: NumberExtent
  ) -> String {
    guard let notation = readings.numberNotation(extent) else { return cell }
    var text = cell
    guard let value = text.withUTF8({ notation.coefficient(of: $0) }) else { return cell }
    return ExactDecimal(coefficient: value, scale: notation.places).description
      + (notation.suffix > 0 ? "%" : "")
  }

  /// Keeps one order of day and month if that makes a difference.
  private mutating func settleOrder(
    _ index: Int, _ readings: ReadingSet, _ evidence: inout String, _ notes: inout [String]
  ) -> ReadingSet {
    let column = columns[index]
    let isOpen = readings.dateLayouts & 7 != 0 && readings.dateLayouts & 0o70 != 0
    guard isOpen else { return readings }
    let monthFirst = readings.excluding(dateOrder: DateShape.dayFirst)
    let dayFirst = readings.excluding(dateOrder: DateShape.monthFirst)
    guard readings.unseen & ReadingSet.undifferingDays == 0 else { return dayFirst }
    asksOtherColumns = true
    if let proof = orderProof {
      let order = proof.order == DateShape.dayFirst ? "day" : "month"
      evidence = "column \(columns[proof.column].name) has dates that can only be \(order) first"
      return proof.order == DateShape.dayFirst ? dayFirst : monthFirst
    }
    let cell = column.differingDate
    let samples = [dayFirst, monthFirst].map { set -> String in
      var text = cell?.cell ?? ""
      let notation = set.leadingNotation(column.extent)
      guard let value = text.withUTF8({ notation?.value(of: $0) }), let notation else {
        return text
      }
      let days = notation.type == .date ? Int(value) : floorQuotient(Int(value), 86_400_000_000)
      return CalendarDate(daysSince1970: days).description
    }
    if options.ambiguity == .refused {
      questions.append(
        ReadingQuestion(
          column: index,
          message: "column \"\(column.name)\" can be read in two ways: "
            + "`\(cell?.cell ?? "")` is \(samples[0]) or \(samples[1])",
          step: cell, label: "\(samples[0]) or \(samples[1])?",
          help: [
            "dates dmy reads \(samples[0])", "dates mdy reads \(samples[1])",
            "types (\(spelledName(column.name)) text) keeps what is written",
          ]))
    } else {
      notes.append(
        "`\(cell?.cell ?? "")` can be \(samples[0]) or \(samples[1]) and is read as "
          + "\(samples[0]); dates mdy reads it the other way")
    }
    evidence = "nothing in the file says which number is the day"
    return dayFirst
  }

  /// `4.2020` is a month or a number.
  private mutating func askMonth(
    _ index: Int, _ readings: ReadingSet, _ notes: inout [String]
  ) -> ReadingSet {
    let column = columns[index]
    let step = column.separatedCell ?? column.steps.last
    let cell = step?.cell ?? ""
    if options.ambiguity == .refused {
      questions.append(
        ReadingQuestion(
          column: index,
          message: "column \"\(column.name)\" can be read in two ways: "
            + "`\(cell)` is a month or a number",
          step: step, label: "a month or a number?",
          help: [
            "types (\(spelledName(column.name)) period) reads months",
            "types (\(spelledName(column.name)) decimal) reads numbers",
            "types (\(spelledName(column.name)) text) keeps what is written",
          ]))
    } else {
      notes.append(
        "`\(cell)` can be a month or a number and is read as a month; "
          + "types (\(spelledName(column.name)) decimal) reads it the other way")
    }
    return readings.restricted(toKinds: ReadingSet.month)
  }

  /// A year of two digits doesn't say its century.
  private mutating func askShortDate(_ index: Int) -> ReadingDecision {
    let column = columns[index]
    let step = column.step { $0.kinds == ReadingSet.shortDate } ?? column.steps.last
    let cell = step?.cell ?? ""
    let message = "column \"\(column.name)\" may hold dates without a century: `\(cell)`"
    let mend = "types (\(spelledName(column.name)) text) keeps what is written"
    if options.ambiguity == .refused {
      questions.append(
        ReadingQuestion(
          column: index, message: message, step: step, label: "which century?",
          help: [mend, "or write the years with four digits"]))
    }
    return ReadingDecision(
      outcome: .text, evidence: "a year of two digits doesn't say its century",
      notes: [message + "; they are kept as text"])
  }

  /// A column whose cells have to be converted, with what is known about the signs in them.
  private mutating func converted(_ index: Int, _ type: LoadOptions.CellType) -> ReadingDecision {
    asksOtherColumns = true
    let decimal =
      options.numbers.map { $0 == .decimalPoint ? 0 : 1 } ?? decimalProof?.decimal
      ?? (isSemicolonSeparated ? 1 : nil)
    let order =
      switch options.dates {
      case .dayFirst: DateShape.dayFirst
      case .monthFirst: DateShape.monthFirst
      case .yearFirst: DateShape.yearFirst
      case nil: orderProof?.order
      }
    return ReadingDecision(
      outcome: .converted(type, decimal: decimal, order: order),
      evidence: "given as \(type.rawValue)")
  }
}
