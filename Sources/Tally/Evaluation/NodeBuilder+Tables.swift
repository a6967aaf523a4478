extension NodeBuilder {
  /// The node of an expression that is looked up by the code of the only column it reads; nil
  /// where it is none of that kind, or not worth it.
  ///
  /// The table is made by running the expression for codes that no row may have, so it must be
  /// one that can't fail and counts nothing.
  func tabled(_ expression: BoundExpression, in scope: EvaluationScope) throws(QueryError)
    -> VectorNode?
  {
    guard let tables, !expression.isPlainTest else { return nil }
    let facts = finder.facts(of: expression)
    guard facts.isTotal, facts.isCostly, facts.columns.count == 1,
      let reference = facts.columns.first
    else { return nil }
    let (column, rows) = try access(reference, in: scope)
    let bounds = expression.leaf(reading: reference).flatMap { finder.facts(of: $0).bounds }
    guard let domain = CodeDomain(column, bounds: bounds) else { return nil }
    let table = try tables.table(of: expression) { () throws(QueryError) in
      try CodeTable(expression, reference, domain, of: self)
    }
    let source = CodeTableSource.make(
      table, column: column, codes: domain.codes, rows: rows, resources: resources)
    return VectorNode(source, layout: table.layout, bounds: facts.bounds, scope: scope)
  }
}

extension BoundExpression {
  /// Whether it costs no more than a look-up: a column, a constant, or a column held against a
  /// constant.
  fileprivate var isPlainTest: Bool {
    switch kind {
    case .column, .lookedUp, .constant: true
    case .isMissing(let operand): operand.columnReference != nil
    case .comparison(_, let left, let right):
      (left.columnReference != nil || left.constantValue != nil)
        && (right.columnReference != nil || right.constantValue != nil)
    default: false
    }
  }

  /// The part of this expression that is the column itself.
  fileprivate func leaf(reading reference: ColumnReference) -> BoundExpression? {
    if columnReference == reference { return self }
    for operand in operands {
      if let leaf = operand.leaf(reading: reference) { return leaf }
    }
    return nil
  }
}

/// The codes that a column can have, as a column of their own with a missing value behind them.
struct CodeDomain {
  let codes: Codes
  /// The number of codes that rows have.
  let count: Int
  /// The number of codes that the column's width can tell apart, so that no code leads beyond a
  /// table.
  let capacity: Int
  private let column: Column

  /// A table is no larger than this, or half of the rows it serves.
  private static let smallTable = 4096

  /// Nil where there are too many codes for the rows. `bounds` narrows the column's integers.
  init?(_ column: Column, bounds: ClosedRange<Int128>?) {
    self.column = column
    switch column.payload {
    case .dictionary(let codes, let dictionary):
      self.codes = codes
      count = dictionary.count
      capacity = count
    case .codes(let codes, let base):
      guard codes.width <= .two, column.type != .boolean else { return nil }
      self.codes = codes
      let widest = codes.width == .one ? 255 : 65_535
      let highest = bounds.map { Int(clamping: $0.upperBound - Int128(base)) } ?? widest
      count = min(max(highest, 0), widest) + 1
      capacity = widest + 1
    case .wide, .floats, .plain: return nil
    }
    guard count <= max(Self.smallTable, column.count / 2) else { return nil }
  }

  /// All codes in order, and a missing value.
  func entries(budget: MemoryBudget?) throws(QueryError) -> Column {
    let all = try Codes(count: count + 1, width: .four, budget: budget)
    for code in 0..<count { all.store(UInt64(code), at: code) }
    all.store(0, at: count)
    let validity = try Bitmap(count: count + 1, filled: true, budget: budget)
    validity.clear(count)
    let payload: Column.Payload =
      switch column.payload {
      case .dictionary(_, let dictionary): .dictionary(all, dictionary)
      case .codes(_, let base): .codes(all, base: base)
      default: column.payload
      }
    return Column(type: column.type, count: count + 1, payload: payload, validity: validity)
  }
}

extension CodeTable {
  /// Runs an expression once per code of the column that it reads.
  convenience init(
    _ expression: BoundExpression, _ reference: ColumnReference, _ domain: CodeDomain,
    of builder: NodeBuilder
  ) throws(QueryError) {
    let budget = builder.resources.budget
    let entries = try domain.entries(budget: budget)
    let resources = EvaluationResources(
      rows: builder.resources.rows, budget: budget,
      cancellation: builder.resources.cancellation)
    let inner = NodeBuilder(
      columns: builder.columns, lookups: builder.lookups, resources: resources, tables: nil,
      substitutes: [reference: entries])
    let scope = EvaluationScope()
    let node = try inner.node(for: expression, in: scope)
    let collector = try OutcomeCollector(
      node.layout, count: domain.capacity + 1, budget: budget)
    var start = 0
    while start < entries.count {
      try resources.cancellation.check()
      // Each outcome may take a microsecond.
      let count = min(resources.rows, 1 << 11, entries.count - start)
      scope.begin(Batch(columns: [], start: start, count: count))
      try collector.append(try node.result(), at: start, count: count)
      start += count
    }
    try collector.repeatLast(from: entries.count)
    let made = try collector.finish(budget: budget)
    self.init(
      layout: made.layout, count: domain.capacity, values: made.values, valid: collector.valid,
      unknown: collector.unknown)
  }
}

