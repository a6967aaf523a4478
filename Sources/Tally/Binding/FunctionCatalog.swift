/// The scalar functions of the language: their names, what they take and give, and a line about
/// each.
enum FunctionCatalog {
  /// One function, as help and completion show it.
  struct Entry: Sendable {
    /// The name in the language.
    let name: String
    /// How it is called; one line per form.
    let signatures: [String]
    /// What it gives, in one line.
    let summary: String
    /// A call and what it gives.
    let example: (call: String, value: String)
  }

  /// The function of a name without regard to case, or nil.
  static func entry(_ name: String) -> Entry? { byName[name.lowercased()] }

  /// All names, sorted.
  static let names: [String] = entries.map(\.name).sorted()

  private static let byName: [String: Entry] = {
    var found: [String: Entry] = [:]
    for entry in entries { found[entry.name] = entry }
    return found
  }()

  /// The call of a function with arguments of any types, as an expression of arguments converted
  /// to what it takes; or what is wrong with the call.
  static func bind(_ name: String, _ arguments: [BoundExpression], at span: SourceSpan)
    throws(FunctionProblem) -> BoundExpression
  {
    guard let entry = entry(name) else {
      let nearest =
        foreignNames[name.lowercased()] ?? closest(to: name, among: names + windowNames)
      throw FunctionProblem("there is no function \(name)", nearest: nearest, isUnknownName: true)
    }
    let call = FunctionCall(entry: entry, arguments: arguments, span: span)
    if let bound = try call.bindText() { return bound }
    if let bound = try call.bindNumbers() { return bound }
    return try call.bindDates()
  }

  /// What other languages call our functions.
  private static let foreignNames = [
    "abs_value": "abs", "add_month": "add_months", "ceiling": "ceil", "char_length": "length",
    "concat_ws": "concat", "cumsum": "running", "cume_dist": "percent_rank", "day": "day_number",
    "dayofweek": "weekday", "dayofyear": "day_of_year",
    "dow": "weekday", "doy": "day_of_year", "first_day": "start", "forecast": "trend",
    "hour": "hour_number",
    "ifnull": "coalesce", "int": "number", "isodow": "weekday", "lag": "previous", "lcase": "lower",
    "lead": "next", "len": "length",
    "ln": "log", "maximum": "greatest", "mid": "substring", "minimum": "least",
    "minute": "minute_number", "networkdays": "working_days", "ntile": "tile", "nvl": "coalesce",
    "pow": "power", "regr_slope": "slope",
    "sgn": "sign", "size": "length", "split": "part", "split_part": "part", "str": "text",
    "strip": "trim", "substr": "substring", "to_date": "date", "to_number": "number",
    "to_text": "text", "tolower": "lower", "toupper": "upper", "trunc": "truncate",
    "ucase": "upper", "unaccent": "fold",
  ]
}

/// What is wrong with a call of a function.
struct FunctionProblem: Error, Sendable, Hashable {
  /// What is wrong, in one sentence without a full stop.
  let message: String
  /// Further lines.
  var help: [String] = []
  /// The place among the arguments of the one that does not fit; nil for the whole call.
  var argument: Int?
  /// The name that was probably meant.
  var nearest: String?
  /// Whether no function has the name.
  var isUnknownName = false

  init(
    _ message: String, help: [String] = [], argument: Int? = nil, nearest: String? = nil,
    isUnknownName: Bool = false
  ) {
    self.message = message
    self.help = help
    self.argument = argument
    self.nearest = nearest
    self.isUnknownName = isUnknownName
  }
}

/// One call while its types are found.
struct FunctionCall {
  let entry: FunctionCatalog.Entry
  let arguments: [BoundExpression]
  let span: SourceSpan

  /// Checks the number of arguments.
  func expect(_ counts: ClosedRange<Int>) throws(FunctionProblem) {
    if counts.contains(arguments.count) { return }
    let wanted =
      switch (counts.lowerBound, counts.upperBound) {
      case (1, 1): "one argument"
      case (let low, .max): "\(low) arguments or more"
      case (let low, let high) where low == high: "\(low) arguments"
      case (let low, let high): "\(low) to \(high) arguments"
      }
    throw FunctionProblem(
      "\(entry.name) takes \(wanted), not \(arguments.count)", help: entry.signatures)
  }

  /// The problem of one argument.
  func mismatch(_ place: Int, wants wanted: String, help: [String] = []) -> FunctionProblem {
    let found = arguments[place].type.name
    return FunctionProblem(
      "\(entry.name) takes \(wanted), and this is \(article(found))\(found)",
      help: help + entry.signatures, argument: place)
  }

