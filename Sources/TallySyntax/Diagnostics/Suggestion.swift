/// The candidate nearest to `word`, or nothing if none is near enough to be meant.
///
/// Nearness is the number of letters inserted, deleted, replaced or swapped with their neighbour
/// (the optimal string alignment distance), after case and accents are removed, so `dat dai` is at
/// distance 0 from `Đất đai`. A third of the letters of the word, and one at least, may differ. Of
/// candidates equally near, the one that comes first wins.
///
///     closest(to: "agancy", among: ["level", "agency"])  // "agency"
package func closest(to word: String, among candidates: some Sequence<String>) -> String? {
  let wanted = Array(word.folded.unicodeScalars.prefix(longestCompared))
  guard !wanted.isEmpty else { return nil }
  var best: String?
  var limit = max(1, wanted.count / 3)
  for candidate in candidates {
    let offered = Array(candidate.folded.unicodeScalars.prefix(longestCompared))
    guard let distance = editDistance(wanted, offered, atMost: limit) else { continue }
    // A word that shares no letter with what was typed is no suggestion.
    guard distance < max(wanted.count, offered.count) else { continue }
    best = candidate
    if distance == 0 { break }
    limit = distance - 1
  }
  return best
}

/// Words are compared up to this number of letters.
private let longestCompared = 64

/// The optimal string alignment distance of two words, or nothing if it is above `limit`.
private func editDistance(
  _ left: [Unicode.Scalar], _ right: [Unicode.Scalar], atMost limit: Int
) -> Int? {
  guard abs(left.count - right.count) <= limit else { return nil }
  var beforeLast = [Int](repeating: 0, count: right.count + 1)
  var last = Array(0...right.count)
  var row = last
  for i in 1...max(left.count, 1) where i <= left.count {
    row[0] = i
    var least = i
    for j in 1...max(right.count, 1) where j <= right.count {
      let same = left[i - 1] == right[j - 1]
      var cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1))
      if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
        cost = min(cost, beforeLast[j - 2] + 1)
      }
      row[j] = cost
      least = min(least, cost)
    }
    if least > limit { return nil }
    (beforeLast, last, row) = (last, row, beforeLast)
  }
  return last[right.count] <= limit ? last[right.count] : nil
}
