/// Whether a value is one of a set of stored integers or doubles.
final class MembershipSource<T: VectorValue & Comparable>: VectorSource {
  private let operand: VectorNode
  private let members: [T]
  private let hasMissing: Bool
  private let table: MemberTable?
  private let finish: MembershipOutcome
  private let out: Scratch<UInt8>

  private static var fewMembers: Int { 8 }

  /// `members` are ascending and distinct.
  init(
    _ operand: VectorNode, members: [T], hasMissing: Bool, resources: EvaluationResources
  ) {
    self.operand = operand
    self.members = members
    self.hasMissing = hasMissing
    table = (members as? [Int64]).flatMap(MemberTable.init)
    finish = MembershipOutcome(hasMissing: hasMissing, resources: resources)
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let vector = try operand.result()
    let values = try T.values(of: vector)
    let out = try out.pointer()
    let count = vector.count
    try withBuffer(of: members) { (members) throws(QueryError) in
      if members.count <= Self.fewMembers {
        findFewMembers(values, members: members, count: count, into: out)
      } else if let table {
        let integers = try Int64.values(of: vector)
        try withBuffer(of: table.bytes) { (bytes) throws(QueryError) in
          findInTable(integers, low: table.low, table: bytes, count: count, into: out)
        }
      } else {
        findMembers(values, members: members, count: count, into: out)
      }
    }
    return try finish.vector(from: vector, found: out)
  }
}

/// The members of a dense set of integers as one byte per integer from the lowest to the highest.
struct MemberTable {
  let low: Int64
  let bytes: [UInt8]

  private static let largest = 1 << 18

  /// Nil where the members lie too far apart. `members` are ascending.
  init?(_ members: [Int64]) {
    guard let low = members.first, let high = members.last else { return nil }
    let span = UInt64(bitPattern: high &- low)
    guard span < UInt64(Self.largest) else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(span) + 1)
    for member in members { bytes[Int(member &- low)] = 1 }
    self.low = low
    self.bytes = bytes
  }
}

/// What membership says of missing values: they are members where the set names them, and then
/// nothing is unknown.
final class MembershipOutcome {
  private let hasMissing: Bool
  private let missing: UnknownUnion

  init(hasMissing: Bool, resources: EvaluationResources) {
    self.hasMissing = hasMissing
    missing = UnknownUnion(resources)
  }

  /// The outcome, once `found` tells of each row with a value whether that is a member.
  func vector(from operand: Vector, found out: UnsafeMutablePointer<UInt8>) throws(QueryError)
    -> Vector
  {
    let count = operand.count
    var unknown = operand.unknown
    if let valid = operand.valid {
      andMasks(out, valid, count: count, into: out)
      if hasMissing {
        addBothMissing(valid, valid, count: count, into: out)
      } else {
        unknown = try missing.mask(missingIn: valid, or: unknown, count: count)
      }
    }
    return Vector(
      storage: .booleans(out), count: count, valid: nil, unknown: unknown,
      isConstant: operand.isConstant)
  }
}

/// Whether a text that is kept as it is, without a dictionary, is one of a set.
final class TextMembershipSource: VectorSource {
  private let operand: VectorNode
  private let members: TextDictionary
  private let finish: MembershipOutcome
  private let out: Scratch<UInt8>

  init(
    _ operand: VectorNode, members: TextDictionary, hasMissing: Bool,
    resources: EvaluationResources
  ) {
    self.operand = operand
    self.members = members
    finish = MembershipOutcome(hasMissing: hasMissing, resources: resources)
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let vector = try operand.result()
    let texts = try TextSlice.values(of: vector)
    let out = try out.pointer()
    for place in 0..<vector.count {
      // Rows without a value hold no text.
      let isPresent = vector.valid.map { $0[place] == 1 } ?? true
      out[place] = isPresent && members.code(of: texts[place].bytes) != nil ? 1 : 0
    }
    return try finish.vector(from: vector, found: out)
  }
}

extension TextDictionary {
  /// The code of a text in normalisation form C, or nil where there is none.
  func code(of text: UnsafeBufferPointer<UInt8>) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) >> 1
      let order = compareBytes(heap.slice(middle), text)
      if order == 0 { return middle }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// The distinct texts of a list in the order of their bytes.
  convenience init(_ texts: some Sequence<String>, budget: MemoryBudget? = nil) throws(QueryError) {
    let distinct = Set(texts).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    self.init(sorted: try TextHeap(distinct, budget: budget))
  }
}
