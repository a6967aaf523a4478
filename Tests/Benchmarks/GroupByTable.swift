/// The group-by table of the "database-like ops benchmark" of H2O.ai and DuckDB Labs, bit by bit as
/// its R program makes it.
///
/// | column | values |
/// |---|---|
/// | id1, id2 | `id001` … , `groups` different |
/// | id3 | `id0000000001` … , `rows / groups` different |
/// | id4, id5 | 1 … `groups` |
/// | id6 | 1 … `rows / groups` |
/// | v1, v2 | 1 … 5, 1 … 15 |
/// | v3 | 0 … 100 with up to 6 decimal places |
struct GroupByTable {
  /// What a table is made of.
  struct Shape {
    /// The number of rows.
    var rows = 10_000_000
    /// The number of different values of id1, id2, id4 and id5.
    var groups = 100
    /// Percent of the different ids, and of the rows of each value column, that are missing.
    var missingPercent = 0
    /// Whether the rows are ordered by id1 to id6.
    var isSorted = false

    /// The file's name without extension, for instance `G1_1e7_1e2_0_0`.
    var name: String {
      "G1_\(shortNumber(rows))_\(shortNumber(groups))_\(missingPercent)_\(isSorted ? 1 : 0)"
    }
  }

  /// What the table is made of.
  let shape: Shape
  /// id1 to id6 as numbers from 1 on; 0 where missing.
  private(set) var ids: [[Int32]] = []
  /// v1 and v2; 0 where missing.
  private(set) var values: [[Int32]] = []
  /// v3 in millionths; -1 where missing.
  private(set) var amounts: [Int32] = []

  /// Draws a table.
  init(_ shape: Shape) {
    self.shape = shape
    var random = MersenneTwister(seed: 108)
    let many = shape.rows / shape.groups
    for limit in [shape.groups, shape.groups, many, shape.groups, shape.groups, many] {
      ids.append(Self.draw(shape.rows, below: limit, &random))
    }
    for limit in [5, 15] { values.append(Self.draw(shape.rows, below: limit, &random)) }
    amounts.reserveCapacity(shape.rows)
    for _ in 0..<shape.rows {
      // 100 * unit / 2^32 in millionths is unit * 5^8 / 2^24, rounded.
      amounts.append(Int32((UInt64(random.bits()) * 390_625 + 1 << 23) >> 24))
    }
    if shape.missingPercent > 0 { removeValues(&random) }
    if shape.isSorted { sort() }
  }

  private static func draw(
    _ count: Int, below limit: Int, _ random: inout MersenneTwister
  ) -> [Int32] {
    var result: [Int32] = []
    result.reserveCapacity(count)
    for _ in 0..<count { result.append(Int32(random.below(limit) + 1)) }
    return result
  }

  /// Some of the different ids become missing everywhere, and some rows of each value column.
  private mutating func removeValues(_ random: inout MersenneTwister) {
    let percent = shape.missingPercent
    let part = { (count: Int) in count * percent / 100 }
    for column in ids.indices {
      var seen = [Bool](repeating: false, count: shape.rows + 1)
      var distinct: [Int32] = []
      for id in ids[column] where !seen[Int(id)] {
        seen[Int(id)] = true
        distinct.append(id)
      }
      var isRemoved = [Bool](repeating: false, count: shape.rows + 1)
      for index in random.distinct(part(distinct.count), below: distinct.count) {
        isRemoved[Int(distinct[index])] = true
      }
      for row in 0..<shape.rows where isRemoved[Int(ids[column][row])] { ids[column][row] = 0 }
    }
    for column in values.indices {
      for row in random.distinct(part(shape.rows), below: shape.rows) { values[column][row] = 0 }
    }
    for row in random.distinct(part(shape.rows), below: shape.rows) { amounts[row] = -1 }
  }

  /// Orders the rows by id1 to id6, missing ids first as R orders them. Equal rows keep their order.
  private mutating func sort() {
    var order = (0..<shape.rows).map { Int32($0) }
    for column in ids.indices.reversed() {
      // A counting sort by each column, the last first, orders by all of them.
      var starts = [Int](repeating: 0, count: Int(ids[column].max() ?? 0) + 2)
      for id in ids[column] { starts[Int(id) + 1] += 1 }
      for index in 1..<starts.count { starts[index] += starts[index - 1] }
      var next = order
      for row in order {
        let id = Int(ids[column][Int(row)])
        next[starts[id]] = row
        starts[id] += 1
      }
      order = next
    }
    for column in ids.indices { ids[column] = order.map { ids[column][Int($0)] } }
    for column in values.indices { values[column] = order.map { values[column][Int($0)] } }
    amounts = order.map { amounts[Int($0)] }
  }
}
