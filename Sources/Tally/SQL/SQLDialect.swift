/// A dialect of SQL that a query can be written in.
///
///     print(try database.sql(for: "count services group by agency", in: .duckdb))
public enum SQLDialect: String, Sendable, Hashable, CaseIterable {
  /// DuckDB 0.10 and later.
  case duckdb
  /// SQLite 3.39 and later. It has no exact decimal numbers and no dates: decimals are counted in
  /// units of their last place, and dates are texts.
  case sqlite
  /// PostgreSQL 14 and later.
  case postgres
  /// Spark SQL 3.4 and later, in its ANSI mode.
  case spark

  /// The name that people use.
  public var title: String {
    switch self {
    case .duckdb: "DuckDB"
    case .sqlite: "SQLite"
    case .postgres: "PostgreSQL"
    case .spark: "Spark"
    }
  }
}

extension SQLDialect {
  /// A name, quoted so that it can be nothing else.
  func quoted(_ name: String) -> String {
    let quote: Character = self == .spark ? "`" : "\""
    var result = String(quote)
    for character in name.unicodeScalars {
      result.unicodeScalars.append(character)
      if String(character) == String(quote) { result.append(quote) }
    }
    return result + String(quote)
  }

  /// A text as a literal. Spark reads a backslash as the beginning of an escape, the others don't.
  func literal(_ text: String) -> String {
    var result = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'": result += self == .spark ? "\\'" : "''"
      case "\\": result += self == .spark ? "\\\\" : "\\"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "'"
  }

  /// Whether decimal numbers are kept as counts of their last place.
  var countsDecimals: Bool { self == .sqlite }

  /// The type that holds values of a type of the language.
  func typeName(_ type: ColumnType) -> String {
    switch (self, type) {
    case (.sqlite, .float), (.sqlite, .ratio): "REAL"
    case (.sqlite, .text), (.sqlite, .date), (.sqlite, .period): "TEXT"
    case (.sqlite, .decimal), (.sqlite, .percent): "NUMERIC"
    case (.sqlite, _): "INTEGER"
    case (_, .boolean): "BOOLEAN"
    case (_, .integer), (_, .duration): "BIGINT"
    case (.postgres, .decimal(let scale)), (.postgres, .percent(let scale)):
      "NUMERIC(\(max(38, scale)), \(scale))"
    case (_, .decimal(let scale)), (_, .percent(let scale)): "DECIMAL(38, \(scale))"
    case (.postgres, .float), (.postgres, .ratio): "DOUBLE PRECISION"
    case (_, .float), (_, .ratio): "DOUBLE"
    case (.postgres, .text): "TEXT"
    case (.spark, .text): "STRING"
    case (_, .text): "VARCHAR"
    case (_, .date), (_, .period): "DATE"
    case (.spark, .dateTime): "TIMESTAMP_NTZ"
    case (_, .dateTime): "TIMESTAMP"
    }
  }

  /// The type of whole numbers of up to 38 digits.
  var wideInteger: String {
    switch self {
    case .duckdb: "HUGEINT"
    case .sqlite: "INTEGER"
    case .postgres: "NUMERIC"
    case .spark: "DECIMAL(38, 0)"
    }
  }
}
