@testable import Tally

/// Columns of every layout, with and without missing values.
struct RandomTable {
  var columns: [Column] = []
  let rowCount: Int

  static let words = [
    "", "a", "A", "an", "Bộ", "bo", "Bộ Tài chính", "Hà Nội", "ha noi", "đường", "Đường",
    "duong", "hòa", "hoà", "100%", "zebra", "日本", "🇻🇳", "12", "-3.50",
    "2025-03-01", " x ", "\u{E9}a",
  ]

  /// A table that is looked up, and one without rows.
  var lookups: [[Column]] = []

  init(rows: Int, lookupRows: [Int] = [], random: inout RandomSource) throws {
    rowCount = rows
    lookups = try lookupRows.map { try RandomTable(rows: $0, random: &random).columns }
    for isPartial in [false, true] {
      for span in [Int64(9), 300, 70_000, 1 << 40] {
        let base = Int64.random(in: -100...100, using: &random)
        try add(.integer, isPartial, &random) { base + Int64.random(in: 0...span, using: &$0) }
      }
      try add(.integer, isPartial, &random) {
        $0.chance(5) ? $0.pick([.min, .max]) : Int64.random(in: -5...5, using: &$0)
      }
      try add(.decimal(scale: 2), isPartial, &random) { Int64.random(in: -999...999, using: &$0) }
      try add(.boolean, isPartial, &random) { $0.chance(50) ? 1 : 0 }
      try add(.date, isPartial, &random) { Int64.random(in: 15_000...20_000, using: &$0) }
      try add(.duration, isPartial, &random) { Int64.random(in: -(1 << 50)...1 << 50, using: &$0) }
      try addWide(isPartial, &random)
      try addFloats(isPartial, &random)
      try addTexts(isPartial, &random)
    }
  }

  private mutating func validity(_ isPartial: Bool, _ random: inout RandomSource) throws -> Bitmap?
  {
    guard isPartial else { return nil }
    let bitmap = try Bitmap(count: rowCount, filled: true)
    for row in 0..<rowCount where random.chance(25) { bitmap.clear(row) }
    return bitmap
  }

  private mutating func add(
    _ type: ColumnType, _ isPartial: Bool, _ random: inout RandomSource,
    _ value: (inout RandomSource) -> Int64
  ) throws {
    let validity = try validity(isPartial, &random)
    let values = (0..<rowCount).map { _ in value(&random) }
    columns.append(
      try withBuffer(of: values) { (buffer) throws(QueryError) in
        try Column.integers(buffer, type: type, validity: validity)
      })
  }

  private mutating func addWide(_ isPartial: Bool, _ random: inout RandomSource) throws {
    for type in [ColumnType.decimal(scale: 2), .integer] {
      let validity = try validity(isPartial, &random)
      let limit = Int128(1) << 70
      var values = (0..<rowCount).map { _ in Int128.random(in: -limit...limit, using: &random) }
      for row in values.indices where random.chance(20) { values[row] /= limit / 9 }
      if rowCount > 0 {
        values[0] = limit
        validity?.set(0)
      }
      columns.append(
        try withBuffer(of: values) { (buffer) throws(QueryError) in
          try Column.wideIntegers(buffer, type: type, validity: validity)
        })
    }
  }

  private mutating func addFloats(_ isPartial: Bool, _ random: inout RandomSource) throws {
    let validity = try validity(isPartial, &random)
    let values = (0..<rowCount).map { _ in
      random.chance(10)
        ? random.pick([0, 1e300, -1e300, 1e-300]) : Double.random(in: -9...9, using: &random)
    }
    columns.append(
      try withBuffer(of: values) { (buffer) throws(QueryError) in
        try Column.floats(buffer, validity: validity)
      })
  }

  private mutating func addTexts(_ isPartial: Bool, _ random: inout RandomSource) throws {
    for _ in 0..<2 {
      let known = Self.words.filter { _ in random.chance(60) } + ["x"]
      let texts = (0..<rowCount).map { _ in
        isPartial && random.chance(25) ? nil : random.pick(known)
      }
      columns.append(try Column.texts(texts))
    }
    let validity = try validity(isPartial, &random)
    let texts = (0..<rowCount).map { _ in random.pick(Self.words) }
    columns.append(
      Column(
        type: .text, count: rowCount, payload: .plain(try TextHeap(texts)), validity: validity))
  }
}

/// Random expressions that a binder could have made of a table's columns.
struct RandomExpressions {
  let table: RandomTable
  var random: RandomSource

  static let types: [ColumnType] = [
    .integer, .decimal(scale: 2), .boolean, .date, .duration, .float, .text,
  ]

  private let nowhere = SourceSpan(0, 0)

  init(table: RandomTable, random: RandomSource) {
    self.table = table
    self.random = random
  }

