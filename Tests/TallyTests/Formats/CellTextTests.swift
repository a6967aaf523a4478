import Testing

@testable import Tally

/// One value of a type, and what the formats make of it.
struct CellCase: Sendable, CustomTestStringConvertible {
  var type: ColumnType
  var stored: Int128
  var csv: String
  var json: String
  var table: String

  init(_ type: ColumnType, _ stored: Int128, csv: String, json: String, table: String? = nil) {
    (self.type, self.stored, self.csv, self.json) = (type, stored, csv, json)
    self.table = table ?? csv
  }

  var testDescription: String { "\(type.name) \(stored) → \(csv)" }
}

/// One double, and what the formats make of it.
struct FloatCase: Sendable, CustomTestStringConvertible {
  var number: Double
  var csv: String
  var table: String
  var percentage: String
  var shownPercentage: String

  var testDescription: String { "\(number)" }
}

private let day: Int64 = 86_400_000_000

@Suite struct CellTextTests {
  @Test(arguments: [
    CellCase(.boolean, 1, csv: "true", json: "true"),
    CellCase(.boolean, 0, csv: "false", json: "false"),
    CellCase(.integer, -7, csv: "-7", json: "-7"),
    CellCase(.integer, 0, csv: "0", json: "0"),
    CellCase(.integer, 1 << 53, csv: "9007199254740992", json: "9007199254740992"),
    CellCase(.integer, 1 << 53 + 1, csv: "9007199254740993", json: "\"9007199254740993\""),
    CellCase(
      .integer, Int128(Int64.min), csv: "-9223372036854775808", json: "\"-9223372036854775808\""),
    CellCase(
      .integer, .max, csv: "170141183460469231731687303715884105727",
      json: "\"170141183460469231731687303715884105727\""),
    CellCase(
      .integer, .min, csv: "-170141183460469231731687303715884105728",
      json: "\"-170141183460469231731687303715884105728\""),
    CellCase(.integer, 1 << 64, csv: "18446744073709551616", json: "\"18446744073709551616\""),
    CellCase(
      .integer, 1_000_000_000_000_000_000_000, csv: "1000000000000000000000",
      json: "\"1000000000000000000000\""),
    CellCase(.decimal(scale: 2), 150, csv: "1.50", json: "1.50"),
    CellCase(.decimal(scale: 2), -5, csv: "-0.05", json: "-0.05"),
    CellCase(.decimal(scale: 3), 0, csv: "0.000", json: "0.000"),
    CellCase(
      .decimal(scale: 1), 9_999_999_999_999_999, csv: "999999999999999.9",
      json: "\"999999999999999.9\""),
    CellCase(
      .decimal(scale: 38), 1, csv: "0." + String(repeating: "0", count: 37) + "1",
      json: "0." + String(repeating: "0", count: 37) + "1"),
    CellCase(.percent(scale: 3), 329, csv: "32.9%", json: "0.329"),
    CellCase(.percent(scale: 4), -10_050, csv: "-100.50%", json: "-1.0050"),
    CellCase(.percent(scale: 2), 60, csv: "60%", json: "0.60"),
    CellCase(.percent(scale: 1), 5, csv: "50%", json: "0.5"),
    CellCase(.percent(scale: 0), 2, csv: "200%", json: "2"),
    CellCase(.percent(scale: 0), 0, csv: "0%", json: "0"),
    CellCase(.date, 18_625, csv: "2020-12-29", json: "\"2020-12-29\""),
    CellCase(.date, -719_162, csv: "0001-01-01", json: "\"0001-01-01\""),
    CellCase(
      .dateTime, Int128(day - 1), csv: "1970-01-01T23:59:59.999999",
      json: "\"1970-01-01T23:59:59.999999\"", table: "1970-01-01 23:59:59.999999"),
    CellCase(
      .dateTime, -500_000, csv: "1969-12-31T23:59:59.5", json: "\"1969-12-31T23:59:59.5\"",
      table: "1969-12-31 23:59:59.5"),
    CellCase(.period(.quarter), 220, csv: "2025-Q1", json: "\"2025-Q1\""),
    CellCase(.period(.month), 602, csv: "2020-03", json: "\"2020-03\""),
    CellCase(.period(.year), 55, csv: "2025", json: "\"2025\""),
    CellCase(.duration, Int128(30 * day), csv: "P30D", json: "\"P30D\"", table: "30 days"),
    CellCase(.duration, Int128(day), csv: "P1D", json: "\"P1D\"", table: "1 day"),
    CellCase(.duration, 0, csv: "P0D", json: "\"P0D\"", table: "0 days"),
    CellCase(
      .duration, -5_400_000_000, csv: "-PT1H30M", json: "\"-PT1H30M\"", table: "-90 minutes"),
    CellCase(.duration, 1_500_000, csv: "PT1.5S", json: "\"PT1.5S\"", table: "1.5 seconds"),
  ])
  func exactValues(_ sample: CellCase) throws {
    let column = try Sample.wide([sample.stored], sample.type)
    // Beside a second column, so that a missing value would be nothing.
    let table = Sample.table([("a", column), ("b", column)])
    #expect(table.formatted(.csv) == "a,b\n\(sample.csv),\(sample.csv)\n")
    #expect(table.formatted(.jsonl) == "{\"a\":\(sample.json),\"b\":\(sample.json)}\n")
    let shown = table.formatted(.table).split(separator: "\n")[2]
    #expect(shown.split(separator: " ").joined(separator: " ") == "\(sample.table) \(sample.table)")
    #expect(column[0].text(in: .csv) == sample.csv)
    #expect(column[0].text(in: .table) == sample.table)
    #expect(column[0].json == sample.json)
  }

