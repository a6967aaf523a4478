@testable import Tally

extension RandomQueries {
  static let others = ["t", "u", "(t where k > 3)", "(u where place > 1)", "(list k, s from t)"]

  /// A step that takes in a whole table, or turns columns into rows.
  mutating func stages() -> String {
    switch random.pick([0, 0, 1, 2, 2]) {
    case 0: return "append \(random.pick(Self.others))"
    case 1:
      // The columns must be the same, so rows are taken out of what they are a part of.
      let names = scope.prefix(3).filter { !$0.text.contains(".") }.map(\.text)
      if names.isEmpty { return "append u" }
      let columns = names.joined(separator: ", ")
      let source = chance(70) ? "t where \(random.pick(["k > 3", "s = \"A\"", "k < 8"]))" : "u"
      return "list \(columns) except (list \(columns) from \(source))"
    default:
      let first = scope.filter { !$0.text.contains(".") }.randomElement(using: &random)
      guard let first else { return "append t" }
      var columns = [first]
      for name in scope where name.type == first.type && name.text != first.text && chance(60) {
        if !name.text.contains(".") { columns.append(name) }
      }
      let names = Set(columns.map(\.text))
      scope = scope.filter { !names.contains($0.text) }
      scope += [Name(text: "which", type: .text), Name(text: "amount", type: first.type)]
      return "unpivot \(columns.map(\.text).joined(separator: ", ")) into which, amount"
    }
  }
}
