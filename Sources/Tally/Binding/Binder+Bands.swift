extension DiagnosticCode {
  static let badBounds = DiagnosticCode(
    "T0450", "The bounds of `bands` must be fixed values in ascending order.")
}

extension Binder {
  /// `bands(fee, 0, 100000)`: the name of the band that a value falls into.
  ///
  ///     below 0 | 0 to below 100000 | 100000 and above
  ///
  /// A bound belongs to the band above it; a missing value is in none.
  func bindBands(_ arguments: [ExpressionSyntax], at span: SourceSpan) throws(QueryError)
    -> BoundExpression
  {
    guard arguments.count >= 2 else {
      throw error(
        .type, .functionArguments, "bands takes a value and one bound or more", at: span,
        help: ["for instance bands(fee, 0, 100000, 500000)"])
    }
    let value = try bind(arguments[0])
    guard value.type.hasBands, !value.isMissingLiteral else {
      throw error(
        .type, .functionArguments,
        "bands are cut from numbers, dates and lengths of time, and this is \(described(value))",
        at: arguments[0].span)
    }
    var limits: [BoundExpression] = []
    var tests: [BoundExpression] = []
    for argument in arguments.dropFirst() {
      let limit = try bind(argument)
      guard let constant = limit.constantValue, constant != .missing else {
        throw error(
          .type, .badBounds, "a bound is a value that the query itself says", at: argument.span,
          help: ["bounds in a table are met by a lookup or a condition"])
      }
      let (left, right) = try unified(value, limit, "the value and its bounds", at: argument.span)
      limits.append(limit)
      tests.append(condition(.comparison(.less, left, right), at: argument.span))
    }
    try checkAscending(limits, arguments)
    return bands(of: value, limits, tests, at: span)
  }

  private func bands(
    of value: BoundExpression, _ limits: [BoundExpression], _ tests: [BoundExpression],
    at span: SourceSpan
  ) -> BoundExpression {
    let labels = value.type.bandLabels(limits.compactMap(\.constantValue))
    let name = { (label: String) in BoundExpression.constant(.text(label), .text, at: span) }
    var result = name(labels[labels.count - 1])
    for (label, test) in zip(labels, tests).reversed() {
      result = BoundExpression(
        .conditional(name(label), condition: test, otherwise: result), .text,
        mayBeMissing: false, at: span)
    }
    let isMissing = condition(.isMissing(value), at: span)
    return BoundExpression(
      .conditional(
        .constant(.missing, .text, at: span), condition: isMissing, otherwise: result),
      .text, mayBeMissing: value.mayBeMissing, at: span)
  }

  /// Each bound must be greater than the one before it.
  private func checkAscending(_ limits: [BoundExpression], _ arguments: [ExpressionSyntax])
    throws(QueryError)
  {
    var order: [Int] = []
    var isAscending = true
    for index in limits.indices {
      var place = order.count
      while place > 0 {
        let other = order[place - 1]
        let (left, right) = try unified(
          limits[other], limits[index], "all bounds", at: arguments[index + 1].span)
        if left.constantValue == right.constantValue {
          place = -1
          break
        }
        if left.precedesConstant(right) { break }
        place -= 1
      }
      if place != order.count { isAscending = false }
      if place >= 0 { order.insert(index, at: place) }
    }
    if isAscending { return }
    let whole = arguments[1].span.joined(with: arguments[arguments.count - 1].span)
    let mended = order.map { text(arguments[$0 + 1].span) }.joined(separator: ", ")
    throw error(
      .type, .badBounds, "each bound must be greater than the one before it", at: whole,
      fixIts: [FixIt("write \(mended)", replace: whole, with: mended)])
  }
}

extension BoundExpression {
  /// Whether a constant is less than another of the same type.
  fileprivate func precedesConstant(_ other: BoundExpression) -> Bool {
    if let left = constantValue?.storedInteger, let right = other.constantValue?.storedInteger {
      return left < right
    }
    switch (constantValue, other.constantValue) {
    case (.float(let left)?, .float(let right)?), (.ratio(let left)?, .ratio(let right)?):
      return left < right
    default: return false
    }
  }
}

extension ColumnType {
  /// Whether values can be cut into bands.
  fileprivate var hasBands: Bool {
    switch self {
    case .date, .dateTime, .period, .duration: true
    default: isNumeric
    }
  }

  /// The names of the bands between ascending bounds.
  fileprivate func bandLabels(_ limits: [CellValue]) -> [String] {
    let isTime: Bool =
      switch self {
      case .date, .dateTime, .period: true
      default: false
      }
    let words = limits.map { $0.text(in: .csv) ?? "" }
    let below = isTime ? "before" : "below"
    var labels = ["\(below) \(words[0])"]
    for (low, high) in zip(words, words.dropFirst()) { labels.append("\(low) to \(below) \(high)") }
    labels.append("\(words[words.count - 1]) and \(isTime ? "later" : "above")")
    return labels
  }
}

