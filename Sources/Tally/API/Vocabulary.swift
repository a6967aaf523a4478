/// The words of the language that the engine gives a meaning.
package enum Vocabulary {
  /// The names of the scalar functions.
  package static let functionNames = ScalarFunction.allCases.map(\.rawValue).sorted()
}
