extension FunctionCall {
  /// The functions of numbers; nil for others.
  func bindNumbers() throws(FunctionProblem) -> BoundExpression? {
    switch entry.name {
    case "abs":
      try expect(1...1)
      let number = arguments[0].type == .duration ? arguments[0] : try number(0)
      return call(.abs, [number], number.type)
    case "sign":
      try expect(1...1)
      let number = arguments[0].type == .duration ? arguments[0] : try number(0)
      return call(.sign, [number], .integer)
    case "round", "floor", "ceil", "truncate": return try bindRounding()
    case "sqrt", "exp":
      try expect(1...1)
      let function: ScalarFunction = entry.name == "sqrt" ? .sqrt : .exp
      return call(function, [try double(0)], .float, mayBeMissing: true)
    case "power":
      try expect(2...2)
      return call(.power, [try double(0), try double(1)], .float, mayBeMissing: true)
    case "log":
      try expect(1...2)
      var parts = [try double(0)]
      if arguments.count == 2 { parts.append(try double(1)) }
      return call(.log, parts, .float, mayBeMissing: true)
    case "least", "greatest":
      try expect(2...Int.max)
      let (parts, type) = try unified()
      if type == .boolean { throw mismatch(0, wants: "values that have an order") }
      return call(entry.name == "least" ? .least : .greatest, parts, type)
    case "coalesce": return try bindCoalesce()
    case "percent": return try bindPercent()
    case "number": return try bindNumber()
    default: return nil
    }
  }

  /// `coalesce(a, b)` is `a if a is not missing else b`.
  private func bindCoalesce() throws(FunctionProblem) -> BoundExpression {
    try expect(2...Int.max)
    let (parts, type) = try unified()
    var result = parts[parts.count - 1]
    for part in parts.dropLast().reversed() {
      let isMissing = BoundExpression(
        .isMissing(part), .boolean, mayBeMissing: false, at: part.span)
      let hasValue = BoundExpression(
        .not(isMissing), .boolean, mayBeMissing: false, at: part.span)
      result = BoundExpression(
        .conditional(part, condition: hasValue, otherwise: result), type,
        mayBeMissing: part.mayBeMissing && result.mayBeMissing, at: span)
    }
    return result
  }

  /// Rounding to decimal places. For percentages the places are those behind the point of what is
  /// written before the sign, so one place of 32.97% is three places of 0.3297.
  ///
  /// The result is exact, whatever was rounded: a double becomes a decimal number, a quotient that
  /// reads as a percentage becomes a percent.
  private func bindRounding() throws(FunctionProblem) -> BoundExpression {
    try expect(1...2)
    guard let function = ScalarFunction(rawValue: entry.name) else {
      throw FunctionProblem("there is no function \(entry.name)")
    }
    let number = try number(0)
    let largest = number.type.isFloating ? 15 : ExactDecimal.maximumScale
    let smallest = number.type.isPercentage ? -2 : -18
    let digits =
      arguments.count == 1
      ? 0 : try constantInteger(1, smallest...largest, "the number of decimal places")
    let places = number.type.isPercentage ? digits + 2 : digits
    if !number.type.isFloating, places >= number.type.scale { return number }
    if !number.type.isFloating, number.type.scale - places > ExactDecimal.maximumScale {
      throw FunctionProblem("\(entry.name) can't drop more than 38 digits", argument: 1)
    }
    let type: ColumnType =
      if number.type.isPercentage {
        .percent(scale: places)
      } else if places > 0 {
        .decimal(scale: places)
      } else {
        .integer
      }
    let constant = BoundExpression.constant(.integer(Int128(places)), .integer, at: span)
    return call(function, [number, constant], type)
  }

  private func bindPercent() throws(FunctionProblem) -> BoundExpression {
    try expect(1...1)
    let number = try number(0)
    switch number.type {
    case .integer: return number.reread(as: .percent(scale: 0))
    case .decimal(let scale): return number.reread(as: .percent(scale: scale))
    case .float: return number.reread(as: .ratio)
    default: return number
    }
  }

