@testable import Tally
@testable import TallySyntax

/// The meaning of the language written down as plainly as possible: queries over arrays of cells,
/// one row at a time, without a thought of speed. The engine is held to it.
///
/// It reads the tree of the parser, and of the engine it uses values (``ExactDecimal``,
/// ``CalendarDate``), the text of a value in CSV, and nothing else.
struct Oracle {
  /// Tables by name in small letters, with the spelling of their names.
  private(set) var tables: [String: OracleTable] = [:]
  private var spellings: [String: String] = [:]
  var today = CalendarDate(daysSince1970: 0)
  /// What a script defines, by name in small letters.
  var functions: [String: FunctionSyntax] = [:]
  var measures: [String: MeasureSyntax] = [:]

  /// Whether values are computed also where no result asks for them.
  var isEager = true

  init() {}

  /// The meaning of the definitions of a script.
  init(_ script: OracleScript) {
    for function in script.functions { functions[function.name.text.lowercased()] = function }
    for measure in script.measures { measures[measure.name.text.lowercased()] = measure }
  }

  mutating func add(_ table: OracleTable, named name: String) {
    tables[name.lowercased()] = table
    spellings[name.lowercased()] = name
  }

  /// The answer of a query, or a ``Refusal``.
  func answer(_ query: QuerySyntax, _ source: SourceText) throws -> OracleAnswer {
    var resolver = Resolver(self, source)
    var receipt = Receipt()
    var current = OracleInput()
    for (index, step) in query.steps.enumerated() {
      if index == 0 {
        guard let read = step.source else { throw Refusal.invalid("no source") }
        current = try input(read, source, &resolver.scope, &receipt)
        if case .table(let name) = read.kind { resolver.notes.tables = [name.text.lowercased()] }
      }
      let isLast = index == query.steps.count - 1
      try resolver.extend(&current, by: step)
      guard
        var result = try resolver.result(
          of: &current, step, isForced: isLast || step.changesTable)
      else { continue }
      resolver.notes.tellLost(&result.receipt)
      let columns = result.table.names
      try resolver.stage(&result, by: step)
      receipt.steps += current.finished + [result.receipt]
      if isLast {
        receipt.queries += resolver.notes.queries
        return OracleAnswer(table: result.table, receipt: receipt)
      }
      current = OracleInput(rows: result.table.rows.map { OracleRow(cells: $0) })
      resolver.notes.tables = []
      resolver.notes.grain = resolver.grain(of: step, result, columns)
      resolver.scope = OracleScope(result.table, qualifier: nil, wide: result.mayBeWide)
      for (place, kind) in resolver.notes.grain?.additivity ?? [:] {
        resolver.scope.entries[place].meaning.additivity = kind
      }
      if !result.isPlain { resolver.scope.markEmptyColumns(of: result.table) }
    }
    throw Refusal.invalid("no step")
  }

  /// The rows of a source, and what their names mean.
  private func input(
    _ read: SourceSyntax, _ source: SourceText, _ scope: inout OracleScope,
    _ receipt: inout Receipt
  ) throws -> OracleInput {
    let alias = read.alias?.text
    switch read.kind {
    case .table(let name):
      let table = try self.table(name.text)
      scope = OracleScope(table, qualifier: alias ?? spellings[name.text.lowercased()])
      scope.markEmptyColumns(of: table)
      return OracleInput(
        name: spellings[name.text.lowercased()], rows: table.rows.map { OracleRow(cells: $0) })
    case .query(let query):
      let answer = try answer(query, source)
      receipt.steps += answer.receipt.steps
      receipt.queries += answer.receipt.queries
      scope = OracleScope(
        answer.table, qualifier: alias, wide: answer.table.types.map { _ in true })
      return OracleInput(rows: answer.table.rows.map { OracleRow(cells: $0) })
    case .file: throw Refusal.invalid("a file")
    }
  }

  func table(_ name: String) throws -> OracleTable {
    guard let table = tables[name.lowercased()] else { throw Refusal.invalid("no table \(name)") }
    return table
  }

  /// The receipt of reading the distinct values of a column.
  func receipt(ofColumn column: Int, table name: String) throws -> Receipt {
    let table = try table(name)
    var step = Receipt.Step()
    step.source = spellings[name.lowercased()]
    step.rowsRead = table.rows.count
    step.rowsKept = table.rows.count
    step.rowsOut = Set(table.column(column)).count
    var receipt = Receipt()
    receipt.steps = [step]
    return receipt
  }
}

/// Rows on their way through conditions and lookups.
struct OracleInput {
  var name: String?
  var rows: [OracleRow] = []
  var stages: [Stage] = []
  var lookupCount = 0
  /// Conditions that decide values of rows that pass.
  var watched: [OracleFilter] = []
  /// The receipts of what ran before rows were multiplied.
  var finished: [Receipt.Step] = []
  /// The places of the tables that were joined among the partners, nothing for the rows' own.
  var members: [Int?] = []
  /// Their names in small letters; nothing for a step before.
  var memberNames: [String?] = []

  enum Stage {
    case filter(OracleFilter)
    case lookup(OracleLookup)
    case window(OracleWindow)
  }
}

/// A table of which each row meets at most one row.
struct OracleLookup {
  var name: String
  /// Whether rows that meet none are left out.
  var isInner = false
  var table: OracleTable
  /// A value of the row, and one of a row of the table, that must be equal.
  var keys: [(left: Meaning, right: ([CellValue]) throws -> CellValue)]
  /// Whether the rows of one key are told apart by time.
  var asOf: OracleAsOf?
}

/// When a row must hold, and the columns that say when rows do.
struct OracleAsOf {
  var time: Meaning
  var from: Int
  var to: Int?
}

extension OracleScope {
  /// The columns of a table.
  init(_ table: OracleTable, qualifier: String?, wide: [Bool] = []) {
    entries = table.names.indices.map { index in
      Entry(
        name: table.names[index], qualifier: qualifier,
        meaning: Meaning(
          type: table.types[index], mayBeWide: wide.indices.contains(index) && wide[index]
        ) { row in
          Outcome(value: row.cells[index])
        })
    }
  }

  /// Columns in which no row has a value may be of any type.
  mutating func markEmptyColumns(of table: OracleTable) {
    for index in entries.indices {
      entries[index].meaning.isEmptyColumn = table.column(index).allSatisfy { $0 == .missing }
    }
  }
}
