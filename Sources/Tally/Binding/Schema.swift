import Synchronization

/// The names and types of a table's columns.
struct Schema: Sendable {
  /// The columns in order.
  var columns: [Entry]
  /// What one row stands for; nil where that is not known.
  var grain: Grain?

  /// One column.
  struct Entry: Sendable {
    var name: String
    var type: ColumnType
    var mayBeMissing: Bool
    /// Whether no row has a value, so that the values could be of any type.
    var isEmpty = false
    /// The values of the column, where it is a table's own.
    var column: Column?
  }

  init(columns: [Entry]) { self.columns = columns }

  /// The columns of a table.
  init(of table: Table) {
    columns = zip(table.columnNames, table.columns).map { name, column in
      Entry(
        name: name, type: column.type, mayBeMissing: column.validity != nil,
        isEmpty: column.missingCount == column.count, column: column)
    }
  }
}

/// What names mean for the rows of a step.
struct Scope: Sendable {
  /// The meanings, in the order in which `list` gives them out.
  var entries: [Entry] = [] {
    didSet { places = NamePlaces() }
  }
  /// Where names stand among the entries.
  private var places = NamePlaces()
  /// The columns of the step's own table of which no row has a value, and their types.
  private(set) var emptyColumns: [Int: ColumnType] = [:]
  /// The columns of the step's own table, where they are known before rows are read.
  private(set) var columns: [Column?] = []

  /// What one row stands for; nil where that is not known.
  var grain: Grain?
  /// The tables that `join many` has put together.
  var locality = Locality()
  /// The tables whose rows the step's are, by folded name: what measures are computed on.
  var sources: Set<String> = []

  /// One name.
  struct Entry: Sendable {
    var name: String
    /// The table it belongs to, as it may be written before the dot.
    var qualifier: String?
    var expression: BoundExpression
    /// Whether it came by a lookup: a name of the step's own table comes first.
    var isLookedUp = false
    /// The columns that an argument of a function reads; nil for what is a column itself.
    var reads: [String]?
  }

  /// Makes the scope of a table's own columns.
  init(schema: Schema, qualifier: String?) {
    entries = schema.columns.enumerated().map { index, column in
      Entry(
        name: column.name, qualifier: qualifier,
        expression: BoundExpression(
          .column(index), column.type, mayBeMissing: column.mayBeMissing, at: SourceSpan(0, 0)))
    }
    columns = schema.columns.map(\.column)
    grain = schema.grain
    for (index, column) in schema.columns.enumerated() where column.isEmpty {
      emptyColumns[index] = column.type
    }
  }

  init() {}

  /// What a lookup of a name found.
  enum Finding {
    case one(Entry)
    /// Several tables have the name.
    case several([Entry])
    case none
  }

  /// Finds an unqualified name without regard to case.
  func find(_ name: String) -> Finding {
    let key = Environment.key(name)
    let matches = places.find(key, in: entries).map { entries[$0] }
    if matches.count <= 1 { return matches.first.map(Finding.one) ?? .none }
    // A name that a step added hides the column that it was made from.
    if let own = matches.last(where: { !$0.isLookedUp }) { return .one(own) }
    return .several(matches)
  }

  /// Finds a name of one table.
  func find(_ name: String, of qualifier: String) -> Entry? {
    let (key, table) = (Environment.key(name), Environment.key(qualifier))
    return places.find(key, in: entries).last {
      entries[$0].qualifier.map(Environment.key) == table
    }.map { entries[$0] }
  }

  /// Whether a table of this name is in scope.
  func hasQualifier(_ name: String) -> Bool {
    let key = Environment.key(name)
    return entries.contains { $0.qualifier.map(Environment.key) == key }
  }
}

/// Where the names of a scope stand, looked up in once somebody asks: a query may name each of many
/// thousand columns.
private final class NamePlaces: Sendable {
  private let known = Mutex<[String: [Int]]?>(nil)

  /// The entries of a name, given as ``Environment/key(_:)`` spells it, ascending.
  func find(_ key: String, in entries: [Scope.Entry]) -> [Int] {
    known.withLock { known in
      if let known { return known[key] ?? [] }
      var places: [String: [Int]] = [:]
      for (place, entry) in entries.enumerated() {
        places[Environment.key(entry.name), default: []].append(place)
      }
      known = places
      return places[key] ?? []
    }
  }
}
