@testable import Tally
@testable import TallySyntax

/// A query of a test with the functions and measures that are defined above it, each on a line.
struct OracleScript {
  var source: SourceText
  var query: QuerySyntax
  var functions: [FunctionSyntax] = []
  var measures: [MeasureSyntax] = []

  /// The script of a text; nothing where the parser refuses it.
  init?(_ text: String) {
    source = SourceText(text)
    guard text.contains("\n") else {
      let parsed = parseQuery(source)
      guard let query = parsed.query, !parsed.diagnostics.contains(where: { $0.severity == .error })
      else { return nil }
      self.query = query
      return
    }
    let parsed = parseScript(source)
    guard !parsed.hasErrors, case .query(let query)? = parsed.script.statements.last?.kind else {
      return nil
    }
    self.query = query
    for statement in parsed.script.statements.dropLast() {
      switch statement.kind {
      case .letFunction(let function): functions.append(function)
      case .measure(let measure): measures.append(measure)
      default: return nil
      }
    }
  }

  /// Gives an environment what is defined, as a session does.
  func define(in environment: inout Environment) {
    for function in functions {
      environment.functions[Environment.key(function.name.text)] = DefinedFunction(
        name: function.name.text, parameters: function.parameters.map(\.text),
        body: function.body, source: source,
        span: function.name.span.joined(with: function.body.span), values: [:],
        functions: environment.functions, height: environment.height(of: function.body))
    }
    for measure in measures {
      environment.measures[Environment.key(measure.name.text)] = DefinedMeasure(
        name: measure.name.text, tableKey: Environment.key(measure.table.text),
        table: measure.table.text, value: measure.value, source: source,
        span: measure.name.span.joined(with: measure.value.span), values: [:],
        functions: environment.functions, height: environment.height(of: measure.value))
    }
  }
}
