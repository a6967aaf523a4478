/// Runs the steps of a plan one after another.
struct QueryRunner {
  /// What all parts of the run share.
  let context: RunContext

  /// An answer and where its rows come from.
  struct Answer {
    var table: Table
    /// The rows of the last step's input that the answer's rows are; nil where they are groups.
    var rows: [UInt32]?
  }

  /// The answer of a plan, with its receipt.
  func run(_ plan: QueryPlan) throws(QueryError) -> Table {
    try answer(plan, wantsRows: false).table
  }

  /// The answer of a plan, with its receipt and the rows that it is made of.
  func answer(_ plan: QueryPlan, wantsRows: Bool = true) throws(QueryError) -> Answer {
    var receipt = Receipt()
    var answers: [Column] = []
    for query in plan.queries {
      let answer = try run(query)
      answers.append(answer.columns[0])
      receipt.queries.append(answer.receipt)
    }
    var previous: Table?
    var rows: [UInt32]?
    for step in plan.steps {
      let (input, name) = try input(of: step, previous)
      receipt.steps += input.receipt.steps
      receipt.queries += input.receipt.queries
      var runner = StepRunner(context: context, step: step, answers: answers)
      runner.receipt.source = name
      runner.wantsRows = wantsRows
      var result = try runner.run(on: input)
      runner.receipt.rowsOut = result.rowCount
      if step.rows.isOne { runner.receipt.rowsRead = 0 }
      if !step.rows.isOne || runner.receipt.madeValuesMissing {
        receipt.steps.append(runner.receipt)
      }
      rows = runner.rows
      result.receipt = Receipt()
      previous = result
    }
    guard var answer = previous else {
      throw QueryError(kind: .bug, message: "a plan without steps")
    }
    answer.receipt = receipt
    return Answer(table: answer, rows: rows)
  }

  private func input(of step: StepPlan, _ previous: Table?) throws(QueryError)
    -> (Table, String?)
  {
    switch step.rows.input {
    case .table(let table, let name): return (table, name)
    case .query(let plan): return (try run(plan), nil)
    case .one: return (Table(names: [], columns: [], rowCount: 1), nil)
    case .previous:
      guard let previous else {
        throw QueryError(kind: .bug, message: "a first step without a source")
      }
      return (previous, nil)
    }
  }
}