/// A key made by `bands`: groups are found, ordered and crossed by the number of a band, and shown
/// by its name.
struct BandKey {
  /// The number of the band, from 0.
  let number: BoundExpression
  /// The names of the bands, in the order of their bounds.
  let labels: [String]

  /// Takes the key apart; nil for any other expression.
  init?(_ key: BoundExpression) {
    guard case .conditional(let none, let isMissing, var rest) = key.kind, none.isMissingLiteral,
      case .isMissing = isMissing.kind
    else { return nil }
    var labels: [String] = []
    var tests: [BoundExpression] = []
    while case .conditional(let label, let test, let otherwise) = rest.kind {
      guard case .text(let name)? = label.constantValue,
        case .comparison(.less, _, let limit) = test.kind, limit.constantValue != nil
      else { return nil }
      labels.append(name)
      tests.append(test)
      rest = otherwise
    }
    guard case .text(let last)? = rest.constantValue, !labels.isEmpty else { return nil }
    labels.append(last)
    // A choice that a query writes out is a text, and ordered as texts are.
    guard Self.areOfBands(labels) else { return nil }
    let count = { (number: Int) in
      BoundExpression.constant(.integer(Int128(number)), .integer, at: key.span)
    }
    var number = count(tests.count)
    for (place, test) in tests.enumerated().reversed() {
      number = BoundExpression(
        .conditional(count(place), condition: test, otherwise: number), .integer,
        mayBeMissing: false, at: key.span)
    }
    self.labels = labels
    self.number = BoundExpression(
      .conditional(
        .constant(.missing, .integer, at: key.span), condition: isMissing, otherwise: number),
      .integer, mayBeMissing: key.mayBeMissing, bounds: 0...Int128(tests.count), at: key.span)
  }

  /// Whether texts are what `bands` calls its bands.
  private static func areOfBands(_ labels: [String]) -> Bool {
    [("below", "above"), ("before", "later")].contains { below, above in
      labels[0].hasPrefix("\(below) ") && labels[labels.count - 1].hasSuffix(" and \(above)")
        && labels.dropFirst().dropLast().allSatisfy { $0.contains(" to \(below) ") }
        && Set(labels).count == labels.count
    }
  }
}

extension Output {
  /// The key of a group as it is shown: the names of bands instead of their numbers.
  func shown(_ column: BoundExpression) -> BoundExpression {
    guard let labels, let last = labels.last else { return column }
    let name = { (label: String) in BoundExpression.constant(.text(label), .text, at: column.span) }
    var result = name(last)
    for (number, label) in labels.dropLast().enumerated().reversed() {
      let limit = BoundExpression.constant(.integer(Int128(number)), .integer, at: column.span)
      let test = BoundExpression(
        .comparison(.lessOrEqual, column, limit), .boolean, mayBeMissing: false, at: column.span)
      result = BoundExpression(
        .conditional(name(label), condition: test, otherwise: result), .text,
        mayBeMissing: false, at: column.span)
    }
    let isMissing = BoundExpression(
      .isMissing(column), .boolean, mayBeMissing: false, at: column.span)
    return BoundExpression(
      .conditional(
        .constant(.missing, .text, at: column.span), condition: isMissing, otherwise: result),
      .text, mayBeMissing: column.mayBeMissing, at: column.span)
  }

  /// The same for a value.
  func shown(_ value: CellValue) -> CellValue {
    guard let labels, let number = value.storedInteger, let place = Int(exactly: number),
      labels.indices.contains(place)
    else { return value }
    return .text(labels[place])
  }

  /// The same for a column of a few groups.
  func shown(_ column: Column, _ budget: MemoryBudget?) throws(QueryError) -> Column {
    guard let labels, let stored = try column.storedIntegers(budget: budget) else { return column }
    let set = try TextInterner(budget: budget)
    var numbers: [UInt32] = []
    for label in labels {
      numbers.append(
        try withBuffer(of: Array(label.utf8)) { bytes throws(QueryError) in try set.id(of: bytes) })
    }
    let ids = try GroupArray<UInt32>(count: column.count, filling: 0, budget: budget)
    let validity = try Bitmap(count: column.count, filled: true, budget: budget)
    try budget.forEachPiece(of: column.count) { piece in
      for row in piece {
        let place = Int(stored[row])
        if column.isMissing(row) || !numbers.indices.contains(place) {
          validity.clear(row)
        } else {
          ids[row] = numbers[place]
        }
      }
    }
    return try Column(numbers: ids, of: set, validity, budget: budget)
  }
}