/// Copies the vectors of consecutive batches into memory that lasts.
private final class OutcomeCollector {
  private let layout: Layout
  private let count: Int
  private let budget: MemoryBudget?
  private let values: AlignedBytes
  /// The texts, the number of each outcome's own, and the number of a missing one.
  private let texts: TextInterner
  private var numbers: GroupArray<UInt32>
  private static let missing = UInt32.max
  private(set) var valid: AlignedBytes?
  private(set) var unknown: AlignedBytes?

  init(_ layout: Layout, count: Int, budget: MemoryBudget?) throws(QueryError) {
    self.layout = layout
    self.count = count
    self.budget = budget
    texts = try TextInterner(budget: budget)
    numbers = try GroupArray(budget: budget)
    values = try AlignedBytes(byteCount: count * layout.stride, zeroed: true, budget: budget)
  }

  func append(_ vector: Vector, at start: Int, count: Int) throws(QueryError) {
    switch layout {
    case .integers: try copy(Int64.self, vector, at: start, count: count)
    case .wide: try copy(Int128.self, vector, at: start, count: count)
    case .floats: try copy(Double.self, vector, at: start, count: count)
    case .booleans: try copy(UInt8.self, vector, at: start, count: count)
    case .codes: try copy(UInt32.self, vector, at: start, count: count)
    case .texts:
      let slices = try vector.operand(TextSlice.self)
      let isPresent = vector.valid.map { Operand($0, isConstant: vector.isConstant) }
      for place in 0..<count {
        let hasText = isPresent.map { $0[place] == 1 } ?? true
        try numbers.append(hasText ? try texts.id(of: slices[place].bytes) : Self.missing)
      }
    }
    try keep(vector.valid, absent: 1, in: &valid, vector, at: start, count: count)
    try keep(vector.unknown, absent: 0, in: &unknown, vector, at: start, count: count)
  }

  private func copy<T: VectorValue>(_ type: T.Type, _ vector: Vector, at start: Int, count: Int)
    throws(QueryError)
  {
    let source = try vector.operand(T.self)
    let target = values.pointer(to: type) + start
    for place in 0..<count { target[place] = source[place] }
  }

  private func keep(
    _ mask: UnsafePointer<UInt8>?, absent: UInt8, in kept: inout AlignedBytes?, _ vector: Vector,
    at start: Int, count: Int
  ) throws(QueryError) {
    guard let mask else { return }
    if kept == nil {
      let fresh = try AlignedBytes(byteCount: self.count, budget: budget)
      fillMask(fresh.pointer(to: UInt8.self), with: absent, count: self.count)
      kept = fresh
    }
    guard let target = kept?.pointer(to: UInt8.self) else { return }
    let source = Operand(mask, isConstant: vector.isConstant)
    for place in 0..<count { target[start + place] = source[place] }
  }

  /// Gives all further places the outcome of the place before `start`.
  func repeatLast(from start: Int) throws(QueryError) {
    let width = layout.stride
    for place in start..<count {
      if width > 0 {
        let target = values.address + place * width
        target.copyMemory(from: target - width, byteCount: width)
      } else {
        try numbers.append(numbers.elements.last ?? Self.missing)
      }
      for mask in [valid, unknown] {
        guard let bytes = mask?.pointer(to: UInt8.self) else { continue }
        bytes[place] = bytes[place - 1]
      }
    }
  }

  /// The outcomes, texts as codes of a dictionary of their own.
  func finish(budget: MemoryBudget?) throws(QueryError) -> (layout: Layout, values: AlignedBytes) {
    guard case .texts = layout else { return (layout, values) }
    let (dictionary, codes) = try texts.dictionary()
    try budget.forEachPiece(of: numbers.count) { piece in
      for place in piece {
        numbers[place] = numbers[place] == Self.missing ? 0 : codes[Int(numbers[place])]
      }
    }
    return (.codes(dictionary), numbers.bytes)
  }
}

extension Layout {
  /// The bytes of one value.
  fileprivate var stride: Int {
    switch self {
    case .integers, .floats: 8
    case .wide: 16
    case .booleans: 1
    case .codes: 4
    case .texts: 0
    }
  }
}
