extension ColumnPieces {
  /// A cell that can't be converted.
  struct Misfit: Error {
    let row: Int
    let cell: String
  }

  /// How a conversion ended.
  enum Conversion {
    case column(Column)
    /// The first cell that doesn't fit.
    case misfit(Misfit)
    /// The first cell that can be read in two ways that give different values.
    case unclear
  }

  /// Reads all cells as a given type.
  func convertedColumn(
    _ start: CellConversion, budget: MemoryBudget?
  ) throws(QueryError) -> Conversion {
    var conversion = start
    var misfit: Misfit?
    try forEachCell { (row, cell) throws(QueryError) in
      guard misfit == nil, case .text(let bytes) = cell, !bytes.isEmpty else { return }
      if !conversion.examine(bytes) { misfit = Misfit(row: row, cell: shown(bytes)) }
    }
    if let misfit { return .misfit(misfit) }
    guard conversion.settle() else { return .unclear }
    switch conversion.type {
    case .text:
      var pieces = self
      return .column(try pieces.textColumn(isPlain: false).column)
    case .integer, .decimal, .percent: return try numbers(conversion, budget)
    case .float: return try floats(conversion, budget)
    case .boolean, .date, .dateTime, .period: return try stored(conversion, budget)
    }
  }

  private func numbers(
    _ conversion: CellConversion, _ budget: MemoryBudget?
  ) throws(QueryError) -> Conversion {
    var places = 0
    var misfit: Misfit?
    try forEachCell { (row, cell) throws(QueryError) in
      guard misfit == nil, case .text(let bytes) = cell, !bytes.isEmpty else { return }
      guard let value = conversion.number(bytes), conversion.type != .integer || value.scale == 0
      else {
        misfit = Misfit(row: row, cell: shown(bytes))
        return
      }
      places = max(places, value.scale)
    }
    let rows = rowCount
    let memory = try AlignedBytes(byteCount: rows * 16, budget: budget)
    let values = memory.pointer(to: Int128.self)
    let validity = try Bitmap(count: rows, filled: true, budget: budget)
    try forEachCell { (row, cell) throws(QueryError) in
      values[row] = 0
      guard misfit == nil, case .text(let bytes) = cell, !bytes.isEmpty else {
        validity.clear(row)
        return
      }
      let isInteger = conversion.type == .integer
      guard let value = conversion.number(bytes)?.coefficient(atScale: places),
        value.magnitude < ExactDecimal.powersOfTen[38].magnitude,
        !isInteger || Int64(exactly: value) != nil
      else {
        misfit = Misfit(row: row, cell: shown(bytes))
        return
      }
      values[row] = value
    }
    if let misfit { return .misfit(misfit) }
    return .column(
      try Column.wideIntegers(
        UnsafeBufferPointer(start: values, count: rows),
        type: conversion.columnType(places: places), validity: validity, budget: budget))
  }

  private func floats(
    _ conversion: CellConversion, _ budget: MemoryBudget?
  ) throws(QueryError) -> Conversion {
    let rows = rowCount
    let memory = try AlignedBytes(byteCount: rows * 8, budget: budget)
    let values = memory.pointer(to: Double.self)
    let validity = try Bitmap(count: rows, filled: true, budget: budget)
    var misfit: Misfit?
    try forEachCell { (row, cell) throws(QueryError) in
      values[row] = 0
      guard case .text(let bytes) = cell, !bytes.isEmpty else {
        validity.clear(row)
        return
      }
      if let value = conversion.float(bytes) {
        values[row] = value
      } else if misfit == nil {
        misfit = Misfit(row: row, cell: shown(bytes))
      }
    }
    if let misfit { return .misfit(misfit) }
    return .column(
      try Column.floats(
        UnsafeBufferPointer(start: values, count: rows), validity: validity, budget: budget))
  }

  private func stored(
    _ conversion: CellConversion, _ budget: MemoryBudget?
  ) throws(QueryError) -> Conversion {
    let rows = rowCount
    let memory = try AlignedBytes(byteCount: rows * 8, budget: budget)
    let values = memory.pointer(to: Int64.self)
    let validity = try Bitmap(count: rows, filled: true, budget: budget)
    var misfit: Misfit?
    try forEachCell { (row, cell) throws(QueryError) in
      values[row] = 0
      guard case .text(let bytes) = cell, !bytes.isEmpty else {
        validity.clear(row)
        return
      }
      if let value = conversion.stored(bytes) {
        values[row] = value
      } else if misfit == nil {
        misfit = Misfit(row: row, cell: shown(bytes))
      }
    }
    if let misfit { return .misfit(misfit) }
    return .column(
      try Column.integers(
        UnsafeBufferPointer(start: values, count: rows),
        type: conversion.columnType(places: 0), validity: validity, budget: budget))
  }
}