  @Test(arguments: [
    FloatCase(
      number: 0, csv: "0.0", table: "0", percentage: "0.0%", shownPercentage: "0.0%"),
    FloatCase(
      number: -0.0, csv: "0.0", table: "0", percentage: "0.0%", shownPercentage: "0.0%"),
    FloatCase(
      number: 583.0 / 977.0, csv: "0.5967246673490276", table: "0.596725",
      percentage: "59.67246673490276%", shownPercentage: "59.7%"),
    FloatCase(
      number: 1, csv: "1.0", table: "1", percentage: "100.0%", shownPercentage: "100.0%"),
    FloatCase(
      number: 0.00004, csv: "4e-05", table: "0.00004", percentage: "0.004%",
      shownPercentage: "0.004%"),
    FloatCase(
      number: 0.99999, csv: "0.99999", table: "0.99999", percentage: "99.999%",
      shownPercentage: "99.999%"),
    FloatCase(
      number: 1.00001, csv: "1.00001", table: "1.00001", percentage: "100.001%",
      shownPercentage: "100.001%"),
    FloatCase(
      number: 0.5965, csv: "0.5965", table: "0.5965", percentage: "59.65%",
      shownPercentage: "59.7%"),
    FloatCase(
      number: -1234567.891, csv: "-1234567.891", table: "-1234568", percentage: "-123456789.1%",
      shownPercentage: "-123456789.1%"),
    FloatCase(
      number: 1e21, csv: "1e+21", table: "1e21", percentage: "100000000000000000000000.0%",
      shownPercentage: "100000000000000000000000.0%"),
    FloatCase(
      number: 9.9999999e20, csv: "9.9999999e+20", table: "1e21",
      percentage: "99999999000000000000000.0%",
      shownPercentage: "99999999000000000000000.0%"),
    FloatCase(
      number: 0.1 + 0.2, csv: "0.30000000000000004", table: "0.3",
      percentage: "30.000000000000004%", shownPercentage: "30.0%"),
    FloatCase(
      number: 999_999.96, csv: "999999.96", table: "1000000", percentage: "99999996.0%",
      shownPercentage: "99999996.0%"),
  ])
  func doubles(_ sample: FloatCase) throws {
    let float = Sample.table([("a", try Sample.floats([sample.number]))])
    #expect(float.formatted(.csv) == "a\n\(sample.csv)\n")
    #expect(float.formatted(.jsonl) == "{\"a\":\(sample.csv)}\n")
    #expect(float.formatted(.table).split(separator: "\n")[2] == sample.table)
    let ratio = Sample.table([("a", try Sample.floats([sample.number], .ratio))])
    #expect(ratio.formatted(.csv) == "a\n\(sample.percentage)\n")
    #expect(ratio.formatted(.jsonl) == "{\"a\":\(sample.csv)}\n")
    #expect(ratio.formatted(.markdown).hasSuffix("| \(sample.shownPercentage) |\n"))
    #expect(Double(sample.csv) == sample.number)
  }

  /// The percentage of a ratio, divided by 100 as a decimal, is the same double again.
  @Test func ratiosReadBackExactly() throws {
    var state: UInt64 = 42
    for _ in 0..<2000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = Double(state >> 11) / Double(1 << 53)
      let text = FloatStyle.exactPercentage.text(number)
      var digits = ShortestDigits(number)
      digits.shift(2)
      #expect(text == digits.plain(places: 1) + "%")
      let point = text.firstIndex(of: ".") ?? text.endIndex
      let places = text.distance(from: point, to: text.endIndex) - 2
      let plain = text.filter { $0 != "." && $0 != "%" }
      #expect(Double("\(plain)e-\(places + 2)") == number)
    }
  }

  @Test func roundingHalvesAndCarries() {
    func rounded(_ number: Double, _ places: Int) -> String {
      var digits = ShortestDigits(number)
      digits.round(places: places)
      return digits.plain(places: places)
    }
    #expect(rounded(2.5, 0) == "3")
    #expect(rounded(-2.5, 0) == "-3")
    #expect(rounded(0.05, 1) == "0.1")
    #expect(rounded(0.04, 1) == "0.0")
    #expect(rounded(99.95, 1) == "100.0")
    #expect(rounded(0.5, 0) == "1")
    #expect(rounded(0.004, 1) == "0.0")
    #expect(rounded(12345.678, 2) == "12345.68")
  }
}
