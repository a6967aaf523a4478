extension NodeBuilder {
  /// The node of an expression that is looked up by the code of the only column it reads; nil
  /// where it is none of that kind, or not worth it.
  func tabled(_ expression: BoundExpression, in scope: EvaluationScope) throws(QueryError)
    -> VectorNode?
  {
    nil
  }
}
