@testable import Tally
@testable import TallySyntax

extension StepSyntax {
  /// Whether the step changes its result as a whole.
  var changesTable: Bool {
    clauses.contains { clause in
      switch clause {
      case .append, .except, .unpivot: true
      default: false
      }
    }
  }
}

extension Resolver {
  /// Takes a result through `append`, `except` and `unpivot`, row by row.
  mutating func stage(_ result: inout OracleResult, by step: StepSyntax) throws {
    guard step.changesTable else { return }
    if !result.isPlain {
      // What follows on columns that only the data tell is a step of its own.
      throw Refusal.undetermined
    }
    for clause in step.clauses {
      switch clause {
      case .append(let append): try self.append(append.source, to: &result)
      case .except(let except): try self.except(except.source, from: &result)
      case .unpivot(let unpivot): try self.unpivot(unpivot, &result)
      default: continue
      }
    }
    result.receipt.rowsOut = result.table.rows.count
    result.mayBeWide = result.table.types.map { _ in true }
  }

  /// The table of a source, all of its rows.
  func other(_ source: SourceSyntax) throws -> (String, OracleTable) {
    switch source.kind {
    case .table(let name): return (name.text, try oracle.table(name.text))
    case .query(let query):
      let answer = try oracle.answer(query, self.source)
      notes.queries.append(answer.receipt)
      return ("the query", answer.table)
    case .file: throw invalid("a file")
    }
  }

  private func isEmpty(_ result: OracleResult, _ index: Int) -> Bool {
    result.isEmpty.indices.contains(index) && result.isEmpty[index]
  }

  /// The type that holds the values of both exactly.
  private func joined(
    _ left: ColumnType, _ leftEmpty: Bool, _ right: ColumnType, _ rightEmpty: Bool
  )
    throws -> ColumnType
  {
    if left == right { return left }
    let exact = { (type: ColumnType) in type.isNumeric && !type.isFloating }
    if exact(left), exact(right), left.isPercentage == right.isPercentage {
      let scale = max(left.scale, right.scale)
      return left.isPercentage ? .percent(scale: scale) : .decimal(scale: scale)
    }
    if rightEmpty { return left }
    if leftEmpty { return right }
    throw invalid("columns of two types")
  }

  private func append(_ source: SourceSyntax, to result: inout OracleResult) throws {
    let (name, table) = try other(source)
    var combination = Receipt.Combination(.append, table: name)
    combination.rows = table.rows.count
    var (names, types, places) = (result.table.names, result.table.types, [Int?]())
    var isEmpty: [Bool] = []
    for (index, own) in names.enumerated() {
      let place = table.names.firstIndex { $0.lowercased() == own.lowercased() }
      places.append(place)
      isEmpty.append(false)
      guard let place else {
        combination.columnsAbsent.append(own)
        continue
      }
      types[index] = try joined(
        types[index], self.isEmpty(result, index), table.types[place],
        table.column(place).allSatisfy { $0 == .missing })
    }
    for (place, column) in table.names.enumerated() where !places.contains(place) {
      names.append(column)
      types.append(table.types[place])
      places.append(place)
      combination.columnsAdded.append(column)
    }
    let padding = Array(repeating: CellValue.missing, count: combination.columnsAdded.count)
    let below = table.rows.map { row in places.map { $0.map { row[$0] } ?? .missing } }
    result.table = OracleTable(
      names: names, types: types,
      rows: try (result.table.rows.map { $0 + padding } + below).map { try fitted($0, types) })
    result.isEmpty = []
    result.receipt.combinations.append(combination)
  }

  /// Cells as a column of each type holds them.
  private func fitted(_ row: [CellValue], _ types: [ColumnType]) throws -> [CellValue] {
    try zip(row, types).map { cell, type in
      guard let number = cell.exactNumber else { return cell }
      let isOther = type != .integer && cell.storedInteger != nil && type.scale == 0
      guard type.scale > number.scale || isOther else { return cell }
      guard let coefficient = number.coefficient(atScale: type.scale) else {
        throw Refusal.overflow
      }
      let exact = ExactDecimal(coefficient: coefficient, scale: type.scale)
      return type.isPercentage ? .percent(exact) : .decimal(exact)
    }
  }

  private func except(_ source: SourceSyntax, from result: inout OracleResult) throws {
    let (name, table) = try other(source)
    var combination = Receipt.Combination(.except, table: name)
    combination.rows = table.rows.count
    var places: [Int] = []
    for (index, own) in result.table.names.enumerated() {
      guard let place = table.names.firstIndex(where: { $0.lowercased() == own.lowercased() })
      else { throw invalid("columns that differ") }
      _ = try joined(
        result.table.types[index], isEmpty(result, index), table.types[place],
        table.column(place).allSatisfy { $0 == .missing })
      places.append(place)
    }
    guard places.count == table.names.count else { throw invalid("columns that differ") }
    let known = Set(table.rows.map { row in places.map { row[$0].comparable } })
    let kept = result.table.rows.filter { !known.contains($0.map(\.comparable)) }
    combination.rowsLeftOut = result.table.rows.count - kept.count
    result.table.rows = kept
    result.receipt.combinations.append(combination)
  }

  private func unpivot(_ unpivot: UnpivotSyntax, _ result: inout OracleResult) throws {
    let table = result.table
    var columns: [Int] = []
    var type: ColumnType?
    var areEmpty = true
    for name in unpivot.columns {
      guard
        let index = table.names.firstIndex(where: { $0.lowercased() == name.text.lowercased() }),
        !columns.contains(index)
      else { throw invalid("no column") }
      type =
        try type.map {
          try joined($0, areEmpty, table.types[index], isEmpty(result, index))
        } ?? table.types[index]
      areEmpty = areEmpty && isEmpty(result, index)
      columns.append(index)
    }
    let others = table.names.indices.filter { !columns.contains($0) }
    var names = others.map { table.names[$0] }
    for name in [unpivot.key.text, unpivot.value.text] {
      if names.contains(where: { $0.lowercased() == name.lowercased() }) { throw invalid("twice") }
      names.append(name)
    }
    let types = others.map { table.types[$0] } + [.text, type ?? .text]
    var rows: [[CellValue]] = []
    for row in table.rows {
      for column in columns {
        let made = others.map { row[$0] } + [.text(table.names[column]), row[column]]
        rows.append(try fitted(made, types))
      }
    }
    result.table = OracleTable(names: names, types: types, rows: rows)
    result.isEmpty = []
  }
}
