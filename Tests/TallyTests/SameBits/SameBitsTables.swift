@testable import Tally

/// The tables of the same-bits suite, as CSV: the engine's own columns come out of reading it.
///
///     t   facts: keys scattered, dense, skewed and text, values of every width and type
///     u   unique keys for joins, close together and far apart
///     c   unique texts
///     m   several rows for each key
struct SameBitsTables: Sendable {
  /// How the rows of `t` are.
  enum Kind: String, CaseIterable {
    /// In no order, values missing here and there.
    case mixed
    /// In no order, no value missing.
    case whole
    /// In the order of the keys, values missing here and there.
    case sorted
    /// No row at all.
    case empty
    /// One row.
    case single
  }

  /// A table's name, its text, and the types that its text doesn't tell.
  struct File: Sendable {
    var name: String
    var csv: String
    var types: [String: LoadOptions.CellType]

    /// How the text is read.
    var options: LoadOptions {
      var options = LoadOptions()
      options.header = .present
      options.types = types
      return options
    }
  }

  let files: [File]

  init(_ kind: Kind, rowCount: Int = 300) {
    var random = RandomSource(seed: 20_240_301)
    let count =
      switch kind {
      case .empty: 0
      case .single: 1
      default: rowCount
      }
    var rows: [[String]] = []
    for row in 0..<count {
      rows.append(Self.columns.map { $0.cell(row, hasMissing: kind != .whole, &random) })
    }
    if kind == .sorted {
      rows.sort { ($0[2], Int($0[1]) ?? .max) < ($1[2], Int($1[1]) ?? .max) }
    }
    let facts = File(
      name: "t", csv: Self.text(Self.columns.map(\.name), rows),
      types: Dictionary(uniqueKeysWithValues: Self.columns.map { ($0.name, $0.type) }))
    files = [facts] + Self.others(&random)
  }

  // MARK: Facts

  private struct FactColumn: Sendable {
    var name: String
    var type: LoadOptions.CellType
    var missingPercent: Int
    var make: @Sendable (inout RandomSource) -> String

    func cell(_ row: Int, hasMissing: Bool, _ random: inout RandomSource) -> String {
      if name == "row" { return "\(row)" }
      let isMissing = random.chance(missingPercent) && (hasMissing || missingPercent == 100)
      return isMissing ? "" : make(&random)
    }
  }

  private static let columns: [FactColumn] = [
    FactColumn(name: "row", type: .integer, missingPercent: 0, make: { _ in "" }),
    FactColumn(
      name: "near", type: .integer, missingPercent: 10, make: { "\($0.below(1200) - 600)" }),
    // Half of the rows have one key, many have few others.
    FactColumn(
      name: "hot", type: .integer, missingPercent: 0,
      make: { $0.chance(50) ? "77" : "\(100 + $0.below(20) * $0.below(20))" }),
    // Far apart, with a few outliers.
    FactColumn(
      name: "far", type: .integer, missingPercent: 0,
      make: { $0.chance(1) ? "4000000000" : "\($0.below(300) * 3333)" }),
    FactColumn(name: "v", type: .integer, missingPercent: 0, make: { "\($0.below(5) + 1)" }),
    FactColumn(
      name: "w", type: .decimal, missingPercent: 15,
      make: { random in
        let digits = random.below(100_000_000)
        let decimals = "\(1_000_000 + digits % 1_000_000)".dropFirst()
        return "\(random.chance(20) ? "-" : "")\(digits / 1_000_000).\(decimals)"
      }),
    FactColumn(name: "none", type: .integer, missingPercent: 100, make: { _ in "" }),
    FactColumn(name: "u", type: .integer, missingPercent: 0, make: { "\($0.below(60_000))" }),
    FactColumn(name: "s", type: .text, missingPercent: 5, make: { "t\($0.below(40))" }),
    // Nearly every text once.
    FactColumn(
      name: "q", type: .text, missingPercent: 3,
      make: { $0.pick(["Đường ", "duong ", "\u{1F600}", ""]) + "\($0.below(5000))" }),
    FactColumn(
      name: "f", type: .float, missingPercent: 8,
      make: { $0.pick(["0.1", "-2.5", "1e300", "3", "1e-300", "0", "7.25", "0.3", "-1e16"]) }),
    FactColumn(
      name: "b", type: .boolean, missingPercent: 5, make: { $0.chance(50) ? "true" : "false" }),
    FactColumn(
      name: "day", type: .date, missingPercent: 4,
      make: {
        "2024-\("\(101 + $0.below(12))".dropFirst())-\("\(101 + $0.below(28))".dropFirst())"
      }),
    // More than 64 bits.
    FactColumn(
      name: "big", type: .decimal, missingPercent: 6,
      make: { "\($0.below(9) + 1)0000000000000000000000\($0.below(90) + 10).25" }),
  ]

