#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Exact numbers with fewer decimal places.
final class RoundingSource<T: StoredInteger>: VectorSource {
  private let mode: RoundingMode
  private let operand: VectorNode
  private let power: T
  private let out: Scratch<T>

  /// `power` is ten to the number of digits that are dropped.
  init(_ mode: RoundingMode, _ operand: VectorNode, power: T, resources: EvaluationResources) {
    self.mode = mode
    self.operand = operand
    self.power = power
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vector = try operand.result()
    let out = try out.pointer()
    roundRows(mode, try T.values(of: vector), by: power, count: vector.count, into: out)
    vector.storage = T.layout.storage(at: out)
    return vector
  }
}

/// Doubles as exact numbers.
final class FloatRoundingSource<T: StoredInteger>: VectorSource {
  private let mode: RoundingMode
  private let operand: VectorNode
  private let places: Int
  private let type: ColumnType
  private let span: SourceSpan
  private let out: Scratch<T>

  init(
    _ mode: RoundingMode, _ operand: VectorNode, places: Int, type: ColumnType, span: SourceSpan,
    resources: EvaluationResources
  ) {
    self.mode = mode
    self.operand = operand
    self.places = places
    self.type = type
    self.span = span
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vector = try operand.result()
    let values = try Double.values(of: vector)
    let out = try out.pointer()
    let failure = roundFloatRows(
      mode, values, places: places, limits: type.storedLimits, valid: vector.valid,
      count: vector.count, into: out)
    if let failure {
      throw EvaluationFailure.overflow(
        "the rounded number", type: type, row: batch.row(failure), at: span)
    }
    vector.storage = T.layout.storage(at: out)
    return vector
  }
}

/// The absolute values or the signs of exact numbers.
final class SignSource<T: StoredInteger>: VectorSource {
  private let isAbsolute: Bool
  private let operand: VectorNode
  private let type: ColumnType
  private let span: SourceSpan
  private let out: Scratch<T>

  init(
    isAbsolute: Bool, _ operand: VectorNode, type: ColumnType, span: SourceSpan,
    resources: EvaluationResources
  ) {
    self.isAbsolute = isAbsolute
    self.operand = operand
    self.type = type
    self.span = span
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vector = try operand.result()
    let values = try T.values(of: vector)
    let out = try out.pointer()
    vector.storage = T.layout.storage(at: out)
    let least = signRows(isAbsolute: isAbsolute, values, count: vector.count, into: out)
    // Only the least integer has no opposite.
    guard isAbsolute, least == .min else { return vector }
    for place in 0..<vector.count
    where values[place] == .min && vector.valid.map({ $0[place] == 1 }) ?? true {
      throw EvaluationFailure.overflow(
        "the absolute value", type: type, row: batch.row(place), at: span)
    }
    return vector
  }
}

/// Functions of doubles. Where the result is no finite number the value is missing, and counted.
///
/// Logarithms and powers are those of the system's mathematical library.
final class FloatFunctionSource: VectorSource {
  /// The functions.
  enum Function {
    case absolute, squareRoot, exponential, logarithm
    /// The second operand is the exponent.
    case power
    /// The second operand is the base.
    case logarithmToBase
  }

  private let function: Function
  private let operands: [VectorNode]
  private let resources: EvaluationResources
  private let out: Scratch<Double>
  private let marks: Scratch<UInt8>
  private let meet: ValidityMeet
  private let finite: ValidityMeet
  private let union: UnknownUnion

  init(_ function: Function, _ operands: [VectorNode], resources: EvaluationResources) {
    self.function = function
    self.operands = operands
    self.resources = resources
    out = Scratch(resources)
    marks = Scratch(resources)
    meet = ValidityMeet(resources)
    finite = ValidityMeet(resources)
    union = UnknownUnion(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vectors: [Vector] = []
    for operand in operands { vectors.append(try operand.result()) }
    let count = Vector.rowCount(vectors, in: batch)
    let out = try out.pointer()
    try apply(vectors, count: count, into: out)
    var result = Vector(
      storage: .floats(out), count: count, valid: try meet.mask(vectors, count: count),
      unknown: try union.mask(vectors, count: count),
      isConstant: vectors.allSatisfy(\.isConstant))
    if !areFinite(out, count: count) {
      let marks = try marks.pointer()
      replaceInfinite(out, count: count, marks: marks)
      result.valid = try finite.excluding(
        marks, from: result, batch: batch, counted: &resources.counts.impossibleNumbers)
    }
    return result
  }

  private func apply(_ vectors: [Vector], count: Int, into out: UnsafeMutablePointer<Double>)
    throws(QueryError)
  {
    let first = try vectors[0].operand(Double.self)
    let second = try vectors[vectors.count - 1].operand(Double.self)
    switch function {
    case .absolute: for place in 0..<count { out[place] = first[place].magnitude }
    case .squareRoot: for place in 0..<count { out[place] = first[place].squareRoot() }
    case .exponential: for place in 0..<count { out[place] = exp(first[place]) }
    case .logarithm: for place in 0..<count { out[place] = log(first[place]) }
    case .power: for place in 0..<count { out[place] = pow(first[place], second[place]) }
    case .logarithmToBase:
      for place in 0..<count {
        switch second[place] {
        case 2: out[place] = log2(first[place])
        case 10: out[place] = log10(first[place])
        case let base: out[place] = log(first[place]) / log(base)
        }
      }
    }
  }
}

/// The least or the greatest of several values of one layout.
final class ExtremeSource<T: VectorValue & Comparable>: VectorSource {
  private let isLeast: Bool
  private let operands: [VectorNode]
  private let layout: Layout
  private let out: Scratch<T>
  private let meet: ValidityMeet
  private let union: UnknownUnion

  init(
    isLeast: Bool, _ operands: [VectorNode], layout: Layout, resources: EvaluationResources
  ) {
    self.isLeast = isLeast
    self.operands = operands
    self.layout = layout
    out = Scratch(resources)
    meet = ValidityMeet(resources)
    union = UnknownUnion(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vectors: [Vector] = []
    for operand in operands { vectors.append(try operand.result()) }
    let count = Vector.rowCount(vectors, in: batch)
    let out = try out.pointer()
    let valid = try meet.mask(vectors, count: count)
    try fill(out, from: vectors[0], count: count)
    for vector in vectors.dropFirst() {
      keepExtremes(isLeast: isLeast, try vector.operand(T.self), count: count, into: out)
    }
    return Vector(
      storage: layout.storage(at: out), count: count, valid: valid,
      unknown: try union.mask(vectors, count: count),
      isConstant: vectors.allSatisfy(\.isConstant))
  }
}

extension ExtremeSource {
  private func fill(_ out: UnsafeMutablePointer<T>, from vector: Vector, count: Int)
    throws(QueryError)
  {
    let values = try vector.operand(T.self)
    if values.isConstant {
      out.update(repeating: values[0], count: count)
    } else {
      out.update(from: values.values, count: count)
    }
  }
}

/// The signs of doubles as whole numbers.
final class FloatSignSource: VectorSource {
  private let operand: VectorNode
  private let out: Scratch<Int64>

  init(_ operand: VectorNode, resources: EvaluationResources) {
    self.operand = operand
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vector = try operand.result()
    let values = try Double.values(of: vector)
    let out = try out.pointer()
    for place in 0..<vector.count {
      out[place] = values[place] > 0 ? 1 : values[place] < 0 ? -1 : 0
    }
    vector.storage = .integers(out)
    return vector
  }
}
