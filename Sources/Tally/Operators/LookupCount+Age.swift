extension Receipt.LookupCount {
  /// Notes the distance of a time to that of the row it met, in the units of the table's column.
  mutating func note(_ age: Int64, _ plan: LookupPlan) {
    guard let asOf = plan.asOf, asOf.to == nil else { return }
    let found: Receipt.Age =
      switch plan.table.columns[asOf.from].type {
      case .dateTime: Receipt.Age(Int(age / 1_000_000), "second")
      case .period(let unit): Receipt.Age(Int(age), unit.rawValue)
      default: Receipt.Age(Int(age), "day")
      }
    if let known = oldest, known.count >= found.count { return }
    oldest = found
  }
}
