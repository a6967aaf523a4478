import Tally
import Testing

@Suite struct DecodingTests {
  struct AgencyCount: Codable, Equatable {
    var agency: String?
    var count: Int
  }

  @Test func rowsDecodeByName() throws {
    let database = try Services.database()
    let counts: [AgencyCount] = try database.run("count services group by agency").decode()
    #expect(
      counts == [
        AgencyCount(agency: "Bộ Tài chính", count: 2), AgencyCount(agency: "Sở Y tế", count: 2),
        AgencyCount(agency: nil, count: 1),
      ])
  }

  @Test func whatWasEncodedDecodes() throws {
    #expect(try Services.table().decode(Services.Service.self) == Services.rows)
  }

  @Test func namesMayDifferInCaseAndUnderscores() throws {
    struct Fees: Decodable, Equatable {
      var sumFee: Int
      var firstYear: Int
      var exact: Int
    }
    let table = try Table {
      NamedColumn("sum_fee", [7])
      NamedColumn("First Year", [2025])
      NamedColumn("exact", [1])
      NamedColumn("ex_act", [2])
    }
    #expect(try table.decode() == [Fees(sumFee: 7, firstYear: 2025, exact: 1)])
  }

  struct Every: Codable, Equatable {
    enum Level: Int, Codable { case low = 1, high = 4 }
    enum Status: String, Codable { case paid, due }
    var bool = true
    var int = Int.min
    var int8 = Int8.min
    var int16 = Int16.max
    var int32 = Int32.min
    var int64 = Int64.max
    var int128 = Int128.max
    var uint = UInt.max
    var uint8 = UInt8.max
    var uint16 = UInt16.max
    var uint32 = UInt32.max
    var uint64 = UInt64.max
    var uint128 = UInt128(Int128.max)
    var double = 0.1
    var float = Float(0.1)
    var string = "Bộ\n\"`$1"
    var decimal = ExactDecimal(coefficient: -1, scale: 38)
    var date = CalendarDate(daysSince1970: -719_162)
    var period = CalendarPeriod(.quarter, index: 220)
    var cell = CellValue.percent(ExactDecimal(coefficient: 329, scale: 3))
    var level = Level.high
    var status = Status.due
    var optional: Int?
    var absent: Status?
  }

  @Test func everyTypeComesBack() throws {
    let rows = [Every(), Every(bool: false, optional: 3, absent: .paid)]
    let table = try Table(rows: rows)
    #expect(try table.decode(Every.self) == rows)
    #expect(table.columns[table.columnIndex("period") ?? 0].type == .period(.quarter))
  }

  @Test func rowsOfOneColumnDecodeAsValues() throws {
    let table = try Table { NamedColumn("level", [1, nil, 4]) }
    #expect(try table.decode([Int?].Element.self) == [1, nil, 4])
    let levels = try Table { NamedColumn("level", [1, 4]) }
    #expect(try levels.decode(Every.Level.self) == [.low, .high])
  }

  @Test func rowsDecodeAsDictionaries() throws {
    let table = try Table {
      NamedColumn("a", [1, 2])
      NamedColumn("b", [3, nil])
    }
    let rows: [[String: Int?]] = try table.decode()
    #expect(rows == [["a": 1, "b": 3], ["a": 2, "b": nil]])
  }

  @Test func absentColumnsNeedLeave() throws {
    struct Wide: Decodable, Equatable {
      var agency: String
      var level: Int?
    }
    let table = try Table { NamedColumn("agency", ["a"]) }
    #expect(
      thrown { _ = try table.decode(Wide.self) as [Wide] }
        == "decoding: no column for the property \"level\"; columns: agency")
    let rows: [Wide] = try table.decode(allowsAbsentColumns: true)
    #expect(rows == [Wide(agency: "a", level: nil)])
    let other = try Table { NamedColumn("agancy", ["a"]) }
    #expect(
      thrown { _ = try other.decode(Wide.self, allowsAbsentColumns: true) }
        == "decoding: no column for the property \"agency\", did you mean \"agancy\"?;"
        + " columns: agancy")
  }

  struct Failure: Sendable, CustomTestStringConvertible {
    var message: String
    var decode: @Sendable (Table) throws(QueryError) -> Void
    var testDescription: String { message }

    init<Value: Decodable & SendableMetatype>(_ type: Value.Type, _ message: String) {
      self.message = message
      decode = { table throws(QueryError) in _ = try table.decode(Value.self) }
    }
  }

  struct Nested: Decodable {
    struct Part: Decodable { var inner: Int }
    var text: Part
  }
  struct Listed: Decodable { var text: [Int] }
  struct Holder<Value: Decodable>: Decodable { var number: Value }
  struct TextHolder<Value: Decodable>: Decodable { var text: Value }
  struct Ambiguous: Decodable { var sumfee: Int }
  struct Manual: Decodable {
    struct Reason: Error {}
    init(from decoder: any Decoder) throws { throw Reason() }
  }

  @Test(arguments: [
    Failure(
      Holder<Int>.self,
      "rows[1][\"number\"] is missing, and Int was asked for: Int? takes"
        + " missing cells"),
    Failure(
      Holder<Int8?>.self,
      "rows[0][\"number\"] is the integer 300, and Int8 was asked for: it"
        + " does not fit"),
    Failure(
      Holder<UInt8?>.self,
      "rows[0][\"number\"] is the integer 300, and UInt8 was asked for:"
        + " it does not fit"),
    Failure(
      Holder<String?>.self, "rows[0][\"number\"] is the integer 300, and String was asked for"),
    Failure(Holder<Bool?>.self, "rows[0][\"number\"] is the integer 300, and Bool was asked for"),
    Failure(
      Holder<CalendarDate?>.self,
      "rows[0][\"number\"] is the integer 300, and CalendarDate was asked for"),
    Failure(
      Holder<Every.Level?>.self,
      "rows[0][\"number\"]: Cannot initialize Level from invalid Int value 300"),
    Failure(TextHolder<Int>.self, "rows[0][\"text\"] is the text \"a\", and Int was asked for"),
    Failure(
      TextHolder<Double>.self, "rows[0][\"text\"] is the text \"a\", and Double was asked for"),
    Failure(
      TextHolder<ExactDecimal>.self,
      "rows[0][\"text\"] is the text \"a\", and ExactDecimal was asked for"),
    Failure(
      Nested.self,
      "Part has parts of its own, and a cell of the column \"text\" has none: give each part a"
        + " property and a column"),
    Failure(
      Listed.self,
      "Array<Int> has parts of its own, and a cell of the column \"text\" has none: give each part"
        + " a property and a column"),
    Failure(
      Ambiguous.self, "the property \"sumfee\" may be read from \"sum_fee\" and \"sumFee\""),
    Failure(
      [Int].self,
      "a row is decoded by the names of its columns, and a list was asked for: `tuples` reads"
        + " columns by their order"),
    Failure(
      Int.self, "one value was asked for, and a row has 4 columns: number, text, sum_fee, sumFee"),
    Failure(Manual.self, "rows[0]: Reason()"),
  ])
  func errorsNameTheCell(_ failure: Failure) throws {
    let table = try Table {
      NamedColumn("number", [300, nil])
      NamedColumn("text", ["a", "b"])
      NamedColumn("sum_fee", [1, 2])
      NamedColumn("sumFee", [1, 2])
    }
    #expect(thrown { try failure.decode(table) } == "decoding: " + failure.message)
  }

  @Test func numbersWidenButNeverNarrow() throws {
    let table = try Table {
      NamedColumn("whole", [Int64.max])
      NamedColumn("decimal", [ExactDecimal(coefficient: 25, scale: 1)])
      NamedColumn("float", [0.25])
    }
    let row = table.rows[0]
    #expect(try row["whole"] as Double == 0x1p63)
    #expect(try row["decimal"] as Double == 2.5)
    #expect(try row["whole"] as ExactDecimal == ExactDecimal(coefficient: 1 << 63 - 1, scale: 0))
    for wanted in ["decimal", "float"] {
      #expect(thrown { _ = try row[wanted] as Int }.hasPrefix("decoding: rows[0]"))
    }
    #expect(thrown { _ = try row["float"] as ExactDecimal }.hasPrefix("decoding: rows[0]"))
    #expect(
      thrown { _ = try Table { NamedColumn("x", [1e300]) }.rows[0][0] as Float }
        .hasPrefix("decoding: rows[0]"))
  }
}
