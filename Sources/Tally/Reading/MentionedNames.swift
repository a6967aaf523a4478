import TallySyntax

/// The names that a text mentions, by which a load can tell the columns that nobody asks for.
///
/// Whatever occurs anywhere in the text, in any letter case, counts as mentioned: a column too many
/// costs time, a column too few would cost an answer.
package struct MentionedNames: Sendable {
  private let text: [UInt8]

  /// Takes the texts that will ask for columns.
  package init(in texts: [String]) {
    text = Array(texts.joined(separator: "\n").normalised.lowercased().utf8)
  }

  /// Whether a name occurs. One with signs that are written otherwise inside of quotes always does.
  func contain(_ name: String) -> Bool {
    let wanted = Array(name.normalised.lowercased().utf8)
    guard let first = wanted.first, !wanted.contains(where: { "`\\\"'".utf8.contains($0) }) else {
      return true
    }
    guard text.count >= wanted.count else { return false }
    return (0...text.count - wanted.count).contains { start in
      text[start] == first && text[start..<start + wanted.count].elementsEqual(wanted)
    }
  }
}

/// Which columns of a source are read, where not all have to be.
///
/// Faults of the rows are found in all columns. Where the header or the reading of a column that is
/// read could depend on one that isn't, all are read after all.
struct ColumnChoice {
  /// The names that are asked for.
  let names: MentionedNames
  /// For each column whether it is read.
  private(set) var isRead: [Bool]

  /// Chooses columns by what a file begins with, or gives nil where all are to be read.
  ///
  /// Beside the columns that are asked for, those are read to which options give a type, and one
  /// whose cells show that the first record is a header.
  init?(_ names: MentionedNames, _ feed: BlockFeed, _ options: LoadOptions) {
    guard let head = feed.heads.first, feed.bytesTotal != nil else { return nil }
    self.names = names
    let first = head.firstRecord ?? []
    isRead = (0..<head.columnCount).map { names.contain("column\($0 + 1)") }
    for (column, cell) in first.enumerated()
    where names.contain(cell.text.withoutBlanksAround) || options.types[cell.text] != nil {
      isRead[column] = true
    }
    if !first.isEmpty, options.header == .detected {
      let below = feed.firstRowReadings()
      let isWitness = (0..<min(below.count, first.count)).map { column in
        var text = first[column].text
        return !text.isEmpty && !below[column].isTextOnly
          && text.withUTF8 { CellReadings(of: $0).set.isTextOnly }
      }
      if !zip(isWitness, isRead).contains(where: { $0 && $1 }),
        let witness = isWitness.firstIndex(of: true)
      {
        isRead[witness] = true
      }
    }
    if !isRead.contains(false) { return nil }
  }

  /// Whether a column that isn't read turned out to have a name that is asked for.
  func misses(_ columnNames: [String]) -> Bool {
    zip(columnNames, isRead).contains { !$1 && names.contain($0) }
  }
}
