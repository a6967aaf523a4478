extension LookupPlan {
  /// What is made of the only key's numbers, from what is known before the index is made; nil for
  /// other keys.
  var form: WordMap.Form? {
    guard keys.count == 1 else { return nil }
    let column = table.columns[keys[0].column]
    switch column.payload {
    case .codes(let codes, _):
      if keys[0].left.type.scale > column.type.scale { return nil }
      return WordMap.Form(rows: table.rowCount, greatest: codes.maximum, .standard)
    case .dictionary(_, let dictionary):
      return WordMap.Form(
        rows: table.rowCount, greatest: UInt64(max(1, dictionary.count) - 1), .standard)
    case .floats: return WordMap.Form(rows: table.rowCount, greatest: .max, .standard)
    case .plain, .wide: return nil
    }
  }

  /// How rows are found, in words, from what is known before the index is made.
  var strategy: String {
    let rows = table.rowCount
    guard keys.count == 1 else {
      return "by \(keys.count) keys packed into one, \(rows) rows"
    }
    switch table.columns[keys[0].column].payload {
    case .dictionary(_, let dictionary):
      return "through the codes of \(dictionary.count) texts"
    case .plain: return "by a hash of each text, \(rows) rows"
    case .wide: return "by a hash of 128-bit numbers, \(rows) rows"
    case .codes, .floats: break
    }
    switch form {
    case .positions(let count): return "at the key's position in an array of \(count)"
    case .slots(let parts, _):
      return "in a hash table of \(rows) rows"
        + (parts > 1 ? " in \(parts) parts that fit the cache" : "")
    case nil: return "by rescaled numbers, \(rows) rows"
    }
  }
}
