@testable import Tally

/// Random queries as a person could have typed them. Nearly all mean something; the others must be
/// refused by engine and oracle alike.
struct RandomQueries {
  var random: RandomSource
  let tables: RandomTables
  var scope: [Name] = []
  private var number = 0
  /// Whether rows are the result of a step, whose averages and ratios can't be added up.
  var isLater = false
  /// What the script defines above the query, a line each.
  var definitions: [String] = []
  var functionCount = 0
  /// Whether the script may define functions and measures.
  var mayDefine = true
  /// Whether an expression may read nothing but the names in scope.
  var isPure = false
  /// The order of the step that is written, if one was decided on for its windows.
  var plannedOrder: [(name: Name, isDescending: Bool, isCollated: Bool)] = []
  /// Whether the step reads the rows of `t` themselves, so that measures on it can be asked for.
  private var hasMeasures = false

  /// What a name in a query stands for.
  struct Name {
    var text: String
    var type: ColumnType
    /// Cells of the column, from which constants are taken.
    var cells: [CellValue] = []
    /// Whether it is computed of other rows.
    var isWindow = false
  }

  init(seed: Int, tables: RandomTables) {
    random = RandomSource(seed: UInt64(truncatingIfNeeded: seed) &* 7919 &+ 13)
    self.tables = tables
  }

  // MARK: Queries

  mutating func query() -> String {
    reset()
    if chance(8) { return shapedStep() }
    let steps = random.pick([1, 1, 1, 1, 2, 2, 3])
    var parts = [firstStep()]
    for _ in 1..<steps {
      if scope.isEmpty { break }
      parts.append(laterStep())
    }
    return (definitions + [parts.joined(separator: " then ")]).joined(separator: "\n")
  }

  mutating func reset() {
    number = 0
    isLater = false
    definitions = []
    scope = names(of: tables.facts)
  }

  func names(of table: OracleTable, prefix: String = "") -> [Name] {
    table.names.indices.map { index in
      let name = table.names[index]
      let isPlain = name.allSatisfy { $0.isLetter || $0 == "_" }
      return Name(
        text: prefix + (isPlain ? name : "`\(name)`"), type: table.types[index],
        cells: table.column(index))
    }
  }

  mutating func chance(_ percent: Int) -> Bool { random.chance(percent) }

  mutating func fresh(_ prefix: String) -> String {
    number += 1
    return prefix + "\(number)"
  }

  /// `head from t lookup … add … where … …`, or the same with `from` first.
  private mutating func firstStep() -> String {
    let source = chance(8) ? "(t where \(condition(1)))" : chance(10) ? "t as z" : "t"
    planOrder()
    defer { plannedOrder = [] }
    var clauses = rowClauses()
    hasMeasures = source == "t"
    defer { hasMeasures = false }
    guard !chance(10) else {
      return "from \(source)" + clauses + cuts(of: scope, hasMeasure: false)
    }
    if !plannedOrder.isEmpty || chance(35) {
      let (head, tail) = listing()
      let end = chance(6) ? " append \(random.pick(Self.others))" : ""
      return "\(head) from \(source)\(clauses)\(tail)\(end)"
    }
    if source == "t", chance(15) { return countOf(&clauses) }
    let (head, tail) = aggregating()
    return "\(head) from \(source)\(clauses)\(tail)"
  }

  /// `count t where … group by …`.
  private mutating func countOf(_ clauses: inout String) -> String {
    let verb = random.pick(["count", "share"])
    var with = chance(60) ? " with \(condition(2))" : ""
    let keys = groupKeys()
    // A share of the rows that are kept is the whole, and is refused.
    if verb == "share", with.isEmpty, keys.names.isEmpty { with = " with \(condition(2))" }
    let tail = keys.text
    let measure = Name(text: "`\(verb)`", type: verb == "count" ? .integer : .ratio)
    let end =
      keys.hasAcross ? "" : cuts(of: keys.names + [measure], hasMeasure: true, isGroup: true)
    scope = keys.hasAcross ? keys.rowNames : keys.names + [measure]
    return "\(verb) t\(with)\(clauses)\(tail)\(end)"
  }

