import CVectorKernels

/// Marks which of consecutive texts contain some bytes: 1, else 0. They are searched as one piece
/// of memory, in which `offsets` says where each begins, and the last ends.
func markTexts(
  containing wanted: TextSlice, _ offsets: UnsafePointer<Int>, _ bytes: UnsafePointer<UInt8>,
  count: Int, into marks: UnsafeMutablePointer<UInt8>, level: VectorLevel = .highest
) {
  guard let first = wanted.start, wanted.count > 0 else {
    return fillMask(marks, with: 1, count: count)
  }
  fillMask(marks, with: 0, count: count)
  let end = offsets[count]
  var (place, row) = (offsets[0], 0)
  while row < count {
    let found =
      place + findText(bytes + place, end - place, first, wanted.count, level)
    if found == end { return }
    while offsets[row &+ 1] <= found { row &+= 1 }
    if found + wanted.count <= offsets[row &+ 1] {
      marks[row] = 1
      row &+= 1
      place = offsets[row]
    } else {
      // It reaches into the next text.
      place = found + 1
    }
  }
}

/// The place of the first `length` bytes that are those wanted, or `count`.
@inline(__always)
func findText(
  _ text: UnsafePointer<UInt8>, _ count: Int, _ wanted: UnsafePointer<UInt8>, _ length: Int,
  _ level: VectorLevel
) -> Int {
  if level > .scalar { return tallyFindText(level.code, text, count, wanted, length) }
  // The twin of the C kernel.
  let all = TextSlice(start: text, count: count)
  return all.firstIndex(of: TextSlice(start: wanted, count: length)) ?? count
}
