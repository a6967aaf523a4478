import Testing

@testable import Tally

/// Values from a program that no column can hold, and numbers at the ends of what can be written.
@Suite struct ArgumentRangeTests {
  private func database() throws -> Database {
    let database = Database()
    database["t"] = try Table {
      NamedColumn("fee", [1.5, nil])
      NamedColumn("day", [CalendarDate(daysSince1970: 0), CalendarDate(daysSince1970: 1)])
    }
    return database
  }

  @Test(arguments: [
    "count t where fee = \(Double.nan)" as Query, "count t where fee > \(-Double.infinity)",
    "count t where day >= \(CalendarDate(daysSince1970: .max))",
    "count t where day in \([CalendarDate(daysSince1970: .min)])",
    "count t where day in \(CalendarPeriod(.week, index: 1_000_000_000_000_000))",
  ])
  func valuesThatNoColumnHoldsAreRefused(query: Query) throws {
    let error = try #require(throws: QueryError.self) { try database().run(query) }
    #expect(error.kind == .parameter)
    #expect(error.diagnostics.first?.code.id == "T0208")
  }

  @Test func theFirstAndLastWholeWeeksAreHeld() throws {
    for index in [-102_737, 418_984] {
      let count: Int = try database().run(
        "count t where day in \(CalendarPeriod(.week, index: index))"
      ).value()
      #expect(count == 0)
    }
    for index in [-102_738, 418_985] {
      #expect(throws: QueryError.self) {
        try database().run("count t where day in \(CalendarPeriod(.week, index: index))")
      }
    }
  }

  /// What a query was bound with goes with it: tables that were replaced don't stay in memory.
  @Test func queriesLeaveNothingBehind() throws {
    weak var bytes: AlignedBytes?
    do {
      let database = try database()
      if case .codes(let codes, _)? = database["t"]?.columns[1].payload { bytes = codes.bytes }
      let count: Int = try database.run("count t where day is not missing").value()
      #expect(count == 2)
      #expect(bytes != nil)
    }
    #expect(bytes == nil)
  }

  @Test(arguments: PeriodUnit.allCases)
  func periodsFarAwayHaveWords(unit: PeriodUnit) {
    for index in [Int.min, .max] {
      #expect(!CalendarPeriod(unit, index: index).description.isEmpty)
    }
  }

  @Test(arguments: [
    ("list fee + percent(1) from t", "T0406"), ("list fee + percent(0.5) from t", "T0406"),
    ("list 1e-9223372036854775808 from t", "T0110"),
  ])
  func numbersAtTheEndsAreErrors(query: String, code: String) throws {
    let error = try #require(throws: QueryError.self) {
      try database().run(Query(text: query))
    }
    #expect(error.diagnostics.first?.code.id == code)
  }
}