  private mutating func laterStep() -> String {
    isLater = true
    if chance(15) { return stages() }
    planOrder()
    defer { plannedOrder = [] }
    let clauses = rowClauses(mayLookUp: false)
    if clauses.isEmpty || chance(70) {
      let (head, tail) = !plannedOrder.isEmpty || chance(40) ? listing() : aggregating()
      return head + clauses + tail
    }
    return String(clauses.dropFirst()) + cuts(of: scope, hasMeasure: false)
  }

  /// `lookup … add … where …`, each or not.
  private mutating func rowClauses(mayLookUp: Bool = true) -> String {
    var text = ""
    if mayLookUp, chance(20) {
      let keys = [
        "k = u.id", "u.code = s", "q = u.code", "d = u.place", "k = u.id and s = u.code",
        "i = u.id",
      ]
      text += random.pick([" lookup", " lookup", " join", " left join"])
      text += " u on " + random.pick(keys)
      scope += names(of: tables.others, prefix: "u.")
      if chance(50) { scope += names(of: tables.others).filter { $0.text == "place" } }
    } else if mayLookUp, chance(6) {
      text += " lookup \(random.pick(JoinOracleTests.timed))"
    }
    if chance(20) {
      let items = (0..<random.pick([1, 1, 2])).map { _ -> String in
        let type = anyType()
        let item = expression(type, 2)
        let name = fresh("a")
        if mayDefine, chance(15), let window = rowWindow() {
          scope.append(Name(text: name, type: window.type, isWindow: true))
          return "\(window.text) as \(name)"
        }
        scope.append(Name(text: name, type: type))
        return "\(item) as \(name)"
      }
      text += " add " + items.joined(separator: ", ")
    }
    if chance(55) {
      text += " where "
      if mayDefine, chance(5), let window = rowWindow(), window.type.isNumeric {
        text += "\(window.text) \(random.pick(["<=", ">", "="])) \(leaf(window.type))"
      } else {
        text += condition(3)
      }
    }
    return text
  }

  private mutating func listing() -> (head: String, tail: String) {
    var outputs: [Name] = []
    let items = (0..<random.pick([1, 2, 2, 3])).map { _ -> String in
      if chance(50), let name = scope.randomElement(using: &random) {
        outputs.append(name)
        return name.text
      }
      let name = fresh("x")
      if mayDefine, chance(plannedOrder.isEmpty ? 8 : 60), let window = rowWindow() {
        outputs.append(Name(text: name, type: window.type, isWindow: true))
        return "\(window.text) as \(name)"
      }
      let type = anyType()
      let item = expression(type, 2)
      outputs.append(Name(text: name, type: type))
      return "\(item) as \(name)"
    }
    let isDistinct = plannedOrder.isEmpty && chance(20)
    let distinct = isDistinct ? "distinct " : ""
    let tail =
      isDistinct
      ? order(by: outputs)
      : cuts(of: scope + outputs.filter { $0.text.hasPrefix("x") }, hasMeasure: false)
    // Columns that were looked up lose their table, and a name may come twice.
    scope = outputs.filter { !$0.text.contains(".") }
    return ("list \(distinct)" + items.joined(separator: ", "), tail)
  }

  /// Rows that are given out once are ordered by what they show.
  private mutating func order(by outputs: [Name]) -> String {
    guard chance(60) else { return "" }
    let keys = (0..<random.pick([1, 2])).compactMap { _ in outputs.randomElement(using: &random) }
    return " order by "
      + keys.map { $0.text + (chance(40) ? " desc" : "") + collation($0) }.joined(separator: ", ")
      + (chance(40) ? " limit \(random.pick([0, 1, 3]))" : "")
  }

