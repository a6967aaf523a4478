import Testing

@testable import Tally

/// Ranges of results: every result of operands in range is in range, and the ends are reached.
@Suite struct IntervalArithmeticTests {
  static let ranges: [ClosedRange<Int128>] = [
    0...0, 1...1, -1...1, -7 ... -2, 0...5, -3...8, 2...9, -1...0,
  ]

  @Test(arguments: [
    ArithmeticOperator.add, .subtract, .multiply, .floorDivide, .modulo,
  ])
  func holdsAllResults(_ operation: ArithmeticOperator) throws {
    for left in Self.ranges {
      for right in Self.ranges {
        let bounds = try #require(IntervalArithmetic.bounds(of: operation, left, right))
        let results = left.flatMap { first in
          right.compactMap { second in result(operation, first, second) }
        }
        #expect(results.allSatisfy(bounds.contains), "\(operation) \(left) \(right)")
        if operation != .modulo, !results.isEmpty {
          #expect(results.min() == bounds.lowerBound && results.max() == bounds.upperBound)
        }
      }
    }
  }

  private func result(_ operation: ArithmeticOperator, _ left: Int128, _ right: Int128) -> Int128? {
    switch operation {
    case .add: return left + right
    case .subtract: return left - right
    case .multiply: return left * right
    case .floorDivide, .modulo:
      if right == 0 { return nil }
      let quotient = (left - ((left % right) + right) % right) / right
      return operation == .modulo ? left - quotient * right : quotient
    }
  }

  @Test func givesUpBeyond128Bits() {
    let huge = Int128.max - 1...Int128.max
    #expect(IntervalArithmetic.bounds(of: .add, huge, 1...2) == nil)
    #expect(IntervalArithmetic.bounds(of: .multiply, huge, -3...3) == nil)
    #expect(IntervalArithmetic.negated(Int128.min...0) == nil)
    #expect(IntervalArithmetic.bounds(of: .add, nil, 0...1) == nil)
    #expect(IntervalArithmetic.rescaled(0...5, by: 38) == nil)
    #expect(IntervalArithmetic.rescaled(-1...1, by: 2) == -100...100)
  }
}
