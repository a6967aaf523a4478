/// Says in plain English what a query asks, so that a wrong reading is seen before its answer is
/// believed.
///
///     count services where level >= 3 group by agency
///     Counts the rows of services whose level is at least 3, for each agency.
///
/// It is made of the tree alone: what stands in parentheses, and what `with`, `within` and `having`
/// belong to, is said as the parser read it.
struct Paraphrase {
  /// The text that the tree was read from.
  let source: SourceText

  /// A sentence or several.
  func sentences(_ query: QuerySyntax) -> String {
    query.steps.enumerated().map { index, step in
      self.step(step, isFirst: index == 0)
    }.joined(separator: " ")
  }

  /// The same within a sentence.
  func phrase(_ query: QuerySyntax) -> String {
    var text = sentences(query)
    if text.hasSuffix(".") { text.removeLast() }
    return text.lowercasedFirst
  }

  private func step(_ step: StepSyntax, isFirst: Bool) -> String {
    var sentences = main(step, isFirst: isFirst).map { [$0] } ?? []
    for clause in step.clauses { sentences += further(clause, step) }
    if sentences.isEmpty { sentences = ["Keeps these rows"] }
    if !isFirst { sentences[0] = "Then " + sentences[0].lowercasedFirst }
    return sentences.map { $0 + "." }.joined(separator: " ")
  }

  // MARK: The main sentence

  /// Nothing where a later step only does what further sentences say.
  private func main(_ step: StepSyntax, isFirst: Bool) -> String? {
    let rows = rows(of: step, isFirst: isFirst)
    guard let head = step.head else {
      return rows == "these rows" ? nil : "Keeps \(rows)"
    }
    let groups = groups(of: step)
    switch head.form {
    case .list: return list(head, rows)
    case .aggregate, .show:
      if head.form == .show, step.source == nil, isFirst {
        return "Computes " + Self.listed(head.items.map(named))
      }
      if head.items.count == 1, head.items[0].alias == nil,
        case .aggregate(let aggregate) = head.items[0].kind
      {
        return single(aggregate, rows) + groups
      }
      return "Computes \(Self.listed(head.items.map(named))) over \(rows)\(groups)"
    }
  }

  private func list(_ head: HeadSyntax, _ rows: String) -> String {
    let columns = head.items.isEmpty ? "all columns" : Self.listed(head.items.map(named))
    return head.isDistinct
      ? "Lists \(columns) of \(rows), equal rows once" : "Lists \(columns) of \(rows)"
  }

  private func groups(of step: StepSyntax) -> String {
    var text = ""
    for clause in step.clauses {
      switch clause {
      case .groupBy(let groupBy):
        text += ", for each " + Self.listed(groupBy.keys.map(key))
        if groupBy.hasTotals { text += ", with subtotals and a total" }
      case .across(let across):
        text += ", with a column for each " + Self.listed(across.keys.map(key))
        if across.hasTotals { text += " and totals of rows and columns" }
      default: continue
      }
    }
    return text
  }

  /// A key behind `each`.
  private func key(_ item: ItemSyntax) -> String {
    let words = named(item)
    return words.hasPrefix("the ") ? String(words.dropFirst(4)) : words
  }

  /// `the rows of services whose level is at least 3`.
  private func rows(of step: StepSyntax, isFirst: Bool) -> String {
    var text = isFirst ? "the rows" : "these rows"
    if let source = step.source { text += " of " + self.source(source) }
    var hasParts = false
    for clause in step.clauses {
      switch clause {
      case .lookup(let lookup): text += ", each with " + joined(lookup)
      case .join(let join): text += ", each beside " + joined(join)
      case .add(let add): text += ", with " + Self.listed(add.items.map(named)) + " added"
      case .where(let clause): text += (hasParts ? "," : "") + whose(clause.condition)
      default: continue
      }
      hasParts = true
    }
    return text
  }

  /// ` whose level is at least 3`.
  func whose(_ condition: ExpressionSyntax) -> String {
    let words = self.condition(condition)
    return condition.beginsWithName ? " whose \(words)" : " for which \(words)"
  }

  func source(_ source: SourceSyntax) -> String {
    switch source.kind {
    case .table(let name): return name.text == "_" ? "the last answer" : name.text
    case .file(let path): return "the file \(spelledText(path))"
    case .query(let query): return "what this gives (\(phrase(query)))"
    }
  }

  private func joined(_ lookup: LookupSyntax) -> String {
    var text = "the row of \(source(lookup.source)) that has \(keys(lookup.keys))"
    if let time = lookup.asOf {
      text += ", the latest that is not after \(expression(time))"
    }
    return text
  }

