import Foundation
import Testing

@testable import Tally

/// `TABLE matches "file" within …`.
@Suite struct MatchTests {
  /// What the check of a script found; nothing where it held.
  private static func finding(_ script: String, file: String) throws -> CheckResult {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try file.write(
      to: folder.appendingPathComponent("golden.csv"), atomically: true, encoding: .utf8)
    var options = ScriptOptions()
    options.files = .from(folder: folder.path)
    options.reportsFailedChecks = true
    var result: CheckResult?
    try SampleTables.database().runScript(SourceText(script), options: options) {
      outcome throws(QueryError) in
      if case .checked(let check) = outcome.result { result = check }
    }
    return try #require(result)
  }

  private static let check = "expect (average fee as mean from visits group by agency) matches"

  @Test(
    arguments: [
      ("agency,mean\nA,15.25\nB,5.25\nC,\n,0\n", "", 0, nil),
      ("agency,mean\nA,15.26\nB,5.25\nC,\n,0\n", " within 0.01", 0, nil),
      ("agency,mean\nA,15.27\nB,5.25\nC,\n,0\n", " within 0.01", 1, "1 row differs"),
      ("agency,mean\nA,15.26\nB,5.25\nC,1\n,0\n", "", 2, "2 rows differ"),
      ("agency,mean\nA,15.25\nB,5.25\n", "", 2, "4 rows instead of 2"),
      (
        "agency,average\nA,15.25\n", "", 1,
        "the columns are agency, mean, and those of the file agency, average"
      ),
    ] as [(String, String, Int, String?)])
  func tables(file: String, tolerance: String, failed: Int, text: String?) throws {
    let result = try Self.finding("\(Self.check) \"golden.csv\"\(tolerance)", file: file)
    #expect(result.failedRowCount == failed)
    #expect(result.finding == text)
    #expect(result.holds == (failed == 0))
  }

  @Test func differencesAreShown() throws {
    let result = try Self.finding(
      "\(Self.check) \"golden.csv\"", file: "agency,mean\nA,15.26\nB,5.25\nC,1\n,0\n")
    #expect(
      result.rows?.formatted(.csv)
        == "row,column,found,expected\n1,mean,15.25,15.26\n3,mean,,1.00\n")
  }
}
