/// The two widths of stored integers that arithmetic runs on.
protocol StoredInteger: FixedWidthInteger, SignedInteger, VectorValue {
  /// How vectors of this width lie in memory.
  static var layout: Layout { get }
}

extension Int64: StoredInteger {
  static var layout: Layout { .integers }
}

extension Int128: StoredInteger {
  static var layout: Layout { .wide }
}

/// Exact arithmetic on stored integers of one width.
///
/// Where the ranges of the operands prove that every result fits, the loops do not check. Results
/// of rows without a value are computed too and mean nothing.
final class ArithmeticSource<T: StoredInteger>: VectorSource {
  private let operation: ArithmeticOperator
  private let left: VectorNode
  private let right: VectorNode
  private let limits: ClosedRange<T>
  private let isProvenToFit: Bool
  private let type: ColumnType
  private let span: SourceSpan
  private let resources: EvaluationResources
  private let out: Scratch<T>
  private let zeros: Scratch<UInt8>
  private let meet: ValidityMeet
  private let nonzero: ValidityMeet
  private let union: UnknownUnion

  init(
    _ operation: ArithmeticOperator, _ left: VectorNode, _ right: VectorNode,
    limits: ClosedRange<T>, isProvenToFit: Bool, type: ColumnType, span: SourceSpan,
    resources: EvaluationResources
  ) {
    self.operation = operation
    self.left = left
    self.right = right
    self.limits = limits
    self.isProvenToFit = isProvenToFit
    self.type = type
    self.span = span
    self.resources = resources
    out = Scratch(resources)
    zeros = Scratch(resources)
    meet = ValidityMeet(resources)
    nonzero = ValidityMeet(resources)
    union = UnknownUnion(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let first = try left.result()
    let second = try right.result()
    let count = Vector.rowCount([first, second], in: batch)
    let out = try out.pointer()
    let operands = (try first.operand(T.self), try second.operand(T.self))
    var result = Vector(
      storage: T.layout.storage(at: out), count: count,
      valid: try meet.mask([first, second], count: count),
      unknown: try union.mask([first, second], count: count),
      isConstant: first.isConstant && second.isConstant)
    let (left, right) = operands
    switch operation {
    case .add, .subtract, .multiply:
      if isProvenToFit {
        wrappingRows(operation, left, right, count: count, into: out)
      } else if checkedRows(
        operation, left, right, limits: limits, count: count, into: out),
        let place = firstFailure(
          operation, left, right, limits: limits, valid: result.valid, count: count)
      {
        throw overflow(at: place, batch)
      }
    case .floorDivide, .modulo:
      result.valid = try divide(operands, result, batch, into: out)
    }
    return result
  }

  private func divide(
    _ operands: (Operand<T>, Operand<T>), _ result: Vector, _ batch: Batch,
    into out: UnsafeMutablePointer<T>
  ) throws(QueryError) -> UnsafePointer<UInt8>? {
    let zeros = try zeros.pointer()
    let (left, right) = operands
    let findings =
      operation == .modulo
      ? moduloRows(left, right, count: result.count, into: out, zeros: zeros)
      : floorDivideRows(
        left, right, limits: limits, count: result.count, into: out, zeros: zeros)
    let count = result.count
    if findings.hasOverflow {
      for place in 0..<count where zeros[place] == 0 && result.valid.map({ $0[place] == 1 }) ?? true
      {
        let (quotient, _, overflow) = floorDivision(left[place], right[place])
        if overflow || !limits.contains(quotient) { throw self.overflow(at: place, batch) }
      }
    }
    guard findings.hasZero else { return result.valid }
    return try nonzero.excluding(
      zeros, from: result, batch: batch, counted: &resources.counts.zeroDivisions)
  }

  private func overflow(at place: Int, _ batch: Batch) -> QueryError {
    EvaluationFailure.overflow(
      operation.resultName, type: type, row: batch.row(place), at: span)
  }
}

extension ValidityMeet {
  /// The mask of `result` without the rows that `excluded` marks, of which those that had a value
  /// are counted: a constant counts once per selected row.
  func excluding(
    _ excluded: UnsafePointer<UInt8>, from result: Vector, batch: Batch, counted: inout Int
  ) throws(QueryError) -> UnsafePointer<UInt8> {
    let count = result.count
    let before = result.valid.map { countOnes($0, count: count) } ?? count
    let rest = try mask(result.valid, without: excluded, count: count)
    let lost = before - countOnes(rest, count: count)
    counted += result.isConstant ? lost * batch.selectedCount : lost
    return rest
  }
}

/// Arithmetic on doubles, one rounding each. A result that is no finite number is missing and
/// counted.
final class FloatArithmeticSource: VectorSource {
  /// The operations on doubles.
  enum Operation {
    case add, subtract, multiply
    case divide(FloatDivision)
  }

