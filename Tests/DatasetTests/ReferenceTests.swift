import ServiceExpander
import Testing

@Suite("What the tables say of each other")
struct ReferenceTests {
  static let tablesWithAgency = [
    "figures", "aliases", "fields", "targets", "inventories", "cells", "services",
    "portal_services", "hanoi_2017_services", "portal_stats",
  ]

  @Test("Agencies are written as in their own table", arguments: tablesWithAgency)
  func agencies(name: String) throws {
    let known = try Set(Shipped.column("agency", of: "agencies"))
    let named = try Set(Shipped.column("agency", of: name)).subtracting([""])
    #expect(named.subtracting(known).isEmpty)
  }

  @Test("A parent is an agency or none")
  func parents() throws {
    let known = try Set(Shipped.column("agency", of: "agencies") + [""])
    #expect(try Set(Shipped.column("parent", of: "agencies")).subtracting(known).isEmpty)
  }

  @Test(
    "Figures that a table cites exist",
    arguments: [
      ("figures", "num_id"), ("figures", "den_id"), ("check_parts", "figure_id"),
      ("fields", "figures"), ("targets", "figures"), ("inventories", "figures"),
      ("cells", "figures"), ("portal_stats", "figures"), ("localities", "figures"),
    ])
  func figures(name: String, column: String) throws {
    let known = try Set(Shipped.column("figure_id", of: "figures").map { $0[...] })
    let cited = try Shipped.column(column, of: name).flatMap { $0.split(separator: " ") }
    #expect(!cited.isEmpty)
    #expect(Set(cited).subtracting(known).isEmpty)
  }

  @Test("Fields belong to the inventory that uses them", arguments: ["cells", "services"])
  func fields(name: String) throws {
    let known = try pairs(in: "fields")
    let used = try pairs(in: name).filter { !$0.hasSuffix("/") }
    #expect(!used.isEmpty)
    #expect(used.subtracting(known).isEmpty)
  }

  @Test("Every inventory has as many rows as its total")
  func inventories() throws {
    let inventories = try Shipped.table("inventories")
    #expect(inventories.rows.count == 6)
    for row in inventories.rows {
      let table = try Shipped.table(inventories.field("table_name", of: row))
      let count = try table.count(["inventory": inventories.field("inventory", of: row)])
      #expect("\(count)" == (try inventories.field("total", of: row)))
    }
  }

  @Test("Figures per document; four of them belong to the web page, not to the subject")
  func figureCounts() throws {
    let figures = try Shipped.table("figures")
    let counts = try ["D0", "D1", "D2", "D3", "D4"].map { try figures.count(["doc": $0]) }
    #expect(counts == [17, 23, 21, 17, 18])
    #expect(try figures.count(["furniture": "true"]) == 4)
  }

  private func pairs(in name: String) throws -> Set<String> {
    let inventories = try Shipped.column("inventory", of: name)
    let fields = try Shipped.column("field", of: name)
    return Set(zip(inventories, fields).map { "\($0)/\($1)" })
  }
}

@Suite("Published sums and percentages")
struct CheckTests {
  @Test("Seven sums agree, one does not, four percentages can be checked")
  func kinds() throws {
    let checks = try Shipped.table("checks")
    #expect(checks.rows.count == 12)
    #expect(try checks.count(["verdict": "agrees"]) == 7)
    #expect(try checks.count(["verdict": "differs"]) == 1)
    #expect(try checks.count(["kind": "percent"]) == 4)
  }

  @Test("Sums are those of the figures they name")
  func sums() throws {
    let checks = try Shipped.table("checks")
    for row in checks.rows where try checks.field("kind", of: row) != "percent" {
      let id = try checks.field("check_id", of: row)
      let (parts, totals) = (try values(of: id, role: "part"), try values(of: id, role: "total"))
      let (stated, computed) = (totals.reduce(0, +), parts.reduce(0, +))
      #expect("\(parts.count)" == (try checks.field("parts", of: row)))
      #expect("\(stated)" == (try checks.field("stated", of: row)))
      #expect("\(computed)" == (try checks.field("computed", of: row)))
      #expect("\(stated - computed)" == (try checks.field("difference", of: row)))
      let verdict = stated == computed ? "agrees" : "differs"
      #expect(verdict == (try checks.field("verdict", of: row)))
    }
  }

  @Test(
    "Percentages are rounded or truncated as their verdict says",
    arguments: [
      ("K09", 583, 977, 1, 60, "rounded"),
      ("K10", 296, 583, 1, 51, "rounded"),
      ("K11", 83, 206, 1, 40, "either"),
      ("K12", 611, 1853, 10, 329, "truncated"),
    ])
  func percentages(
    id: String, numerator: Int, denominator: Int, scale: Int, stated: Int, verdict: String
  ) throws {
    let checks = try Shipped.table("checks")
    let row = try #require(try checks.rows(where: ["check_id": id]).first)
    #expect("\(numerator)" == (try checks.field("numerator", of: row)))
    #expect("\(denominator)" == (try checks.field("denominator", of: row)))
    #expect(verdict == (try checks.field("verdict", of: row)))

    let truncated = 100 * scale * numerator / denominator
    let rounded = (200 * scale * numerator + denominator) / (2 * denominator)
    switch verdict {
    case "rounded": #expect(rounded == stated && truncated != stated)
    case "truncated": #expect(truncated == stated && rounded != stated)
    default: #expect(rounded == stated && truncated == stated)
    }
    let shown = scale == 1 ? "\(stated)" : "\(stated / scale).\(stated % scale)"
    #expect(shown == (try checks.field("stated", of: row)))
  }

  private func values(of check: String, role: String) throws -> [Int] {
    let parts = try Shipped.table("check_parts")
    let figures = try Shipped.table("figures")
    return try parts.rows(where: ["check_id": check, "role": role]).map { row in
      let id = try parts.field("figure_id", of: row)
      let figure = try #require(try figures.rows(where: ["figure_id": id]).first)
      return try #require(Int(try figures.field("value", of: figure)))
    }
  }
}
