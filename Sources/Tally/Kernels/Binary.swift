/// An operation on two values that can't fail. Kernels are specialised by it.
protocol BinaryOperation {
  associatedtype Value: BitwiseCopyable
  associatedtype Outcome: BitwiseCopyable
  static func apply(_ left: Value, _ right: Value) -> Outcome
}

/// An operation on two integers that reports whether the result is not what was asked for.
protocol CheckedOperation {
  associatedtype Value: FixedWidthInteger & BitwiseCopyable
  static func apply(_ left: Value, _ right: Value) -> (partialValue: Value, overflow: Bool)
}

/// Applies an operation to each row, or to the one pair of two constants.
@inline(__always)
func applyToRows<O: BinaryOperation>(
  _ operation: O.Type, _ left: Operand<O.Value>, _ right: Operand<O.Value>, count: Int,
  into out: UnsafeMutablePointer<O.Outcome>
) {
  switch (left, right) {
  case (.many(let first), .many(let second)):
    for place in 0..<count { out[place] = O.apply(first[place], second[place]) }
  case (.many(let first), .one(let second)):
    for place in 0..<count { out[place] = O.apply(first[place], second) }
  case (.one(let first), .many(let second)):
    for place in 0..<count { out[place] = O.apply(first, second[place]) }
  case (.one(let first), .one(let second)):
    for place in 0..<count { out[place] = O.apply(first, second) }
  }
}

/// Applies a checked operation to each row and tells whether any result, of missing rows too,
/// overflowed or lies outside `limits`.
@inline(__always)
func applyCheckedToRows<O: CheckedOperation>(
  _ operation: O.Type, _ left: Operand<O.Value>, _ right: Operand<O.Value>,
  limits: ClosedRange<O.Value>, count: Int, into out: UnsafeMutablePointer<O.Value>
) -> Bool {
  var failed = false
  for place in 0..<count {
    let (value, overflow) = O.apply(left[place], right[place])
    out[place] = value
    failed = failed || overflow || !limits.contains(value)
  }
  return failed
}

/// The first row that has a value and whose result overflows or lies outside `limits`.
@inline(__always)
func firstFailure<O: CheckedOperation>(
  _ operation: O.Type, _ left: Operand<O.Value>, _ right: Operand<O.Value>,
  limits: ClosedRange<O.Value>, valid: UnsafePointer<UInt8>?, count: Int
) -> Int? {
  for place in 0..<count where valid.map({ $0[place] == 1 }) ?? true {
    let (value, overflow) = O.apply(left[place], right[place])
    if overflow || !limits.contains(value) { return place }
  }
  return nil
}

extension Operand {
  /// The value of one row.
  @inline(__always)
  subscript(place: Int) -> T {
    switch self {
    case .many(let pointer): pointer[place]
    case .one(let value): value
    }
  }
}

enum WrappingAdd<T: FixedWidthInteger & BitwiseCopyable>: BinaryOperation {
  @inline(__always) static func apply(_ left: T, _ right: T) -> T { left &+ right }
}
enum WrappingSubtract<T: FixedWidthInteger & BitwiseCopyable>: BinaryOperation {
  @inline(__always) static func apply(_ left: T, _ right: T) -> T { left &- right }
}
enum WrappingMultiply<T: FixedWidthInteger & BitwiseCopyable>: BinaryOperation {
  @inline(__always) static func apply(_ left: T, _ right: T) -> T { left &* right }
}
enum CheckedAdd<T: FixedWidthInteger & BitwiseCopyable>: CheckedOperation {
  @inline(__always) static func apply(_ left: T, _ right: T) -> (partialValue: T, overflow: Bool) {
    left.addingReportingOverflow(right)
  }
}
enum CheckedSubtract<T: FixedWidthInteger & BitwiseCopyable>: CheckedOperation {
  @inline(__always) static func apply(_ left: T, _ right: T) -> (partialValue: T, overflow: Bool) {
    left.subtractingReportingOverflow(right)
  }
}
enum CheckedMultiply<T: FixedWidthInteger & BitwiseCopyable>: CheckedOperation {
  @inline(__always) static func apply(_ left: T, _ right: T) -> (partialValue: T, overflow: Bool) {
    left.multipliedReportingOverflow(by: right)
  }
}
enum FloatAdd: BinaryOperation {
  @inline(__always) static func apply(_ left: Double, _ right: Double) -> Double { left + right }
}
enum FloatSubtract: BinaryOperation {
  @inline(__always) static func apply(_ left: Double, _ right: Double) -> Double { left - right }
}
enum FloatMultiply: BinaryOperation {
  @inline(__always) static func apply(_ left: Double, _ right: Double) -> Double { left * right }
}
enum IsEqual<T: Equatable & BitwiseCopyable>: BinaryOperation {
  @inline(__always) static func apply(_ left: T, _ right: T) -> UInt8 {
    // A cast, not a choice: the loop stays without branches.
    unsafeBitCast(left == right, to: UInt8.self)
  }
}
enum IsLess<T: Comparable & BitwiseCopyable>: BinaryOperation {
  @inline(__always) static func apply(_ left: T, _ right: T) -> UInt8 {
    unsafeBitCast(left < right, to: UInt8.self)
  }
}
