@testable import TallySyntax

/// The tree as text without the places in the source: equal for trees of equal meaning.
func treeText(_ tree: Any) -> String {
  if tree is SourceSpan { return "" }
  let mirror = Mirror(reflecting: tree)
  if mirror.children.isEmpty { return "\(tree)" }
  let parts = mirror.children.compactMap { child -> String? in
    if child.value is SourceSpan || child.label == "height" || child.label == "isQuoted" {
      return nil
    }
    let value = treeText(child.value)
    return child.label.map { $0.hasPrefix(".") ? value : "\($0):\(value)" } ?? value
  }
  return "(\(parts.joined(separator: " ")))"
}