  mutating func expression(_ type: ColumnType, depth: Int) -> BoundExpression {
    if depth == 0 || random.chance(15) { return leaf(type) }
    if type != .boolean, random.chance(15) { return conditional(type, depth) }
    if random.chance(35), let call = call(type, depth) { return call }
    switch type {
    case .integer, .date, .duration: return integer(type, depth)
    case .decimal: return decimal(type, depth)
    case .float: return float(depth)
    case .boolean: return condition(depth)
    default: return leaf(type)
    }
  }

  private mutating func leaf(_ type: ColumnType) -> BoundExpression {
    if random.chance(15), !table.lookups.isEmpty {
      let slot = Int.random(in: 0..<table.lookups.count, using: &random)
      let columns = table.lookups[slot]
      let indices = columns.indices.filter { columns[$0].type == type }
      return BoundExpression(
        .lookedUp(slot: slot, column: random.pick(Array(indices))), type, at: nowhere)
    }
    let indices = table.columns.indices.filter { table.columns[$0].type == type }
    if random.chance(65), !indices.isEmpty {
      return BoundExpression(.column(random.pick(Array(indices))), type, at: nowhere)
    }
    return BoundExpression.constant(constant(type), type, at: nowhere)
  }

  private mutating func constant(_ type: ColumnType) -> CellValue {
    if random.chance(8) { return .missing }
    switch type {
    case .integer:
      return .integer(
        random.pick([0, 1, -1, 2, 3, 7, 255, 256, 65_535, 1 << 40, Int128(Int64.max)]))
    case .decimal(let scale):
      return .decimal(
        ExactDecimal(coefficient: random.pick([0, 1, -50, 100, 1 << 80]), scale: scale))
    case .boolean: return .boolean(random.chance(50))
    case .date:
      return .date(CalendarDate(daysSince1970: Int.random(in: 15_000...20_000, using: &random)))
    case .duration: return .duration(random.pick([0, 86_400_000_000, -1]))
    case .float: return .float(random.pick([0, 1.5, -2, 1e300]))
    default: return .text(random.pick(RandomTable.words))
    }
  }

  private mutating func conditional(_ type: ColumnType, _ depth: Int) -> BoundExpression {
    BoundExpression(
      .conditional(
        expression(type, depth: depth - 1), condition: expression(.boolean, depth: depth - 1),
        otherwise: expression(type, depth: depth - 1)), type, at: nowhere)
  }

  private mutating func integer(_ type: ColumnType, _ depth: Int) -> BoundExpression {
    let operations: [ArithmeticOperator] =
      type == .date ? [.add, .subtract] : [.add, .subtract, .multiply, .floorDivide, .modulo]
    let other: ColumnType = type == .date ? .integer : type
    if type != .date, random.chance(10) {
      return BoundExpression(.negated(expression(type, depth: depth - 1)), type, at: nowhere)
    }
    return BoundExpression(
      .arithmetic(
        random.pick(operations), expression(type, depth: depth - 1),
        expression(other, depth: depth - 1)), type, at: nowhere)
  }

