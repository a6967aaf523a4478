/// One expression where a condition is true, and another where it is not.
///
/// An expression that can fail, or that counts what it meets, runs for its own rows only.
final class ConditionalSource<T: VectorValue>: VectorSource {
  /// One of the two expressions.
  struct Branch {
    var node: VectorNode
    var narrowing: Narrowing?
  }

  private let condition: VectorNode
  private let first: Branch
  private let second: Branch
  private let layout: Layout
  private let reader: ConditionReader
  private let out: Scratch<T>
  private let valid: Scratch<UInt8>
  private let unknown: Scratch<UInt8>

  init(
    _ first: Branch, condition: VectorNode, otherwise second: Branch, layout: Layout,
    resources: EvaluationResources
  ) {
    self.condition = condition
    self.first = first
    self.second = second
    self.layout = layout
    reader = ConditionReader(resources)
    out = Scratch(resources)
    valid = Scratch(resources)
    unknown = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let count = batch.selectedCount
    let truth = try reader.read(try condition.result(), count: count)
    let out = try out.pointer()
    let yes = try outcome(of: first, batch, where: truth.value, is: 1)
    let no = try outcome(of: second, batch, where: truth.value, is: 0)
    switch (first.narrowing, second.narrowing) {
    case (nil, nil):
      if let yes, let no {
        selectRows(
          truth.value, try yes.operand(T.self), try no.operand(T.self), count: count, into: out)
      }
    default:
      try place(no, of: second, where: truth.value, is: 0, count: count, into: out)
      try place(yes, of: first, where: truth.value, is: 1, count: count, into: out)
    }
    return Vector(
      storage: layout.storage(at: out), count: count,
      valid: try mask(\.valid, yes, no, truth, absent: 1, count: count, scratch: valid),
      unknown: try unknownMask(yes, no, truth, count: count))
  }

  /// The branch's values; nil where it had no row to run for.
  private func outcome(
    of branch: Branch, _ batch: Batch, where mask: UnsafePointer<UInt8>, is mark: UInt8
  ) throws(QueryError) -> Vector? {
    guard let narrowing = branch.narrowing else { return try branch.node.result() }
    guard try narrowing.begin(batch, where: mask, is: mark) else { return nil }
    return try branch.node.result()
  }

  private func place(
    _ vector: Vector?, of branch: Branch, where mask: UnsafePointer<UInt8>, is mark: UInt8,
    count: Int, into out: UnsafeMutablePointer<T>
  ) throws(QueryError) {
    guard let vector else { return }
    let values = try vector.operand(T.self)
    if let narrowing = branch.narrowing { return try narrowing.scatter(values, into: out) }
    placeRows(values, where: mask, is: mark, count: count, into: out)
  }

  /// One mask of both branches' masks; nil where neither has one.
  private func mask(
    _ kind: KeyPath<Vector, UnsafePointer<UInt8>?>, _ yes: Vector?, _ no: Vector?, _ truth: Truth,
    absent: UInt8, count: Int, scratch: Scratch<UInt8>
  ) throws(QueryError) -> UnsafePointer<UInt8>? {
    guard yes?[keyPath: kind] != nil || no?[keyPath: kind] != nil else { return nil }
    let out = try scratch.pointer()
    fillMask(out, with: absent, count: count)
    let sides: [(Vector?, Branch, UInt8)] = [(no, second, 0), (yes, first, 1)]
    for (vector, branch, mark) in sides {
      guard let vector else { continue }
      let part = vector[keyPath: kind]
      if let narrowing = branch.narrowing {
        try narrowing.scatter(
          mask: part, absent: absent, isConstant: vector.isConstant, into: out)
      } else if let part {
        placeRows(
          Operand(part, isConstant: vector.isConstant), where: truth.value, is: mark, count: count,
          into: out)
      }
    }
    return UnsafePointer(out)
  }

  /// The rows in which the chosen value is unknown, or the choice was.
  private func unknownMask(_ yes: Vector?, _ no: Vector?, _ truth: Truth, count: Int)
    throws(QueryError) -> UnsafePointer<UInt8>?
  {
    let chosen = try mask(
      \.unknown, yes, no, truth, absent: 0, count: count, scratch: unknown)
    guard let condition = truth.unknown else { return chosen }
    guard let chosen else { return condition }
    let out = try unknown.pointer()
    orMasks(chosen, condition, count: count, into: out)
    return UnsafePointer(out)
  }
}
