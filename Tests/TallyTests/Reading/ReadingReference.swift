import Foundation

@testable import Tally

/// A reader of delimited text that does one thing after another, cell by cell, with strings: what
/// the engine's reader is held to.
struct ReferenceReader {
  let delimiter: Character
  let options: LoadOptions

  /// What reading gave: columns of cells, or the code of the error and a part of its message.
  enum Outcome: Equatable {
    case table(names: [String], types: [ColumnType], columns: [[CellValue]])
    case failure(code: String, mention: String)
  }

  struct Field: Equatable {
    var text: String
    var isQuoted: Bool
  }

  private struct Failure: Error {
    var code: String
    var mention: String
  }

  func read(_ text: String) -> Outcome {
    do {
      return try table(text)
    } catch let failure as Failure {
      return .failure(code: failure.code, mention: failure.mention)
    } catch {
      return .failure(code: "\(error)", mention: "")
    }
  }

  // MARK: Structure

  private struct Row {
    var line: Int
    var fields: [Field]
  }

  /// Splits a text into rows. Lines end with LF, a CR before which is dropped, or with CR where
  /// there is no LF outside quotes.
  private func rows(_ text: String) -> (rows: [Row], failure: Failure?) {
    var characters = Array(text.unicodeScalars)
    let newline: Unicode.Scalar = endsLinesWithReturns(characters) ? "\r" : "\n"
    if characters.last != newline { characters.append(newline) }
    var rows: [Row] = []
    var line = 1
    var index = 0
    while index < characters.count {
      var row = Row(line: line, fields: [])
      var isDone = false
      while !isDone {
        var field = Field(text: "", isQuoted: false)
        if index < characters.count, characters[index] == "\"" {
          field.isQuoted = true
          let opened = line
          index += 1
          while true {
            guard index < characters.count else {
              return (rows, Failure(code: "T0305", mention: ":\(opened)"))
            }
            if characters[index] == "\"" {
              index += 1
              guard index < characters.count, characters[index] == "\"" else { break }
            }
            if characters[index] == newline { line += 1 }
            field.text.unicodeScalars.append(characters[index])
            index += 1
          }
          if newline == "\n", index < characters.count, characters[index] == "\r",
            index + 1 == characters.count || characters[index + 1] == "\n"
          {
            index += 1
          }
          if index < characters.count, characters[index] != newline,
            Character(characters[index]) != delimiter
          {
            return (rows, Failure(code: "T0305", mention: ":\(line)"))
          }
        } else {
          while index < characters.count, characters[index] != newline,
            Character(characters[index]) != delimiter
          {
            field.text.unicodeScalars.append(characters[index])
            index += 1
          }
          if newline == "\n", field.text.unicodeScalars.last == "\r",
            index == characters.count || characters[index] == newline
          {
            field.text.unicodeScalars.removeLast()
          }
        }
        row.fields.append(field)
        isDone = index >= characters.count || characters[index] == newline
        index += 1
      }
      line += 1
      rows.append(row)
    }
    return (rows, nil)
  }

  private func endsLinesWithReturns(_ characters: [Unicode.Scalar]) -> Bool {
    var isQuoted = false
    var hasReturn = false
    for character in characters {
      if character == "\"" { isQuoted.toggle() }
      if isQuoted { continue }
      if character == "\n" { return false }
      if character == "\r" { hasReturn = true }
    }
    return hasReturn
  }

  private func isBlank(_ row: Row) -> Bool {
    row.fields == [Field(text: "", isQuoted: false)]
  }

  // MARK: Table

  private enum Cell: Equatable {
    case missing
    case quotedEmpty
    case text(String)
  }

  private func cell(_ field: Field) -> Cell {
    let text = field.text.precomposedStringWithCanonicalMapping
    let marks = options.missing.map(\.precomposedStringWithCanonicalMapping)
    if text.isEmpty { return field.isQuoted && !marks.contains("") ? .quotedEmpty : .missing }
    // Marks are compared scalar by scalar.
    return marks.contains { Array($0.utf8) == Array(text.utf8) } ? .missing : .text(field.text)
  }

  private func table(_ text: String) throws -> Outcome {
    var (rows, failure) = rows(text)
    while let first = rows.first, isBlank(first) { rows.removeFirst() }
    guard let first = rows.first else {
      throw failure ?? Failure(code: "T0302", mention: "")
    }
    let width = first.fields.count
    if width > 1, failure == nil { while let last = rows.last, isBlank(last) { rows.removeLast() } }
    let ragged = rows.filter { $0.fields.count != width }
    if let row = ragged.first { throw Failure(code: "T0304", mention: ":\(row.line)") }
    if let failure { throw failure }
    var cells = (0..<width).map { column in rows.map { cell($0.fields[column]) } }
    let below = cells.map { Array($0.dropFirst()) }
    let isHeader = try isHeader(first, below)
    var names = (1...width).map { "column\($0)" }
    var firstLine = 0
    if isHeader {
      cells = below
      firstLine = 1
      names = first.fields.map {
        $0.text.precomposedStringWithCanonicalMapping.trimmingCharacters(
          in: .whitespacesAndNewlines)
      }
      if names.contains("") || Set(names).count < names.count {
        throw Failure(code: "T0306", mention: ":\(first.line)")
      }
    }
    let lines = rows.dropFirst(firstLine).map(\.line)
    return try typed(names, cells, lines)
  }

