import Testing

@testable import Tally

/// Random files, read by the engine's reader and by the reference.
@Suite struct ReadingDifferentialTests {
  @Test(arguments: 0..<15)
  func agreesWithReference(round: Int) throws {
    for number in 0..<40 {
      var maker = FileMaker(seed: UInt64(round * 1000 + number))
      let file = maker.makeFile()
      compare(file, &maker.random)
    }
  }

  private func compare(_ file: FileMaker.File, _ random: inout RandomSource) {
    let expected = ReferenceReader(delimiter: file.delimiter, options: file.options)
      .read(file.text)
    var options = file.options
    options.delimiter = file.delimiter
    let workers = Int.random(in: 1...3, using: &random)
    let size = [16, 40, 100, 700, 4096, 1 << 18].randomElement(using: &random) ?? 64
    let level = VectorLevel.available.randomElement(using: &random) ?? .scalar
    let found: ReferenceReader.Outcome
    var message = ""
    do throws(QueryError) {
      let table = try readText(
        file.text, options, workers: workers, blockSize: size, level: level
      ).table
      found = .table(
        names: table.columnNames, types: table.columns.map(\.type),
        columns: table.columns.map { column in (0..<column.count).map { column[$0] } })
    } catch {
      message = error.message
      var mention = ""
      if case .failure(_, let wanted) = expected, message.contains(wanted) { mention = wanted }
      found = .failure(code: error.diagnostics.first?.code.id ?? error.kind.name, mention: mention)
    }
    if found == expected { return }
    Issue.record(
      """
      \(workers) threads, blocks of \(size), \(level), \(file.options.header), \(file.options.ambiguity)
      \(file.text.debugDescription)
      \(difference(found, expected)) \(message)
      """)
  }

  /// The first column in which two tables differ.
  private func difference(
    _ found: ReferenceReader.Outcome, _ expected: ReferenceReader.Outcome
  ) -> String {
    guard case .table(let names, let types, let columns) = found,
      case .table(let otherNames, let otherTypes, let otherColumns) = expected,
      names == otherNames
    else {
      if case .table(let names, let types, _) = expected {
        return "found \(found), expected \(names) \(types)"
      }
      return "found \(found), expected \(expected)"
    }
    for index in names.indices
    where types[index] != otherTypes[index] || columns[index] != otherColumns[index] {
      return "column \(index): found \(types[index]), expected \(otherTypes[index])"
    }
    return "nothing"
  }
}
