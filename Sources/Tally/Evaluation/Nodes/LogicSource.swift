/// A condition's outcome for each row of a batch.
struct Truth {
  /// 1 where it is true.
  var value: UnsafePointer<UInt8>
  /// 1 where a missing value decided that; nil where none did.
  var unknown: UnsafePointer<UInt8>?
}

/// Reads a vector of truth values as a condition: where it is missing the condition is false, and
/// unknown.
final class ConditionReader {
  private let value: Scratch<UInt8>
  private let unknown: Scratch<UInt8>
  private let union: UnknownUnion

  init(_ resources: EvaluationResources) {
    value = Scratch(resources)
    unknown = Scratch(resources)
    union = UnknownUnion(resources)
  }

  /// The outcome for `count` rows, those of a constant repeated.
  func read(_ vector: Vector, count: Int) throws(QueryError) -> Truth {
    let booleans = try UInt8.values(of: vector)
    if vector.isConstant, count != 1 {
      let isValid = vector.valid.map { $0.pointee == 1 } ?? true
      let isUnknown = !isValid || vector.unknown?.pointee == 1
      let value = try value.pointer()
      fillMask(value, with: isValid ? booleans.pointee : 0, count: count)
      guard isUnknown else { return Truth(value: value, unknown: nil) }
      let unknown = try unknown.pointer()
      fillMask(unknown, with: 1, count: count)
      return Truth(value: value, unknown: UnsafePointer(unknown))
    }
    guard let valid = vector.valid else {
      return Truth(value: booleans, unknown: vector.unknown)
    }
    let value = try value.pointer()
    andMasks(booleans, valid, count: count, into: value)
    let unknown = try union.mask(missingIn: valid, or: vector.unknown, count: count)
    return Truth(value: value, unknown: unknown)
  }
}

/// The complement of a condition.
final class NotSource: VectorSource {
  private let operand: VectorNode
  private let reader: ConditionReader
  private let out: Scratch<UInt8>

  init(_ operand: VectorNode, resources: EvaluationResources) {
    self.operand = operand
    reader = ConditionReader(resources)
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let vector = try operand.result()
    let truth = try reader.read(vector, count: vector.count)
    let out = try out.pointer()
    invertMask(truth.value, count: vector.count, into: out)
    return Vector(
      storage: .booleans(out), count: vector.count, valid: nil, unknown: truth.unknown,
      isConstant: vector.isConstant)
  }
}

/// `and` or `or` of any number of conditions.
///
/// An outcome is unknown where one of the operands is, and no operand is false (for `or`: true)
/// without being unknown itself.
final class LogicSource: VectorSource {
  /// One operand. With a narrowing it runs only for rows that no operand before it has decided.
  struct Condition {
    var node: VectorNode
    var narrowing: Narrowing?
  }

  private let isAnd: Bool
  private let operands: [Condition]
  private let readers: [ConditionReader]
  private let value: Scratch<UInt8>
  private let unknown: Scratch<UInt8>
  private let decided: Scratch<UInt8>
  private let scattered: Scratch<UInt8>
  private let scatteredUnknown: Scratch<UInt8>

  init(isAnd: Bool, _ operands: [Condition], resources: EvaluationResources) {
    self.isAnd = isAnd
    self.operands = operands
    readers = operands.map { _ in ConditionReader(resources) }
    value = Scratch(resources)
    unknown = Scratch(resources)
    decided = Scratch(resources)
    scattered = Scratch(resources)
    scatteredUnknown = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let count = batch.selectedCount
    let value = try value.pointer()
    fillMask(value, with: isAnd ? 1 : 0, count: count)
    var unknown: UnsafeMutablePointer<UInt8>?
    // Rows whose outcome is known whatever follows. As long as nothing is unknown these are the
    // rows that are false (for `or`: true), and need no mask of their own.
    var decided: UnsafeMutablePointer<UInt8>?
    for (operand, reader) in zip(operands, readers) {
      let mark: UInt8 = decided == nil && isAnd ? 1 : 0
      let open = decided ?? value
      guard
        let truth = try outcome(of: operand, reader, batch, where: open, is: mark)
      else { break }
      if truth.unknown != nil, unknown == nil {
        let fresh = try self.unknown.pointer()
        fillMask(fresh, with: 0, count: count)
        unknown = fresh
        let settled = try self.decided.pointer()
        if isAnd {
          invertMask(value, count: count, into: settled)
        } else {
          orMasks(value, value, count: count, into: settled)
        }
        decided = settled
      }
      if let decided {
        settle(truth, isAnd: isAnd, count: count, into: decided)
      }
      if let unknown, let more = truth.unknown {
        orMasks(unknown, more, count: count, into: unknown)
      }
      if isAnd {
        andMasks(value, truth.value, count: count, into: value)
      } else {
        orMasks(value, truth.value, count: count, into: value)
      }
    }
    if let unknown, let decided { andNotMasks(unknown, decided, count: count, into: unknown) }
    return Vector(
      storage: .booleans(value), count: count, valid: nil,
      unknown: unknown.map { UnsafePointer($0) })
  }

  /// The operand's outcome for all rows; where it did not run, one that changes nothing. Nil where
  /// it had no row to run for.
  private func outcome(
    of operand: Condition, _ reader: ConditionReader, _ batch: Batch,
    where mask: UnsafePointer<UInt8>, is mark: UInt8
  ) throws(QueryError) -> Truth? {
    let count = batch.selectedCount
    guard let narrowing = operand.narrowing else {
      return try reader.read(try operand.node.result(), count: count)
    }
    guard try narrowing.begin(batch, where: mask, is: mark) else { return nil }
    let truth = try reader.read(try operand.node.result(), count: narrowing.count)
    let value = try scattered.pointer()
    fillMask(value, with: isAnd ? 1 : 0, count: count)
    try narrowing.scatter(Operand(truth.value), into: value)
    guard let part = truth.unknown else { return Truth(value: value, unknown: nil) }
    let unknown = try scatteredUnknown.pointer()
    fillMask(unknown, with: 0, count: count)
    try narrowing.scatter(Operand(part), into: unknown)
    return Truth(value: value, unknown: UnsafePointer(unknown))
  }
}

/// Marks the rows that are false (for `or`: true) and not unknown.
private func settle(
  _ truth: Truth, isAnd: Bool, count: Int, into decided: UnsafeMutablePointer<UInt8>
) {
  let flip: UInt8 = isAnd ? 1 : 0
  if let unknown = truth.unknown {
    for place in 0..<count {
      decided[place] |= (truth.value[place] ^ flip) & (unknown[place] ^ 1)
    }
  } else {
    for place in 0..<count { decided[place] |= truth.value[place] ^ flip }
  }
}
