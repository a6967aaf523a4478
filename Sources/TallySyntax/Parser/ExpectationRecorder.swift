/// What can stand at a place, as the parser knows it.
package enum Expectation: Sendable, Hashable {
  /// A word or sign of the grammar, in its spelling: `group by`, `desc`, `>=`.
  case keyword(String)
  /// An aggregate that begins an item of a head.
  case verb(String)
  /// A table, or a name that a `let` made.
  case table
  /// A column of the tables in scope.
  case column
  /// A column of the named table.
  case columnOf(String)
  /// A column that the step itself makes, by an alias or an aggregate.
  case output
  /// A function.
  case function
  /// A value of the column, as written: `agency`, `services.agency`.
  case valueOf(String)
  /// A parameter, with its `$`.
  case parameter
  /// A whole number.
  case number
  /// A file in quotes.
  case file
  /// A query in parentheses.
  case query
}

/// Writes down what the parser looks for at one token.
struct ExpectationRecorder: Sendable {
  /// The token at which something is to be completed.
  let index: Int?
  private(set) var expected: [Expectation] = []
  /// The tables that the statement has named so far, and other names for them.
  private(set) var tables: [String] = []
  /// The names that the statement has given with `as`.
  private(set) var names: [String] = []
  /// The column that is compared with what begins at `comparedIndex`.
  private(set) var compared: String?
  private var comparedIndex = -1
  /// Whether a step came before the one that is being read.
  var followsThen = false
  /// The aggregate in words whose operand is being read.
  var phrase: Phrase?

  init(index: Int?) { self.index = index }

  mutating func add(_ expectation: Expectation) {
    if !expected.contains(expectation) { expected.append(expectation) }
  }

  mutating func beginStatement() {
    tables = []
    names = []
    compared = nil
    phrase = nil
    followsThen = false
  }

  mutating func visit(table: String) {
    if index != nil, !tables.contains(table) { tables.append(table) }
  }

  mutating func define(_ name: String) {
    if index != nil, !names.contains(name) { names.append(name) }
  }

  mutating func compare(with left: ExpressionSyntax, at position: Int) {
    guard index != nil, case .name(let path) = left.kind else {
      compared = nil
      return
    }
    compare(with: path.text, at: position)
  }

  mutating func compare(with column: String?, at position: Int) {
    compared = column
    comparedIndex = position
  }

  /// The column whose values fit at `position`.
  func column(comparedAt position: Int) -> String? {
    comparedIndex == position ? compared : nil
  }
}

extension Parser {
  /// Writes down that `expectation` could stand at the current token.
  mutating func note(_ expectation: Expectation) {
    if index == recorder.index { recorder.add(expectation) }
  }

  /// Writes down that an operand could begin at the current token.
  mutating func noteOperand() {
    guard index == recorder.index else { return }
    if let column = recorder.column(comparedAt: index) { recorder.add(.valueOf(column)) }
    recorder.add(.column)
    recorder.add(.function)
    recorder.add(.parameter)
    recorder.add(.keyword("missing"))
  }
}