  private func joined(_ join: JoinSyntax) -> String {
    let many = join.cardinality == .many ? "every row" : "the one row"
    let other = source(join.source)
    let match = "\(many) of \(other) that has \(keys(join.keys))"
    switch join.kind {
    case .cross: return "every row of \(other)"
    case .inner: return match + ", and left out without one"
    case .left: return match + ", and kept without one"
    case .full: return match + ", and the rows of both that meet none"
    }
  }

  private func keys(_ keys: [JoinKeySyntax]) -> String {
    let parts = keys.map { key in
      switch key {
      case .shared(let path): "the same \(path.text)"
      case .equal(let left, let right): "\(expression(left)) equal to \(expression(right))"
      case .condition(let condition): self.condition(condition)
      }
    }
    return Self.listed(parts)
  }

  // MARK: Further sentences

  private func further(_ clause: ClauseSyntax, _ step: StepSyntax) -> [String] {
    switch clause {
    case .from, .lookup, .join, .add, .where, .groupBy, .across: return []
    case .fill(let fill): return ["What no row falls into gets \(expression(fill.value))"]
    case .versus(let versus): return versus.comparisons.map(compared)
    case .having(let having): return ["Keeps the groups\(whose(having.condition))"]
    case .orderBy(let order):
      let keys = order.keys.map { key in
        expression(key.expression) + (key.isDescending ? ", the largest first" : "")
          + (key.collation.map { ", by the alphabet of \($0.text)" } ?? "")
      }
      return ["Orders them by " + keys.joined(separator: ", then by ")]
    case .top(let top): return [cut(top)]
    case .limit(let limit):
      let skip = limit.skip.map { ", after the first \(expression($0))" } ?? ""
      return ["Gives out at most \(expression(limit.count))\(skip)"]
    case .append(let append): return ["Adds the rows of \(source(append.source)) below"]
    case .except(let except):
      return ["Leaves out the rows that are also in \(source(except.source))"]
    case .unpivot(let unpivot):
      let columns = Self.listed(unpivot.columns.map(\.text))
      return [
        "Makes a row of each of the columns \(columns), its name in \(unpivot.key.text) and its"
          + " value in \(unpivot.value.text)"
      ]
    case .chart(let chart):
      let words = ([chart.kind] + chart.options).map(\.text).joined(separator: " ")
      return ["Draws the answer as a chart: \(words)"]
    case .save(let save): return ["Writes the answer to \(spelledText(save.path))"]
    }
  }

  private func cut(_ top: TopSyntax) -> String {
    let which = top.isBottom ? "smallest" : "largest"
    var text = "Keeps the \(expression(top.count)) with the \(which) "
    text += top.by.map(expression) ?? "first measure"
    if let within = top.within { text += " " + self.within(within) }
    if top.hasRest { text += ", and the rest as one row" }
    return text
  }

  private func compared(_ comparison: VersusSyntax.Comparison) -> String {
    switch comparison {
    case .previous(let count, let unit, let toDate):
      let date = toDate ? ", both up to the same day" : ""
      let time = count == 1 ? "the previous \(unit.rawValue)" : "\(count) \(unit.rawValue)s before"
      return "Compares each with \(time)\(date)"
    case .first: return "Compares each with the first"
    case .target(let target, let keys):
      let match = keys.isEmpty ? "" : " that has \(self.keys(keys))"
      return "Compares each with the target \(expression(target))\(match)"
    }
  }

  // MARK: Words

  /// An item with its name.
  func named(_ item: ItemSyntax) -> String {
    let words: String
    switch item.kind {
    case .aggregate(let aggregate): words = noun(aggregate)
    case .expression(let expression): words = self.expression(expression)
    }
    guard let alias = item.alias else { return words }
    return "\(words) as \(alias.text)"
  }

  /// `a`, `a and b`, `a, b and c`.
  static func listed(_ words: [String], _ last: String = "and") -> String {
    guard let end = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(last) " + end
  }
}

extension String {
  /// The text with a small first letter.
  var lowercasedFirst: String {
    guard let first else { return self }
    return first.lowercased() + dropFirst()
  }
}

extension ExpressionSyntax {
  /// Whether a condition is said of a column: `level is at least 3`.
  fileprivate var beginsWithName: Bool {
    switch kind {
    case .name: true
    case .binary(let binary):
      binary.operator.isComparison && binary.left.isName
    case .membership(let test): test.value.isName
    case .between(let between): between.value.isName
    case .missingTest(let operand, _): operand.isName
    case .orMissing(let condition): condition.beginsWithName
    case .logical(_, let operands): operands[0].beginsWithName
    default: false
    }
  }

  private var isName: Bool {
    if case .name = kind { true } else { false }
  }
}
