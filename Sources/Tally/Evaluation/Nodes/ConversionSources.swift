/// Stored integers at 128 bits.
final class WidenSource: VectorSource {
  private let operand: VectorNode
  private let out: Scratch<Int128>

  init(_ operand: VectorNode, resources: EvaluationResources) {
    self.operand = operand
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vector = try operand.result()
    let values = try Int64.values(of: vector)
    let out = try out.pointer()
    for place in 0..<vector.count { out[place] = Int128(values[place]) }
    vector.storage = .wide(out)
    return vector
  }
}

/// The texts that codes stand for.
final class TextsOfCodesSource: VectorSource {
  private let operand: VectorNode
  private let dictionary: TextDictionary
  private let out: Scratch<TextSlice>

  init(_ operand: VectorNode, dictionary: TextDictionary, resources: EvaluationResources) {
    self.operand = operand
    self.dictionary = dictionary
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vector = try operand.result()
    let codes = try UInt32.values(of: vector)
    let out = try out.pointer()
    let limit = UInt32(truncatingIfNeeded: dictionary.count)
    for place in 0..<vector.count {
      // Codes of rows without a value need not be codes of the dictionary.
      let code = codes[place]
      let bytes = code < limit ? dictionary.heap.slice(Int(code)) : .init(start: nil, count: 0)
      out[place] = TextSlice(start: bytes.baseAddress, count: bytes.count)
    }
    vector.storage = .texts(out)
    return vector
  }
}

/// Codes of one dictionary as codes of another that holds all its texts.
final class RecodeSource: VectorSource {
  private let operand: VectorNode
  private let table: [UInt32]
  private let dictionary: TextDictionary
  private let out: Scratch<UInt32>

  /// `table` gives the new code of each old one.
  init(
    _ operand: VectorNode, table: [UInt32], dictionary: TextDictionary,
    resources: EvaluationResources
  ) {
    self.operand = operand
    self.table = table.isEmpty ? [0] : table
    self.dictionary = dictionary
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vector = try operand.result()
    let codes = try UInt32.values(of: vector)
    let out = try out.pointer()
    let count = vector.count
    try withBuffer(of: table) { (table) throws(QueryError) in
      let last = UInt32(truncatingIfNeeded: table.count - 1)
      for place in 0..<count { out[place] = table[Int(min(codes[place], last))] }
    }
    vector.storage = .codes(out, dictionary)
    return vector
  }
}

/// Stored integers at 64 bits, those beyond held at the ends: for operands of which only the size
/// matters.
final class HeldSource: VectorSource {
  private let operand: VectorNode
  private let out: Scratch<Int64>

  init(_ operand: VectorNode, resources: EvaluationResources) {
    self.operand = operand
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vector = try operand.result()
    let values = try Int128.values(of: vector)
    let out = try out.pointer()
    for place in 0..<vector.count { out[place] = Int64(clamping: values[place]) }
    vector.storage = .integers(out)
    return vector
  }
}

/// Rounded numbers at 64 bits, which they must fit.
final class NarrowSource: VectorSource {
  private let operand: VectorNode
  private let type: ColumnType
  private let span: SourceSpan
  private let out: Scratch<Int64>

  init(
    _ operand: VectorNode, type: ColumnType, span: SourceSpan, resources: EvaluationResources
  ) {
    self.operand = operand
    self.type = type
    self.span = span
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vector = try operand.result()
    let values = try Int128.values(of: vector)
    let out = try out.pointer()
    for place in 0..<vector.count {
      out[place] = Int64(truncatingIfNeeded: values[place])
      if Int128(out[place]) != values[place], vector.valid.map({ $0[place] == 1 }) ?? true {
        throw EvaluationFailure.overflow(
          "the rounded number", type: type, row: batch.row(place), at: span)
      }
    }
    vector.storage = .integers(out)
    return vector
  }
}
