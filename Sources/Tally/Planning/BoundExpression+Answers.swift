import Synchronization

extension BoundExpression {
  /// The same expression with the answers of the plan's queries in their places.
  func answered(by answers: [QueryAnswer]) throws(QueryError) -> BoundExpression {
    if answers.isEmpty { return self }
    let kind: Kind
    switch self.kind {
    case .column, .lookedUp, .constant: return self
    case .queryValue(let place): return try constant(from: answers[place].column)
    case .membership(let value, .query(let place)):
      let value = try value.answered(by: answers)
      kind = .membership(value, try answers[place].set(for: value.type))
    default:
      kind = try self.kind.mappingOperands { (operand) throws(QueryError) in
        try operand.answered(by: answers)
      }
    }
    return BoundExpression(kind, type, mayBeMissing: mayBeMissing, bounds: bounds, at: span)
  }

  private func constant(from answer: Column) throws(QueryError) -> BoundExpression {
    guard answer.count <= 1 else {
      throw QueryError(
        kind: .type,
        diagnostics: [
          Diagnostic(
            .severalRows, "a query used as a value gave \(answer.count) rows", at: span)
        ])
    }
    let value = answer.count == 1 ? answer[0] : .missing
    if value != .missing { return .constant(value, type, at: span) }
    // The word `missing` asks whether a value is missing; an answer that is missing leaves every
    // comparison with it undecided, which receipts must tell.
    let missing = BoundExpression.constant(.missing, type, at: span)
    let always = BoundExpression.constant(.boolean(true), .boolean, at: span)
    return BoundExpression(
      .conditional(missing, condition: always, otherwise: missing), type, at: span)
  }
}

/// The answer of a query that is used as a value or a set.
enum QueryAnswer: Sendable {
  case column(Column, AnswerSets)
  /// The values of a table's column, which are only searched.
  case members(MemberIndex)

  /// The values, where they were computed.
  var column: Column {
    get throws(QueryError) {
      guard case .column(let column, _) = self else {
        throw QueryError(kind: .bug, message: "a set is used as a value")
      }
      return column
    }
  }

  /// The values as a set, in the stored form of `type`.
  fileprivate func set(for type: ColumnType) throws(QueryError) -> BoundSet {
    switch self {
    case .column(let column, let sets): try sets.set(of: column, for: type)
    case .members(let index): .members(index)
    }
  }
}

/// The values of an answer as sets, each made once for all who ask.
final class AnswerSets: Sendable {
  private let context: RunContext
  private let made = Mutex<[(type: ColumnType, set: BoundSet)]>([])

  init(_ context: RunContext) { self.context = context }

  /// The set of a column's values, in the stored form of `type`.
  func set(of column: Column, for type: ColumnType) throws(QueryError) -> BoundSet {
    try made.withLock { (made) throws(QueryError) in
      if let known = made.first(where: { $0.type == type }) { return known.set }
      let set =
        column.count >= Self.manyValues && column.isIndexed(for: type)
        ? BoundSet.members(try MemberIndex(column, scale: type.scale, context))
        : try BoundSet(column, for: type, context.budget)
      made.append((type, set))
      return set
    }
  }

  /// The values from which on they are indexed like those of a table.
  private static let manyValues = 1 << 12
}

extension Column {
  /// Whether values of a type are found among these by an index.
  fileprivate func isIndexed(for other: ColumnType) -> Bool {
    switch (type, other) {
    case (.integer, .integer), (.integer, .decimal), (.percent, .percent), (.decimal, .decimal):
      type.scale <= other.scale
    case (.boolean, _): false
    default: type == other
    }
  }
}

extension BoundSet {
  /// The set of a column's values, in the stored form of `type`.
  fileprivate init(_ column: Column, for type: ColumnType, _ budget: MemoryBudget?)
    throws(QueryError)
  {
    let memory = MemoryReservation(budget)
    try memory.grow(by: column.count * MemoryLayout<CellValue>.stride)
    var values: [CellValue] = []
    try budget.forEachPiece(of: column.count, size: 1 << 12) { piece in
      for row in piece {
        let value = column[row]
        guard let stored = value.storedInteger, column.type.scale != type.scale else {
          values.append(value)
          continue
        }
        // A number with more places than the type has is equal to no value of it.
        let exact = ExactDecimal(coefficient: stored, scale: column.type.scale)
        guard let coefficient = exact.coefficient(atScale: type.scale) else { continue }
        values.append(CellValue(stored: coefficient, type: type))
      }
    }
    self.init(values, type: type)
  }
}

extension DiagnosticCode {
  static let severalRows = DiagnosticCode(
    "T0420", "A query that is used as a value must give one row.")
}
