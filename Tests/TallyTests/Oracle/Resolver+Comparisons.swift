@testable import Tally
@testable import TallySyntax

extension Resolver {
  // MARK: Comparisons

  func comparison(_ binary: BinarySyntax) throws -> Meaning {
    // `"agency" = "A"` compares two texts, where a column is meant.
    if case .literal(.text(let text)) = binary.left.kind, case .literal = binary.right.kind,
      let entry = try? named([text.lowercased()]), entry.name.lowercased() == text.lowercased()
    {
      throw invalid("a column in quotes")
    }
    let (left, right) = (try meaning(binary.left), try meaning(binary.right))
    let isEquality = binary.operator == .equal || binary.operator == .notEqual
    switch binary.operator {
    case .contains, .startsWith, .endsWith, .matches: return try match(binary, left, right)
    default: if binary.isLoose { return try match(binary, left, right) }
    }
    if isEquality, left.isMissingWord || right.isMissingWord {
      let test = isMissing(left.isMissingWord ? right : left)
      return binary.operator == .equal ? test : test.negated
    }
    if let test = try besidePeriod(binary.operator, left, right) { return test }
    if let test = try besidePeriod(binary.operator.mirrored, right, left) { return test }
    let (first, second) = try unified(left, right)
    guard first.type != .boolean || isEquality else { throw invalid("conditions have no order") }
    return compare(binary.operator, first, second)
  }

  /// Two values of one type. Equality is total, order is false where a value is missing.
  func compare(_ operation: BinaryOperatorSyntax, _ left: Meaning, _ right: Meaning) -> Meaning {
    let isEquality = operation == .equal || operation == .notEqual
    if !isEquality, left.isMissingWord || right.isMissingWord {
      return .condition { _ in Outcome(value: .boolean(false)) }
    }
    let hasWord = left.isMissingWord || right.isMissingWord
    return .condition { row in
      let (first, second) = (try left.value(row), try right.value(row))
      let isMissing = first.isMissing || second.isMissing
      let holds: Bool
      if isEquality {
        holds = (first.value == second.value) == (operation == .equal)
      } else {
        holds = !isMissing && Self.isOrdered(operation, first.value, second.value)
      }
      return Outcome(
        value: .boolean(holds),
        unknown: first.unknown || second.unknown || (isMissing && !hasWord))
    }
  }

  private static func isOrdered(
    _ operation: BinaryOperatorSyntax, _ left: CellValue, _ right: CellValue
  ) -> Bool {
    switch operation {
    case .less: left.isLess(than: right)
    case .lessOrEqual: !right.isLess(than: left)
    case .greater: right.isLess(than: left)
    default: !left.isLess(than: right)
    }
  }

  // MARK: Days beside periods

  /// `day < @2025-Q1`: before its first day; `day <= @2025-Q1`: up to its last.
  private func besidePeriod(
    _ operation: BinaryOperatorSyntax, _ value: Meaning, _ other: Meaning
  ) throws -> Meaning? {
    guard let (first, last) = try days(of: other, beside: value) else { return nil }
    switch operation {
    case .less, .greaterOrEqual: return compare(operation, value, first)
    case .lessOrEqual, .greater: return compare(operation, value, last)
    default: throw invalid("a day is no period")
    }
  }

  /// The first and last value of a type in a period that the query says; nothing where the other
  /// value is none that lies in a period.
  private func days(of other: Meaning, beside value: Meaning) throws -> (Meaning, Meaning)? {
    guard case .period(let period)? = other.constant, other.type != value.type else { return nil }
    let (first, last) = (period.firstDay, period.lastDay)
    switch value.type {
    case .date: return (.constant(.date(first), .date), .constant(.date(last), .date))
    case .dateTime:
      let day: Int64 = 86_400_000_000
      return (
        .constant(.dateTime(Int64(first.daysSince1970) * day), .dateTime),
        .constant(.dateTime(Int64(last.daysSince1970 + 1) * day - 1), .dateTime)
      )
    case .period(let unit):
      let ends = [first, last].map { CalendarPeriod(unit, containing: $0) }
      guard ends[0].firstDay == first, ends[1].lastDay == last else { throw invalid("no part") }
      return (.constant(.period(ends[0]), value.type), .constant(.period(ends[1]), value.type))
    default: return nil
    }
  }

  // MARK: Membership

  func membership(_ test: MembershipSyntax) throws -> Meaning {
    let value = try meaning(test.value)
    let result = try membership(of: value, in: test.set, isLoose: test.isLoose)
    return test.isNegated ? result.negated : result
  }

