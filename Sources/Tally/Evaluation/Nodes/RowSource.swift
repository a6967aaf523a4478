/// The rows of a column that the selected rows of a batch refer to.
struct RowAccess {
  /// The row of offset 0.
  var first: Int
  /// The offsets from ``first``; nil where all rows are read in order.
  var index: UnsafePointer<UInt32>?
  /// The number of rows that are read.
  var count: Int
  /// One byte per row, 0 where there is no such row; nil where all exist.
  var present: UnsafePointer<UInt8>?
}

/// What turns the rows of a batch into the rows of one table: the step's own, or one looked up.
final class RowSource {
  private let scope: EvaluationScope
  private let slot: Int?
  private let index: Scratch<UInt32>
  private let present: Scratch<UInt8>
  private var memo: RowAccess?
  private var generation = -1

  /// `slot` is the place among the batch's partners; nil for the step's own table.
  init(slot: Int?, scope: EvaluationScope, resources: EvaluationResources) {
    self.slot = slot
    self.scope = scope
    index = Scratch(resources)
    present = Scratch(resources)
  }

  /// The rows for the current batch.
  func rows() throws(QueryError) -> RowAccess {
    let batch = scope.batch
    guard let slot else {
      return RowAccess(
        first: batch.start, index: batch.selection, count: batch.selectedCount, present: nil)
    }
    if let memo, generation == scope.generation { return memo }
    let access = try partners(batch, slot: slot)
    memo = access
    generation = scope.generation
    return access
  }

  private func partners(_ batch: Batch, slot: Int) throws(QueryError) -> RowAccess {
    guard slot < batch.partners.count else {
      throw QueryError(kind: .bug, message: "the lookup \(slot) did not run")
    }
    let index = try index.pointer()
    let present = try present.pointer()
    let found = compactPartners(
      batch.partners[slot], selection: batch.selection, count: batch.selectedCount,
      into: index, present: present)
    let all = found == batch.selectedCount
    return RowAccess(
      first: 0, index: index, count: batch.selectedCount, present: all ? nil : present)
  }
}

/// Writes the partners of the selected rows and whether there is one, and gives their number. A
/// row without a partner reads row 0.
private func compactPartners(
  _ partners: UnsafePointer<UInt32>, selection: UnsafePointer<UInt32>?, count: Int,
  into index: UnsafeMutablePointer<UInt32>, present: UnsafeMutablePointer<UInt8>
) -> Int {
  var found = 0
  for place in 0..<count {
    let partner = partners[selection.map { Int($0[place]) } ?? place]
    let exists = partner != Batch.noPartner
    index[place] = exists ? partner : 0
    present[place] = exists ? 1 : 0
    found &+= exists ? 1 : 0
  }
  return found
}

/// The rows of a column that have a value, as a mask of the selected rows.
final class ColumnMask {
  private let validity: Bitmap?
  private let bytes: Scratch<UInt8>
  private let isEmpty: Bool

  init(_ column: Column, resources: EvaluationResources) {
    validity = column.validity
    isEmpty = column.count == 0
    // Bits are spread eight at a time; a scratch is padded by more than that.
    bytes = Scratch(resources)
  }

  /// One byte per row, 1 where it has a value; nil where all have.
  func mask(_ rows: RowAccess) throws(QueryError) -> UnsafePointer<UInt8>? {
    guard let validity, !isEmpty else { return rows.present }
    if rows.index == nil, areAllSet(validity.words, first: rows.first, count: rows.count) {
      return rows.present
    }
    let out = try bytes.pointer()
    if let index = rows.index {
      gatherBits(validity.words, first: rows.first, index: index, count: rows.count, into: out)
    } else {
      expandBits(validity.words, first: rows.first, count: rows.count, into: out)
    }
    if let present = rows.present { andMasks(out, present, count: rows.count, into: out) }
    return UnsafePointer(out)
  }
}
