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

/// Applies an operation to each row. A constant is read once, so that loops vectorise.
@inline(__always)
func applyToRows<O: BinaryOperation>(
  _ operation: O.Type, _ left: Operand<O.Value>, _ right: Operand<O.Value>, count: Int,
  into out: UnsafeMutablePointer<O.Outcome>
) {
  let (first, second) = (left.values, right.values)
  switch (left.isConstant, right.isConstant) {
  case (false, false):
    for place in 0..<count { out[place] = O.apply(first[place], second[place]) }
  case (false, true):
    let one = second.pointee
    for place in 0..<count { out[place] = O.apply(first[place], one) }
  case (true, false):
    let one = first.pointee
    for place in 0..<count { out[place] = O.apply(one, second[place]) }
  case (true, true):
    let one = O.apply(first.pointee, second.pointee)
    for place in 0..<count { out[place] = one }
  }
}

/// Applies a checked operation to each row and tells whether any result, of missing rows too,
/// overflowed or lies outside `limits`.
@inline(__always)
private func applyChecked<O: CheckedOperation>(
  _ operation: O.Type, _ left: Operand<O.Value>, _ right: Operand<O.Value>,
  limits: ClosedRange<O.Value>, count: Int, into out: UnsafeMutablePointer<O.Value>
) -> Bool {
  var failed = false
  let (low, high) = (limits.lowerBound, limits.upperBound)
  for place in 0..<count {
    let (value, overflow) = O.apply(left[place], right[place])
    out[place] = value
    failed = failed || overflow || value < low || value > high
  }
  return failed
}

/// The first row that has a value and whose result overflows or lies outside `limits`.
@inline(__always)
private func firstFailure<O: CheckedOperation>(
  _ operation: O.Type, _ left: Operand<O.Value>, _ right: Operand<O.Value>,
  limits: ClosedRange<O.Value>, valid: UnsafePointer<UInt8>?, count: Int
) -> Int? {
  for place in 0..<count where valid.map({ $0[place] == 1 }) ?? true {
    let (value, overflow) = O.apply(left[place], right[place])
    if overflow || !limits.contains(value) { return place }
  }
  return nil
}

// The kernels below are called from generic nodes, which the compiler does not specialise by
// itself: the attribute names the types for which there is a body of its own.

/// Adds, subtracts or multiplies where every result is known to fit.
@specialized(where T == Int64)
@specialized(where T == Int128)
func wrappingRows<T: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
  _ operation: ArithmeticOperator, _ left: Operand<T>, _ right: Operand<T>, count: Int,
  into out: UnsafeMutablePointer<T>
) {
  switch operation {
  case .add: applyToRows(WrappingAdd<T>.self, left, right, count: count, into: out)
  case .subtract: applyToRows(WrappingSubtract<T>.self, left, right, count: count, into: out)
  default: applyToRows(WrappingMultiply<T>.self, left, right, count: count, into: out)
  }
}

/// Adds, subtracts or multiplies and tells whether any result, of missing rows too, overflowed or
/// lies outside `limits`.
@specialized(where T == Int64)
@specialized(where T == Int128)
func checkedRows<T: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
  _ operation: ArithmeticOperator, _ left: Operand<T>, _ right: Operand<T>,
  limits: ClosedRange<T>, count: Int, into out: UnsafeMutablePointer<T>
) -> Bool {
  switch operation {
  case .add:
    applyChecked(CheckedAdd<T>.self, left, right, limits: limits, count: count, into: out)
  case .subtract:
    applyChecked(CheckedSubtract<T>.self, left, right, limits: limits, count: count, into: out)
  default:
    applyChecked(CheckedMultiply<T>.self, left, right, limits: limits, count: count, into: out)
  }
}

/// The first row that has a value and whose sum, difference or product does not fit.
func firstFailure<T: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
  _ operation: ArithmeticOperator, _ left: Operand<T>, _ right: Operand<T>,
  limits: ClosedRange<T>, valid: UnsafePointer<UInt8>?, count: Int
) -> Int? {
  switch operation {
  case .add:
    firstFailure(
      CheckedAdd<T>.self, left, right, limits: limits, valid: valid, count: count)
  case .subtract:
    firstFailure(
      CheckedSubtract<T>.self, left, right, limits: limits, valid: valid, count: count)
  default:
    firstFailure(
      CheckedMultiply<T>.self, left, right, limits: limits, valid: valid, count: count)
  }
}

/// Writes whether the values are equal.
@specialized(where T == Int64)
@specialized(where T == Int128)
@specialized(where T == Double)
@specialized(where T == UInt8)
@specialized(where T == UInt32)
@specialized(where T == TextSlice)
func equalRows<T: Equatable & BitwiseCopyable>(
  _ left: Operand<T>, _ right: Operand<T>, count: Int, into out: UnsafeMutablePointer<UInt8>
) {
  applyToRows(IsEqual<T>.self, left, right, count: count, into: out)
}

/// Writes whether the left value is less.
@specialized(where T == Int64)
@specialized(where T == Int128)
@specialized(where T == Double)
@specialized(where T == UInt8)
@specialized(where T == UInt32)
@specialized(where T == TextSlice)
func lessRows<T: Comparable & BitwiseCopyable>(
  _ left: Operand<T>, _ right: Operand<T>, count: Int, into out: UnsafeMutablePointer<UInt8>
) {
  applyToRows(IsLess<T>.self, left, right, count: count, into: out)
}

/// Keeps the smaller, or the larger, of what is in `out` and the value.
@specialized(where T == Int64)
@specialized(where T == Int128)
@specialized(where T == Double)
@specialized(where T == UInt8)
@specialized(where T == UInt32)
@specialized(where T == TextSlice)
func keepExtremes<T: Comparable & BitwiseCopyable>(
  isLeast: Bool, _ values: Operand<T>, count: Int, into out: UnsafeMutablePointer<T>
) {
  if isLeast {
    for place in 0..<count { out[place] = min(out[place], values[place]) }
  } else {
    for place in 0..<count { out[place] = max(out[place], values[place]) }
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
