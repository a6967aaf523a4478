/// Resolves names and types: makes a plan of a query's tree, or the first error that stands in its
/// way, before any row is read.
///
/// An expression is bound against the rows of a step, or, where ``groups`` is set, against its
/// groups.
struct Binder {
  /// What names mean outside the query.
  var environment: Environment
  /// The text, for messages and for the names of unnamed columns.
  var source: SourceText
  /// What names mean for rows.
  var scope = Scope()
  /// What names mean for groups; nil while rows are bound.
  var groups: GroupScope?
  /// How files and stored views are reached; nil where a query is only checked.
  var access: TableAccess?
  /// The step that is bound.
  var currentStep: StepSyntax?
  /// Whether rows are bound that windows can see.
  var mayHoldWindows = false
  /// Where a definition is used whose body is bound; nil outside of definitions.
  var place: SourceSpan?
  /// The measure whose aggregates are bound, as receipts name them.
  var callName: String?
  /// Whether the arguments of a function whose body is bound are values of groups.
  var isOfGroups = false
  /// Whether the query is the statement's own, whose answer can be saved.
  var maySave = false
  /// What the statement collects on the way.
  let collected: Collected

  /// Queries inside the query, and notes for the reader.
  final class Collected {
    var queries: [QueryPlan] = []
    let notes: Notes
    /// The columns that the condition being bound reads.
    var columnsRead: [String] = []
    /// Conditions that decide values of the step being bound.
    var watched: [FilterPlan] = []
    /// Whether a condition is being bound whose own outcome is reported.
    var isInFilter = false
    /// The windows over the rows of the step being bound.
    var windows = WindowList()
    /// What the head of the step has given names to so far.
    var headNames: [Scope.Entry] = []

    init(notes: Notes) { self.notes = notes }
  }

  /// What the reader of an answer must know about the names in its query: shared by the binders of
  /// all queries in a statement.
  final class Notes {
    private(set) var all: [Diagnostic] = []
    private var known = Set<Place>()

    private struct Place: Hashable {
      var message: String
      var start: Int
    }

    /// Adds a note; one place may be bound more than once.
    func append(_ note: Diagnostic) {
      if known.insert(Place(message: note.message, start: note.span.start)).inserted {
        all.append(note)
      }
    }

    /// The number of notes of a code.
    func count(of code: DiagnosticCode) -> Int { all.count { $0.code == code } }
  }

  init(environment: Environment, source: SourceText, notes: Notes = Notes()) {
    self.environment = environment
    self.source = source
    collected = Collected(notes: notes)
  }

  /// A binder for a query inside this one.
  func inner() -> Binder {
    var binder = Binder(environment: environment, source: source, notes: collected.notes)
    binder.access = access
    return binder
  }

  /// The error of one diagnostic.
  func error(
    _ kind: QueryError.Kind, _ code: DiagnosticCode, _ message: String, at span: SourceSpan,
    label: String? = nil, help: [String] = [], fixIts: [FixIt] = []
  ) -> QueryError {
    QueryError(
      kind: kind,
      diagnostics: [
        Diagnostic(code, message, at: span, label: label, help: help, fixIts: fixIts)
      ],
      source: source)
  }