  private mutating func aggregating() -> (head: String, tail: String) {
    let rows = scope
    let keys = groupKeys()
    var outputs: [Name] = []
    let isShow = chance(20)
    let hasWindow = mayDefine && !keys.hasAcross && !keys.text.contains(" totals") && chance(15)
    let ordering = keys.names.filter { !$0.text.contains(".") }
    if hasWindow, chance(40), let name = ordering.randomElement(using: &random) {
      plannedOrder = [(name, chance(40), false)]
    }
    var items = (0..<random.pick([1, 1, 2, 3])).map { _ -> String in
      var (item, type) =
        hasMeasures && chance(8)
        ? definedMeasure()
        : isShow ? shown(keys.names) : aggregate(keys.names, asCall: chance(25))
      if chance(70) {
        let name = fresh("m")
        item += " as \(name)"
        outputs.append(Name(text: name, type: type))
      } else {
        type = .text
      }
      return item
    }
    if hasWindow, let window = groupWindow(keys.names) {
      let name = fresh("m")
      items.append("\(window.text) as \(name)")
      outputs.append(Name(text: name, type: window.type, isWindow: true))
    }
    let having =
      !chance(15) || keys.rowNames.isEmpty
      ? "" : " having " + groupCondition(keys.names, outputs.filter { !$0.isWindow }, rows)
    let tail =
      keys.text + having
      + cuts(
        of: keys.names + outputs, hasMeasure: true, isGroup: true, hasWindow ? nil : keys,
        mayOrder: !hasWindow)
    scope = keys.hasAcross ? keys.rowNames : keys.names + outputs
    if keys.text.contains(" with totals"), !keys.hasAcross {
      // Where labels may stand, keys are texts.
      for index in keys.names.indices { scope[index].type = .text }
    }
    return ((isShow ? "show " : "") + items.joined(separator: ", "), tail)
  }

  private mutating func groupCondition(_ keys: [Name], _ outputs: [Name], _ rows: [Name]) -> String
  {
    if chance(30) {
      scope = rows
      return "\(aggregate(keys, asCall: true, isWhole: true).text) >= \(random.pick([0, 1, 2]))"
    }
    scope = keys + outputs
    defer { scope = rows }
    return condition(1)
  }

  private mutating func groupKeys() -> (
    text: String, names: [Name], rowNames: [Name], hasAcross: Bool
  ) {
    if chance(25) { return ("", [], [], false) }
    var names: [Name] = []
    func written(_ key: (text: String, name: Name)) -> String {
      names.append(key.name)
      return key.text
    }
    let isCrossed = chance(20)
    var text = ""
    if !isCrossed || chance(80) {
      let keys = (0..<random.pick([1, 1, 2])).map { _ in written(groupKey()) }
      text += " group by " + keys.joined(separator: ", ")
      if chance(20) { text += " with totals" }
    }
    let rowNames = names
    if isCrossed {
      let keys = (0..<random.pick([1, 1, 1, 2])).map { _ in written(groupKey()) }
      text += " across " + keys.joined(separator: ", ")
      if chance(40) { text += " with totals" }
    }
    return (text, names, rowNames, isCrossed)
  }

  private mutating func groupKey() -> (text: String, name: Name) {
    if chance(70), let name = scope.randomElement(using: &random) {
      // Only the last part of a name with a table names the column of the answer.
      guard name.text.contains(".") else { return (name.text, name) }
    }
    let name = fresh("g")
    if chance(25) { return ("\(bands()) as \(name)", Name(text: name, type: .text)) }
    let type = anyType()
    return ("\(expression(type, 2)) as \(name)", Name(text: name, type: type))
  }

  // MARK: Aggregates