  private func membership(
    of value: Meaning, in set: MembershipSyntax.Values, isLoose: Bool
  ) throws -> Meaning {
    switch set {
    case .list(let elements): return try membership(of: value, elements, isLoose)
    case .range(let lower, let upper, let includesEnd):
      let low = try limit(lower, of: value, isLower: true)
      let high = try limit(upper, of: value, isLower: false)
      if includesEnd { return try within(value, low, high) }
      let (first, least) = try unified(value, low)
      let (second, most) = try unified(value, high)
      return all(
        [compare(.greaterOrEqual, first, least), compare(.less, second, most)], decisive: false)
    case .relative(let relative):
      guard value.type == .date || value.type == .dateTime else { throw invalid("no date") }
      let (first, last) = try days(relative)
      let isDay = value.type == .date
      let day: Int64 = 86_400_000_000
      let low: CellValue = isDay ? .date(first) : .dateTime(Int64(first.daysSince1970) * day)
      let high: CellValue =
        isDay ? .date(last) : .dateTime(Int64(last.daysSince1970 + 1) * day - 1)
      return try within(value, .constant(low, value.type), .constant(high, value.type))
    case .expression(let expression): return try membership(of: value, inMeaningOf: expression)
    case .query(let query):
      let answer = try oracle.answer(query, source)
      notes.queries.append(answer.receipt)
      guard answer.table.types.count == 1 else { throw invalid("one column") }
      return try member(value, of: answer.table.column(0), answer.table.types[0])
    }
  }

  private func membership(of value: Meaning, inMeaningOf expression: ExpressionSyntax) throws
    -> Meaning
  {
    if case .name(let path) = expression.kind, path.parts.count == 2,
      let table = oracle.tables[path.parts[0].text.lowercased()],
      let column = table.names.lastIndex(where: {
        $0.lowercased() == path.parts[1].text.lowercased()
      })
    {
      notes.queries.append(
        try oracle.receipt(ofColumn: column, table: path.parts[0].text))
      return try member(value, of: table.column(column), table.types[column])
    }
    // A column without values may be one of days.
    let value = typed(value, as: .date)
    let set = try meaning(expression)
    if case .period? = set.constant, set.type == value.type { return try within(value, set, set) }
    guard let (first, last) = try days(of: set, beside: value) else {
      throw invalid("no set")
    }
    return try within(value, first, last)
  }

  private func membership(of value: Meaning, _ elements: [ExpressionSyntax], _ isLoose: Bool) throws
    -> Meaning
  {
    // Members that the query says are looked at before those that it computes.
    var said: [Meaning] = []
    var computed: [Meaning] = []
    for element in elements {
      let member = try meaning(element)
      if let (first, last) = try days(of: member, beside: value) {
        computed.append(try within(value, first, last))
        continue
      }
      let (first, second) =
        isLoose
        ? (asText(value), asText(member)) : try unified(value, member)
      let test: Meaning
      if second.isMissingWord {
        test = isMissing(first)
      } else {
        test = isLoose ? try loose(.equal, first, second) : compare(.equal, first, second)
      }
      let isSaid = second.constant != nil || (member.constant != nil && second.type.isFloating)
      if isSaid, first.type == value.type || isLoose {
        said.append(test)
      } else {
        computed.append(test)
      }
    }
    return all(said + computed, decisive: true)
  }

  /// A column without values as one of texts.
  private func asText(_ value: Meaning) -> Meaning {
    value.isEmptyColumn && groups == nil ? retyped(value, .text) : value
  }

  /// Whether a value is among those of a column.
  private func member(_ value: Meaning, of members: [CellValue], _ type: ColumnType) throws
    -> Meaning
  {
    let areExact =
      value.type.isNumeric && type.isNumeric && !value.type.isFloating && !type.isFloating
    guard value.type == type || areExact else { throw invalid("members of another type") }
    let hasMissing = members.contains(.missing)
    return .condition { row in
      let outcome = try value.value(row)
      if outcome.isMissing {
        return Outcome(value: .boolean(hasMissing), unknown: outcome.unknown || !hasMissing)
      }
      let isMember = members.contains { member in
        if let first = member.exactNumber, let second = outcome.value.exactNumber {
          return first == second
        }
        return member == outcome.value
      }
      return Outcome(value: .boolean(isMember), unknown: outcome.unknown)
    }
  }

  // MARK: Between

  func between(_ between: BetweenSyntax) throws -> Meaning {
    let value = try meaning(between.value)
    let test = try within(
      value, limit(between.lower, of: value, isLower: true),
      limit(between.upper, of: value, isLower: false))
    return between.isNegated ? test.negated : test
  }

