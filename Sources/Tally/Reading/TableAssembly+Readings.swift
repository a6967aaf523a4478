extension TableAssembly {
  /// Brings together what the threads know about a column, in the order of the rows.
  func makeEvidence(_ column: Int) -> ColumnEvidence {
    makeEvidence(column, withFirstRecord: !isHeader)
  }

  func makeEvidence(_ column: Int, withFirstRecord: Bool) -> ColumnEvidence {
    struct Candidate {
      var order: (Int, Int)
      var readings: ReadingSet
      var cell: String
      var place: LoadReport.Place
      var excerpt: Excerpt
    }
    if !isRead(column) {
      let initial = workers[0].scans[column].initial
      let name = column < names.count ? names[column] : ""
      return ColumnEvidence(name: name, readings: initial, extent: NumberExtent(), steps: [])
    }
    var candidates: [Candidate] = []
    var extent = NumberExtent()
    var readings = workers[0].scans[column].initial
    for worker in workers {
      let scan = worker.scans[column]
      extent.formUnion(scan.extent)
      for event in scan.events {
        candidates.append(
          Candidate(
            order: (event.block, event.row), readings: event.readings, cell: event.cell,
            place: place(block: event.block, row: event.row), excerpt: event.excerpt))
      }
    }
    if withFirstRecord {
      for (number, head) in heads.enumerated() {
        guard let cell = head.firstRecord?[column], !isMissing(cell) else { continue }
        var text = cell.text
        let found = text.withUTF8 { CellReadings(of: $0) }
        extent.formUnion(found.extent)
        let block = blocks.firstIndex { $0.file >= number } ?? blocks.count
        candidates.append(
          Candidate(
            order: (block, -1), readings: found.set, cell: cell.text,
            place: LoadReport.Place(path: head.path, line: head.firstLine),
            excerpt: Excerpt(text: cell.text, span: SourceSpan(0, cell.text.utf8.count))))
      }
    }
    candidates.sort { $0.order < $1.order }
    var steps: [ColumnEvidence.Step] = []
    for candidate in candidates {
      let left = readings.intersection(candidate.readings)
      guard left != readings else { continue }
      steps.append(
        ColumnEvidence.Step(
          before: readings, after: left, cell: candidate.cell, place: candidate.place,
          excerpt: candidate.excerpt))
      readings = left
    }
    let name = column < names.count ? names[column] : ""
    return ColumnEvidence(name: name, readings: readings, extent: extent, steps: steps)
  }

  func isMissing(_ cell: FirstCell) -> Bool {
    if cell.text.isEmpty { return true }
    var text = cell.text
    return text.withUTF8 { missing.contains($0) }
  }

  func check(_ questions: [ReadingQuestion]) throws(QueryError) {
    guard let first = questions.first else { return }
    var help = first.help
    if questions.count > 1 {
      let others = questions.dropFirst().prefix(10).map { "\"\(names[$0.column])\"" }
      help.append("the same question stands for " + others.joined(separator: ", "))
    }
    guard let step = first.step else {
      throw QueryError.data(
        .ambiguousReading, first.message, path: heads[0].path, help: help)
    }
    var line = step.markedLine
    line.label = first.label
    throw QueryError.data(
      .ambiguousReading, "\(first.message) (\(step.place))", at: [line], help: help)
  }
}
