extension NodeBuilder {
  /// The operand's texts as slices.
  func texts(of node: VectorNode, in scope: EvaluationScope) -> VectorNode {
    guard case .codes(let dictionary) = node.layout else { return node }
    return VectorNode(
      TextsOfCodesSource(node, dictionary: dictionary, resources: resources), layout: .texts,
      constant: node.constant, scope: scope)
  }

  /// Whether a text is found in another. Nothing is found in, or equal to, the word `missing`,
  /// except by `equals`, for which it is a value like others.
  func textMatch(
    _ match: TextMatch, _ left: BoundExpression, _ right: BoundExpression, isLoose: Bool,
    in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode {
    if left.isMissingLiteral || right.isMissingLiteral {
      return try comparison(match == .equals ? .equal : .less, left, right, in: scope)
    }
    if let search = try textSearch(match, left, right, isLoose: isLoose, in: scope) {
      return search
    }
    let source = TextMatchSource(
      match, texts(of: try node(for: left, in: scope), in: scope),
      texts(of: try node(for: right, in: scope), in: scope), isLoose: isLoose,
      resources: resources)
    return VectorNode(source, layout: .booleans, bounds: 0...1, scope: scope)
  }

  /// The search for a constant in a column whose texts lie one after another; nil for all else.
  private func textSearch(
    _ match: TextMatch, _ left: BoundExpression, _ right: BoundExpression, isLoose: Bool,
    in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode? {
    guard match == .contains, !isLoose, case .text(let wanted)? = right.constantValue,
      let reference = left.columnReference
    else { return nil }
    let (column, rows) = try access(reference, in: scope)
    guard
      let source = try TextSearchSource(
        column, rows: rows, contain: wanted, resources: resources)
    else { return nil }
    return VectorNode(source, layout: .booleans, bounds: 0...1, scope: scope)
  }

  /// Two nodes of codes as codes of one dictionary; nil where the dictionaries are too large to be
  /// merged for a comparison.
  func recoded(_ left: VectorNode, _ right: VectorNode, in scope: EvaluationScope)
    throws(QueryError) -> (VectorNode, VectorNode)?
  {
    guard case .codes(let first) = left.layout, case .codes(let second) = right.layout,
      first !== second
    else { return (left, right) }
    guard first.count + second.count <= largestMerge else { return nil }
    let merged = try merge([.dictionary(first), .dictionary(second)])
    return (
      recoded(left, merged.tables[0], merged.dictionary, in: scope),
      recoded(right, merged.tables[1], merged.dictionary, in: scope)
    )
  }

  private func recoded(
    _ node: VectorNode, _ table: [UInt32], _ dictionary: TextDictionary,
    in scope: EvaluationScope
  ) -> VectorNode {
    VectorNode(
      RecodeSource(node, table: table, dictionary: dictionary, resources: resources),
      layout: .codes(dictionary), scope: scope)
  }

  /// The most texts that dictionaries are merged for.
  private var largestMerge: Int { 1 << 16 }

  /// Texts of several nodes in one layout: codes of one dictionary where dictionaries are small
  /// and all others are constants, else slices.
  func unifiedTexts(_ parts: [(node: VectorNode, scope: EvaluationScope)]) throws(QueryError) -> (
    nodes: [VectorNode], layout: Layout
  ) {
    var texts: [MergedDictionary.Part] = []
    for part in parts {
      if case .codes(let dictionary) = part.node.layout {
        texts.append(.dictionary(dictionary))
      } else if let constant = part.node.constant {
        if case .text(let text) = constant {
          texts.append(.word(text))
        } else {
          texts.append(.nothing)
        }
      }
    }
    let size = texts.reduce(0) { $0 + $1.count }
    guard texts.count == parts.count, size <= largestMerge else {
      return (parts.map { self.texts(of: $0.node, in: $0.scope) }, .texts)
    }
    if let first = parts.first?.node.layout, case .codes(let dictionary) = first,
      texts.allSatisfy({ $0 == .dictionary(dictionary) })
    {
      return (parts.map(\.node), first)
    }
    let merged = try merge(texts)
    var nodes: [VectorNode] = []
    for (index, part) in parts.enumerated() {
      nodes.append(
        try unified(part.node, merged, place: index, in: part.scope))
    }
    return (nodes, .codes(merged.dictionary))
  }

  private func unified(
    _ node: VectorNode, _ merged: MergedDictionary, place: Int, in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode {
    if case .codes = node.layout {
      return recoded(node, merged.tables[place], merged.dictionary, in: scope)
    }
    let code = merged.tables[place].first
    let source = try ConstantCodeSource(
      code, dictionary: merged.dictionary, budget: resources.budget)
    return VectorNode(
      source, layout: .codes(merged.dictionary), constant: node.constant, scope: scope)
  }

  private func merge(_ parts: [MergedDictionary.Part]) throws(QueryError) -> MergedDictionary {
    guard let tables else { return try MergedDictionary(parts, budget: resources.budget) }
    return try tables.merged(parts, budget: resources.budget)
  }
}

/// The texts of several dictionaries and constants in one dictionary, and the new code of each old
/// one.
struct MergedDictionary: Sendable {
  /// What is merged.
  enum Part: Hashable, Sendable {
    case dictionary(TextDictionary)
    case word(String)
    /// The constant that is missing.
    case nothing

    /// The number of texts.
    var count: Int {
      switch self {
      case .dictionary(let dictionary): dictionary.count
      case .word: 1
      case .nothing: 0
      }
    }

    /// The number of each text in a set, which takes in those that it lacks.
    fileprivate func numbers(in set: TextInterner, _ budget: MemoryBudget?) throws(QueryError)
      -> [UInt32]
    {
      switch self {
      case .dictionary(let dictionary):
        var numbers: [UInt32] = []
        numbers.reserveCapacity(dictionary.count)
        try budget.forEachPiece(of: dictionary.count, size: 1 << 13) { piece throws(QueryError) in
          for code in piece { numbers.append(try set.id(of: dictionary.heap.slice(code))) }
        }
        return numbers
      case .word(let word):
        return try withBuffer(of: Array(word.utf8)) { bytes throws(QueryError) in
          [try set.id(of: bytes)]
        }
      case .nothing: return []
      }
    }
  }

  let dictionary: TextDictionary
  let tables: [[UInt32]]

  init(_ parts: [Part], budget: MemoryBudget?) throws(QueryError) {
    let set = try TextInterner(budget: budget)
    let numbers = try parts.mapThrowing { part throws(QueryError) in
      try part.numbers(in: set, budget)
    }
    let codes: GroupArray<UInt32>
    (dictionary, codes) = try set.dictionary()
    tables = numbers.map { numbers in numbers.map { codes[Int($0)] } }
  }
}

extension TextDictionary: Hashable {
  /// Whether both are the same object.
  static func == (left: TextDictionary, right: TextDictionary) -> Bool { left === right }

  /// Hashes the identity.
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// One code, or a missing value, for all rows.
final class ConstantCodeSource: VectorSource {
  private let memory: AlignedBytes
  private let vector: Vector

  init(_ code: UInt32?, dictionary: TextDictionary, budget: MemoryBudget?) throws(QueryError) {
    memory = try AlignedBytes(byteCount: 16, zeroed: true, budget: budget)
    memory.pointer(to: UInt32.self).pointee = code ?? 0
    let valid = memory.pointer(to: UInt8.self) + 8
    vector = Vector(
      storage: .codes(memory.pointer(to: UInt32.self), dictionary), count: 1,
      valid: code == nil ? UnsafePointer(valid) : nil, unknown: nil, isConstant: true)
  }

  func compute(_ batch: Batch) -> Vector { vector }
}