  private mutating func decimal(_ type: ColumnType, _ depth: Int) -> BoundExpression {
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      return BoundExpression(
        .rescale(expression(.integer, depth: depth - 1), by: type.scale), type, at: nowhere)
    case 1:
      return BoundExpression(
        .arithmetic(
          .multiply, expression(type, depth: depth - 1), expression(.integer, depth: depth - 1)),
        type, at: nowhere)
    case 2:
      return BoundExpression(.negated(expression(type, depth: depth - 1)), type, at: nowhere)
    default:
      return BoundExpression(
        .arithmetic(
          random.pick([.add, .subtract, .modulo]), expression(type, depth: depth - 1),
          expression(type, depth: depth - 1)), type, at: nowhere)
    }
  }

  private mutating func float(_ depth: Int) -> BoundExpression {
    let exact: [ColumnType] = [.integer, .decimal(scale: 2)]
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      return BoundExpression(
        .toFloat(expression(random.pick(exact), depth: depth - 1)), .float, at: nowhere)
    case 1:
      return BoundExpression(
        .quotient(
          expression(random.pick(exact + [.float]), depth: depth - 1),
          expression(random.pick(exact + [.float]), depth: depth - 1)), .float, at: nowhere)
    case 2:
      return BoundExpression(.negated(expression(.float, depth: depth - 1)), .float, at: nowhere)
    default:
      return BoundExpression(
        .arithmetic(
          random.pick([.add, .subtract, .multiply, .floorDivide, .modulo]),
          expression(.float, depth: depth - 1), expression(.float, depth: depth - 1)), .float,
        at: nowhere)
    }
  }

  private mutating func condition(_ depth: Int) -> BoundExpression {
    let type = random.pick(Self.types)
    let kind: BoundExpression.Kind
    switch Int.random(in: 0..<9, using: &random) {
    case 8:
      kind = .textMatch(
        random.pick([.equals, .contains, .startsWith, .endsWith]),
        expression(.text, depth: depth - 1), expression(.text, depth: depth - 1),
        loosely: random.chance(50))
    case 0, 1:
      let operation = random.pick([
        ComparisonOperator.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual,
      ])
      kind = .comparison(
        operation, expression(type, depth: depth - 1), expression(type, depth: depth - 1))
    case 2:
      kind = .between(
        expression(type, depth: depth - 1), expression(type, depth: depth - 1),
        expression(type, depth: depth - 1))
    case 3: kind = membership(depth)
    case 4: kind = .isMissing(expression(type, depth: depth - 1))
    case 5: kind = .not(expression(.boolean, depth: depth - 1))
    default:
      let operands = (0..<Int.random(in: 2...3, using: &random)).map { _ in
        expression(.boolean, depth: depth - 1)
      }
      kind = random.chance(50) ? .and(operands) : .or(operands)
    }
    return BoundExpression(kind, .boolean, at: nowhere)
  }

  private mutating func membership(_ depth: Int) -> BoundExpression.Kind {
    let hasMissing = random.chance(30)
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      let spread = random.pick([Int64(20), 1 << 40])
      let count = random.pick([0, 1, 5, 30])
      let members = Set((0..<count).map { _ in Int64.random(in: -spread...spread, using: &random) })
      return .membership(
        expression(.integer, depth: depth - 1),
        .integers((members.union([0, 3])).sorted(), hasMissing: hasMissing))
    case 1:
      return .membership(
        expression(.float, depth: depth - 1), .floats([-2, 0, 1.5], hasMissing: hasMissing))
    case 2:
      return .membership(
        expression(.boolean, depth: depth - 1), .integers([1], hasMissing: hasMissing))
    default:
      let words = RandomTable.words.filter { _ in random.chance(30) }
      return .membership(
        expression(.text, depth: depth - 1),
        .texts(words, loosely: random.chance(40), hasMissing: hasMissing))
    }
  }

  // MARK: Functions

  /// A call that the catalogue makes of random arguments; nil where it gives another type.
  private mutating func call(_ type: ColumnType, _ depth: Int) -> BoundExpression? {
    let (name, parameters) = random.pick(forms(of: type))
    let arguments = parameters.map { expression($0, depth: depth - 1) }
    guard var bound = try? FunctionCatalog.bind(name, arguments, at: nowhere) else { return nil }
    if name == "round" || name == "truncate" || name == "floor" || name == "ceil" {
      let places = BoundExpression.constant(
        .integer(Int128(Int.random(in: -1...2, using: &random))), .integer, at: nowhere)
      guard let made = try? FunctionCatalog.bind(name, [arguments[0], places], at: nowhere) else {
        return nil
      }
      bound = made
    }
    return bound.type == type ? bound : nil
  }

  /// Functions that may give a type, with the types of their arguments.
  private func forms(of type: ColumnType) -> [(String, [ColumnType])] {
    switch type {
    case .text:
      return [
        ("lower", [.text]), ("upper", [.text]), ("trim", [.text]), ("fold", [.text]),
        ("replace", [.text, .text, .text]), ("left", [.text, .integer]),
        ("right", [.text, .integer]), ("substring", [.text, .integer, .integer]),
        ("substring", [.text, .integer]), ("part", [.text, .text, .integer]),
        ("concat", [.text, .text, .text]), ("text", [.integer]), ("text", [.date]),
        ("text", [.float]), ("coalesce", [.text, .text]), ("least", [.text, .text]),
        ("greatest", [.text, .text]),
      ]
    case .integer:
      return [
        ("length", [.text]), ("number", [.text]), ("abs", [.integer]), ("sign", [.float]),
        ("sign", [.decimal(scale: 2)]), ("round", [.decimal(scale: 2)]), ("round", [.float]),
        ("floor", [.float]), ("ceil", [.decimal(scale: 2)]), ("truncate", [.integer]),
        ("least", [.integer, .integer]), ("greatest", [.integer, .integer, .integer]),
        ("coalesce", [.integer, .integer, .integer]), ("year_number", [.date]),
        ("quarter_number", [.date]), ("month_number", [.date]), ("week_number", [.date]),
        ("day_number", [.date]), ("weekday", [.date]), ("day_of_year", [.date]),
        ("days", [.duration]), ("hours", [.duration]), ("working_days", [.date, .date]),
      ]
    case .decimal:
      return [
        ("abs", [type]), ("round", [.float]), ("floor", [.float]), ("ceil", [.float]),
        ("least", [type, .integer]), ("greatest", [type, type]), ("coalesce", [type, type]),
      ]
    case .float:
      return [
        ("sqrt", [.float]), ("exp", [.float]), ("log", [.float]), ("log", [.integer, .float]),
        ("power", [.float, .integer]), ("abs", [.float]), ("coalesce", [.float, .float]),
        ("least", [.float, .integer]),
      ]
    case .date:
      return [
        ("date", [.text]), ("add_months", [.date, .integer]), ("coalesce", [.date, .date]),
        ("greatest", [.date, .date]),
      ]
    default: return [("abs", [.duration]), ("coalesce", [type, type])]
    }
  }
}
