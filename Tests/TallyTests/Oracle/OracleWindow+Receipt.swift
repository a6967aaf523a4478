@testable import Tally
@testable import TallySyntax

/// What a receipt tells of a window.
enum OracleWindowNote {
  /// The rows that share their place in the order with another.
  case ties
  /// The rows that share a value with another.
  case equal(Meaning)
  /// The places at which periods have no row.
  case gaps
  /// The windows of so many rows that reach back before the first.
  case short(Int)
  /// The windows of a time that do.
  case shortTime(Int, TimeUnitSyntax)
  /// The rows without a time.
  case withoutTime
}

extension OracleWindow {
  /// The rows of each partition, in their order.
  func partitions(_ rows: [OracleRow]) throws -> [[Int]] {
    let keys = try rows.map { row in try partition.map { try $0.value(row).value } }
    return try Dictionary(grouping: rows.indices, by: { keys[$0] }).values.map { places in
      try places.sorted().sorted(by: order) { rows[$0] }
    }
  }

  /// What the receipt tells of it where it sees some rows.
  func told(of rows: [OracleRow]) throws -> Receipt.Window {
    var count = Receipt.Window(text: "")
    count.rows = rows.count
    for places in try partitions(rows) {
      let seen = places.map { rows[$0] }
      for note in notes { try add(note, seen, to: &count) }
    }
    return count
  }

  private func add(_ note: OracleWindowNote, _ rows: [OracleRow], to count: inout Receipt.Window)
    throws
  {
    switch note {
    case .ties:
      if order.isEmpty { return }
      count.ties += Self.tied(
        try rows.map { row in try order.map { try $0.meaning.value(row).value } })
    case .equal(let operand):
      let values = try rows.map { [try operand.value($0).value] }
      count.ties += Self.tied(values.filter { $0 != [.missing] })
    case .gaps:
      guard let time = order.first?.meaning, case .period = time.type else { return }
      let times = try rows.map { try time.value($0).value.storedInteger }
      for (one, other) in zip(times, times.dropFirst()) {
        if let one, let other, abs(other - one) > 1 { count.gaps += 1 }
      }
    case .short(let held): count.incomplete += min(held - 1, rows.count)
    case .shortTime(let length, let unit):
      guard let time = order.first?.meaning else { return }
      let times = try rows.map { try time.value($0).value }.filter { $0 != .missing }
      let step: Int128 = time.type == .dateTime ? 0 : 1
      count.incomplete += times.count { own in
        guard let first = times[0].storedInteger, let bound = own.earlier(by: length, unit) else {
          return true
        }
        return first > bound + step
      }
    case .withoutTime:
      guard let time = order.first?.meaning else { return }
      count.withoutTime += try rows.count { try time.value($0).value == .missing }
    }
  }

  private static func tied(_ values: [[CellValue]]) -> Int {
    var counts: [[CellValue]: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    return counts.values.reduce(0) { $0 + ($1 > 1 ? $1 : 0) }
  }
}

extension OracleRow {
  /// A row that a condition left undecided with its value of a window, if the window saw it.
  func seen(by window: OracleWindow, among rows: [OracleRow]) -> OracleRow {
    var row = self
    let own = rows.first { $0.number == number && number != nil }
    row.windows[window.slot] = own?.windows[window.slot]
    return row
  }
}

extension Receipt.Window {
  /// What both sides must agree on: equal windows are computed once, and only the engine knows in how
  /// many parts.
  var comparable: Receipt.Window {
    var copy = self
    copy.text = ""
    return copy
  }

  /// All numbers, in few words.
  var compact: String {
    "window \(rows) ties \(ties) short \(incomplete) gaps \(gaps) timeless \(withoutTime)"
  }
}
