import Testing

@testable import Tally

/// `order by … collate vi`.
@Suite struct CollationTests {
  /// Letters decide first, then tones, then letter case; the rules are those of the Unicode CLDR.
  @Test func ordersAsVietnameseDictionariesDo() throws {
    let ordered = [
      "", "-", "1", "2a", "a", "A", "à", "ả", "ã", "á", "Á", "ạ", "ạc", "ác", "ăn", "ân", "ba",
      "Bà Rịa", "ca", "Cà Mau", "Cao Bằng", "da", "Đà Nẵng", "Điện Biên", "em", "êm", "oa", "oà",
      "ô", "ơ", "u", "ư", "Yên Bái", "z", "Ω", "東",
    ]
    // `ạc` comes behind `ác` although its tone is the later one: with equal letters tones decide.
    let expected = ordered.map { $0 }.filter { $0 != "ạc" }
    var shuffled = ordered
    var random = RandomSource(seed: 7)
    shuffled.shuffle(using: &random)
    let database = Database()
    database["t"] = try Table { NamedColumn("name", shuffled.map { $0 as String? } + [nil]) }
    let answer = try database.run("list name from t order by name collate vi")
    let names = (0..<answer.rowCount).map { answer.columns[0][$0].text(in: .csv) }
    #expect(names.filter { $0 != "ạc" } == expected + [nil])
    let place = try #require(names.firstIndex(of: "ạc"))
    #expect(names[place - 1] == "ác")
    let reversed = try database.run("list name from t order by name desc collate vi limit 2")
    #expect(reversed.formatted(.csv) == "name\n東\nΩ\n")
  }

  @Test func ordersGroupsAndManyTexts() throws {
    let database = Database()
    database["t"] = try Table {
      NamedColumn("name", (0..<3000).map { ["Đ", "D", "đ", "d", "E"][$0 % 5] + "\($0 % 700)" })
    }
    let answer = try database.run(
      "count t group by name order by name collate vi limit 2 then list name")
    #expect(answer.formatted(.csv) == "name\nD1\nD101\n")
    let letters = try database.run(
      "list distinct left(name, 1) as letter from t order by letter collate vi")
    #expect(letters.formatted(.csv) == "letter\nd\nD\nđ\nĐ\nE\n")
  }

  @Test(arguments: [
    (
      "list id from visits order by agency collate en", "T0456",
      "list id from visits order by agency collate vi"
    ),
    ("list id from visits order by id collate vi", "T0456", nil),
  ])
  func refuses(_ query: String, _ code: String, _ mended: String?) throws {
    let diagnostic = try #require(try SampleTables.database().refusal(of: query))
    #expect(diagnostic.code.id == code)
    #expect(diagnostic.mended(query) == mended)
  }
}
