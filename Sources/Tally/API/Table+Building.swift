extension Table {
  /// Makes a table of encodable values: a row of each, a column of each property.
  ///
  ///     struct Service: Codable {
  ///       var agency: String
  ///       var level: Int?
  ///     }
  ///     database["services"] = try Table(rows: [
  ///       Service(agency: "Sở Tài chính", level: 3), Service(agency: "Sở Y tế", level: nil),
  ///     ])
  ///
  /// Columns are named as the properties are, and stand in the order in which they are encoded;
  /// those of dictionaries are sorted by name. A property that is nil, or is not encoded, is missing.
  /// Properties may be of any type that a cell can have (``CellConvertible``), enumerations with raw
  /// values, and other types that encode themselves as one value. Rows that are such values themselves
  /// make one column, called `value`.
  ///
  /// Throws an error of kind `decoding` where a property has parts of its own, has another type than
  /// in the rows before, or is a number that is not finite, and where there is no row to learn the
  /// columns from.
  public init(rows: some Sequence<some Encodable>) throws(QueryError) {
    let collector = RowCollector()
    for row in rows { try collector.append(row) }
    self = try collector.table()
  }

  /// Makes a table of columns.
  ///
  ///     database["agencies"] = try Table {
  ///       NamedColumn("name", ["Sở Tài chính", "Sở Y tế"])
  ///       NamedColumn("budget", [1.5, nil])
  ///     }
  ///
  /// Throws an error of kind `data` where columns differ in length or names are empty or differ in
  /// case only, and what ``NamedColumn`` found wrong with values.
  public init(@TableBuilder columns: () -> [NamedColumn]) throws(QueryError) {
    try self.init(columns: columns())
  }

  /// Makes a table of columns.
  ///
  /// Throws an error of kind `data` where columns differ in length or names are empty or differ in
  /// case only, and what ``NamedColumn`` found wrong with values.
  public init(columns: [NamedColumn]) throws(QueryError) {
    var names: [String] = []
    var values: [Column] = []
    for column in columns {
      names.append(column.name)
      values.append(try column.content.get())
    }
    try self.init(checkedNames: names, columns: values)
  }

  /// Puts columns together whose names and lengths are somebody else's.
  init(checkedNames names: [String], columns: [Column]) throws(QueryError) {
    let names = names.map(\.normalised)
    var known: [String: String] = [:]
    for (name, column) in zip(names, columns) {
      if name.isEmpty { throw QueryError(kind: .data, message: "a column has no name") }
      if let other = known.updateValue(name, forKey: Environment.key(name)) {
        throw QueryError(
          kind: .data,
          message: other == name
            ? "two columns are called \"\(name)\""
            : "the columns \"\(other)\" and \"\(name)\" differ in case only")
      }
      if column.count != columns[0].count {
        throw QueryError(
          kind: .data,
          message: "the column \"\(names[0])\" has \(columns[0].count) rows, and \"\(name)\" has"
            + " \(column.count)")
      }
    }
    self.init(names: names, columns: columns, rowCount: columns.first?.count ?? 0)
  }
}

/// A column with its name, for making tables.
///
///     let table = try Table {
///       NamedColumn("agency", ["Sở Tài chính", "Sở Y tế"])
///       NamedColumn("opened", [CalendarDate(year: 2025, month: 3, day: 1), nil])
///     }
public struct NamedColumn: Sendable {
  /// The column's name.
  public let name: String
  let content: Result<Column, QueryError>

  /// Names the column of a table.
  public init(_ name: String, _ column: Column) {
    self.name = name
    content = .success(column)
  }

  /// Makes a column of values.
  public init<Value: CellConvertible>(_ name: String, _ values: [Value]) {
    self.init(name, Value.cellType) { (builder) throws(QueryError) in
      for value in values { try builder.append(value.cell(at: builder.place)) }
    }
  }

  /// Makes a column of values; nil is a missing one.
  public init<Value: CellConvertible>(_ name: String, _ values: [Value?]) {
    self.init(name, Value.cellType) { (builder) throws(QueryError) in
      for value in values { try builder.append(value?.cell(at: builder.place) ?? .missing) }
    }
  }

  private init(
    _ name: String, _ type: ColumnType?,
    _ fill: (inout ColumnBuilder) throws(QueryError) -> Void
  ) {
    self.name = name
    content = Result { () throws(QueryError) in
      var builder = ColumnBuilder(name: name)
      builder.assume(type)
      try fill(&builder)
      return try builder.finish()
    }
  }
}

/// Collects the columns between the braces of ``Table/init(columns:)-(()->_)``.
@resultBuilder public enum TableBuilder {
  /// One column.
  public static func buildExpression(_ column: NamedColumn) -> [NamedColumn] { [column] }

  /// Several columns.
  public static func buildExpression(_ columns: [NamedColumn]) -> [NamedColumn] { columns }

  /// Columns one after another.
  public static func buildBlock(_ columns: [NamedColumn]...) -> [NamedColumn] {
    columns.flatMap(\.self)
  }

  /// The columns of a `for` loop.
  public static func buildArray(_ columns: [[NamedColumn]]) -> [NamedColumn] {
    columns.flatMap(\.self)
  }

  /// Columns that an `if` includes.
  public static func buildOptional(_ columns: [NamedColumn]?) -> [NamedColumn] { columns ?? [] }

  /// The columns of a branch.
  public static func buildEither(first columns: [NamedColumn]) -> [NamedColumn] { columns }

  /// The columns of the other branch.
  public static func buildEither(second columns: [NamedColumn]) -> [NamedColumn] { columns }
}
