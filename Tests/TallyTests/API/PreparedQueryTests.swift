import Tally
import Testing

@Suite struct PreparedQueryTests {
  @Test func callsBindValues() throws {
    let database = try Services.database()
    let atLeast = try database.prepare(
      "count services where level >= $1 and agency = $2", taking: Int.self, String.self)
    #expect(try atLeast(3, "Bộ Tài chính").value() == 2)
    #expect(try atLeast(4, "Bộ Tài chính").value() == 1)
    #expect(try atLeast(0, "' or true").value() == 0)
  }

  @Test func oneParameterMayStandTwiceAndInAnyOrder() throws {
    let database = try Services.database()
    let both = try database.prepare(
      "count services where agency = $2 and level in $1 and (agency = $2 or level = 9)",
      taking: [Int].self, String.self)
    #expect(try both([2, 3, 4], "Sở Y tế").value() == 1)
  }

  @Test func interpolatedValuesStay() throws {
    let database = try Services.database()
    let prepared = try database.prepare(
      "count services where level >= $1 and agency = \("Bộ Tài chính") and name = $2",
      taking: Int.self, String.self)
    #expect(try prepared(3, "b").value() == 1)
    #expect(try prepared(4, "b").value() == 0)
  }

  @Test func valuesOfOtherTypesPlanAnew() throws {
    let database = try Services.database()
    let fee = try database.prepare("count services where fee >= $1", taking: ExactDecimal.self)
    #expect(try fee(ExactDecimal(coefficient: 105, scale: 1)).value() == 2)
    #expect(try fee(ExactDecimal(coefficient: 10_501, scale: 3)).value() == 1)
    let period = try database.prepare(
      "count services where opened in $1", taking: CalendarPeriod.self)
    #expect(try period(CalendarPeriod(.year, index: 55)).value() == 3)
    #expect(try period(CalendarPeriod(.month, index: 55 * 12 + 2)).value() == 1)
    let any = try database.prepare("count services where level = $1", taking: CellValue.self)
    #expect(try any(.integer(3)).value() == 2)
    #expect(thrown { _ = try any(.text("x")) }.hasPrefix("type: "))
    let optional = try database.prepare("count services where level = $1", taking: Int?.self)
    #expect(try optional(2).value() == 1)
    let none = try database.prepare("count services")
    #expect(try none().value() == 5)
  }

  @Test func mistakesAreFoundAtPreparation() throws {
    let database = try Services.database()
    #expect(
      thrown { _ = try database.prepare("count services where level >= $1", taking: String.self) }
        .hasPrefix("type: "))
    #expect(
      thrown { _ = try database.prepare("count services where levl >= $1", taking: Int.self) }
        == "name: no column \"levl\" in services")
    #expect(
      thrown { _ = try database.prepare("count services where level = $3", taking: Int.self) }
        == "parameter: a value is taken, and the query has no $1")
    #expect(
      thrown {
        _ = try database.prepare("count services where level in ($1, $3)", taking: Int.self)
      }
        == "name: no value was given for $3")
    #expect(
      thrown {
        _ = try database.prepare(
          "count services where level = $1 and name = '$2'", taking: Int.self, String.self)
      } == "parameter: 2 values are taken, and the query has no $2")
    #expect(
      thrown {
        _ = try database.prepare("count services where opened = $1", taking: CalendarPeriod.self)
      } == "type: a day is never equal to a whole week")
    #expect(
      thrown {
        _ = try database.prepare("count services where name in $1", taking: [Int].self)
      }.hasPrefix("type: "))
  }

  @Test func callsSeeTheTablesOfTheirTime() throws {
    let database = try Services.database()
    let all = try database.prepare("count services where level >= $1", taking: Int.self)
    let frozen = try database.snapshot().prepare(
      "count services where level >= $1", taking: Int.self)
    database["services"] = try Table { NamedColumn("level", [9]) }
    #expect(try all(1).value() == 1)
    #expect(try frozen(1).value() == 4)
    database["services"] = nil
    #expect(thrown { _ = try all(1) } == "name: no table \"services\"")
    #expect(try frozen(1).value() == 4)
  }

  private func large() throws -> PreparedQuery<Int> {
    let database = Database()
    database["t"] = try Services.numbers(100_000)
    return try database.prepare(
      "list number from t where number >= $1 order by number desc", taking: Int.self,
      limits: Limits(memory: 500_000))
  }

  @Test func limitsHoldForEachCall() throws {
    var rows = try large()
    #expect(thrown { _ = try rows(0) }.hasPrefix("memory: "))
    rows.limits = .none
    #expect(try rows(0).rowCount == 100_000)
  }

  @Test func asynchronousCallsAreTheSame() async throws {
    var rows = try large()
    await #expect {
      try await rows(0)
    } throws: { ($0 as? QueryError)?.kind == .memory }
    rows.limits = .none
    #expect(try await rows(99_999).rowCount == 1)
  }
}
