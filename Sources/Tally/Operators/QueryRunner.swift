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
    var answers: [QueryAnswer] = []
    for query in plan.queries {
      let (answer, own) = try value(of: query)
      answers.append(answer)
      receipt.queries.append(own)
    }
    var previous: Table?
    var rows: [UInt32]?
    for step in plan.steps {
      receipt.queries += step.tablesBeside.map(\.receipt).filter { !$0.steps.isEmpty }
      let (input, name) = try input(of: step.rows, previous, answers, &receipt)
      var runner = StepRunner(context: context, step: step, answers: answers)
      runner.receipt.source = name
      runner.wantsRows = wantsRows
      var result = try runner.runStages(on: try runner.run(on: input))
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
    answer.chart = plan.chart
    return Answer(table: answer, rows: rows)
  }

  /// The answer of a query that is used as a value or a set, with its receipt.
  func value(of query: QueryPlan) throws(QueryError) -> (QueryAnswer, Receipt) {
    guard let members = query.members else {
      let answer = try run(query)
      return (.column(answer.columns[0], AnswerSets(context)), answer.receipt)
    }
    let column = members.table.columns[members.column]
    let index = try MemberIndex(column, scale: column.type.scale, context)
    var step = Receipt.Step()
    step.source = members.name
    step.rowsRead = members.table.rowCount
    step.rowsKept = members.table.rowCount
    step.rowsOut = index.count
    var receipt = members.table.receipt
    receipt.steps.append(step)
    return (.members(index), receipt)
  }

  /// What rows are read from, and the table's name; the receipt is told of what ran for it.
  private func input(
    of rows: RowPlan, _ previous: Table?, _ answers: [QueryAnswer], _ receipt: inout Receipt
  ) throws(QueryError) -> (StepInput, String?) {
    switch rows.input {
    case .table(let table, let name):
      // Tables that queries made tell what was left out then.
      receipt.steps += table.receipt.steps
      receipt.queries += table.receipt.queries
      return (.table(table), name)
    case .one: return (.table(Table(names: [], columns: [], rowCount: 1)), nil)
    case .answered(let table, _):
      receipt.steps += table.receipt.steps
      receipt.queries += table.receipt.queries
      return (.table(table), nil)
    case .query(let plan):
      let table = try run(plan)
      receipt.steps += table.receipt.steps
      receipt.queries += table.receipt.queries
      return (.table(table), nil)
    case .previous:
      guard let previous else {
        throw QueryError(kind: .bug, message: "a first step without a source")
      }
      return (.table(previous), nil)
    case .joined(var before, let join):
      let (input, name) = try input(of: before, previous, answers, &receipt)
      let most: Int?? = if case .cross(let most) = join.join { .some(most) } else { nil }
      if most == nil {
        before.stages.append(.lookup(slot: before.slotCount))
        before.lookups.append(join)
      }
      var runner = StepRunner(
        context: context,
        step: StepPlan(rows: before, result: ResultPlan(outputs: [])), answers: answers)
      runner.receipt.source = name
      let rows = try runner.rows(of: input)
      let joined: JoinedRows
      if let most {
        joined = try runner.cross(rows, join, most: most)
      } else {
        joined = try runner.join(rows)
      }
      receipt.steps.append(runner.receipt)
      return (.joined(joined), nil)
    }
  }
}