  private let operation: Operation
  private let left: VectorNode
  private let right: VectorNode
  private let resources: EvaluationResources
  private let out: Scratch<Double>
  private let marks: Scratch<UInt8>
  private let meet: ValidityMeet
  private let nonzero: ValidityMeet
  private let finite: ValidityMeet
  private let union: UnknownUnion

  init(
    _ operation: Operation, _ left: VectorNode, _ right: VectorNode,
    resources: EvaluationResources
  ) {
    self.operation = operation
    self.left = left
    self.right = right
    self.resources = resources
    out = Scratch(resources)
    marks = Scratch(resources)
    meet = ValidityMeet(resources)
    nonzero = ValidityMeet(resources)
    finite = ValidityMeet(resources)
    union = UnknownUnion(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let first = try left.result()
    let second = try right.result()
    let count = Vector.rowCount([first, second], in: batch)
    let out = try out.pointer()
    let left = try first.operand(Double.self)
    let right = try second.operand(Double.self)
    var result = Vector(
      storage: .floats(out), count: count,
      valid: try meet.mask([first, second], count: count),
      unknown: try union.mask([first, second], count: count),
      isConstant: first.isConstant && second.isConstant)
    switch operation {
    case .add: applyToRows(FloatAdd.self, left, right, count: count, into: out)
    case .subtract: applyToRows(FloatSubtract.self, left, right, count: count, into: out)
    case .multiply: applyToRows(FloatMultiply.self, left, right, count: count, into: out)
    case .divide(let kind):
      let marks = try marks.pointer()
      let findings = divideFloatRows(kind, left, right, count: count, into: out, zeros: marks)
      if findings.hasZero {
        result.valid = try nonzero.excluding(
          marks, from: result, batch: batch, counted: &resources.counts.zeroDivisions)
      }
    }
    if !areFinite(out, count: count) {
      let marks = try marks.pointer()
      replaceInfinite(out, count: count, marks: marks)
      result.valid = try finite.excluding(
        marks, from: result, batch: batch, counted: &resources.counts.impossibleNumbers)
    }
    return result
  }
}

/// Exact operands' quotient as the nearest double.
final class ExactQuotientSource<T: StoredInteger>: VectorSource {
  private let left: VectorNode
  private let right: VectorNode
  private let isSmall: Bool
  private let resources: EvaluationResources
  private let out: Scratch<Double>
  private let zeros: Scratch<UInt8>
  private let meet: ValidityMeet
  private let nonzero: ValidityMeet
  private let union: UnknownUnion

  /// `isSmall` promises that all operands lie within 53 bits.
  init(
    _ left: VectorNode, _ right: VectorNode, isSmall: Bool, resources: EvaluationResources
  ) {
    self.left = left
    self.right = right
    self.isSmall = isSmall
    self.resources = resources
    out = Scratch(resources)
    zeros = Scratch(resources)
    meet = ValidityMeet(resources)
    nonzero = ValidityMeet(resources)
    union = UnknownUnion(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let first = try left.result()
    let second = try right.result()
    let count = Vector.rowCount([first, second], in: batch)
    let out = try out.pointer()
    let zeros = try zeros.pointer()
    var result = Vector(
      storage: .floats(out), count: count,
      valid: try meet.mask([first, second], count: count),
      unknown: try union.mask([first, second], count: count),
      isConstant: first.isConstant && second.isConstant)
    let findings: DivisionFindings
    if isSmall, T.self == Int64.self {
      findings = divideSmallRows(
        try first.operand(Int64.self), try second.operand(Int64.self), count: count, into: out,
        zeros: zeros)
    } else {
      findings = divideExactRows(
        try first.operand(T.self), try second.operand(T.self), count: count, into: out,
        zeros: zeros)
    }
    if findings.hasZero {
      result.valid = try nonzero.excluding(
        zeros, from: result, batch: batch, counted: &resources.counts.zeroDivisions)
    }
    return result
  }
}
