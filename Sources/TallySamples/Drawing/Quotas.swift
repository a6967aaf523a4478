/// Splits a total into whole parts in proportion to weights, so that the parts add up to it: each
/// part is rounded down, and what is left goes to the largest remainders, the first of equals.
package func quotas(of total: Int, over weights: [UInt64]) -> [Int] {
  let sum = weights.reduce(UInt128(0)) { $0 + UInt128($1) }
  guard sum > 0 else { return weights.map { _ in 0 } }
  let products = weights.map { UInt128($0) * UInt128(total) }
  var parts = products.map { Int($0 / sum) }
  let left = total - parts.reduce(0, +)
  let order = products.indices.sorted { one, other in
    let (first, second) = (products[one] % sum, products[other] % sum)
    return first == second ? one < other : first > second
  }
  for index in order.prefix(left) { parts[index] += 1 }
  return parts
}

/// The eighth root of a number below 2^15, times 2^24, rounded down at each of three square roots.
func eighthRoot(_ number: UInt64) -> UInt64 {
  let half = squareRoot(number << 48)
  let quarter = squareRoot(half << 24)
  return squareRoot(quarter << 24)
}

/// The square root, rounded down, by Newton's method in whole numbers.
func squareRoot(_ number: UInt64) -> UInt64 {
  guard number > 1 else { return number }
  var guess = UInt64(1) << ((64 - number.leadingZeroBitCount + 1) / 2)
  while true {
    let next = (guess + number / guess) / 2
    if next >= guess { return guess }
    guess = next
  }
}
