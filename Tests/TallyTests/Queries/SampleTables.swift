@testable import Tally

/// Small tables on which queries can be answered by eye.
enum SampleTables {
  /// The day that counts as today.
  static let today = CalendarDate(year: 2024, month: 3, day: 15) ?? CalendarDate(daysSince1970: 0)

  /// Six visits: the last has no value but its agency, and the fifth no agency.
  static let visits = """
    id,agency,level,fee,status,opened,online,part
    1,A,1,10.00,paid,2024-01-05,true,50.0%
    2,A,3,20.50,open,2024-01-20,true,32.9%
    3,B,3,,paid,2024-02-01,false,
    4,B,,5.25,open,2024-02-29,,100.0%
    5,,4,0.00,paid,2024-03-31,true,0.0%
    6,C,,,,,,
    """

  /// Three agencies, of which one has no visit.
  static let agencies = """
    code,name,region,goal
    A,Ministry A,north,60.0%
    B,Ministry B,south,
    D,Ministry D,north,30.0%
    """

  /// Names with marks, in two spellings and two letter cases.
  static let places = """
    place,people
    Hà Nội,8
    ha noi,1
    Đà Nẵng,2
    HÀ NỘI,3
    """

  /// A database with the tables.
  static func database() throws(QueryError) -> Database {
    let database = Database()
    for (name, text) in [("visits", visits), ("agencies", agencies), ("places", places)] {
      try database.load(name, from: .bytes(Array(text.utf8), name: name))
    }
    return database
  }
}
