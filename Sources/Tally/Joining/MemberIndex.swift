/// The values of a column, searched by `in` and `not in`: the index of a lookup that asks only
/// whether there is a row.
final class MemberIndex: Sendable {
  let index: LookupIndex
  /// Whether a row has no value; a missing value is a member then.
  let hasMissing: Bool

  /// Indexes a column, whose exact numbers are compared in units of `scale` decimal places.
  init(_ column: Column, scale: Int, _ context: RunContext) throws(QueryError) {
    index = try LookupIndex([column], scales: [scale], count: column.count, context)
    hasMissing = column.validity != nil
  }

  /// The number of different values, a missing one among them.
  var count: Int { index.map.wordCount + (hasMissing ? 1 : 0) }
}

extension MemberIndex: Hashable {
  /// Whether both are one object.
  static func == (left: MemberIndex, right: MemberIndex) -> Bool { left === right }

  /// Hashes the identity.
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// Whether a value is one of a column's.
final class MemberIndexSource: VectorSource {
  private let operand: VectorNode
  private let probe: LookupProbe
  private let finish: MembershipOutcome
  private let rows: Scratch<UInt32>
  private let out: Scratch<UInt8>

  init(_ operand: VectorNode, _ members: MemberIndex, resources: EvaluationResources)
    throws(QueryError)
  {
    self.operand = operand
    probe = try LookupProbe(members.index, [], rows: resources.rows, budget: resources.budget)
    finish = MembershipOutcome(hasMissing: members.hasMissing, resources: resources)
    rows = Scratch(resources)
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let vector = try operand.result()
    let count = vector.isConstant ? 1 : vector.count
    let rows = try rows.pointer()
    let out = try out.pointer()
    _ = try probe.find([vector], count: count, into: rows)
    for row in 0..<count {
      out[row] = unsafeBitCast(rows[row] != Batch.noPartner, to: UInt8.self)
    }
    return try finish.vector(from: vector, found: out)
  }
}
