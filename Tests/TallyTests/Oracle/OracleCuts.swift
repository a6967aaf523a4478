@testable import Tally
@testable import TallySyntax

/// What orders and cuts the rows or groups of a step.
struct OracleCuts {
  var having: OracleFilter?
  var order: [OracleOrder] = []
  var top: (count: Int, isBottom: Bool, by: Meaning)?
  var within: [Meaning] = []
  var hasRest = false
  var limit: Int?
  var skip = 0
  var isAny = false

  init(_ step: StepSyntax, _ resolver: Resolver, defaultMeasure: Meaning?) throws {
    for clause in step.clauses {
      switch clause {
      case .having(let clause): having = try resolver.filter(clause.condition, "having")
      case .orderBy(let clause):
        order += try clause.keys.map { try resolver.order($0) }
      case .top(let clause):
        guard
          let by = try clause.by.map({ try resolver.meaning($0) }) ?? defaultMeasure,
          !clause.hasRest || resolver.groups?.keys.isEmpty == false
        else { throw Refusal.invalid("top") }
        top = (try Self.count(clause.count, resolver), clause.isBottom, by)
        within = try (clause.within?.keys ?? []).map { try resolver.meaning($0) }
        hasRest = clause.hasRest
      case .limit(let clause):
        limit = try Self.count(clause.count, resolver)
        if let skip = clause.skip { self.skip = try Self.count(skip, resolver) }
      default: continue
      }
      isAny = true
    }
  }

  private static func count(_ expression: ExpressionSyntax, _ resolver: Resolver) throws -> Int {
    guard case .integer(let count)? = try resolver.meaning(expression).constant, count >= 0 else {
      throw Refusal.invalid("no number of rows")
    }
    return Int(count)
  }

  /// The rows in their order that `top` keeps and those it leaves out, before `limit`.
  func ranked(_ rows: [OracleRow], _ receipt: inout Receipt.Step) throws
    -> (kept: [OracleRow], left: [OracleRow])
  {
    let ordered = try rows.sorted(by: order)
    guard let top else { return (ordered, []) }
    let measure = [OracleOrder(top.by, isDescending: !top.isBottom)]
    let within = self.within.map { OracleOrder($0) }
    let competing = try ordered.indexed.sorted(by: within + measure) { $0.row }
    var kept: [(place: Int, row: OracleRow)] = []
    var left: [OracleRow] = []
    var count = 0
    var last: (keys: [CellValue], all: [CellValue])?
    for candidate in competing {
      let keys = try within.map { try $0.meaning.value(candidate.row).value }
      let all = keys + [try top.by.value(candidate.row).value]
      if last.map({ $0.keys != keys }) ?? true { count = 0 }
      count += 1
      if count <= top.count {
        kept.append(candidate)
        last = (keys, all)
      } else {
        left.append(candidate.row)
        if top.count > 0, last?.all == all { receipt.tiesCut += 1 }
        if top.count == 0 { last = (keys, all) }
      }
    }
    if !order.isEmpty { kept.sort { $0.place < $1.place } }
    receipt.rowsCut += left.count
    return (kept.map(\.row), left)
  }

  /// The rows given out.
  func cut(_ rows: [OracleRow], _ receipt: inout Receipt.Step) throws
    -> (rows: [OracleRow], left: [OracleRow])
  {
    let (kept, left) = try ranked(rows, &receipt)
    let shown = limited(kept, &receipt)
    try noteOrder(rows, kept, &receipt)
    return (shown, left)
  }

  /// Tells the rows that tie with the last one shown, and those without a value to rank by.
  func noteOrder(_ rows: [OracleRow], _ kept: [OracleRow], _ receipt: inout Receipt.Step) throws {
    try noteTies(kept, &receipt)
    if receipt.rowsCut > 0, let by = top?.by ?? order.first?.meaning {
      receipt.rowsUnranked = try rows.count { try by.value($0).value == .missing }
    }
  }

  /// Tells the rows that tie with the last one shown.
  func noteTies(_ kept: [OracleRow], _ receipt: inout Receipt.Step) throws {
    guard top == nil, !order.isEmpty, let last = limited(kept).last, limit != nil else { return }
    let values = { (row: OracleRow) in try order.map { try $0.meaning.value(row).value } }
    let behind = kept.dropFirst(skip + (limit ?? 0))
    receipt.tiesCut += try behind.count { try values($0) == values(last) }
  }

  func limited<Row>(_ rows: [Row], _ receipt: inout Receipt.Step) -> [Row] {
    let shown = limited(rows)
    receipt.rowsCut += rows.count - shown.count
    return shown
  }

  func limited<Row>(_ rows: [Row]) -> [Row] {
    Array(rows.dropFirst(skip).prefix(limit ?? .max))
  }
}

/// A value that rows are ordered by, missing ones last in either direction.
struct OracleOrder {
  var meaning: Meaning
  var isDescending = false
  /// Whether texts are in the order of Vietnamese dictionaries.
  var isVietnamese = false

  init(_ meaning: Meaning, isDescending: Bool = false) {
    (self.meaning, self.isDescending) = (meaning, isDescending)
  }

  /// Whether a row with one value stands before a row with another.
  func isBefore(_ one: CellValue, _ other: CellValue) -> Bool {
    if one == .missing || other == .missing { return other == .missing }
    let (first, second) = isDescending ? (other, one) : (one, other)
    if let bands = meaning.bands, case .text(let left) = first, case .text(let right) = second {
      return bands.firstIndex(of: left) ?? 0 < bands.firstIndex(of: right) ?? 0
    }
    if isVietnamese, case .text(let left) = first, case .text(let right) = second {
      return VietnameseOrder.precedes(left, right)
    }
    return first.isLess(than: second)
  }
}

extension Resolver {
  /// A key of `order by`.
  func order(_ key: OrderBySyntax.Key) throws -> OracleOrder {
    var order = OracleOrder(try meaning(key.expression), isDescending: key.isDescending)
    if let collation = key.collation {
      guard collation.text == "vi", order.meaning.type == .text else { throw invalid("collate") }
      order.isVietnamese = true
    }
    return order
  }
}

extension Array {
  fileprivate var indexed: [(place: Int, row: Element)] {
    enumerated().map { (place: $0.offset, row: $0.element) }
  }

  /// In the order of some values; equal rows stay.
  func sorted(by keys: [OracleOrder], _ row: (Element) -> OracleRow) throws -> [Element] {
    let values = try map { element in try keys.map { try $0.meaning.value(row(element)).value } }
    return indices.sorted { first, second in
      for (place, key) in keys.enumerated() {
        let (one, other) = (values[first][place], values[second][place])
        if one != other { return key.isBefore(one, other) }
      }
      return first < second
    }.map { self[$0] }
  }
}

extension [OracleRow] {
  fileprivate func sorted(by keys: [OracleOrder]) throws -> [OracleRow] {
    try sorted(by: keys) { $0 }
  }
}