  // MARK: Other tables

  private static func others(_ random: inout RandomSource) -> [File] {
    var unique: [[String]] = []
    for id in -600..<600 where random.chance(60) {
      let far = (id + 600) * 3333
      unique.append([
        "\(id)", "\(far)", "t\(id & 63)", "\(random.below(50)).\(random.below(10))",
        random.chance(10) ? "" : "Nhóm \(random.below(7))",
      ])
    }
    unique.shuffle(using: &random)
    let codes = (0..<50).map { ["t\($0 * 2)", "\($0 % 7)", "label \($0 % 5)"] }
    var many: [[String]] = []
    for _ in 0..<400 {
      many.append([
        random.chance(5) ? "" : "\(random.below(300) - 150)", "\(random.below(1000))",
        "t\(random.below(50))",
      ])
    }
    return [
      File(
        name: "u", csv: text(["id", "far_id", "name", "rate", "team"], unique),
        types: ["id": .integer, "far_id": .integer, "rate": .decimal]),
      File(name: "c", csv: text(["code", "weight", "label"], codes), types: [:]),
      File(name: "m", csv: text(["id", "amount", "code"], many), types: [:]),
    ]
  }

  private static func text(_ names: [String], _ rows: [[String]]) -> String {
    ([names] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
  }
}

extension SameBitsTables {
  /// All tables of all kinds, read once in the simplest way.
  static let loaded: [Kind: Result<[Table], QueryError>] = {
    var loaded: [Kind: Result<[Table], QueryError>] = [:]
    for kind in Kind.allCases {
      loaded[kind] = Result { () throws(QueryError) in
        try SameBitsTables(kind).files.mapThrowing { file throws(QueryError) in
          try readText(file.csv, file.options, name: "\(file.name).csv", level: .scalar).table
        }
      }
    }
    return loaded
  }()

  /// The same tables with their columns kept in one of several ways, by name.
  private static let encoded: [Kind: Result<[ColumnLayout: [String: Table]], QueryError>] = {
    var encoded: [Kind: Result<[ColumnLayout: [String: Table]], QueryError>] = [:]
    for kind in Kind.allCases {
      encoded[kind] = Result { () throws(QueryError) in
        let tables = try (loaded[kind] ?? .success([])).get()
        let cells = tables.map { OracleTable($0) }
        var layouts: [ColumnLayout: [String: Table]] = [:]
        for layout in ColumnLayout.allCases {
          for (name, table) in zip(["t", "u", "c", "m"], cells) {
            layouts[layout, default: [:]][name] = try table.table(layout)
          }
        }
        return layouts
      }
    }
    return encoded
  }()

  /// The tables of a kind, as read or, where a layout is given, kept in that way.
  static func tables(_ kind: Kind, _ layout: ColumnLayout?) throws(QueryError) -> [(String, Table)]
  {
    let names = ["t", "u", "c", "m"]
    guard let layout else {
      return zip(names, try (loaded[kind] ?? .success([])).get()).map { ($0, $1) }
    }
    let tables = try (encoded[kind] ?? .success([:])).get()[layout] ?? [:]
    return names.compactMap { name in tables[name].map { (name, $0) } }
  }
}