  mutating func aggregate(
    _ keys: [Name], asCall: Bool, isWhole: Bool = false
  ) -> (text: String, type: ColumnType) {
    let verbs = [
      "count", "count", "count", "sum", "sum", "sum", "average", "min", "max", "median", "first",
      "last", "share", "variance", "stddev", "percentile", "corr",
    ]
    var verb = random.pick(verbs)
    if isWhole { verb = random.pick(["count", "sum"]) }
    let isNumber = !["min", "max", "first", "last", "count"].contains(verb)
    let type = isNumber ? random.pick(Self.numeric) : anyType()
    var operand = chance(60) ? column(type) ?? expression(type, 1) : expression(type, 2)
    if isLater, ["sum", "average", "share"].contains(verb),
      operand.allSatisfy({ $0.isLetter || $0.isNumber || "_`".contains($0) })
    {
      operand = "raw(\(operand))"
    }
    let with = chance(25) ? " with \(condition(2))" : ""
    let result = resultType(verb, type)
    switch verb {
    case "percentile":
      let part = random.pick(["0", "25", "90", "100", "12.5", "33%"])
      return ("percentile(\(operand), \(part)\(with))", result)
    case "corr":
      return ("corr(\(operand), \(expression(type, 1))\(with))", result)
    case "share":
      return share(operand, with, keys, asCall: asCall)
    case "count" where chance(50):
      return (asCall ? "count(\(with.dropFirst()))" : "count\(with)", .integer)
    case "count" where chance(40):
      return ("count(distinct \(operand)\(with))", .integer)
    case "sum", "average", "median", "first", "max", "stddev":
      if chance(12) { return ("\(verb)(distinct \(operand)\(with))", result) }
      fallthrough
    default:
      let isColumn = !operand.hasPrefix("(") && !operand.hasPrefix("-")
      if asCall || !isColumn { return ("\(verb)(\(operand)\(with))", result) }
      return ("\(verb) \(operand)\(with)", result)
    }
  }

  private mutating func share(
    _ operand: String, _ with: String, _ keys: [Name], asCall: Bool
  ) -> (text: String, type: ColumnType) {
    var within = ""
    if chance(40) {
      let names = keys.filter { _ in chance(50) }.map(\.text)
      within = names.isEmpty ? " within all" : " within (\(names.joined(separator: ", ")))"
    }
    let isOfRows = chance(50)
    if asCall {
      let inner = isOfRows ? with + within : " \(operand)" + with + within
      return ("share(\(inner.dropFirst()))", .ratio)
    }
    if isOfRows { return ("share\(with)\(within)", .ratio) }
    let isColumn = !operand.hasPrefix("(") && !operand.hasPrefix("-")
    return (
      isColumn ? "share of \(operand)\(with)\(within)" : "share(\(operand)\(with)\(within))", .ratio
    )
  }

  private func resultType(_ verb: String, _ operand: ColumnType) -> ColumnType {
    switch verb {
    case "count": .integer
    case "sum", "min", "max", "first", "last": operand
    case "share": .ratio
    case "average", "median", "percentile": operand.isPercentage ? .ratio : .float
    default: .float
    }
  }

  /// An expression of aggregates and keys.
  private mutating func shown(_ keys: [Name]) -> (text: String, type: ColumnType) {
    let (first, type) = aggregate(keys, asCall: true)
    let (second, other) = aggregate(keys, asCall: true)
    guard type.isNumeric, other.isNumeric, chance(70) else { return (first, type) }
    if chance(20), let key = keys.randomElement(using: &random), key.type.isNumeric {
      return ("\(first) / \(key.text)", .float)
    }
    return ("\(first) / \(second)", .float)
  }

  // MARK: Order and cuts

  private mutating func cuts(
    of names: [Name], hasMeasure: Bool, isGroup: Bool = false,
    _ keys: (text: String, names: [Name], rowNames: [Name], hasAcross: Bool)? = nil,
    mayOrder: Bool = true
  ) -> String {
    let outer = scope
    scope = names
    defer { scope = outer }
    var text = plannedClause
    if text.isEmpty, mayOrder, chance(30), !names.isEmpty {
      let keys = (0..<random.pick([1, 1, 2])).map { _ in
        guard chance(70) || isGroup else {
          let key = expression(anyType(), 1)
          // A whole number alone is refused: people mean a column's place by it.
          return (Int(key) == nil ? key : "0 + " + key) + random.pick(["", "", " desc", " asc"])
        }
        let name = random.pick(names)
        return name.text + random.pick(["", "", " desc", " asc"]) + collation(name)
      }
      text += " order by " + keys.joined(separator: ", ")
    }
    if chance(20) { text += top(of: names, hasMeasure: hasMeasure, keys) }
    if chance(15) {
      text += " limit \(random.pick([0, 1, 3, 20]))"
      if chance(40) { text += " skip \(random.pick([0, 1, 2, 50]))" }
    }
    return text
  }

