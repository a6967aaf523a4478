import Testing

@testable import Tally

/// A text from data and how the formats write it.
struct EscapeCase: Sendable, CustomTestStringConvertible {
  var text: String
  var csv: String
  var json: String
  var markdown: String
  var table: String
  var terminalCSV: String

  var testDescription: String { json }
}

@Suite struct TextEscapingTests {
  @Test(arguments: [
    EscapeCase(
      text: "Bộ Y tế", csv: "Bộ Y tế", json: "\"Bộ Y tế\"", markdown: "Bộ Y tế",
      table: "Bộ Y tế", terminalCSV: "Bộ Y tế"),
    EscapeCase(
      text: "a\nb", csv: "\"a\nb\"", json: #""a\nb""#, markdown: "a<br>b", table: #"a\nb"#,
      terminalCSV: "\"a\nb\""),
    EscapeCase(
      text: "a\tb", csv: "a\tb", json: #""a\tb""#, markdown: #"a\tb"#, table: #"a\tb"#,
      terminalCSV: "a\tb"),
    EscapeCase(
      text: "\u{1B}[31mred", csv: "\u{1B}[31mred", json: #""\u001b[31mred""#,
      markdown: #"\u{1B}\[31mred"#, table: #"\u{1B}[31mred"#, terminalCSV: #"\u{1B}[31mred"#),
    EscapeCase(
      text: "\u{9B}2J", csv: "\u{9B}2J", json: #""\u009b2J""#, markdown: #"\u{9B}2J"#,
      table: #"\u{9B}2J"#, terminalCSV: #"\u{9B}2J"#),
    EscapeCase(
      text: "a\u{202E}b", csv: "a\u{202E}b", json: #""a\u202eb""#, markdown: #"a\u{202E}b"#,
      table: #"a\u{202E}b"#, terminalCSV: #"a\u{202E}b"#),
    EscapeCase(
      text: "x – y", csv: "x – y", json: "\"x – y\"", markdown: "x – y", table: "x – y",
      terminalCSV: "x – y"),
    EscapeCase(
      text: "a|b*c_d _e_", csv: "a|b*c_d _e_", json: #""a|b*c_d _e_""#,
      markdown: #"a\|b\*c_d \_e\_"#, table: "a|b*c_d _e_", terminalCSV: "a|b*c_d _e_"),
    EscapeCase(
      text: " pad", csv: "\" pad\"", json: "\" pad\"", markdown: " pad", table: " pad",
      terminalCSV: "\" pad\""),
    EscapeCase(
      text: "\u{FEFF}a", csv: "\"\u{FEFF}a\"", json: #""\ufeffa""#, markdown: #"\u{FEFF}a"#,
      table: #"\u{FEFF}a"#, terminalCSV: #"\u{FEFF}a"#),
    EscapeCase(
      text: "back\\slash", csv: "back\\slash", json: #""back\\slash""#,
      markdown: #"back\\slash"#, table: "back\\slash", terminalCSV: "back\\slash"),
    EscapeCase(
      text: "\u{0}\u{7F}\r", csv: "\"\u{0}\u{7F}\r\"", json: #""\u0000\u007f\r""#,
      markdown: #"\u{0}\u{7F}\r"#, table: #"\u{0}\u{7F}\r"#, terminalCSV: #"\u{0}\u{7F}\r"#),
  ])
  func texts(_ sample: EscapeCase) throws {
    for column in [try Sample.texts([sample.text]), try Sample.plain([sample.text])] {
      let table = Sample.table([("a", column)])
      #expect(table.formatted(.csv) == "a\n\(sample.csv)\n")
      #expect(table.formatted(.jsonl) == "{\"a\":\(sample.json)}\n")
      #expect(table.formatted(.markdown) == "| a |\n| --- |\n| \(sample.markdown) |\n")
      #expect(table.formatted(.table).split(separator: "\n")[2] == sample.table)
      var options = FormatOptions()
      options.isForTerminal = true
      #expect(table.formatted(.csv, options) == "a\n\(sample.terminalCSV)\n")
      #expect(table.formatted(.bare) == sample.text + "\n")
    }
    // Names of columns come from data too.
    let named = Sample.table([(sample.text, try Sample.integers([]))])
    #expect(named.formatted(.csv) == "\(sample.csv)\n")
    #expect(named.formatted(.table).hasPrefix("\(sample.table)\n"))
  }

  /// Nothing in data reaches a terminal as a command, whatever the format.
  @Test(arguments: TableFormat.allCases)
  func noControlsReachTheTerminal(_ format: TableFormat) throws {
    let ranges: [Range<UInt32>] = [0..<0x100, 0x600..<0x620, 0x2000..<0x2070, 0xFEF0..<0xFF00]
    let all = ranges.joined().compactMap(Unicode.Scalar.init).map(String.init)
    let table = Sample.table([(all.joined(), try Sample.texts(all)), ("b", try Sample.plain(all))])
    var options = FormatOptions()
    options.isForTerminal = true
    let text = table.formatted(format, options)
    let allowed: Swift.Set<Unicode.Scalar> = ["\n", "\t"]
    #expect(text.unicodeScalars.allSatisfy { !$0.isSteering || allowed.contains($0) })
  }

  @Test func bytesThatAreNoTextDoNoHarm() throws {
    let bytes: [UInt8] = [0xE2, 0x80, 0x22, 0xFF, 0x1B, 0xC2]
    bytes.withUnsafeBufferPointer { buffer in
      for style in [
        TextStyle.json, .display, .markdown, .separated(delimiter: 44, neutralises: true),
      ] {
        var output = ByteBuffer()
        style.append(buffer, isForTerminal: true, to: &output)
        #expect(!output.bytes.contains(0x1B))
      }
    }
  }
}
