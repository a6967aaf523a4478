/// The four join tables of the "database-like ops benchmark", bit by bit as its R program makes
/// them.
///
/// | table | rows | columns |
/// |---|---:|---|
/// | `x` | `rows` | id1 to id6, v1 |
/// | `small` | `rows / 1e6` | id1, id4, v2 |
/// | `medium` | `rows / 1e3` | id1, id2, id4, id5, v2 |
/// | `big` | `rows` | id1 to id6, v2 |
///
/// Of each key, nine of eleven values are in both tables, one is in `x` only and one is not in `x`.
/// id4, id5 and id6 are the texts `id` and the number of id1, id2 and id3.
struct JoinTables {
  /// One table.
  struct Table {
    /// The name of its file without extension.
    var name: String
    /// id1, id2 and id3, as far as the table has them.
    var ids: [[Int32]]
    /// v1 or v2 in millionths.
    var amounts: [Int32]
    /// The name of the amounts' column.
    var amountName: String
  }

  /// `x`, `small`, `medium` and `big`.
  let tables: [Table]

  /// Draws the tables; `rows` is a multiple of a million.
  init(rows: Int) {
    var random = MersenneTwister(seed: 108)
    let keys = [rows / 1_000_000, rows / 1000, rows].map { Keys(count: $0, &random) }
    var tables = [
      Self.table(
        named: Self.fileName(rows, other: nil), rows, keys.map { $0.common + $0.left }, "v1",
        &random)
    ]
    for (place, divisor) in [1_000_000, 1000, 1].enumerated() {
      let parts = keys[...place].map { $0.common + $0.right }
      tables.append(
        Self.table(
          named: Self.fileName(rows, other: rows / divisor), rows / divisor, parts, "v2", &random))
    }
    self.tables = tables
  }

  /// The names of the files, without extension, that belong to the one of `x`.
  static func fileNames(rows: Int) -> [String] {
    [fileName(rows, other: nil)]
      + [1_000_000, 1000, 1].map { fileName(rows, other: rows / $0) }
  }

  private static func fileName(_ rows: Int, other: Int?) -> String {
    "J1_\(shortNumber(rows))_\(other.map(shortNumber) ?? "NA")_0_0"
  }

  /// The values of one key.
  private struct Keys {
    var common: [Int32]
    var left: [Int32]
    var right: [Int32]

    init(count: Int, _ random: inout MersenneTwister) {
      let all = count + count / 10
      let drawn = random.distinct(all, below: all).map { Int32($0 + 1) }
      let shared = count / 10 * 9
      common = Array(drawn[..<shared])
      left = Array(drawn[shared..<count])
      right = Array(drawn[count...])
    }
  }

  private static func table(
    named name: String, _ rows: Int, _ keys: [[Int32]], _ amountName: String,
    _ random: inout MersenneTwister
  ) -> Table {
    let ids = keys.map { sampleAll($0, rows, &random) }
    // 100 * unit / 2^32 in millionths is unit * 5^8 / 2^24, rounded.
    let amounts = (0..<rows).map { _ in
      Int32((UInt64(random.bits()) * 390_625 + 1 << 23) >> 24)
    }
    return Table(name: name, ids: ids, amounts: amounts, amountName: amountName)
  }

  /// Each key once at least, in random order.
  private static func sampleAll(
    _ keys: [Int32], _ count: Int, _ random: inout MersenneTwister
  ) -> [Int32] {
    var all = keys
    all.reserveCapacity(count)
    for _ in keys.count..<count { all.append(keys[random.below(keys.count)]) }
    return random.distinct(count, below: count).map { all[$0] }
  }
}

/// A power of ten, or what comes near it, as in the names of files: `1e7`.
func shortNumber(_ number: Int) -> String {
  var digits = number
  var zeros = 0
  while digits >= 10 {
    digits /= 10
    zeros += 1
  }
  return "\(digits)e\(zeros)"
}

extension JoinTables.Table {
  /// Writes the table as its R program does.
  func write(to path: String, hasPowers: Bool) throws -> Int {
    var output = try Output(path: path)
    defer { output.end() }
    let numbers = ids.indices.map { "id\($0 + 1)" }
    let texts = ids.indices.map { "id\($0 + 4)" }
    output.append(line: (numbers + texts + [amountName]).joined(separator: ","))
    for row in amounts.indices {
      for column in ids.indices { output.appendPresent(ids[column][row]) }
      for column in ids.indices {
        output.append("id")
        output.appendPresent(ids[column][row])
      }
      output.appendAmount(amounts[row], hasPowers: hasPowers)
      try output.endLine()
    }
    try output.flush()
    return output.written
  }
}
