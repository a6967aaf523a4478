import Tally

extension Duration {
  /// The length in milliseconds.
  package var milliseconds: Double {
    Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15
  }

  /// The length as people read it: `0.42 ms`, `2.4 s`.
  package var words: String {
    let length = milliseconds
    if length < 1000 { return "\(fixed(length, length < 10 ? 2 : 1)) ms" }
    return "\(fixed(length / 1000, length < 100_000 ? 1 : 0)) s"
  }
}

/// A number with a fixed number of decimal places, rounded half away from zero.
package func fixed(_ number: Double, _ places: Int) -> String {
  var power = 1.0
  for _ in 0..<places { power *= 10 }
  let scaled = (abs(number) * power).rounded()
  guard scaled < 1e15 else { return "\(number)" }
  let whole = Int(scaled / power)
  let sign = number < 0 && scaled > 0 ? "-" : ""
  guard places > 0 else { return "\(sign)\(whole)" }
  let rest = String(Int(scaled) - whole * Int(power))
  return "\(sign)\(whole)." + String(repeating: "0", count: max(0, places - rest.count)) + rest
}

/// The line of JSON that `--timing` writes for a statement, for instance
/// `{"statement":1,"ms":0.42,"rows":4}`. `rows` is absent where the statement gives no table.
package func timingLine(statement: Int, _ duration: Duration, rows: Int?) -> String {
  var object = JSONText()
  object.add("statement", statement)
  object.add("ms", json: fixed(duration.milliseconds, 3))
  if let rows { object.add("rows", rows) }
  return object.text
}
