/// The mask of the rows in which all of several operands have a value.
final class ValidityMeet {
  private let scratch: Scratch<UInt8>

  init(_ resources: EvaluationResources) { scratch = Scratch(resources) }

  /// One byte per row for `count` rows; nil where all operands have a value in each.
  func mask(_ operands: [Vector], count: Int) throws(QueryError) -> UnsafePointer<UInt8>? {
    var whole: UnsafePointer<UInt8>?
    for operand in operands {
      guard let valid = operand.valid else { continue }
      if operand.isConstant {
        if valid.pointee == 1 { continue }
        let out = try scratch.pointer()
        fillMask(out, with: 0, count: count)
        return UnsafePointer(out)
      }
      guard let other = whole else {
        whole = valid
        continue
      }
      let out = try scratch.pointer()
      andMasks(other, valid, count: count, into: out)
      whole = UnsafePointer(out)
    }
    return whole
  }

  /// The mask of one operand without the rows that `excluded` marks.
  func mask(
    _ valid: UnsafePointer<UInt8>?, without excluded: UnsafePointer<UInt8>, count: Int
  ) throws(QueryError) -> UnsafePointer<UInt8> {
    let out = try scratch.pointer()
    if let valid {
      andNotMasks(valid, excluded, count: count, into: out)
    } else {
      invertMask(excluded, count: count, into: out)
    }
    return UnsafePointer(out)
  }
}

/// The mask of the rows in which at least one of several operands was decided by a missing value.
final class UnknownUnion {
  private let scratch: Scratch<UInt8>

  init(_ resources: EvaluationResources) { scratch = Scratch(resources) }

  /// One byte per row for `count` rows; nil where no row was.
  func mask(_ operands: [Vector], count: Int) throws(QueryError) -> UnsafePointer<UInt8>? {
    var whole: UnsafePointer<UInt8>?
    for operand in operands {
      guard let unknown = operand.unknown else { continue }
      if operand.isConstant {
        if unknown.pointee == 0 { continue }
        let out = try scratch.pointer()
        fillMask(out, with: 1, count: count)
        return UnsafePointer(out)
      }
      guard let other = whole else {
        whole = unknown
        continue
      }
      let out = try scratch.pointer()
      orMasks(other, unknown, count: count, into: out)
      whole = UnsafePointer(out)
    }
    return whole
  }

  /// The rows without a value, and those that `unknown` marks.
  func mask(
    missingIn valid: UnsafePointer<UInt8>?, or unknown: UnsafePointer<UInt8>?, count: Int
  ) throws(QueryError) -> UnsafePointer<UInt8>? {
    guard let valid else { return unknown }
    let out = try scratch.pointer()
    invertMask(valid, count: count, into: out)
    if let unknown { orMasks(out, unknown, count: count, into: out) }
    return UnsafePointer(out)
  }
}

extension Vector {
  /// The number of rows that an operation on these operands has: one where all are constant.
  static func rowCount(_ operands: [Vector], in batch: Batch) -> Int {
    operands.allSatisfy(\.isConstant) ? 1 : batch.selectedCount
  }
}
