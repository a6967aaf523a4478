extension TableAssembly {
  /// Takes the cells of a column from the threads.
  func takePieces(_ column: Int) -> ColumnPieces {
    var result = ColumnPieces(missing: missing, context: context)
    let taken = workers.map { $0.scans[column].release() }
    var file = -1
    func appendFirst(_ file: Int) {
      if !isHeader, let cell = heads[file].firstRecord?[column] {
        result.pieces.append(.first(cell))
      }
    }
    for block in blocks {
      while file < block.file {
        file += 1
        appendFirst(file)
      }
      guard let chunk = block.chunk else { continue }
      let (chunks, interner) = taken[block.worker]
      result.pieces.append(.chunk(chunks[chunk], interner))
    }
    while file + 1 < heads.count {
      file += 1
      appendFirst(file)
    }
    return result
  }

  /// Builds one column.
  func build(
    _ column: Int, _ decision: ReadingDecision, _ evidence: ColumnEvidence, _ report: LoadReport
  ) throws(QueryError) -> (column: Column, distinct: Int?) {
    try context.checkCancellation()
    var pieces = takePieces(column)
    let isPlain = workers.contains { $0.scans[column].isPlain }
    switch decision.outcome {
    case .text: return try pieces.textColumn(isPlain: isPlain)
    case .written(let notation, let type):
      return (try pieces.typedColumn(notation, type: type, budget: context.budget), nil)
    case .converted(let type, let decimal, let order):
      let conversion = CellConversion(type: type, decimal: decimal, order: order)
      switch try pieces.convertedColumn(conversion, budget: context.budget) {
      case .column(let result): return (result, nil)
      case .misfit(let misfit):
        throw misfitError(misfit, type, evidence.name, report)
      case .unclear:
        throw QueryError.data(
          .ambiguousReading,
          "column \"\(evidence.name)\" can be read in two ways as \(type.rawValue)",
          path: heads[0].path,
          help: [
            "say how numbers are written: numbers \"1.234,5\" or numbers \"1,234.5\"",
            "or how dates are ordered: dates dmy or dates mdy",
          ])
      }
    }
  }

  func misfitError(
    _ misfit: ColumnPieces.Misfit, _ type: LoadOptions.CellType, _ name: String,
    _ report: LoadReport
  ) -> QueryError {
    let place = report.place(ofRow: misfit.row) ?? LoadReport.Place(path: heads[0].path, line: 1)
    let excerpt = Excerpt(text: misfit.cell, span: SourceSpan(0, misfit.cell.utf8.count))
    return QueryError.data(
      .unfittingCell, "column \"\(name)\": `\(misfit.cell)` is no \(type.rawValue) (\(place))",
      at: [MarkedLine(path: place.path, line: place.line, excerpt: excerpt)],
      help: [
        "missing \"\(misfit.cell)\" reads it as no value",
        "types (\(spelledName(name)) text) keeps what is written",
      ])
  }
}