  private mutating func top(
    of names: [Name], hasMeasure: Bool,
    _ keys: (text: String, names: [Name], rowNames: [Name], hasAcross: Bool)?
  ) -> String {
    var text = " \(random.pick(["top", "bottom"])) \(random.pick([0, 1, 2, 3, 8]))"
    if !hasMeasure || chance(30), let name = names.randomElement(using: &random) {
      text += " by \(name.text)"
    }
    let isCrossed = keys?.hasAcross ?? false
    let own = isCrossed ? keys?.rowNames ?? [] : names
    if chance(25), let key = own.randomElement(using: &random) {
      text += " within \(key.text)"
    }
    if let keys, !keys.rowNames.isEmpty, chance(30) { text += " with rest" }
    return text
  }
}

extension RandomQueries {
  // MARK: Types

  static let numeric: [ColumnType] = [
    .integer, .integer, .decimal(scale: 2), .percent(scale: 3), .float,
  ]

  static let types: [ColumnType] =
    numeric + [
      .boolean, .text, .text, .date, .dateTime, .duration, .period(.month), .period(.year),
    ]

  /// The order of dictionaries, for words of the tables.
  mutating func collation(_ name: Name) -> String {
    name.type == .text && !name.cells.isEmpty && chance(30) ? " collate vi" : ""
  }

  private mutating func anyType() -> ColumnType { random.pick(Self.types) }

  /// Whether expressions of both types can stand for each other in most places.
  private func isLike(_ first: ColumnType, _ second: ColumnType) -> Bool {
    switch (first, second) {
    case (.decimal, .decimal), (.percent, .percent): true
    default: first == second
    }
  }

  /// A column of a type, if there is one.
  private mutating func column(_ type: ColumnType) -> String? {
    scope.filter { isLike($0.type, type) }.randomElement(using: &random)?.text
  }

  // MARK: Expressions

  mutating func expression(_ type: ColumnType, _ depth: Int) -> String {
    // Now and then something that does not fit.
    if chance(1) { return leaf(anyType()) }
    if depth == 0 || chance(35) { return leaf(type) }
    if chance(12) {
      let other = chance(10) ? "missing" : expression(type, depth - 1)
      return "(\(expression(type, depth - 1)) if \(condition(depth - 1)) else \(other))"
    }
    if chance(25) { return call(type, depth - 1) }
    switch type {
    case .integer: return integer(depth - 1)
    case .decimal, .float, .ratio: return number(type, depth - 1)
    case .percent:
      return
        "(\(expression(type, depth - 1)) \(random.pick(["+", "-", "*"])) \(leaf(type)))"
    case .date:
      let length = random.pick(["3 days", "2 weeks", "1 day"])
      return "(\(leaf(type)) \(random.pick(["+", "-"])) \(length))"
    case .dateTime:
      let length = chance(50) ? leaf(.duration) : random.pick(["5 hours", "90 minutes"])
      return "(\(leaf(type)) \(random.pick(["+", "-"])) \(length))"
    case .duration:
      return random.pick([
        "(\(leaf(.date)) - \(leaf(.date)))", "(\(leaf(.dateTime)) - \(leaf(.dateTime)))",
        "(\(leaf(.duration)) * \(leaf(.integer)))", "(\(leaf(.duration)) + 36 hours)",
        "-(\(leaf(.duration)))",
      ])
    case .period: return "(\(leaf(type)) \(random.pick(["+", "-"])) \(random.pick([1, 2, 12])))"
    case .boolean: return "(\(condition(depth)))"
    case .text: return leaf(type)
    }
  }

