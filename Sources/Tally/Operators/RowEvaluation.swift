import Synchronization

/// Computes an expression for collected rows on all workers.
struct RowEvaluation {
  let source: RowInput
  let collected: CollectedRows
  let context: RunContext

  /// The values in the order of the rows, and what made some of them missing.
  func column(_ expression: BoundExpression) throws(QueryError) -> (Column, EvaluationCounts) {
    let workerCount = context.workers(forRows: collected.count)
    var made: [Worker] = []
    for _ in 0..<workerCount {
      let group = source.makeGroup(context)
      made.append(Worker(group: group, evaluator: try group.add(expression)))
    }
    // SAFETY: a worker belongs to the one thread that runs under its index.
    nonisolated(unsafe) let workers = made
    let column: Column
    switch workers[0].evaluator.layout {
    case .texts where collected.count > ColumnAssembler.mostDictionaryRows:
      let texts = ComputedTexts(starts: collected.starts, rowCount: collected.count, context)
      try context.forEachPart(of: collected.chunks.count, rows: collected.count) {
        index, part throws(QueryError) in
        let vector = try evaluate(workers[index], part)
        try texts.add(vector, count: collected.chunks[part].count, part: part)
      }
      column = try texts.column()
    case .wide, .texts: column = try assembled(workers[0], expression.type)
    default:
      // SAFETY: workers write disjoint parts of the target.
      nonisolated(unsafe) let target = try EvaluatedColumn(
        expression.type, workers[0].evaluator.layout, count: collected.count, context)
      try context.forEachPart(of: collected.chunks.count, rows: collected.count) {
        index, part throws(QueryError) in
        let vector = try evaluate(workers[index], part)
        try target.write(vector, count: collected.chunks[part].count, at: collected.starts[part])
      }
      column = try target.finish()
    }
    return (column, workers.reduce(into: EvaluationCounts()) { $0 += $1.group.counts })
  }

  private struct Worker {
    let group: EvaluatorGroup
    let evaluator: Evaluator
  }

  /// The same, one chunk after another: for values that have no place before they are known.
  private func assembled(_ worker: Worker, _ type: ColumnType) throws(QueryError) -> Column {
    var assembler = try ColumnAssembler(type: type, budget: context.budget)
    for (part, chunk) in collected.chunks.enumerated() {
      try assembler.append(try evaluate(worker, part), count: chunk.count)
    }
    return try assembler.finish()
  }

  /// The vector of one chunk, valid until the worker takes the next.
  private func evaluate(_ worker: Worker, _ part: Int) throws(QueryError) -> Vector {
    let chunk = collected.chunks[part]
    let start = chunk.first
    let isWhole = chunk.rows == nil
    var batch = Batch(
      columns: source.columns, start: start,
      count: isWhole ? chunk.count : min(context.batchRows, source.rowCount - start))
    let selection = try RowNumbers(count: isWhole ? 0 : chunk.count, budget: context.budget)
    if !isWhole {
      let origin = UInt32(truncatingIfNeeded: start)
      let numbers = selection.pointer
      for place in 0..<chunk.count { numbers[place] = (chunk.rows?[place] ?? origin) - origin }
      batch.selection = UnsafePointer(numbers)
    }
    batch.selectedCount = chunk.count
    // Partners lie at the offsets of their rows.
    var partners: [RowNumbers] = []
    for numbers in chunk.partners {
      if isWhole {
        partners.append(numbers)
        continue
      }
      let scattered = try RowNumbers(count: batch.count, budget: context.budget)
      let (out, offsets) = (scattered.pointer, selection.pointer)
      for place in 0..<chunk.count { out[Int(offsets[place])] = numbers.pointer[place] }
      partners.append(scattered)
    }
    batch.partners = partners.map { UnsafePointer($0.pointer) }
    try worker.group.begin(batch)
    let vector = try worker.evaluator.evaluate()
    withExtendedLifetime((selection, partners)) {}
    return vector
  }
}

/// A column of computed values while workers write disjoint parts of it.
private final class EvaluatedColumn {
  private let type: ColumnType
  private let layout: Layout
  private let count: Int
  private let context: RunContext
  private let values: AlignedBytes
  /// One byte per row, 1 where it has a value. Written where a part has a missing value, and then
  /// everywhere once all parts are known.
  private let present: AlignedBytes
  private let hasMissing = Atomic<Bool>(false)

