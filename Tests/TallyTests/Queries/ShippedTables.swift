import Foundation

@testable import Tally

/// The tables under `Datasets`, loaded once.
enum ShippedTables {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Datasets").path

  static let names = [
    "agencies", "aliases", "cells", "check_parts", "checks", "documents", "fields", "figures",
    "hanoi_2017_services", "inventories", "levels", "localities", "outside_sources",
    "portal_services", "portal_stats", "services", "targets",
  ]

  /// What loading them gave.
  static let loaded = Result { () throws(QueryError) in
    let database = Database()
    for name in names { try database.load(name, from: .file("\(folder)/\(name).csv")) }
    return database
  }

  static func database() throws(QueryError) -> Database { try loaded.get() }
}