  private func article(_ word: String) -> String {
    if word == "text" { return "" }
    return word.first.map { "aeiou".contains($0) } == true ? "an " : "a "
  }

  /// The call itself.
  func call(
    _ function: ScalarFunction, _ arguments: [BoundExpression], _ type: ColumnType,
    mayBeMissing: Bool = false
  ) -> BoundExpression {
    BoundExpression(
      .call(function, arguments), type,
      mayBeMissing: mayBeMissing || arguments.contains(where: \.mayBeMissing), at: span)
  }

  /// Exact arithmetic with a constant.
  func arithmetic(
    _ operation: ArithmeticOperator, _ left: BoundExpression, _ right: Int128, _ type: ColumnType
  ) -> BoundExpression {
    let constant = BoundExpression.constant(.integer(right), .integer, at: span)
    return BoundExpression(
      .arithmetic(operation, left, constant), type, mayBeMissing: left.mayBeMissing, at: span)
  }

  // MARK: Arguments

  /// An argument that must be text.
  func text(_ place: Int) throws(FunctionProblem) -> BoundExpression {
    let argument = arguments[place]
    if argument.isMissingLiteral { return argument.reread(as: .text) }
    guard argument.type == .text else {
      throw mismatch(place, wants: "text", help: ["text(x) gives the text of any value"])
    }
    return argument
  }

  /// An argument that must be a whole number.
  func integer(_ place: Int) throws(FunctionProblem) -> BoundExpression {
    let argument = arguments[place]
    if argument.isMissingLiteral { return argument.reread(as: .integer) }
    guard argument.type == .integer else { throw mismatch(place, wants: "a whole number") }
    return argument
  }

  /// An argument that must be a number.
  func number(_ place: Int) throws(FunctionProblem) -> BoundExpression {
    let argument = arguments[place]
    if argument.isMissingLiteral { return argument.reread(as: .integer) }
    guard argument.type.isNumeric else { throw mismatch(place, wants: "a number") }
    return argument
  }

  /// An argument that must be a whole number written in the query.
  func constantInteger(_ place: Int, _ limits: ClosedRange<Int>, _ what: String)
    throws(FunctionProblem) -> Int
  {
    let argument = arguments[place]
    var value = argument.constantValue
    if case .negated(let operand) = argument.kind,
      case .integer(let number)? = operand.constantValue
    {
      value = .integer(0 &- number)
    }
    guard case .integer(let number)? = value, let small = Int(exactly: number),
      limits.contains(small)
    else {
      throw FunctionProblem(
        "\(what) is a number from \(limits.lowerBound) to \(limits.upperBound) "
          + "that the query itself says", help: entry.signatures, argument: place)
    }
    return small
  }

  /// An argument that must be a number, as a double.
  func double(_ place: Int) throws(FunctionProblem) -> BoundExpression {
    try number(place).asFloat(.float)
  }

  /// An argument that must be a day or a moment, as a day.
  func day(_ place: Int) throws(FunctionProblem) -> BoundExpression {
    let argument = arguments[place]
    if argument.isMissingLiteral { return argument.reread(as: .date) }
    switch argument.type {
    case .date: return argument
    case .dateTime: return arithmetic(.floorDivide, argument, Int128(microsecondsPerDay), .date)
    default:
      throw mismatch(place, wants: "a date", help: ["date(x) reads a text such as 2025-03-01"])
    }
  }

  // MARK: Arguments of one type

  /// All arguments as values of one type.
  func unified() throws(FunctionProblem) -> (arguments: [BoundExpression], type: ColumnType) {
    guard let first = arguments.firstIndex(where: { !$0.isMissingLiteral }) else {
      return (arguments.map { $0.reread(as: .integer) }, .integer)
    }
    var type = arguments[first].type
    for place in arguments.indices where !arguments[place].isMissingLiteral {
      guard let common = commonType(type, arguments[place].type) else {
        throw mismatch(place, wants: "values of one type, here \(type.name)")
      }
      type = common
    }
    return (arguments.map { $0.converted(to: type) }, type)
  }

  /// The type that holds the values of both without a loss; for doubles, with one rounding.
  private func commonType(_ left: ColumnType, _ right: ColumnType) -> ColumnType? {
    if left == right { return left }
    guard left.isNumeric, right.isNumeric else { return nil }
    if left.isFloating || right.isFloating {
      return left.isPercentage && right.isPercentage ? .ratio : .float
    }
    let scale = max(left.scale, right.scale)
    if left.isPercentage || right.isPercentage {
      return left.isPercentage && right.isPercentage ? .percent(scale: scale) : nil
    }
    return .decimal(scale: scale)
  }
}
