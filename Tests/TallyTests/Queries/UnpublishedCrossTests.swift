import TallySyntax
import Testing

@testable import Tally

/// Results across two columns of which only the margins were published come with bounds.
@Suite struct UnpublishedCrossTests {
  /// The entries of the last answer of a script on the shipped tables.
  private static func entries(_ query: String, _ declarations: String = declared) throws
    -> [Receipt.UnpublishedCross]
  {
    let database = Database()
    try database.load("services", from: .file("\(ShippedTables.folder)/services.csv"))
    return try entries(declarations + "\n" + query, database)
  }

  private static func entries(_ script: String, _ database: Database) throws
    -> [Receipt.UnpublishedCross]
  {
    var found: [Receipt.UnpublishedCross] = []
    try database.runScript(SourceText(script)) { outcome throws(QueryError) in
      guard case .answer(let table, _) = outcome.result else { return }
      found = table.receipt.steps.flatMap(\.unpublishedCrosses)
    }
    return found
  }

  private static let declared = """
    unpublished integrated_npsp, level in services where inventory = "BTC-2020"
    unpublished online_share_gt30, dossiers_gt12 in services where inventory = "BTTTT-2020"
    """

  private static func words(_ entry: Receipt.UnpublishedCross) -> [String] {
    entry.cells.map { cell in
      let values = (cell.keys + [cell.shown, cell.least, cell.greatest]).map {
        $0.text(in: .table) ?? "missing"
      }
      return values.joined(separator: " ")
    }
  }

  /// The bounds that `Datasets/README.md` gives, and others by hand.
  @Test(arguments: [
    ("count with integrated_npsp from services group by level", ["3 97 0 192", "4 199 104 296"]),
    ("count services where integrated_npsp group by level", ["3 97 0 192", "4 199 104 296"]),
    (
      "count services where integrated_npsp and level = 3", ["97 0 192"]
    ),
    (
      "count services where online_share_gt30 and dossiers_gt12 group by level",
      ["3 6 0 6", "4 4 0 4"]
    ),
    (
      "share with integrated_npsp from services where inventory = \"BTC-2020\" group by level",
      ["3 50.5% 0.0% 100.0%", "4 50.9% 26.6% 75.7%"]
    ),
    // What stands outside of the scope is added to both ends.
    (
      "count services where level = 3 group by integrated_npsp is missing",
      []
    ),
    // The margins themselves are certain, and so are other inventories.
    ("count services where integrated_npsp group by agency", []),
    ("count services group by level", []),
    ("count services where inventory = \"STC-2022\" and integrated_npsp group by level", []),
  ])
  func boundsCells(_ query: String, _ cells: [String]) throws {
    #expect(try Self.entries(query).flatMap(Self.words) == cells)
  }

  /// Results that margins can't bound are named without cells.
  @Test(arguments: [
    "count distinct level from services where integrated_npsp",
    "sum level from services group by integrated_npsp",
    "count services where integrated_npsp or level = 3",
    // What a window sees depends on the conditions before it.
    """
    let v = services where integrated_npsp
    count v add rank(as_of within agency) as r where r < 9999 group by level
    """,
    "count services group by text(level) if integrated_npsp else \"no\"",
  ])
  func namesWhatCannotBeBounded(_ query: String) throws {
    let entries = try Self.entries(query)
    #expect(entries.map(\.cells) == [[]], "\(query)")
    #expect(entries.first?.columns == ["integrated_npsp", "level"])
  }