  /// The words of a place, with single blanks: how the receipt shows a condition.
  func text(_ span: SourceSpan) -> String {
    source.text(in: span).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A text that is equal for expressions written alike: letter case counts in texts and quoted
  /// names only, and blanks do only between words.
  func signature(_ expression: ExpressionSyntax) -> String {
    var exact: [SourceSpan] = []
    expression.forEachDescendant { inner in
      switch inner.kind {
      case .literal(.text), .subquery: exact.append(inner.span)
      case .membership(let test):
        if case .query(let query) = test.set { exact.append(query.span) }
      case .name(let path): exact += path.parts.filter(\.isQuoted).map(\.span)
      default: break
      }
    }
    return signature(expression.span, exact: exact.sorted { $0.start < $1.start })
  }

  /// The same for a name.
  func signature(_ path: NamePathSyntax) -> String {
    signature(path.span, exact: path.parts.filter(\.isQuoted).map(\.span))
  }

  private func signature(_ span: SourceSpan, exact: [SourceSpan]) -> String {
    var result = ""
    var hasBlank = false
    func add(_ part: SourceSpan) {
      for character in source.text(in: part).lowercased() {
        if character.isWhitespace {
          hasBlank = true
          continue
        }
        if hasBlank, let last = result.last, last.isWordPart, character.isWordPart {
          result.append(" ")
        }
        hasBlank = false
        result.append(character)
      }
    }
    var place = span.start
    for part in exact where part.start >= place {
      add(SourceSpan(place, part.start))
      result += source.text(in: part)
      place = part.end
    }
    add(SourceSpan(place, span.end))
    return result
  }

  /// Has the receipt tell where a missing value decides a value. `columns` are those it reads.
  func watch(_ condition: BoundExpression, clause: String, columns: [String]) {
    guard groups == nil, !isOfGroups, !collected.isInFilter else { return }
    let condition = decided(condition)
    let names = deciding(columns, of: condition)
    // Operands of shares are bound more than once.
    let words = text(condition.span)
    let isKnown = collected.watched.contains {
      $0.clause == clause && $0.text == words && $0.columns == names
    }
    if isKnown { return }
    collected.watched.append(
      FilterPlan(
        condition: place.map { condition.placed(at: $0) } ?? condition, clause: clause, text: words,
        columns: names))
  }

  /// Of the columns that a condition reads, those of which a missing value is what decided it: none
  /// where values are computed from them first, and may be missing for another reason.
  func deciding(_ columns: [String], of condition: BoundExpression) -> [String] {
    guard condition.comparesColumnsAlone else { return [] }
    var names: [String] = []
    for name in columns where !names.contains(name) { names.append(name) }
    return names
  }

  /// The conditions that were watched since the last call.
  func takeWatched() -> [FilterPlan] {
    defer { collected.watched = [] }
    return collected.watched
  }

  /// Resolves a value that a step gives out or groups by; where it is a condition, its outcome is
  /// watched.
  func bindValue(_ expression: ExpressionSyntax, clause: String) throws(QueryError)
    -> BoundExpression
  {
    let outer = collected.columnsRead
    collected.columnsRead = []
    defer { collected.columnsRead = outer + collected.columnsRead }
    let bound = try bind(expression)
    // A column that `add` made was watched there.
    if case .name = expression.kind { return bound }
    if bound.type == .boolean { watch(bound, clause: clause, columns: collected.columnsRead) }
    return bound
  }
}

extension BoundExpression {
  /// Whether the condition compares columns and constants as they stand.
  fileprivate var comparesColumnsAlone: Bool {
    switch kind {
    case .and(let parts), .or(let parts): parts.allSatisfy(\.comparesColumnsAlone)
    case .not(let part), .isMissing(let part): part.comparesColumnsAlone
    case .comparison(_, let left, let right), .textMatch(_, let left, let right, _):
      left.isColumnOrConstant && right.isColumnOrConstant
    case .between(let value, let low, let high):
      value.isColumnOrConstant && low.isColumnOrConstant && high.isColumnOrConstant
    case .membership(let value, _): value.isColumnOrConstant
    default: isColumnOrConstant
    }
  }

  private var isColumnOrConstant: Bool {
    switch kind {
    case .column, .lookedUp, .constant: true
    case .rescale(let inner, _), .toFloat(let inner): inner.isColumnOrConstant
    case .conditional(let value, let test, let otherwise):
      // A column of which no row has a value, as one of another type.
      value.isMissingLiteral && otherwise.isMissingLiteral && test.comparesColumnsAlone
    default: false
    }
  }
}

extension Character {
  /// Whether the character can be part of a word, so that a blank before it parts two words.
  fileprivate var isWordPart: Bool { isLetter || isNumber || self == "_" || self == "`" }
}
