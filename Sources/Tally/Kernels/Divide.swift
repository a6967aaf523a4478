// Divisions go row by row: the division itself costs more than the loop. A zero divisor gives 0
// and a mark in `zeros`, which counts only where the row has a value.

/// What a division met on its way.
struct DivisionFindings {
  /// Whether a divisor was zero, in missing rows too.
  var hasZero = false
  /// Whether a result does not fit its type, in missing rows too.
  var hasOverflow = false
}

/// The quotient rounded down and the rest that has the sign of the divisor. The quotient of the
/// least integer and -1 overflows.
@inline(__always)
func floorDivision<T: FixedWidthInteger & SignedInteger>(_ dividend: T, _ divisor: T) -> (
  quotient: T, modulo: T, overflow: Bool
) {
  if divisor == -1 {
    let (negated, overflow) = T.zero.subtractingReportingOverflow(dividend)
    return (negated, 0, overflow)
  }
  let (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
  if rest != 0, (rest < 0) != (divisor < 0) { return (quotient &- 1, rest &+ divisor, false) }
  return (quotient, rest, false)
}

/// Writes quotients rounded down.
@specialized(where T == Int64)
@specialized(where T == Int128)
func floorDivideRows<T: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
  _ left: Operand<T>, _ right: Operand<T>, limits: ClosedRange<T>, count: Int,
  into out: UnsafeMutablePointer<T>, zeros: UnsafeMutablePointer<UInt8>
) -> DivisionFindings {
  var findings = DivisionFindings()
  for place in 0..<count {
    let divisor = right[place]
    zeros[place] = divisor == 0 ? 1 : 0
    guard divisor != 0 else {
      out[place] = 0
      findings.hasZero = true
      continue
    }
    let (quotient, _, overflow) = floorDivision(left[place], divisor)
    out[place] = quotient
    if overflow || !limits.contains(quotient) { findings.hasOverflow = true }
  }
  return findings
}

/// Writes what divisions rounded down leave.
@specialized(where T == Int64)
@specialized(where T == Int128)
func moduloRows<T: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
  _ left: Operand<T>, _ right: Operand<T>, count: Int,
  into out: UnsafeMutablePointer<T>, zeros: UnsafeMutablePointer<UInt8>
) -> DivisionFindings {
  var findings = DivisionFindings()
  for place in 0..<count {
    let divisor = right[place]
    zeros[place] = divisor == 0 ? 1 : 0
    out[place] = divisor == 0 ? 0 : floorDivision(left[place], divisor).modulo
    if divisor == 0 { findings.hasZero = true }
  }
  return findings
}

/// Writes quotients of doubles: the plain one, that rounded down, or what that leaves.
func divideFloatRows(
  _ kind: FloatDivision, _ left: Operand<Double>, _ right: Operand<Double>, count: Int,
  into out: UnsafeMutablePointer<Double>, zeros: UnsafeMutablePointer<UInt8>
) -> DivisionFindings {
  var findings = DivisionFindings()
  for place in 0..<count {
    let (dividend, divisor) = (left[place], right[place])
    zeros[place] = divisor == 0 ? 1 : 0
    guard divisor != 0 else {
      out[place] = 0
      findings.hasZero = true
      continue
    }
    switch kind {
    case .plain: out[place] = dividend / divisor
    case .floor: out[place] = (dividend / divisor).rounded(.down)
    case .modulo:
      let rest = dividend.truncatingRemainder(dividingBy: divisor)
      out[place] = rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest
    }
  }
  return findings
}

/// The divisions of doubles.
enum FloatDivision {
  case plain, floor, modulo
}

/// Writes exact quotients of integers as the nearest doubles. All operands lie within 53 bits, so
/// both are doubles already and the division rounds once.
func divideSmallRows(
  _ left: Operand<Int64>, _ right: Operand<Int64>, count: Int,
  into out: UnsafeMutablePointer<Double>, zeros: UnsafeMutablePointer<UInt8>
) -> DivisionFindings {
  applyToRows(SmallQuotient.self, left, right, count: count, into: out)
  var zero: UInt8 = 0
  for place in 0..<count {
    let isZero = unsafeBitCast(right[place] == 0, to: UInt8.self)
    zeros[place] = isZero
    zero |= isZero
  }
  return DivisionFindings(hasZero: zero != 0)
}

private enum SmallQuotient: BinaryOperation {
  @inline(__always) static func apply(_ left: Int64, _ right: Int64) -> Double {
    // Of a division by zero only the mark counts.
    right == 0 ? 0 : Double(left) / Double(right)
  }
}

/// Writes exact quotients of integers as the nearest doubles.
@specialized(where T == Int64)
@specialized(where T == Int128)
func divideExactRows<T: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
  _ left: Operand<T>, _ right: Operand<T>, count: Int,
  into out: UnsafeMutablePointer<Double>, zeros: UnsafeMutablePointer<UInt8>
) -> DivisionFindings {
  var findings = DivisionFindings()
  for place in 0..<count {
    let divisor = Int128(truncatingIfNeeded: right[place])
    zeros[place] = divisor == 0 ? 1 : 0
    guard divisor != 0 else {
      out[place] = 0
      findings.hasZero = true
      continue
    }
    out[place] = signedQuotient(Int128(truncatingIfNeeded: left[place]), divisor)
  }
  return findings
}

/// `dividend / divisor` as the nearest double for any divisor but zero.
@inline(__always)
func signedQuotient(_ dividend: Int128, _ divisor: Int128) -> Double {
  if divisor > 0 { return quotient(dividend, divisor) }
  let magnitude = roundedQuotient(dividend.magnitude, divisor.magnitude)
  return dividend > 0 ? -magnitude : magnitude
}

/// Whether all values are finite.
func areFinite(_ values: UnsafePointer<Double>, count: Int) -> Bool {
  var worst: UInt64 = 0
  for place in 0..<count {
    // All exponent bits are set only in infinities and in what is not a number: then, and only
    // then, one more in the lowest exponent bit carries into the sign.
    worst |= (values[place].bitPattern & 0x7FFF_FFFF_FFFF_FFFF) &+ 0x0010_0000_0000_0000
  }
  return worst >> 63 == 0
}

/// Replaces values that are not finite by 0 and marks them.
func replaceInfinite(
  _ values: UnsafeMutablePointer<Double>, count: Int, marks: UnsafeMutablePointer<UInt8>
) {
  for place in 0..<count {
    marks[place] = values[place].isFinite ? 0 : 1
    if !values[place].isFinite { values[place] = 0 }
  }
}