  @Test func saysSoInTheReceipt() throws {
    let database = Database()
    try database.load("services", from: .file("\(ShippedTables.folder)/services.csv"))
    let script =
      Self.declared + "\ncount services where integrated_npsp and level >= 3 group by level"
    var receipt = Receipt()
    try database.runScript(SourceText(script)) { outcome throws(QueryError) in
      if case .answer(let table, _) = outcome.result { receipt = table.receipt }
    }
    #expect(
      receipt.summary.contains(
        "integrated_npsp × level was never published where inventory = \"BTC-2020\": count is "
          + "0 to 192 for 3 (shown: 97), 104 to 296 for 4 (shown: 199)"))
    #expect(
      receipt.json.contains(
        #""unpublishedCrosses":[{"columns":["integrated_npsp","level"],"condition":"inventory = \"BTC-2020\"","result":"count","cells":[{"keys":[3],"shown":97,"least":0,"greatest":192}"#
      ), "\(receipt.json)")
  }

  /// Declared twice it is told once, and a table without the columns has nothing to cross.
  @Test func followsTheTable() throws {
    let query = "count services where integrated_npsp group by level"
    #expect(try Self.entries(Self.declared + "\n" + Self.declared + "\n" + query, "").count == 1)
    let database = Database()
    try database.load("t", from: .bytes(Array("a,b\n1,2\n".utf8), name: "t"))
    #expect(
      try Self.entries("unpublished a, b in t\ncount t where a = 1 group by b", database) == [])
    try database.load("t", from: .bytes(Array("b,c\n1,2\n".utf8), name: "t"))
    #expect(try Self.entries("count t where c = 1 group by b", database) == [])
  }

  /// The bounds are the smallest and largest counts of all tables with the same margins.
  @Test(arguments: 0..<60) func agreesWithAllTablesOfTheSameMargins(_ seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    let rows = (0..<random.below(7)).map { _ in
      (s: random.below(2), a: random.chance(15) ? nil : random.below(2), b: random.below(3))
    }
    let database = Database()
    let text = rows.map { "\($0.s),\($0.a.map(String.init) ?? ""),\($0.b),x" }
    let csv = "s,a,b,pad\n0,0,9,x\n" + text.map { $0 + "\n" }.joined()
    try database.load("t", from: .bytes(Array(csv.utf8), name: "t"))
    let entries = try Self.entries(
      "unpublished a, b in t where b < 9\ncount t where a = 1 group by s, b", database)
    var least: [[Int]: Int] = [:]
    var greatest: [[Int]: Int] = [:]
    let known = rows.filter { $0.a != nil }
    for order in Self.permutations(Array(known.indices)) {
      // Only rows of one stratum may change places: its margins are published.
      if order.indices.contains(where: { known[order[$0]].s != known[$0].s }) { continue }
      for s in 0..<2 {
        for b in 0..<3 {
          let count = order.indices.count { place in
            known[place].s == s && known[place].b == b && known[order[place]].a == 1
          }
          least[[s, b]] = min(least[[s, b]] ?? .max, count)
          greatest[[s, b]] = max(greatest[[s, b]] ?? 0, count)
        }
      }
    }
    var expected: [String] = []
    for s in 0..<2 {
      for b in 0..<3 {
        guard let low = least[[s, b]], let high = greatest[[s, b]], low < high else { continue }
        expected.append("\(s) \(b) \(low) \(high)")
      }
    }
    let found = entries.flatMap(\.cells).map { cell in
      (cell.keys + [cell.least, cell.greatest]).map { $0.text(in: .table) ?? "" }
        .joined(separator: " ")
    }
    #expect(found.sorted() == expected.sorted(), "\(rows)")
  }

  private static func permutations(_ places: [Int]) -> [[Int]] {
    guard let first = places.first else { return [[]] }
    return permutations(Array(places.dropFirst())).flatMap { rest in
      (0...rest.count).map { rest.prefix($0) + [first] + rest.dropFirst($0) }
    }
  }

  @Test(arguments: [
    ("unpublished a, a in t", "a is not crossed with itself"),
    ("unpublished a, b in v", "v is a named query, and a cross belongs to a table"),
    ("unpublished a, c in t", "no column \"c\""),
    (
      "unpublished a, b in t where a = (max a from t)",
      "the rows of a cross are told by the columns of t"
    ),
  ])
  func refuses(_ statement: String, _ message: String) throws {
    let database = Database()
    try database.load("t", from: .bytes(Array("a,b\n1,2\n".utf8), name: "t"))
    var found = ""
    do throws(QueryError) {
      try database.runScript(SourceText("let v = t where a = 1\n" + statement)) {
        (_) throws(QueryError) in
      }
    } catch { found = error.message }
    #expect(found.hasPrefix(message), "\(found)")
  }
}
