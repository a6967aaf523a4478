/// What happens to the result of a step as a whole, once its rows are cut.
enum TableStage: Sendable {
  /// The rows of another table are put below.
  case append(CombinedTable)
  /// Rows that another table has too are left out.
  case except(CombinedTable)
  /// Columns become rows.
  case unpivot(UnpivotPlan)
}

/// A result beside another table, whose columns are found by name.
///
///     result   agency  fee  level         columns   agency  fee  level  closed
///     table    fee  closed  agency        left      0       1    2      -
///                                         right     2       0    -      1
struct CombinedTable: Sendable {
  var name: String
  /// The table's own name; nil where a query made it.
  var tableName: String?
  var table: Table
  /// The columns of both.
  var columns: [Pair]

  /// Columns of one name, in a type that holds the values of both exactly.
  struct Pair: Sendable {
    var name: String
    var type: ColumnType
    /// The column of the result, and that of the table; nil where there is none.
    var left: Int?
    var right: Int?
  }
}

/// `unpivot q1, q2 into quarter, amount`: each row becomes one of each column.
struct UnpivotPlan: Sendable {
  /// The columns that become rows, by index and name.
  var columns: [Int]
  var names: [String]
  /// The columns that stay.
  var others: [Int]
  /// The column of the names.
  var key: String
  /// The column of the values, and the type that holds them all exactly.
  var value: String
  var type: ColumnType
}

extension TableStage {
  /// The columns of what the stage makes of a result.
  func schema(of before: Schema) -> Schema {
    switch self {
    case .except: return before
    case .append(let table):
      return Schema(
        columns: table.columns.map {
          Schema.Entry(name: $0.name, type: $0.type, mayBeMissing: true)
        })
    case .unpivot(let plan):
      var columns = plan.others.map { before.columns[$0] }
      columns.append(Schema.Entry(name: plan.key, type: .text, mayBeMissing: false))
      columns.append(Schema.Entry(name: plan.value, type: plan.type, mayBeMissing: true))
      return Schema(columns: columns)
    }
  }

  /// The table that the stage reads beside the result.
  var table: Table? {
    switch self {
    case .append(let table), .except(let table): table.table
    case .unpivot: nil
    }
  }

  /// What the stage does, in words.
  var explanation: String {
    switch self {
    case .append(let table):
      "put the \(table.table.rowCount) rows of \(table.name) below, columns by name"
    case .except(let table):
      "leave out rows that are equal to one of the \(table.table.rowCount) rows of \(table.name)"
        + " in all columns; missing values are equal"
    case .unpivot(let plan):
      "make \(plan.columns.count) rows of each, one of each column: "
        + plan.names.joined(separator: ", ")
    }
  }
}

extension ColumnType {
  /// The type that holds the values of both exactly; nil where there is none.
  func joined(with other: ColumnType) -> ColumnType? {
    if self == other { return self }
    guard isNumeric, other.isNumeric, !isFloating, !other.isFloating,
      isPercentage == other.isPercentage
    else { return nil }
    let scale = max(scale, other.scale)
    return isPercentage ? .percent(scale: scale) : .decimal(scale: scale)
  }
}

extension StepPlan {
  /// The tables that are read beside the step's own rows, in the order in which they are written.
  var tablesBeside: [Table] { rows.tablesBeside + stages.compactMap(\.table) }
}

extension RowPlan {
  fileprivate var tablesBeside: [Table] {
    var tables = lookups.map(\.table)
    if case .joined(let before, let join) = input {
      tables = before.tablesBeside + [join.table] + tables
    }
    return tables
  }
}
