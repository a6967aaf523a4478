/// The tables whose rows the rows of a step are made of, once `join many` has put them together.
///
///     services, join many payments, lookup rates on payments.currency
///
///     tables        services (slot 0), payments (slot 1)
///     slot 2        of payments: what is looked up belongs to the rows that look it up
///
/// An aggregate of columns of some of the tables counts each of their rows once in each group.
struct Locality: Sendable {
  /// The tables, in the order in which they were joined.
  private(set) var tables: [Member] = []
  /// Which tables' rows decide the row of a slot.
  private var owners: [Int: Set<Int>] = [:]

  /// A table whose rows are repeated.
  struct Member: Sendable {
    /// The name before the dot; nil for the step before.
    var name: String?
    /// The slot of its rows.
    var slot: Int
  }

  /// Whether no rows were put together.
  var isEmpty: Bool { tables.isEmpty }

  /// Takes in a table that is joined to rows with `slotCount` slots of their own; `own` is the name
  /// of the first of all tables.
  mutating func join(_ name: String, to own: String?, slotCount: Int) {
    if tables.isEmpty {
      tables = [Member(name: own, slot: 0)]
      for slot in 0...slotCount { owners[slot] = [0] }
    } else {
      // The rows that were put together before are a slot themselves, which comes first.
      for index in tables.indices { tables[index].slot += 1 }
      owners = Dictionary(uniqueKeysWithValues: owners.map { ($0.key + 1, $0.value) })
    }
    owners[slotCount + 1] = [tables.count]
    tables.append(Member(name: name, slot: slotCount + 1))
  }

  /// Takes in a slot that is looked up by some keys.
  mutating func lookUp(_ slot: Int, by keys: [BoundExpression]) {
    if isEmpty { return }
    owners[slot] = keys.reduce(into: []) { $0.formUnion(owners(of: $1)) }
  }

  /// The tables whose rows decide an expression, by number.
  func owners(of expression: BoundExpression) -> Set<Int> {
    var slots = Set<Int>()
    expression.addSlots(to: &slots)
    return slots.reduce(into: []) { $0.formUnion(owners[$1] ?? []) }
  }

  /// The slots of the tables whose rows an aggregate of some expressions counts once; nil where it
  /// counts the joined rows as they are.
  func slots(countedBy operands: [BoundExpression]) -> [Int]? {
    let found = operands.reduce(into: Set<Int>()) { $0.formUnion(owners(of: $1)) }
    if found.isEmpty || found.count == tables.count { return nil }
    return found.sorted().map { tables[$0].slot }
  }

  /// The slot of a table by its name.
  func slot(of name: String) -> Int? {
    tables.first { $0.name.map(Environment.key) == Environment.key(name) }?.slot
  }

  /// Whether all that decides an expression is among the rows of some slots, so that each of these
  /// rows has one value of it.
  func isDecided(_ expression: BoundExpression, by slots: [Int]) -> Bool {
    owners(of: expression).allSatisfy { slots.contains(tables[$0].slot) }
  }

  /// The names of the tables of some slots, for messages.
  func names(of slots: [Int]) -> String {
    tables.filter { slots.contains($0.slot) }.map { $0.name ?? "the step before" }
      .joined(separator: " and ")
  }
}
