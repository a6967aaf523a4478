/// The scalar functions of the language.
enum ScalarFunction: String, Sendable, Hashable, CaseIterable {
  case year
}
