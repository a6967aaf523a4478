/// What becomes of groups before they are filtered, ordered and given out.
///
///     keys | aggregates | measures | columns of comparisons
///
/// The table of groups has these columns, in this order.
struct ShapePlan: Sendable {
  /// The measures, computed from keys and aggregates.
  var measures: [Output]
  /// Groups of no rows that are added.
  var fill: FillPlan?
  /// The key that says when groups are, and along which they are compared with earlier ones.
  var timeKey: Int?
  /// Where `vs` finds the group that each group is compared with.
  var partners: [PartnerPlan] = []
  /// The columns of comparisons; later ones may read earlier ones.
  var added: [AddedColumn] = []
  /// Whether rows were cut so that whole periods are not compared with open ones.
  var isCutToDate = false
  /// The day that counts as today.
  var today: CalendarDate

  /// One column of a comparison.
  struct AddedColumn: Sendable {
    var name: String
    var source: Source
  }

  /// Where a column of a comparison comes from.
  enum Source: Sendable {
    /// The measure of the group that the partner plan finds.
    case partner(Int, measure: Int)
    /// An expression of the columns before it.
    case computed(BoundExpression)
    /// A value of a table that groups look up by their keys.
    case lookedUp(BoundExpression, LookupPlan)
  }
}

/// Which groups of no rows are added, and what they show.
struct FillPlan: Sendable {
  /// The keys of which every value is known, each in ascending order of keys.
  var domains: [Domain]
  /// The value of each measure in a group that is added.
  var values: [CellValue]
  /// Where the clause stands.
  var span: SourceSpan

  /// The values of one key.
  struct Domain: Sendable {
    var key: Int
    /// The first value as it is stored, where the query says it; else the smallest found.
    var first: Int64?
    /// The last value, likewise.
    var last: Int64?
    /// No value beyond this one is added unless a group has it.
    var latest: Int64?
    /// Conditions of the step that are to say the first and last value once their queries have
    /// answers; none where they need none.
    var conditions: [BoundExpression] = []
  }
}

/// The group that a group is compared with: the one whose other keys are equal, and whose time key
/// is earlier.
enum PartnerPlan: Sendable {
  /// So many of the key's units earlier; `name` says which in the receipt.
  case steps(Int64, name: String)
  /// A day so many months earlier, or that month's last.
  case months(Int64, name: String)
  /// The first of the series with a value.
  case first
}

extension ShapePlan {
  /// Where expressions find the measures, and behind them the columns of comparisons, until the
  /// number of aggregates is known.
  static let base = 1 << 24

  /// The plan with its columns behind those of the aggregates.
  func placed(behind count: Int) -> ShapePlan {
    var plan = self
    for index in added.indices {
      switch added[index].source {
      case .partner: continue
      case .computed(let expression):
        plan.added[index].source = .computed(Self.placed(expression, behind: count))
      case .lookedUp(let expression, var lookup):
        for key in lookup.keys.indices {
          lookup.keys[key].left = Self.placed(lookup.keys[key].left, behind: count)
        }
        plan.added[index].source = .lookedUp(Self.placed(expression, behind: count), lookup)
      }
    }
    return plan
  }

  /// An expression with the columns of the shape behind those of keys and aggregates.
  static func placed(_ expression: BoundExpression, behind count: Int) -> BoundExpression {
    expression.mappingColumns { $0 < base ? $0 : $0 - base + count }
  }
}

extension ResultPlan {
  /// The plan with the columns of a shape behind those of keys and aggregates.
  func placed(behind count: Int) -> ResultPlan {
    let move = { ShapePlan.placed($0, behind: count) }
    var plan = self
    if let having { plan.having?.condition = move(having.condition) }
    for index in order.indices { plan.order[index].expression = move(order[index].expression) }
    if let top {
      plan.top?.by = move(top.by)
      plan.top?.within = top.within.map(move)
    }
    for index in outputs.indices {
      plan.outputs[index].expression = move(outputs[index].expression)
    }
    return plan
  }
}

extension BoundExpression {
  /// The same expression on a table whose columns stand elsewhere.
  func mappingColumns(_ place: @escaping (Int) -> Int) -> BoundExpression {
    let map = { (operand: BoundExpression) in operand.mappingColumns(place) }
    let kind: Kind
    switch self.kind {
    case .column(let index): kind = .column(place(index))
    case .lookedUp, .constant, .queryValue: return self
    case .arithmetic(let operation, let left, let right):
      kind = .arithmetic(operation, map(left), map(right))
    case .quotient(let left, let right): kind = .quotient(map(left), map(right))
    case .negated(let operand): kind = .negated(map(operand))
    case .rescale(let operand, let places): kind = .rescale(map(operand), by: places)
    case .toFloat(let operand): kind = .toFloat(map(operand))
    case .comparison(let operation, let left, let right):
      kind = .comparison(operation, map(left), map(right))
    case .textMatch(let match, let left, let right, let loosely):
      kind = .textMatch(match, map(left), map(right), loosely: loosely)
    case .between(let value, let low, let high): kind = .between(map(value), map(low), map(high))
    case .membership(let value, let set): kind = .membership(map(value), set)
    case .isMissing(let operand): kind = .isMissing(map(operand))
    case .not(let operand): kind = .not(map(operand))
    case .and(let operands): kind = .and(operands.map(map))
    case .or(let operands): kind = .or(operands.map(map))
    case .conditional(let value, let condition, let otherwise):
      kind = .conditional(map(value), condition: map(condition), otherwise: map(otherwise))
    case .call(let function, let arguments): kind = .call(function, arguments.map(map))
    }
    return BoundExpression(kind, type, mayBeMissing: mayBeMissing, bounds: bounds, at: span)
  }
}
