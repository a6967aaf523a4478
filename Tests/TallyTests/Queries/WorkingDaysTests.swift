import Testing

@testable import Tally

/// Working days between two days, with and without days off.
@Suite struct WorkingDaysTests {
  /// Days off: one twice, one on a Sunday, one missing.
  private static let holidays = """
    day,name
    2025-04-30,Ngày Giải phóng
    2025-05-01,Quốc tế Lao động
    2025-05-01,again
    2025-05-04,a Sunday
    ,unknown
    """

  private static let dossiers = """
    id,opened,closed
    1,2025-04-28,2025-05-05
    2,2025-05-05,2025-04-28
    3,2025-04-29,2025-04-30
    4,2025-05-03,2025-05-04
    5,2025-04-30,2025-05-02
    6,,2025-05-02
    """

  @Test(arguments: [
    QueryCase(
      "list id, working_days(opened, closed) as a, working_days(opened, closed, holidays.day) as b"
        + " from dossiers", "id,a,b\n1,5,3\n2,-5,-3\n3,1,0\n4,0,0\n5,2,1\n6,,"),
    QueryCase(
      "list id from dossiers where working_days(opened, closed,"
        + " (list day from holidays where name contains \"Lao\")) = 4", "id\n1"),
    QueryCase(
      "sum working_days(opened, closed, holidays.day) as days from dossiers where id < 4",
      "days\n0", receipt: "6 rows read, 3 kept"),
    QueryCase(
      "show working_days(@2025-04-28, @2025-05-05, holidays.day) as n", "n\n3"),
    QueryCase(
      "list id, working_days(opened, closed, (list day from holidays where false)) as n"
        + " from dossiers limit 1", "id,n\n1,5"),
  ])
  func countsWorkingDays(_ test: QueryCase) throws {
    let database = Database()
    for (name, text) in [("holidays", Self.holidays), ("dossiers", Self.dossiers)] {
      try database.load(name, from: .bytes(Array(text.utf8), name: name))
    }
    test.check(on: database)
  }

  /// Day by day, over all pairs of days of some weeks.
  @Test func agreesWithCountingDayByDay() {
    let off: [Int64] = [19_722, 19_723, 19_724, 19_730, 19_735]
    for from in Int64(19_715)...19_740 {
      for to in from...19_740 {
        let days = (from..<to).map { $0 + 1 }.filter { day in
          CalendarDate(daysSince1970: Int(day)).weekday <= 5 && !off.contains(day)
        }
        let working = off.filter { CalendarDate(daysSince1970: Int($0)).weekday <= 5 }
        let found =
          workingDays(from: from, to: to) - daysUpTo(heldDay(Int(to)), working)
          + daysUpTo(heldDay(Int(from)), working)
        #expect(found == Int64(days.count))
      }
    }
  }
}
