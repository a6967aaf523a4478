/// A query with all names and types resolved: steps that run one after another.
struct QueryPlan: Sendable {
  /// The steps in their order, one at least.
  var steps: [StepPlan]
  /// The queries whose answers the steps use as values; they run first.
  var queries: [QueryPlan] = []
  /// The column whose values are the answer, where they are only searched: no step runs then.
  var members: MemberPlan?
  /// Where the answer is written, after `save to`.
  var saving: Saving?
  /// How the answer is drawn, after `chart`.
  var chart: Chart?

  /// A column of a table, for `in table.column`.
  struct MemberPlan: Sendable {
    var table: Table
    var name: String
    var column: Int
  }

  /// A file to write, and where its name stands.
  struct Saving: Sendable {
    var path: String
    /// The format of the table; nil for its picture.
    var format: TableFormat?
    var span: SourceSpan
  }

  /// The columns of the answer; nil where only the data can tell, as after `across`.
  var schema: Schema? { steps.last.flatMap(\.schema) }
}

/// One step: rows are kept and extended, perhaps grouped, then ordered, cut and given out.
///
///     input -> stages -> [groups] -> having -> order -> top -> limit -> outputs -> [stages]
struct StepPlan: Sendable {
  /// What is read and which rows pass.
  var rows: RowPlan
  /// The groups and aggregates, where there are any.
  var groups: GroupPlan?
  /// What is given out of the rows or groups.
  var result: ResultPlan
  /// What happens to the result as a whole.
  var stages: [TableStage] = []
  /// What one row of the result stands for; nil where that is not known.
  var grain: Grain?

  /// The columns of the step's result; nil where only the data can tell.
  var schema: Schema? {
    resultSchema.map { schema in
      var schema = stages.reduce(schema) { $1.schema(of: $0) }
      schema.grain = grain
      return schema
    }
  }

  private var resultSchema: Schema? {
    if let groups, groups.acrossCount > 0 { return nil }
    var schema = Schema(
      columns: result.outputs.map {
        Schema.Entry(name: $0.name, type: $0.expression.type, mayBeMissing: true)
      })
    // The row of the rest has a label under the first key, and those of totals under any.
    if result.top?.hasRest ?? false { schema.columns[0].type = .text }
    if let groups, groups.hasSubtotals {
      for key in groups.keys.indices { schema.columns[key].type = .text }
    }
    return schema
  }
}

/// Rows of one table on their way through conditions and lookups.
struct RowPlan: Sendable {
  /// Where the rows come from.
  var input: Input
  /// What happens to each row, in order.
  var stages: [Stage] = []
  /// The tables looked up; their slots follow those of the tables that `join many` put together.
  var lookups: [LookupPlan] = []
  /// Conditions that keep or drop no row but decide a value, such as those behind `if`. The receipt
  /// says where a missing value decided them.
  var watched: [FilterPlan] = []
  /// The windows, which are columns behind the input's own. Those that are computed of others come
  /// behind them.
  var windows: [WindowPlan] = []
  /// The columns of the step before, where that is the input.
  var previousColumnCount = 0

  /// The columns of the input, without windows.
  var columnCount: Int {
    switch input {
    case .table(let table, _), .answered(let table, _): table.columns.count
    case .previous: previousColumnCount
    case .query(let plan): plan.schema?.columns.count ?? 0
    case .joined, .one: 0
    }
  }

  /// The number of tables that expressions read beside the step's own: those that `join many` put
  /// together, then those that are looked up.
  var slotCount: Int { givenSlots + lookups.count }

  /// The number of tables that `join many` put together.
  var givenSlots: Int {
    if case .joined(let before, _) = input { before.slotCount + 2 } else { 0 }
  }

  /// The sources of rows.
  indirect enum Input: Sendable {
    /// A table under the name that was written.
    case table(Table, name: String)
    /// The result of the step before.
    case previous
    /// The answer of a query in parentheses.
    case query(QueryPlan)
    /// The answer of steps that had to run before the next could be bound.
    case answered(Table, QueryPlan)
    /// Rows that each meet several rows of a table. Their tables are slots: the rows' own, those
    /// that they looked up, and the one that is joined.
    case joined(RowPlan, LookupPlan)
    /// One row without columns, for values that come from no table.
    case one
  }

  /// Whether no table is read.
  var isOne: Bool { if case .one = input { true } else { false } }