  private func isHeader(_ first: Row, _ below: [[Cell]]) throws -> Bool {
    switch options.header {
    case .present: return true
    case .absent: return false
    case .detected: break
    }
    let survivors = below.map(survivors)
    var isAllText = true
    var isAllValues = true
    var isAboveTyped = false
    var isTextOrTime = true
    var hasTextShape = false
    for (column, field) in first.fields.enumerated() where !field.text.isEmpty {
      let own = ReferenceFormat.candidates(for: field.text)
      if own.isEmpty { hasTextShape = true }
      let found = survivors[column]
      let normal = field.text.precomposedStringWithCanonicalMapping
      let isRepeated = below[column].contains { cell in
        if case .text(let text) = cell {
          return Array(text.precomposedStringWithCanonicalMapping.utf8) == Array(normal.utf8)
        }
        return false
      }
      let isTextColumn = found.map(\.isEmpty) ?? false
      if !own.isEmpty || (isTextColumn && isRepeated) { isAllText = false }
      if let found, !found.isEmpty, own.isEmpty,
        !CommonMarks.marks.contains(normal.lowercased())
      {
        isAboveTyped = true
      }
      if !own.isEmpty, !Self.isTime(field.text, own) { isTextOrTime = false }
      let isValue = isTextColumn ? isRepeated : !own.isEmpty
      if !isValue { isAllValues = false }
    }
    if !hasTextShape { return false }
    if isAboveTyped, isTextOrTime { return true }
    if isAllText { return true }
    if isAllValues { return false }
    if options.ambiguity == .noted { return false }
    throw Failure(code: "T0307", mention: ":\(first.line)")
  }

  private static func isTime(_ text: String, _ formats: [ReferenceFormat]) -> Bool {
    if text.utf8.count == 4, let year = Int(text), (1900...2099).contains(year) { return true }
    return formats.contains { format in
      switch format.kind {
      case .date, .month, .quarter, .week: true
      default: false
      }
    }
  }

  /// The formats that read all cells of a column; nil where it has no value.
  private func survivors(_ cells: [Cell]) -> [ReferenceFormat]? {
    var found: [ReferenceFormat]?
    for case .text(let text) in cells {
      if let formats = found {
        found = formats.filter { $0.value(of: text) != nil }
      } else {
        found = ReferenceFormat.candidates(for: text).filter(isAllowed)
      }
      if found?.isEmpty == true { break }
    }
    return found
  }

  /// What the options leave.
  private func isAllowed(_ format: ReferenceFormat) -> Bool {
    switch format.kind {
    case .number(_, let decimal, _, _):
      switch options.numbers {
      case .decimalPoint: return decimal == "."
      case .decimalComma: return decimal == ","
      case nil: return true
      }
    case .date(let layout), .moment(let layout, _):
      switch options.dates {
      case .dayFirst: return layout.order != "mdy"
      case .monthFirst: return layout.order != "dmy"
      case .yearFirst: return layout.order == "ymd"
      case nil: return true
      }
    default: return true
    }
  }
}

extension ReferenceReader {
  // MARK: Types

  private func typed(_ names: [String], _ cells: [[Cell]], _ lines: [Int]) throws -> Outcome {
    let found = cells.map(survivors)
    let proofs = Proofs(
      found.enumerated().compactMap { index, formats in
        formats.map { (values(of: cells[index], as: $0), $0) }
      })
    var types: [ColumnType] = []
    var columns: [[CellValue]] = []
    var question: Failure?
    for (index, column) in cells.enumerated() {
      let choice = choose(found[index] ?? [], column, proofs)
      if choice.isOpen, options.ambiguity == .refused {
        question = question ?? Failure(code: "T0310", mention: "\"\(names[index])\"")
      }
      let (type, values) = finish(choice.format, column)
      types.append(type)
      columns.append(values)
    }
    if let question { throw question }
    return .table(names: names, types: types, columns: columns)
  }

  /// What columns prove for others.
  private struct Proofs {
    var decimals: Set<String> = []
    var orders: Set<String> = []

    init(_ columns: [(values: [ReferenceValue], formats: [ReferenceFormat])]) {
      for (values, formats) in columns where !formats.isEmpty {
        let decimals = Set(formats.map(ReferenceFormat.decimal))
        if !decimals.contains(nil), decimals.count == 1, let only = decimals.first,
          ReferenceReader.problem(values, formats) == nil
        {
          if let only { self.decimals.insert(only) }
        }
        let orders = Set(formats.map(ReferenceFormat.order))
        if !orders.contains(nil) {
          let open = orders.compactMap { $0 }.filter { $0 != "ymd" }
          if open.count == 1 { self.orders.insert(open[0]) }
        }
      }
    }

