/// Writes fields of CSV into memory that is large enough.
///
/// SAFETY: who makes one gives it room for all that is written; see ``Dossiers/widestRow``.
struct RowCursor {
  private(set) var next: UnsafeMutablePointer<UInt8>

  init(_ start: UnsafeMutablePointer<UInt8>) { next = start }

  @inline(__always)
  mutating func byte(_ value: UInt8) {
    next.pointee = value
    next += 1
  }

  @inline(__always)
  mutating func comma() { byte(UInt8(ascii: ",")) }

  @inline(__always)
  mutating func text(_ value: StaticString) {
    next.update(from: value.utf8Start, count: value.utf8CodeUnitCount)
    next += value.utf8CodeUnitCount
  }

  /// A number with zeros in front, at a width that holds it.
  @inline(__always)
  mutating func digits(_ value: Int, width: Int) {
    var rest = UInt64(truncatingIfNeeded: value)
    var place = width
    while place > 0 {
      place -= 1
      next[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    next += width
  }

  /// A number of at least zero.
  @inline(__always)
  mutating func number(_ value: Int) {
    var width = 1
    var bound = 10
    while value >= bound {
      width += 1
      bound &*= 10
    }
    digits(value, width: width)
  }

  @inline(__always)
  mutating func truth(_ value: Bool) { text(value ? "true" : "false") }
}
