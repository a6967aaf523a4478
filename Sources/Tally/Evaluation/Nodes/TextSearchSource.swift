/// Whether the texts of a column without a dictionary contain a given one, byte by byte. Rows that
/// follow one another are searched at once.
final class TextSearchSource: VectorSource {
  private let column: Column
  private let heap: TextHeap
  private let rows: RowSource
  private let mask: ColumnMask
  private let out: Scratch<UInt8>
  private let missing: UnknownUnion
  private let wanted: TextHeap

  /// Nil where the texts of the column do not lie in memory in the order of rows.
  init?(
    _ column: Column, rows: RowSource, contain text: String, resources: EvaluationResources
  ) throws(QueryError) {
    guard case .plain(let heap) = column.payload, heap.items == nil, column.count > 0 else {
      return nil
    }
    self.column = column
    self.heap = heap
    self.rows = rows
    mask = ColumnMask(column, resources: resources)
    out = Scratch(resources)
    missing = UnknownUnion(resources)
    wanted = try TextHeap([text], budget: resources.budget)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let access = try rows.rows()
    let out = try out.pointer()
    let bytes = wanted.slice(0)
    let part = TextSlice(start: bytes.baseAddress, count: bytes.count)
    if let index = access.index {
      for place in 0..<access.count {
        let text = heap.slice(access.first + Int(index[place]))
        let slice = TextSlice(start: text.baseAddress, count: text.count)
        out[place] = slice.contains(part, .contains) ? 1 : 0
      }
    } else {
      markTexts(
        containing: part, heap.offsets + access.first, heap.bytes, count: access.count, into: out)
    }
    let valid = try mask.mask(access)
    if let valid { andMasks(out, valid, count: access.count, into: out) }
    return Vector(
      storage: .booleans(out), count: access.count, valid: nil,
      unknown: try missing.mask(missingIn: valid, or: nil, count: access.count))
  }
}