  init(_ type: ColumnType, _ layout: Layout, count: Int, _ context: RunContext)
    throws(QueryError)
  {
    self.type = type
    self.layout = layout
    self.count = count
    self.context = context
    let width =
      switch layout {
      case .codes: 4
      default: 8
      }
    values = try AlignedBytes(byteCount: count * width, budget: context.budget)
    present = try AlignedBytes(byteCount: count, budget: context.budget)
  }

  func write(_ vector: Vector, count: Int, at start: Int) throws(QueryError) {
    let stride = vector.isConstant ? 0 : 1
    switch vector.storage {
    case .integers(let source):
      let out = values.pointer(to: Int64.self) + start
      for row in 0..<count { out[row] = source[row &* stride] }
    case .booleans(let source):
      let out = values.pointer(to: Int64.self) + start
      for row in 0..<count { out[row] = Int64(source[row &* stride]) }
    case .floats(let source):
      let out = values.pointer(to: Double.self) + start
      for row in 0..<count { out[row] = source[row &* stride] }
    case .codes(let source, _):
      let out = values.pointer(to: UInt32.self) + start
      for row in 0..<count { out[row] = source[row &* stride] }
    case .wide, .texts: throw QueryError(kind: .bug, message: "an expression changed its layout")
    }
    let mask = present.pointer(to: UInt8.self) + start
    guard let valid = vector.valid else { return mask.update(repeating: 1, count: count) }
    hasMissing.store(true, ordering: .relaxed)
    for row in 0..<count { mask[row] = valid[row &* stride] }
  }

  func finish() throws(QueryError) -> Column {
    let validity =
      hasMissing.load(ordering: .relaxed)
      ? try Bitmap(mask: present, count: count, context) : nil
    switch layout {
    case .codes(let dictionary):
      let width = CodeWidth.narrowest(for: UInt64(max(0, dictionary.count - 1)))
      let codes = try Codes(count: count, width: width, budget: context.budget)
      let source = values
      try context.forEachBatch(of: count) { _, rows throws(QueryError) in
        let numbers = source.pointer(to: UInt32.self)
        for row in rows { codes.store(UInt64(numbers[row]), at: row) }
      }
      return Column(
        type: .text, count: count, payload: .dictionary(codes, dictionary), validity: validity)
    case .floats:
      return Column(type: type, count: count, payload: .floats(values), validity: validity)
    default:
      return try .integers(values, count: count, type: type, validity: validity, context)
    }
  }
}

extension Column {
  /// Makes a column of stored 64-bit values in the narrowest codes that hold them, on all workers;
  /// see ``integers(_:type:validity:budget:)``.
  static func integers(
    _ values: AlignedBytes, count: Int, type: ColumnType, validity: Bitmap?, _ context: RunContext
  ) throws(QueryError) -> Column {
    let found = Mutex((low: Int64.max, high: Int64.min))
    try context.forEachBatch(of: count) { _, rows throws(QueryError) in
      let numbers = values.pointer(to: Int64.self)
      var (low, high) = (Int64.max, Int64.min)
      for row in rows where validity.map({ $0[row] }) ?? true {
        low = min(low, numbers[row])
        high = max(high, numbers[row])
      }
      found.withLock { $0 = (min($0.low, low), max($0.high, high)) }
    }
    var (low, high) = found.withLock { $0 }
    if low > high { (low, high) = (0, 0) }
    let base = low
    let width = CodeWidth.narrowest(for: UInt64(bitPattern: high &- low))
    let codes = try Codes(count: count, width: width, budget: context.budget)
    try context.forEachBatch(of: count) { _, rows throws(QueryError) in
      let numbers = values.pointer(to: Int64.self)
      switch width {
      case .one: narrow(numbers, rows, base, validity, into: codes.pointer(to: UInt8.self))
      case .two: narrow(numbers, rows, base, validity, into: codes.pointer(to: UInt16.self))
      case .four: narrow(numbers, rows, base, validity, into: codes.pointer(to: UInt32.self))
      case .eight: narrow(numbers, rows, base, validity, into: codes.pointer(to: UInt64.self))
      }
    }
    codes.note(maximum: UInt64(bitPattern: high &- low))
    return Column(
      type: type, count: count, payload: .codes(codes, base: base), validity: validity,
      maximum: high)
  }
}

/// Writes `value - base` of some rows; zero where a row is missing.
private func narrow<T: CodeInteger>(
  _ values: UnsafePointer<Int64>, _ rows: Range<Int>, _ base: Int64, _ validity: Bitmap?,
  into codes: UnsafeMutablePointer<T>
) {
  for row in rows { codes[row] = T(truncatingIfNeeded: values[row] &- base) }
  guard let validity else { return }
  for row in rows where !validity[row] { codes[row] = 0 }
}
