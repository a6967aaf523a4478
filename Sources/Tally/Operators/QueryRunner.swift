/// Runs the steps of a plan one after another.
struct QueryRunner {
  /// What all parts of the run share.
  let context: RunContext

  /// The answer of a plan, with its receipt.
  func run(_ plan: QueryPlan) throws(QueryError) -> Table {
    var receipt = Receipt()
    var answers: [Column] = []
    for query in plan.queries {
      let answer = try run(query)
      answers.append(answer.columns[0])
      receipt.queries.append(answer.receipt)
    }
    var previous: Table?
    for step in plan.steps {
      let (input, name) = try input(of: step, previous)
      receipt.steps += input.receipt.steps
      receipt.queries += input.receipt.queries
      var runner = StepRunner(context: context, step: step, answers: answers)
      runner.receipt.source = name
      var result = try runner.run(on: input)
      runner.receipt.rowsOut = result.rowCount
      receipt.steps.append(runner.receipt)
      result.receipt = Receipt()
      previous = result
    }
    guard var answer = previous else {
      throw QueryError(kind: .bug, message: "a plan without steps")
    }
    answer.receipt = receipt
    return answer
  }

  private func input(of step: StepPlan, _ previous: Table?) throws(QueryError)
    -> (Table, String?)
  {
    switch step.rows.input {
    case .table(let table, let name): return (table, name)
    case .query(let plan): return (try run(plan), nil)
    case .previous:
      guard let previous else {
        throw QueryError(kind: .bug, message: "a first step without a source")
      }
      return (previous, nil)
    }
  }
}