  private mutating func integer(_ depth: Int) -> String {
    let (left, right) = (expression(.integer, depth), expression(.integer, depth))
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return "-(\(left))"
    case 1: return "(\(leaf(.period(.month))) - \(leaf(.period(.month))))"
    case 2:
      return
        "(\(expression(.decimal(scale: 2), depth)) div \(expression(.decimal(scale: 2), depth)))"
    default: return "(\(left) \(random.pick(["+", "-", "*", "div", "mod"])) \(right))"
    }
  }

  private mutating func number(_ type: ColumnType, _ depth: Int) -> String {
    let other = random.pick(Self.numeric)
    if type == .float {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: return "(\(leaf(.duration)) / \(leaf(.duration)))"
      case 1:
        return "(\(expression(.float, depth)) \(random.pick(["+", "*", "-"])) \(leaf(.float)))"
      default: return "(\(expression(other, depth)) / \(expression(.integer, depth)))"
      }
    }
    if chance(30) { return "(\(expression(.integer, depth)) * \(leaf(.percent(scale: 3))))" }
    let operation = random.pick(["+", "-", "*", "mod"])
    return "(\(expression(type, depth)) \(operation) \(random.pick([leaf(.integer), leaf(type)])))"
  }

  mutating func leaf(_ type: ColumnType) -> String {
    if chance(75), let column = column(type) { return column }
    return constant(type)
  }

  /// A constant of a type, half of the time one that some row has.
  private mutating func constant(_ type: ColumnType) -> String {
    if chance(60) {
      let cells = scope.filter { isLike($0.type, type) }.flatMap(\.cells)
      if let cell = cells.randomElement(using: &random), let text = literal(cell) { return text }
    }
    switch type {
    case .integer: return random.pick(["0", "1", "2", "7", "255", "256", "9223372036854775807"])
    case .decimal: return random.pick(["0.5", "2.50", "1.25", "0.00", "12345678901234567890.12"])
    case .percent: return random.pick(["50%", "32.9%", "0%", "2%"])
    case .float, .ratio: return random.pick(["(1 / 3)", "(1 / 2)", "(7 / 0)"])
    case .boolean: return random.pick(["true", "false"])
    case .text: return random.pick(["\"A\"", "\"ộ\"", "\"\"", "\"Hà Nội\"", "'none'"])
    case .date: return random.pick(["@2024-01-15", "@2023-12-31", "today"])
    case .dateTime: return random.pick(["@2024-01-15T00:00", "@2024-02-01T12:00:00.000001"])
    case .duration: return random.pick(["1 hour", "2 days", "0.5 hours"])
    case .period(.month): return random.pick(["@2024-01", "@2023-12"])
    case .period(.quarter): return "@2024-Q1"
    case .period(.week): return "@2024-W07"
    case .period(.year): return random.pick(["@2024", "@2023"])
    }
  }

  private func literal(_ cell: CellValue) -> String? {
    switch cell {
    case .integer(let number) where number >= 0: return String(number)
    case .integer(let number): return "(\(number))"
    case .decimal(let number) where number.coefficient >= 0: return number.description
    case .text(let text):
      return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    case .date(let day): return "@\(day)"
    case .period(let period): return "@\(period)"
    case .boolean(let flag): return "\(flag)"
    default: return nil
    }
  }

  // MARK: Conditions

  mutating func condition(_ depth: Int) -> String {
    if depth > 0, chance(35) {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: return "not (\(condition(depth - 1)))"
      default:
        let parts = (0..<random.pick([2, 2, 3])).map { _ in "(\(condition(depth - 1)))" }
        return parts.joined(separator: random.pick([" and ", " or "]))
      }
    }
    let type = anyType()
    let subject = expression(type, depth > 1 ? 1 : 0)
    let wish = random.pick(
      [
        "compare", "compare", "compare", "in", "between", "missing", "range", "match", "member",
        "query", "period",
      ].filter { !isPure || !["member", "query"].contains($0) })
    switch wish {
    case "in": return among(subject, type) + orMissing()
    case "between" where type != .boolean:
      let not = chance(20) ? "not " : ""
      return "\(subject) \(not)between \(bound(type)) and \(bound(type))" + orMissing()
    case "missing": return "\(subject) is \(chance(40) ? "not " : "")missing"
    case "range" where type != .boolean && type != .text:
      let dots = random.pick(["..", "..<"])
      let low = leaf(type)
      // A number in parentheses would be a list.
      guard !low.hasPrefix("(") else { break }
      return "\(subject) \(chance(20) ? "not " : "")in \(low)\(dots)\(leaf(type))" + orMissing()
    case "match":
      let operation = random.pick(["contains", "starts with", "ends with", "~", "=", "!="])
      let loosely = operation != "~" && chance(40) ? " loosely" : ""
      let part = random.pick([constant(.text), leaf(.text), "\"ha noi\"", "\"dường\""])
      return "\(leaf(.text)) \(operation) \(part)\(loosely)" + orMissing()
    case "member": return member()
    case "query": return query(subject, type)
    case "period": return period()
    default: break
    }
    if type == .boolean, chance(60) { return subject }
    let operators = type == .boolean ? ["=", "!="] : ["=", "!=", "<", "<=", ">", ">="]
    return "\(subject) \(random.pick(operators)) \(operand(type))" + orMissing()
  }

  private mutating func orMissing() -> String { chance(10) ? " or missing" : "" }

  /// The other side of a comparison: mostly of the same type, or of one that goes with it.
  private mutating func operand(_ type: ColumnType) -> String {
    if chance(3) { return "missing" }
    if type.isNumeric, chance(25) { return expression(random.pick(Self.numeric), 1) }
    switch type {
    case .date where chance(25): return random.pick(["\"2024-01-10\"", "@2024-01", "@2024-Q1"])
    case .period(.year) where chance(30): return random.pick(["2024", leaf(.integer)])
    case .dateTime where chance(30): return random.pick(["@2024-01-10", "@2024-01"])
    default: return expression(type, 1)
    }
  }

  private mutating func bound(_ type: ColumnType) -> String {
    if chance(2) { return "missing" }
    if type == .date || type == .dateTime, chance(25) { return random.pick(["@2024-01", "@2023"]) }
    return leaf(type)
  }

  private mutating func among(_ subject: String, _ type: ColumnType) -> String {
    let members = (0..<random.pick([1, 2, 3])).map { _ -> String in
      if chance(8) { return "missing" }
      return chance(70) ? constant(type) : operand(type)
    }
    let loosely = type == .text && chance(20) ? " loosely" : ""
    return "\(subject) \(chance(30) ? "not " : "")in (\(members.joined(separator: ", ")))\(loosely)"
  }

  private mutating func member() -> String {
    let pairs = [
      ("k", "u.id"), ("s", "u.code"), ("q", "u.code"), ("d", "u.place"), ("i", "u.limit_value"),
      ("s", "u.s"), ("w", "t.k"), ("e", "u.place"), ("v", "t.v"), ("day", "t.day"), ("b", "t.b"),
      ("f", "t.f"), ("len", "t.len"), ("m", "t.m"),
    ].filter { pair in scope.contains { $0.text == pair.0 } }
    guard let pair = pairs.randomElement(using: &random) else { return "true" }
    return "\(pair.0) \(chance(40) ? "not " : "")in \(pair.1)"
  }

  private mutating func query(_ subject: String, _ type: ColumnType) -> String {
    let outer = scope
    scope = names(of: tables.facts)
    defer { scope = outer }
    let name = column(type) ?? "i"
    let filter = chance(50) ? " where \(condition(0))" : ""
    if chance(40) {
      let not = chance(30) ? "not " : ""
      return "\(subject) \(not)in (list \(chance(50) ? "distinct " : "")\(name) from t\(filter))"
    }
    let verb = type.isNumeric ? random.pick(["max", "min", "average", "sum"]) : "max"
    let operators = type == .boolean ? ["=", "!="] : ["<", ">=", "="]
    return "\(subject) \(random.pick(operators)) (\(verb) \(name) from t\(filter))"
  }

  private mutating func period() -> String {
    let name = column(chance(70) ? .date : .dateTime) ?? "@2024-01-15"
    return random.pick([
      "\(name) in @2024-01", "\(name) not in @2023-Q4", "\(name) in last 30 days",
      "\(name) in this month", "\(name) in last 3 months", "\(name) in next 2 weeks",
      "\(name) >= @2024-01", "\(name) < @2024", "\(name) in (@2024-01, @2023-12-20)",
      "\(name) in last year", "@2024-01 <= \(name)", "\(name) in @2023-W52",
    ])
  }
}
