import Tally
import TallySyntax
import Testing

@testable import TallyShell

/// What people bring from other languages, and what they mistype: each becomes the sentence that
/// was meant, which then runs.
@Suite struct HabitTests {
  private let database: Database

  init() throws { database = try Examples.database(in: TemporaryFolder()) }

  /// The text with the first mend of each diagnostic made, until there is none.
  private func corrected(_ text: String) throws -> String {
    var text = text
    for _ in 0..<8 {
      var found: [Diagnostic] = []
      do throws(QueryError) {
        try database.runScript(SourceText(text)) { outcome throws(QueryError) in
          found += outcome.notes
        }
      } catch {
        found = error.diagnostics
        try #require(found.contains { !$0.fixIts.isEmpty }, "\(text): \(error.message)")
      }
      found.removeAll(where: \.fixIts.isEmpty)
      if found.isEmpty { return text }
      text = mended(SourceText(text), found)
    }
    return text
  }

  @Test(
    arguments: [
      // Words of SQL
      ("select name from services", "list name from services"),
      (
        "select name, fee from services where level = 3",
        "list name, fee from services where level = 3"
      ),
      ("SELECT name FROM services", "list name FROM services"),
      (
        "select agency, count(*) from services group by agency",
        "show count() from services group by agency"
      ),
      ("count services group agency", "count services group by agency"),
      ("count services groupby agency", "count services group by agency"),
      ("list name from services orderby name", "list name from services order by name"),
      (
        "list name from services order by name descending",
        "list name from services order by name desc"
      ),
      ("list name from services limit 2 offset 1", "list name from services limit 2 skip 1"),
      ("list name from services sort by name", "list name from services order by name"),
      ("count services filter level = 3", "count services where level = 3"),
      // Signs
      ("count services where level == 3", "count services where level = 3"),
      ("count services where level <> 3", "count services where level != 3"),
      ("count services where level = 3 && fee > 1", "count services where level = 3 and fee > 1"),
      ("count services where level = 3 || fee > 1", "count services where level = 3 or fee > 1"),
      ("count services where !(level = 3)", "count services where not (level = 3)"),
      ("count services -- all of them", "count services # all of them"),
      ("list level % 2 as odd from services", "list level mod 2 as odd from services"),
      // Missing values
      ("count services where fee is null", "count services where fee is missing"),
      ("count services where fee is not null", "count services where fee is not missing"),
      ("count services where fee = null", "count services where fee is missing"),
      // Quotes
      ("count services where status = 'open'", "count services where status = 'open'"),
      ("count services where status = “open”", "count services where status = “open”"),
      ("count services where status = ‘open’", "count services where status = ‘open’"),
      // Days and numbers
      ("count services where opened = 2025-02-11", "count services where opened = @2025-02-11"),
      ("count services where opened = 13/02/2025", "count services where opened = @2025-02-13"),
      ("count services where fee > 1.000.000", "count services where fee > 1000000"),
      // Order
      (
        "count services group by agency where level = 3",
        "count services where level = 3 group by agency"
      ),
      (
        "count as paid with status = \"paid\" from services",
        "count with status = \"paid\" as paid from services"
      ),
      // Typing errors in words, names and values
      ("count services wher level = 3", "count services where level = 3"),
      ("cuont services", "count services"),
      ("count servces", "count services"),
      ("count services where levl = 3", "count services where level = 3"),
      ("count services where status = \"opne\"", "count services where status = \"open\""),
      ("list lenght(name) as n from services", "list length(name) as n from services"),
      ("count services where agency = \"So Y te\"", "count services where agency = \"Sở Y tế\""),
    ] as [(String, String)])
  func becomesWhatWasMeant(text: String, meant: String) throws {
    #expect(try corrected(text) == meant)
  }

  /// Where two things may be meant, both are offered, and Enter takes neither.
  @Test(
    arguments: [
      (
        "count services where opened = 01/03/2025",
        ["count services where opened = @2025-03-01", "count services where opened = @2025-01-03"]
      ),
      (
        "count services where level = 3 and fee > 1 or fee is missing",
        [
          "count services where (level = 3 and fee > 1) or fee is missing",
          "count services where level = 3 and (fee > 1 or fee is missing)",
        ]
      ),
    ])
  func eachReadingIsOffered(text: String, readings: [String]) throws {
    let source = SourceText(text)
    #expect(Set(proposals(parseScript(source).diagnostics, in: source)) == Set(readings))
  }
}
