import Testing

@testable import Tally

/// Loads that read only the columns that are asked for.
@Suite struct ReadingChoiceTests {
  /// A text, what is asked, and the columns that are read.
  private static let cases: [(text: String, asked: String, columns: [String])] = [
    ("id,fee,note\n1,2.5,a\n2,3.25,b\n", "sum fee from x", ["fee"]),
    ("id,fee,note\n1,2.5,a\n2,3.25,b\n", "sum FEE from x where `note` = 1", ["fee", "note"]),
    // A column of numbers shows that the first record is a header.
    ("note,id,fee\na,1,2.5\nb,2,3.5\n", "count x group by note", ["note", "id"]),
    ("note,id,fee\na,1,2.5\nb,2,3.5\n", "count x", ["id"]),
    // Nothing but text: whether the first record is repeated must be known of every column.
    ("note,word\na,b\nc,d\n", "count x group by note", ["note", "word"]),
    // Records that are all values are data whatever stands below.
    ("1,2\n3,4\n", "sum column2 from x", ["column2"]),
    // What `1.853` means is told by the other column.
    ("a,b,c\n1.853,1.25,7\n2.001,3.5,8\n", "sum a from x", ["a", "b", "c"]),
    ("a,b,c\n1.853,1.25,7\n2.001,3.5,8\n", "sum c from x", ["c"]),
    ("day,last,c\n01/02/2021,1,7\n03/04/2021,2,8\n", "sum c from x", ["c"]),
    // A column that nobody asks for may be read in two ways.
    ("a,c\n1.853,7\n2.001,8\n", "sum c from x", ["c"]),
    // A name that repeats is made another, which may be the one that is asked for.
    ("say \"c\",d\n1,2\n", "sum d from x", ["say \"c\"", "d"]),
  ]

  @Test(arguments: cases.indices)
  func readsWhatIsAskedFor(index: Int) throws {
    let sample = Self.cases[index]
    let table = try readText(sample.text, mentioned: MentionedNames(in: [sample.asked])).table
    #expect(table.columnNames == sample.columns)
  }

  @Test func findsFaultsInColumnsThatNobodyAsksFor() {
    for text in ["a,b\n1,2\n3\n", "a,b\n1,\"2\n", "a,b\n1,\u{1}\n2,\"x\"y\n", "a,a\n1,2\n"] {
      var codes: [String] = []
      for mentioned in [nil, MentionedNames(in: ["sum a from x"])] {
        do throws(QueryError) {
          codes.append("\(try readText(text, mentioned: mentioned).table.columnCount)")
        } catch {
          codes.append(error.diagnostics.first?.code.id ?? error.kind.name)
        }
      }
      #expect(codes[0] == codes[1], "\(text.debugDescription)")
    }
  }

  /// Random files: every column that is read is as in a full load.
  @Test(arguments: 0..<10)
  func agreesWithFullLoads(round: Int) throws {
    for number in 0..<40 {
      var maker = FileMaker(seed: UInt64(500_000 + round * 1000 + number))
      let file = maker.makeFile()
      var options = file.options
      options.delimiter = file.delimiter
      let asked = Int.random(in: 0...5, using: &maker.random)
      let mentioned = MentionedNames(in: ["name \(asked) column\(asked + 1)"])
      let full = Result { () throws(QueryError) in try readText(file.text, options) }
      let part = Result { () throws(QueryError) in
        try readText(file.text, options, workers: 2, blockSize: 100, mentioned: mentioned)
      }
      switch (full, part) {
      case (.success(let full), .success(let part)): compare(part, full, mentioned, file.text)
      case (.failure(let fault), .success):
        #expect(fault.diagnostics.first?.code == .ambiguousReading, "\(file.text.debugDescription)")
      case (.success, .failure(let fault)):
        Issue.record("\(file.text.debugDescription) \(fault.message)")
      case (.failure(let first), .failure(let second)):
        #expect(first.kind == second.kind, "\(file.text.debugDescription)")
      }
    }
  }

  private func compare(
    _ part: LoadedTable, _ full: LoadedTable, _ mentioned: MentionedNames, _ text: String
  ) {
    #expect(part.table.rowCount == full.table.rowCount)
    for (index, name) in full.table.columnNames.enumerated() {
      guard let place = part.table.columnNames.firstIndex(of: name) else {
        #expect(!mentioned.contain(name), "\(text.debugDescription)")
        continue
      }
      let (found, wanted) = (part.table.columns[place], full.table.columns[index])
      #expect(found.type == wanted.type, "\(name) of \(text.debugDescription)")
      #expect(
        (0..<found.count).allSatisfy { found[$0] == wanted[$0] },
        "\(name) of \(text.debugDescription)")
      #expect(part.report.columns[place].evidence == full.report.columns[index].evidence)
    }
  }
}