  /// What happens to a row.
  enum Stage: Sendable {
    /// It is dropped where the condition is false.
    case filter(FilterPlan)
    /// It meets at most one row of a table, by the lookup's slot.
    case lookup(slot: Int)
  }
}

/// A condition on rows or groups, and how the receipt names it.
struct FilterPlan: Sendable {
  var condition: BoundExpression
  /// What it stands in: `where`, `having`, `with`, `if`, `group by` or `list`.
  var clause: String
  /// The condition as it was written.
  var text: String
  /// The names of the columns it reads.
  var columns: [String]
  /// Whether it is asked of rows alone for which the conditions before hold, and not also where they
  /// are unknown.
  var isApart = false
}

/// A table of which each row finds rows by equal keys.
struct LookupPlan: Sendable {
  var name: String
  /// The table's own name; nil where a query made it.
  var tableName: String?
  /// What becomes of rows that find none; nil for a lookup, which keeps them.
  var join: JoinKind?
  /// Whether a row may find several rows.
  var meetsMany = false
  /// Of the rows with equal keys the one that holds at a time; nil for any.
  var asOf: AsOfPlan?
  var table: Table
  /// Pairs of an expression on the rows and a column of the table.
  var keys: [Key]
  var span: SourceSpan

  /// The kinds of joins.
  enum JoinKind: Sendable, Hashable {
    /// Rows that find none are left out.
    case inner
    /// They stay, without values of the table.
    case left
    /// They stay, and so do rows of the table that none finds.
    case full
    /// Each row meets each row of the table; the rows that may be made at most.
    case cross(most: Int?)
  }

  /// `left = table.column`.
  struct Key: Sendable {
    var left: BoundExpression
    var column: Int
  }
}

/// Groups of rows and what is computed for each.
///
/// The groups make a table of their own: first the keys, then one column for each call.
struct GroupPlan: Sendable {
  /// The keys of `group by`, then those of `across`.
  var keys: [Output]
  /// How many of the keys are of `across`.
  var acrossCount = 0
  /// Whether `across` has `with totals`: a last column for all values, and a last row.
  var hasTotals = false
  /// Whether `group by` has `with totals`: a row for each value of the keys before the last, and a
  /// last row.
  var hasSubtotals = false
  /// The aggregates.
  var calls: [GroupCall]
  /// Pairs of columns that results go across although nobody published how they cross.
  var crosses: [UnpublishedCross] = []
  /// What happens to the groups before they are given out, after `fill` and `vs`.
  var shape: ShapePlan?
}

/// An aggregate, and over which groups it runs.
struct GroupCall: Sendable {
  var call: AggregateCall
  /// The slots of joined tables each of whose rows counts once in each group; nil for the rows as
  /// they are.
  var locality: [Int]?
  /// Whether equal values count once in each group, where the aggregate does not see to that itself.
  var countsValuesOnce = false
  /// The keys whose equal values make the group; nil for all keys. A share's denominator has
  /// fewer.
  var within: [Int]?
  /// The name that the receipt uses.
  var name: String
  /// The condition after `with`.
  var condition: FilterPlan?
}

/// A named expression.
struct Output: Sendable {
  var name: String
  var expression: BoundExpression
  /// For a key made by `bands`, whose values are numbers of bands: the names of these.
  var labels: [String]?
}

/// What is given out of a table of rows or groups.
struct ResultPlan: Sendable {
  /// The condition on groups.
  var having: FilterPlan?
  /// The keys that order the result, the first deciding first.
  var order: [OrderKey] = []
  /// The first or last few.
  var top: TopPlan?
  /// The most rows that are given out, after `skip` of them.
  var limit: Int?
  /// The rows that are left out first.
  var skip = 0
  /// Whether equal rows are given out once.
  var isDistinct = false
  /// The windows over groups, which are columns behind those of the groups.
  var windows: [WindowPlan] = []
  /// The columns of the result.
  var outputs: [Output]

  /// One key of an order.
  struct OrderKey: Sendable {
    var expression: BoundExpression
    var isDescending: Bool
    /// The language whose order texts are in; nil for that of code points.
    var collation: Collation?
  }
}

/// `top 3 by fee within agency with rest`.
struct TopPlan: Sendable {
  var count: Int
  /// The smallest instead of the largest.
  var isBottom: Bool
  /// What is compared.
  var by: BoundExpression
  /// Rows compete with those of equal values; none for all rows.
  var within: [BoundExpression]
  /// Whether a last row gathers what is cut.
  var hasRest: Bool
}