  /// The plain number behind a percentage, or the one that a text is.
  private func bindNumber() throws(FunctionProblem) -> BoundExpression {
    try expect(1...2)
    let argument = arguments[0]
    if argument.type == .text {
      let digits =
        arguments.count == 1
        ? 0 : try constantInteger(1, 0...ExactDecimal.maximumScale, "the number of decimal places")
      let type: ColumnType = digits == 0 ? .integer : .decimal(scale: digits)
      return call(.number, [argument], type, mayBeMissing: true)
    }
    try expect(1...1)
    guard argument.isMissingLiteral || argument.type.isNumeric else {
      throw mismatch(0, wants: "text or a percentage")
    }
    switch argument.type {
    case .percent(let scale): return argument.reread(as: .decimal(scale: scale))
    case .ratio: return argument.reread(as: .float)
    default: return argument.isMissingLiteral ? argument.reread(as: .integer) : argument
    }
  }
}

extension FunctionCatalog {
  /// The functions of numbers.
  static let numberEntries: [Entry] = [
    Entry(
      name: "abs", signatures: ["abs(number)"], summary: "The number without its sign.",
      example: ("abs(-3)", "3")),
    Entry(
      name: "sign", signatures: ["sign(number)"], summary: "-1, 0 or 1.",
      example: ("sign(-3)", "-1")),
    Entry(
      name: "round", signatures: ["round(number)", "round(number, places)"],
      summary: "The nearest number with so many decimal places; halves go away from zero.",
      example: ("round(2.675, 2)", "2.68")),
    Entry(
      name: "floor", signatures: ["floor(number)", "floor(number, places)"],
      summary: "The nearest number with so many decimal places that is not larger.",
      example: ("floor(-2.5)", "-3")),
    Entry(
      name: "ceil", signatures: ["ceil(number)", "ceil(number, places)"],
      summary: "The nearest number with so many decimal places that is not smaller.",
      example: ("ceil(20 * 55%)", "11")),
    Entry(
      name: "truncate", signatures: ["truncate(number)", "truncate(number, places)"],
      summary: "The number without its further decimal places.",
      example: ("truncate(32.97%, 1)", "32.9%")),
    Entry(
      name: "sqrt", signatures: ["sqrt(number)"],
      summary: "The square root; missing below zero.", example: ("sqrt(9)", "3.0")),
    Entry(
      name: "power", signatures: ["power(base, exponent)"],
      summary: "The base to the power of the exponent.", example: ("power(2, 10)", "1024.0")),
    Entry(
      name: "log", signatures: ["log(number)", "log(number, base)"],
      summary: "The natural logarithm, or that of a base; missing for zero and below.",
      example: ("log(8, 2)", "3.0")),
    Entry(
      name: "exp", signatures: ["exp(number)"], summary: "e to the power of the number.",
      example: ("exp(0)", "1.0")),
    Entry(
      name: "least", signatures: ["least(value, value, …)"],
      summary: "The smallest of the values; missing if one is.", example: ("least(3, 1.5)", "1.5")),
    Entry(
      name: "greatest", signatures: ["greatest(value, value, …)"],
      summary: "The largest of the values; missing if one is.",
      example: ("greatest(3, 1.5)", "3.0")),
    Entry(
      name: "bands", signatures: ["bands(value, bound, …)"],
      summary: "The name of the band between ascending bounds in which a value lies.",
      example: ("bands(250, 100, 500)", "100 to below 500")),
    Entry(
      name: "coalesce", signatures: ["coalesce(value, value, …)"],
      summary: "The first of the values that is not missing.",
      example: ("coalesce(missing, 5)", "5")),
    Entry(
      name: "percent", signatures: ["percent(number)"],
      summary: "The number read as a percentage.", example: ("percent(0.329)", "32.9%")),
    Entry(
      name: "number", signatures: ["number(text)", "number(text, places)", "number(percentage)"],
      summary: "The number that a text is, or that stands behind a percentage.",
      example: ("number(\"1853\")", "1853")),
  ]
}
