/// The rows of a batch that get as far as one operand: those for which nothing before it has
/// decided the outcome. What an operand that can fail does for other rows must not be seen.
final class Narrowing {
  /// The scope of the operand's nodes.
  let scope = EvaluationScope()
  private let places: Scratch<UInt32>
  private let offsets: Scratch<UInt32>
  private(set) var count = 0

  init(_ resources: EvaluationResources) {
    places = Scratch(resources)
    offsets = Scratch(resources)
  }

  /// Begins the scope with the rows of `batch` whose mask is `wanted`, and tells whether there
  /// are any.
  func begin(_ batch: Batch, where mask: UnsafePointer<UInt8>, is wanted: UInt8)
    throws(QueryError) -> Bool
  {
    let places = try places.pointer()
    count = compactOffsets(
      mask, wanted: wanted, offsets: nil, count: batch.selectedCount, into: places)
    guard count > 0 else { return false }
    var narrowed = batch
    narrowed.selection = UnsafePointer(places)
    narrowed.selectedCount = count
    if let selection = batch.selection {
      let offsets = try offsets.pointer()
      gatherValues(selection, index: places, count: count, into: offsets)
      narrowed.selection = UnsafePointer(offsets)
    }
    scope.begin(narrowed)
    return true
  }

  /// Writes the operand's values to the places of their rows.
  func scatter<T: BitwiseCopyable>(_ values: Operand<T>, into out: UnsafeMutablePointer<T>)
    throws(QueryError)
  {
    scatterRows(values, to: try places.pointer(), count: count, into: out)
  }

  /// Writes the operand's mask to the places of its rows; `absent` stands for no mask.
  func scatter(
    mask: UnsafePointer<UInt8>?, absent: UInt8, isConstant: Bool,
    into out: UnsafeMutablePointer<UInt8>
  ) throws(QueryError) {
    if let mask { return try scatter(Operand(mask, isConstant: isConstant), into: out) }
    let places = try places.pointer()
    for place in 0..<count { out[Int(places[place])] = absent }
  }
}
