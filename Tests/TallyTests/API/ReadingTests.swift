import Tally
import Testing

@Suite struct ValueTests {
  @Test func oneValueComesInTheTypeThatIsAskedFor() throws {
    let database = try Services.database()
    let total: Int = try database.run("count services").value()
    #expect(total == 5)
    #expect(try database.run("count services").value() as UInt8 == 5)
    #expect(try database.run("count services").value() as Double == 5)
    #expect(try database.run("count services").value(as: CellValue.self) == .integer(5))
    #expect(
      try database.run("max opened from services").value()
        == CalendarDate(year: 2025, month: 3, day: 31))
    #expect(
      try database.run("sum fee from services").value() == ExactDecimal(coefficient: 1018, scale: 0)
    )
    let none: Int? = try database.run("max level from services where level > 9").value()
    #expect(none == nil)
  }

  @Test func anythingElseIsAnError() throws {
    let database = try Services.database()
    #expect(
      thrown { _ = try database.run("count services group by agency").value() as Int }
        == "decoding: one value was asked for, and the table has 3 rows and 2 columns: agency, count"
    )
    #expect(
      thrown { _ = try database.run("list name from services where level = 9").value() as Int? }
        == "decoding: one value was asked for, and the table has 0 rows and 1 column: name")
    #expect(
      thrown { _ = try database.run("count services").value() as String }
        == "decoding: rows[0][\"count\"] is the integer 5, and String was asked for")
    #expect(
      thrown { _ = try database.run("max level from services where level > 9").value() as Int }
        == "decoding: rows[0][\"max_level\"] is missing, and Int was asked for: Int? takes missing"
        + " cells")
  }
}

@Suite struct TupleTests {
  @Test func tuplesComeByTheOrderOfColumns() throws {
    let counts = try Services.database().run("count services group by agency")
    let tuples = try counts.tuples(String?.self, Int.self)
    #expect(tuples.map(\.0) == ["Bộ Tài chính", "Sở Y tế", nil])
    #expect(tuples.map(\.1) == [2, 2, 1])
    let names = try Services.database().run("list name from services").tuples(String.self)
    #expect(names == ["a", "b", "c", "d", "e"])
  }

  @Test func errorsSayWhatIsThere() throws {
    let table = try Services.database().run("count services group by agency")
    #expect(
      thrown { _ = try table.tuples(String.self, Int.self) }
        == "decoding: rows[2][\"agency\"] is missing, and String was asked for: String? takes"
        + " missing cells")
    #expect(
      thrown { _ = try table.tuples(String.self, Int?.self, Bool.self) }
        == "decoding: tuples of 3 (String, Int?, Bool) were asked for, and the rows have 2 columns:"
        + " agency, count")
    #expect(
      thrown { _ = try table.tuples(String?.self, CalendarDate.self) }
        == "decoding: rows[0][\"count\"] is the integer 2, and CalendarDate was asked for")
  }
}

@Suite struct RowTests {
  @Test func cellsComeByNameAndPlace() throws {
    let rows = try Services.table().rows
    #expect(rows.count == 5)
    #expect(try rows[0]["agency"] == "Bộ Tài chính")
    #expect(try rows[0]["AGENCY"] as String == "Bộ Tài chính")
    #expect(try rows[4]["agency"] as String? == nil)
    #expect(try rows[1][2] as Int == 3)
    #expect(try rows[1][2] as CellValue == .integer(3))
    #expect(rows.last?.index == 4)
    #expect(
      rows[3].description
        == "agency: Sở Y tế, name: d, level: missing, fee: 1000.00, opened: missing, open: true")
    #expect(rows.reversed().map(\.index) == [4, 3, 2, 1, 0])
  }

  @Test func enumerationsComeByRawValue() throws {
    enum Level: Int, CellDecodable { case forms = 2, payment, online }
    let rows = try Services.table().rows
    #expect(try rows[0]["level"] as Level == .online)
    #expect(try rows[3]["level"] as Level? == nil)
    #expect(
      try Services.table().column("level", as: Level?.self).map(\.self)
        == [.online, .payment, .forms, nil, .payment])
  }

  @Test func errorsSayWhatIsThere() throws {
    let row = try Services.table().rows[3]
    #expect(
      thrown { _ = try row["agancy"] as String }
        == "name: no column \"agancy\", did you mean \"agency\"?; columns: agency, name, level, fee,"
        + " opened, open")
    #expect(thrown { _ = try row[6] as String } == "name: no column 6: there are 6, from 0")
    #expect(thrown { _ = try row[-1] as String } == "name: no column -1: there are 6, from 0")
    #expect(
      thrown { _ = try row["level"] as Int }
        == "decoding: rows[3][\"level\"] is missing, and Int was asked for: Int? takes missing cells"
    )
  }
}
