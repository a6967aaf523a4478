import ServiceExpander
import Testing

/// A count that a document publishes, or that follows from two such, and the rows that give it.
struct PublishedCount: CustomTestStringConvertible, Sendable {
  let expected: Int
  let table: String
  let conditions: [String: String]

  init(_ expected: Int, _ conditions: [String: String], in table: String = "services") {
    self.expected = expected
    self.table = table
    self.conditions = conditions
  }

  var testDescription: String { "\(expected) \(table) \(conditions)" }
}

@Suite("Counts that the documents publish")
struct PublishedCountTests {
  static let finance: [PublishedCount] = [
    .init(977, ["inventory": "BTC-2020"]),
    .init(106, ["inventory": "BTC-2020", "level": "1"]),
    .init(288, ["inventory": "BTC-2020", "level": "2"]),
    .init(192, ["inventory": "BTC-2020", "level": "3"]),
    .init(391, ["inventory": "BTC-2020", "level": "4"]),
    .init(296, ["inventory": "BTC-2020", "integrated_npsp": "true"]),
    .init(287, ["inventory": "BTC-2020", "integrated_npsp": "false"]),
  ]

  static let communications: [PublishedCount] = [
    .init(206, ["inventory": "BTTTT-2020"]),
    .init(118, ["inventory": "BTTTT-2020", "level": "2"]),
    .init(27, ["inventory": "BTTTT-2020", "level": "3"]),
    .init(61, ["inventory": "BTTTT-2020", "level": "4"]),
    .init(83, ["inventory": "BTTTT-2020", "dossiers_gt12": "true"]),
    .init(41, ["inventory": "BTTTT-2020", "dossiers_gt12": "true", "level": "2"]),
    .init(14, ["inventory": "BTTTT-2020", "dossiers_gt12": "true", "level": "3"]),
    .init(28, ["inventory": "BTTTT-2020", "dossiers_gt12": "true", "level": "4"]),
    .init(6, ["inventory": "BTTTT-2020", "online_share_gt30": "true", "level": "3"]),
    .init(4, ["inventory": "BTTTT-2020", "online_share_gt30": "true", "level": "4"]),
    .init(21, ["inventory": "BTTTT-2020", "online_share_gt30": "false", "level": "3"]),
    .init(57, ["inventory": "BTTTT-2020", "online_share_gt30": "false", "level": "4"]),
    .init(0, ["online_share_gt30": "true", "dossiers_gt12": "false"]),
  ]

  static let department: [PublishedCount] = [
    .init(42, ["inventory": "STC-2022"]),
    .init(38, ["inventory": "STC-2022", "listed38": "true"]),
    .init(34, ["inventory": "STC-2022", "level": "4"]),
    .init(1, ["inventory": "STC-2022", "level": "3"]),
    .init(7, ["inventory": "STC-2022", "level": "", "level_min": "", "level_max": "2"]),
    .init(27, ["inventory": "STC-2022", "field": "Quản lý công sản"]),
    .init(5, ["inventory": "STC-2022", "field": "Tài chính doanh nghiệp"]),
    .init(4, ["inventory": "STC-2022", "field": "Quản lý giá"]),
    .init(1, ["inventory": "STC-2022", "field": "Quản lý ngân sách"]),
    .init(1, ["inventory": "STC-2022", "field": "Tin học thống kê"]),
    .init(25, ["inventory": "STC-2022", "field": "Quản lý công sản", "level": "4"]),
    .init(5, ["inventory": "STC-2022", "field": "Tài chính doanh nghiệp", "level": "4"]),
    .init(2, ["inventory": "STC-2022", "field": "Quản lý giá", "level": "4"]),
    .init(1, ["inventory": "STC-2022", "field": "Quản lý giá", "level": "3"]),
    .init(1, ["inventory": "STC-2022", "field": "Quản lý ngân sách", "level": "4"]),
    .init(1, ["inventory": "STC-2022", "field": "Tin học thống kê", "level": "4"]),
  ]

  static let hanoi: [PublishedCount] = [
    .init(1853, ["inventory": "HN-2018"]),
    .init(611, ["inventory": "HN-2018", "online": "true", "level": "", "level_max": "4"]),
    .init(1242, ["inventory": "HN-2018", "online": "false", "level": "0", "level_max": "0"]),
    .init(453, ["level_min": "3", "level_max": "4"], in: "hanoi_2017_services"),
    .init(81, ["rolled_out": "true"], in: "hanoi_2017_services"),
  ]

  static let portal: [PublishedCount] =
    [
      "công thương": 132, "điện lực": 9, "tài chính": 7, "giao thông vận tải": 2, "tư pháp": 2,
      "bảo hiểm xã hội": 1, "công an": 1, "khoa học công nghệ": 1, "y tế": 1,
      "kế hoạch đầu tư": 1, "": 4,
    ].map { .init($0.value, ["field": $0.key, "level_min": "3"], in: "portal_services") }

  @Test(arguments: [finance, communications, department, hanoi, portal].flatMap(\.self))
  func count(_ published: PublishedCount) throws {
    let table = try Shipped.table(published.table)
    #expect(try table.count(published.conditions) == published.expected)
  }

  @Test("Level 3 and above by agency, and who has no level")
  func levelThreeAndAbove() throws {
    let services = try Shipped.table("services")
    let (agency, level) = (try services.index(of: "agency"), try services.index(of: "level"))
    var high: [String: Int] = [:]
    var unknown: [String: Int] = [:]
    for row in services.rows {
      guard let value = Int(row[level]) else {
        unknown[row[agency], default: 0] += 1
        continue
      }
      if value >= 3 { high[row[agency], default: 0] += 1 }
    }
    #expect(
      high == ["Bộ Tài chính": 583, "Bộ Thông tin và Truyền thông": 88, "Sở Tài chính": 35])
    #expect(unknown == ["UBND thành phố Hà Nội": 611, "Sở Tài chính": 7])
  }

  @Test("Only crosses that no document publishes are assigned")
  func assignedRows() throws {
    let services = try Shipped.table("services")
    #expect(try services.count(["basis": "assigned", "inventory": "BTC-2020"]) == 583)
    #expect(try services.count(["basis": "assigned", "inventory": "BTTTT-2020"]) == 88)
    #expect(try services.count(["basis": "assigned"]) == 583 + 88)
  }
}
