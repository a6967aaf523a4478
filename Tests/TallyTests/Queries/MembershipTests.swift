import Testing

@testable import Tally

/// Values of a query's answer as a set: many are indexed and few are listed, and both find the same.
@Suite struct MembershipTests {
  private static let database = Result { try makeDatabase() }

  private static func makeDatabase() throws -> Database {
    let database = Database()
    let numbers = Array(0..<9000)
    let tenths: [ExactDecimal?] = numbers.map {
      $0 % 10 == 0 ? nil : ExactDecimal(coefficient: Int128($0 * 5), scale: 1)
    }
    database["t"] = try Table {
      NamedColumn("n", numbers.map { $0 % 7 == 6 ? nil : $0 })
      NamedColumn("amount", tenths)
      NamedColumn("f", numbers.map { Double($0) / 4 })
      NamedColumn("word", numbers.map { "word \($0)" })
      NamedColumn("day", numbers.map { CalendarDate(daysSince1970: $0) })
    }
    // 3,000 values, each of them in three rows.
    let rows = numbers.map { $0 % 3000 }
    let cents: [ExactDecimal] = rows.map { ExactDecimal(coefficient: Int128($0 * 125), scale: 2) }
    database["u"] = try Table {
      NamedColumn("n", rows.map { $0 * 3 })
      NamedColumn("gap", rows.map { $0 == 5 ? nil : $0 })
      NamedColumn("amount", cents)
      NamedColumn("f", rows.map { Double($0) / 2 - 10 })
      NamedColumn("word", rows.map { "word \($0 * 2)" })
      NamedColumn("day", rows.map { CalendarDate(daysSince1970: 100 - $0) })
    }
    return database
  }

  @Test(arguments: [
    ("n in", "n", 2571), ("n not in", "n", 6429), ("n in", "gap", 3856), ("amount in", "n", 1200),
    ("n in", "amount", 643), ("amount in", "amount", 750), ("f in", "f", 2980),
    ("f not in", "f", 6020), ("word in", "word", 3000), ("word not in", "word", 6000),
    ("day in", "day", 101),
  ]) func manyValuesAreFoundAsFewAre(_ condition: String, column: String, expected: Int) throws {
    let database = try Self.database.get()
    let many = try database.run(Query(text: "count t where \(condition) (list \(column) from u)"))
    let few = try database.run(
      Query(text: "count t where \(condition) (list distinct \(column) from u)"))
    #expect(many.formatted(.csv) == few.formatted(.csv))
    #expect(many.columns[0][0] == .integer(Int128(expected)))
  }
}