    var decimal: String? { decimals.count == 1 ? decimals.first : nil }
    var order: String? { orders.count == 1 ? orders.first : nil }
  }

  private func values(of cells: [Cell], as formats: [ReferenceFormat]) -> [ReferenceValue] {
    guard let format = formats.first else { return [] }
    return cells.compactMap { cell in
      if case .text(let text) = cell { return format.value(of: text) }
      return nil
    }
  }

  /// Why numbers stay text, if they do.
  private static func problem(
    _ values: [ReferenceValue], _ formats: [ReferenceFormat]
  ) -> String? {
    var places = 0
    var whole = 0
    var lengths: Set<Int> = []
    for case .number(let coefficient, let decimals, _) in values {
      places = max(places, decimals)
      let digits = max(1, String(coefficient.magnitude).count - decimals)
      whole = max(whole, digits)
      lengths.insert(digits)
    }
    let isInteger = places == 0 && !formats.contains { $0.suffix != "" }
    if isInteger, whole > 18 { return "identifiers" }
    if whole + places > 38 { return "too long" }
    let groups = Set(formats.map(\.group))
    if isInteger, groups == [" "], lengths.count == 1, let length = lengths.first,
      (9...11).contains(length)
    {
      return "telephone numbers"
    }
    return nil
  }

  /// Chooses among formats that all read the column.
  private func choose(
    _ survivors: [ReferenceFormat], _ cells: [Cell], _ proofs: Proofs
  ) -> (format: ReferenceFormat?, isOpen: Bool) {
    var formats = survivors
    if formats.isEmpty { return (nil, false) }
    if formats.allSatisfy({ $0.kind == .short }) { return (nil, true) }
    var isOpen = false
    if formats.contains(where: \.isMonth), formats.contains(where: { $0.decimalSign != nil }) {
      isOpen = true
      formats = formats.filter(\.isMonth)
    }
    let readings = Set(formats.map { values(of: cells, as: [$0]) })
    if readings.count > 1 {
      if formats.contains(where: { $0.decimalSign != nil }) {
        let sign = proofs.decimal ?? (delimiter == ";" ? "," : nil)
        if sign == nil { isOpen = true }
        formats = formats.filter { $0.decimalSign == sign ?? "." }
      } else {
        if proofs.order == nil { isOpen = true }
        formats = formats.filter { $0.order == proofs.order ?? "dmy" }
      }
    }
    if Self.problem(values(of: cells, as: formats), formats) != nil { return (nil, isOpen) }
    return (formats.first, isOpen)
  }

  private func finish(
    _ format: ReferenceFormat?, _ cells: [Cell]
  ) -> (ColumnType, [CellValue]) {
    guard let format else {
      return (
        .text,
        cells.map { cell in
          switch cell {
          case .missing: .missing
          case .quotedEmpty: .text("")
          case .text(let text): .text(text.precomposedStringWithCanonicalMapping)
          }
        }
      )
    }
    let values = cells.map { cell -> ReferenceValue? in
      if case .text(let text) = cell { return format.value(of: text) }
      return nil
    }
    var places = 0
    for case .number(_, let decimals, _)? in values { places = max(places, decimals) }
    let type: ColumnType =
      switch values.compactMap({ $0 }).first {
      case .number(_, _, let isPercent):
        isPercent ? .percent(scale: places + 2) : places == 0 ? .integer : .decimal(scale: places)
      case .boolean: .boolean
      case .day: .date
      case .moment: .dateTime
      case .period(let unit, _): .period(unit)
      case .short, nil: .text
      }
    return (type, values.map { cellValue($0, places) })
  }

  private func cellValue(_ value: ReferenceValue?, _ places: Int) -> CellValue {
    switch value {
    case nil, .short: return .missing
    case .number(var coefficient, let decimals, let isPercent):
      for _ in decimals..<places { coefficient *= 10 }
      if isPercent {
        return .percent(ExactDecimal(coefficient: coefficient, scale: places + 2))
      }
      return places == 0
        ? .integer(coefficient)
        : .decimal(ExactDecimal(coefficient: coefficient, scale: places))
    case .boolean(let flag): return .boolean(flag)
    case .day(let days): return .date(CalendarDate(daysSince1970: days))
    case .moment(let micro): return .dateTime(micro)
    case .period(let unit, let index): return .period(CalendarPeriod(unit, index: index))
    }
  }
}

extension ReferenceFormat {
  var decimalSign: String? {
    if case .number(_, let decimal, _, _) = kind { return decimal }
    return nil
  }
  var group: String {
    if case .number(let group, _, _, _) = kind { return group }
    return ""
  }
  var suffix: String {
    if case .number(_, _, let suffix, _) = kind { return suffix }
    return ""
  }
  var order: String? {
    switch kind {
    case .date(let layout), .moment(let layout, _): layout.order
    default: nil
    }
  }
  var isMonth: Bool {
    if case .month = kind { return true }
    return false
  }
  static func decimal(_ format: ReferenceFormat) -> String? { format.decimalSign }
  static func order(_ format: ReferenceFormat) -> String? { format.order }
}
