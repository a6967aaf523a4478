/// The distinct texts of a column in ascending order of their bytes, so that the order of codes
/// is the order of texts.
final class TextDictionary: Sendable {
  /// The texts, distinct and ascending.
  let heap: TextHeap

  /// Takes over a heap whose texts are distinct and ascending.
  init(sorted heap: TextHeap) { self.heap = heap }

  /// The number of texts.
  var count: Int { heap.count }

  /// The text of a code.
  subscript(code: Int) -> String { heap[code] }

  /// The code of a text in normalisation form C, or nil where the column has no such value.
  func code(of text: String) -> Int? {
    let place = insertionIndex(of: text)
    return place < count && heap[place] == text ? place : nil
  }

  /// The number of texts that are smaller than `text`.
  func insertionIndex(of text: String) -> Int {
    var copy = text
    return copy.withUTF8 { bytes in
      var low = 0
      var high = count
      while low < high {
        let middle = (low + high) >> 1
        if compareBytes(heap.slice(middle), bytes) < 0 { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }
}
