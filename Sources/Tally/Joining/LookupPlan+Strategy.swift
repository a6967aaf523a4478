extension LookupPlan {
  /// How rows are found, in words, from what is known before the index is made.
  var strategy: String {
    let rows = table.rowCount
    guard keys.count == 1 else {
      return "by \(keys.count) keys packed into one, \(rows) rows"
    }
    let column = table.columns[keys[0].column]
    let isRescaled = keys[0].left.type.scale > column.type.scale
    let greatest: UInt64
    switch column.payload {
    case .dictionary(_, let dictionary):
      return "through the codes of \(dictionary.count) texts"
    case .plain: return "by a hash of each text, \(rows) rows"
    case .wide: return "by a hash of 128-bit numbers, \(rows) rows"
    case .codes(let codes, _):
      if isRescaled { return "by rescaled numbers, \(rows) rows" }
      greatest = codes.maximum
    case .floats: greatest = .max
    }
    switch WordMap.Form(rows: rows, greatest: greatest, .standard) {
    case .positions(let count): return "at the key's position in an array of \(count)"
    case .slots(let parts, _):
      return "in a hash table of \(rows) rows"
        + (parts > 1 ? " in \(parts) parts that fit the cache" : "")
    }
  }
}
