import CVectorKernels

/// The registers that the kernels of reading use. What they find is the same at every level.
enum VectorLevel: UInt32, CaseIterable, Comparable {
  /// Words of 64 bits, in Swift.
  case scalar = 0
  /// 128 bits, which every x86-64 and arm64 has.
  case bits128 = 1
  /// 256 bits: AVX2.
  case bits256 = 2
  /// 512 bits: AVX-512 with byte permutations and compression.
  case bits512 = 3

  /// The highest level of this machine.
  static let highest = VectorLevel(rawValue: tallyHighestVectorLevel().rawValue) ?? .scalar

  /// The levels of this machine.
  static var available: [VectorLevel] { allCases.filter { $0 <= highest } }

  /// The level as the C kernels call it.
  var code: TallyVectorLevel { TallyVectorLevel(rawValue: rawValue) }

  static func < (left: VectorLevel, right: VectorLevel) -> Bool { left.rawValue < right.rawValue }
}

extension VectorLevel {
  /// Scans rows with a kernel that takes eight at a time and stops at any that are not plain, and
  /// the rows where it stops with its twin, which takes them one by one. Gives the first row that
  /// the twin doesn't take.
  ///
  /// Where the kernel doesn't get far, the twin takes more and more rows before it is tried again.
  @inline(__always)
  func scan(
    from first: Int, to rows: Int, vector: (Int) -> Int, twin: (Int, Int) -> Int
  ) -> Int {
    guard self >= .bits256 else { return twin(first, rows) }
    var row = first
    var run = 8
    while row < rows {
      let next = vector(row)
      run = next > row ? 8 : min(run &* 2, 1024)
      row = next
      let end = min(rows, row &+ run)
      let stop = twin(row, end)
      if stop < end { return stop }
      row = end
    }
    return rows
  }
}

extension CellWindow {
  /// The cells as the C kernels take them.
  var cells: TallyCells { TallyCells(base: base, ends: ends, stride: stride, skip: skip) }
}

extension KernelTarget {
  /// The target as the C kernels take it.
  var target: TallyTarget { TallyTarget(values: values, valid: valid) }
}

extension KernelTotals {
  /// Lends the totals to a C kernel.
  @inline(__always)
  mutating func withTotals(_ body: (inout TallyTotals) -> Int) -> Int {
    var totals = TallyTotals(
      low: low, high: high, mostDigits: Int64(mostDigits), fewestDigits: Int64(fewestDigits),
      missing: Int64(missing))
    defer {
      self = KernelTotals(
        low: totals.low, high: totals.high, mostDigits: Int(totals.mostDigits),
        fewestDigits: Int(totals.fewestDigits), missing: Int(totals.missing))
    }
    return body(&totals)
  }
}
