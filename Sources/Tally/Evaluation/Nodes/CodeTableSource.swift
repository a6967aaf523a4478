/// An expression's outcome by the code of the only column that it reads.
final class CodeTableSource<T: VectorValue>: VectorSource {
  private let table: CodeTable
  private let codes: Codes
  private let rows: RowSource
  private let mask: ColumnMask
  private let values: Scratch<T>
  private let valid: Scratch<UInt8>
  private let unknown: Scratch<UInt8>

  private init(
    _ table: CodeTable, column: Column, codes: Codes, rows: RowSource,
    resources: EvaluationResources
  ) {
    self.table = table
    self.codes = codes
    self.rows = rows
    mask = ColumnMask(column, resources: resources)
    values = Scratch(resources)
    valid = Scratch(resources)
    unknown = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let access = try rows.rows()
    let present = try mask.mask(access)
    let out = try values.pointer()
    map(table.entries(T.self), access, present, into: out)
    var vector = Vector(
      storage: table.layout.storage(at: out), count: access.count, valid: nil, unknown: nil)
    if let entries = table.valid {
      let out = try valid.pointer()
      map(entries, access, present, into: out)
      vector.valid = UnsafePointer(out)
    }
    if let entries = table.unknown {
      let out = try unknown.pointer()
      map(entries, access, present, into: out)
      vector.unknown = UnsafePointer(out)
    }
    return vector
  }

  private func map<E: BitwiseCopyable>(
    _ entries: UnsafePointer<E>, _ access: RowAccess, _ present: UnsafePointer<UInt8>?,
    into out: UnsafeMutablePointer<E>
  ) {
    // Behind the codes stands the outcome for a missing value.
    let missing = entries[table.count]
    if codes.count == 0 { return fillRows(missing, count: access.count, into: out) }
    mapRows(
      codes, first: access.first, index: access.index, valid: present, table: entries,
      missing: missing, count: access.count, into: out)
  }
}

extension CodeTableSource where T == UInt8 {
  /// The source for a table of any layout.
  static func make(
    _ table: CodeTable, column: Column, codes: Codes, rows: RowSource,
    resources: EvaluationResources
  ) -> any VectorSource {
    func source<V: VectorValue>(_ type: V.Type) -> any VectorSource {
      CodeTableSource<V>(table, column: column, codes: codes, rows: rows, resources: resources)
    }
    switch table.layout {
    case .integers: return source(Int64.self)
    case .wide: return source(Int128.self)
    case .floats: return source(Double.self)
    case .booleans: return source(UInt8.self)
    case .codes: return source(UInt32.self)
    case .texts: return source(TextSlice.self)
    }
  }
}