  private func limit(_ expression: ExpressionSyntax, of value: Meaning, isLower: Bool) throws
    -> Meaning
  {
    let end = try meaning(expression)
    guard let (first, last) = try days(of: end, beside: value) else { return end }
    return isLower ? first : last
  }

  /// Both ends count.
  private func within(_ value: Meaning, _ low: Meaning, _ high: Meaning) throws -> Meaning {
    if low.isMissingWord || high.isMissingWord { throw invalid("an open range") }
    let (first, least) = try unified(value, low)
    let (second, most) = try unified(value, high)
    if value.isMissingWord { return .condition { _ in Outcome(value: .boolean(false)) } }
    let tests = [compare(.greaterOrEqual, first, least), compare(.lessOrEqual, second, most)]
    return all(tests, decisive: false, isEager: first.type == second.type)
  }

  private func days(_ relative: RelativePeriodSyntax) throws -> (CalendarDate, CalendarDate) {
    func range(_ now: Int) -> (Int, Int) {
      switch relative.direction {
      case .last: (now - relative.count, now - 1)
      case .this: (now, now)
      case .next: (now + 1, now + relative.count)
      }
    }
    let ends: (CalendarDate, CalendarDate)
    if let unit = PeriodUnit(rawValue: relative.unit.rawValue) {
      let (first, last) = range(CalendarPeriod(unit, containing: oracle.today).index)
      ends = (
        CalendarPeriod(unit, index: first).firstDay, CalendarPeriod(unit, index: last).lastDay
      )
    } else if relative.unit == .day {
      let (first, last) = range(oracle.today.daysSince1970)
      ends = (CalendarDate(daysSince1970: first), CalendarDate(daysSince1970: last))
    } else {
      throw invalid("no days")
    }
    guard ends.0 >= .first, ends.1 <= .last else { throw invalid("out of the calendar") }
    return ends
  }

  // MARK: Texts

  private func match(_ binary: BinarySyntax, _ left: Meaning, _ right: Meaning) throws -> Meaning {
    guard left.type == .text, right.type == .text else { throw invalid("no text") }
    if binary.isLoose || binary.operator == .matches {
      return try loose(binary.operator, left, right)
    }
    return textTest(left, right) { Self.holds(binary.operator, Array($0.utf8), Array($1.utf8)) }
  }

  private func loose(_ operation: BinaryOperatorSyntax, _ left: Meaning, _ right: Meaning) throws
    -> Meaning
  {
    guard left.type == .text, right.type == .text else { throw invalid("no text") }
    if operation == .equal || operation == .notEqual {
      let test = textTest(left, right, whenBothMissing: true) {
        Self.holdsLoosely(.equal, $0, $1)
      }
      return operation == .equal ? test : test.negated
    }
    return textTest(left, right) { Self.holdsLoosely(operation, $0, $1) }
  }

  private static func holdsLoosely(
    _ operation: BinaryOperatorSyntax, _ whole: String, _ part: String
  ) -> Bool {
    let letters = LooseText(whole)
    letters.shareTones()
    let match: TextMatch =
      switch operation {
      case .equal: .equals
      case .startsWith: .startsWith
      case .endsWith: .endsWith
      default: .contains
      }
    return LooseText(part).matches(match, in: letters)
  }

  private func textTest(
    _ left: Meaning, _ right: Meaning, whenBothMissing: Bool = false,
    _ test: @escaping (String, String) -> Bool
  ) -> Meaning {
    if left.isMissingWord || right.isMissingWord {
      if whenBothMissing { return isMissing(left.isMissingWord ? right : left) }
      return .condition { _ in Outcome(value: .boolean(false)) }
    }
    return .condition { row in
      let (first, second) = (try left.value(row), try right.value(row))
      let unknown = first.unknown || second.unknown
      guard case .text(let whole) = first.value, case .text(let part) = second.value else {
        let areBoth = first.isMissing && second.isMissing
        return Outcome(value: .boolean(areBoth && whenBothMissing), unknown: true)
      }
      return Outcome(value: .boolean(test(whole, part)), unknown: unknown)
    }
  }

  private static func holds(
    _ operation: BinaryOperatorSyntax, _ whole: [UInt8], _ part: [UInt8]
  ) -> Bool {
    switch operation {
    case .startsWith: return whole.starts(with: part)
    case .endsWith: return whole.reversed().starts(with: part.reversed())
    default:
      guard part.count <= whole.count else { return false }
      return (0...whole.count - part.count).contains { whole[$0...].starts(with: part) }
    }
  }
}

extension BinaryOperatorSyntax {
  /// The operator that says the same with the sides exchanged.
  var mirrored: BinaryOperatorSyntax {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    default: self
    }
  }
}
