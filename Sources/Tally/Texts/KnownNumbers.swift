import Synchronization

/// What a column of texts without a dictionary keeps of the first question that numbered them: the
/// questions behind it need not do so again.
///
/// Two threads may number a column at once; both find the same.
final class KnownNumbers: Sendable {
  private let found = Mutex<Column.Payload?>(nil)

  /// The texts by numbers of a dictionary that shares their memory.
  var payload: Column.Payload? {
    get { found.withLock { $0 } }
    set { found.withLock { $0 = newValue } }
  }
}

extension Column {
  /// The same texts by their numbers where these are known already; else the column itself.
  var withKnownNumbers: Column {
    guard let known = knownNumbers?.payload else { return self }
    return Column(type: type, count: count, payload: known, validity: validity)
  }

  /// The same texts by numbers of a dictionary that shares their memory; a column that is not of
  /// texts one after another as it is. There must be fewer than 2³² - 1 rows.
  ///
  /// The numbers are kept with the column where they take less than half as much memory as the texts
  /// do, the run has no limit on its own, and there are too many rows to number them in no time.
  func numbered(_ context: RunContext) throws(QueryError) -> Column {
    guard case .plain(let heap) = payload else { return self }
    if let known = knownNumbers?.payload {
      return Column(type: type, count: count, payload: known, validity: validity)
    }
    let numbers = try TextNumbering(heap, validity, context).run()
    let view = try heap.viewed(at: numbers.rows, count: numbers.count, context)
    let found = Payload.dictionary(numbers.codes, TextDictionary(sorted: view))
    let size = numbers.codes.bytes.byteCount + view.ownByteCount
    let isCostly = count >= context.grouping.leastDealtTexts
    if isCostly, !context.isLimited, size < heap.byteCount / 2 { knownNumbers?.payload = found }
    return Column(type: type, count: count, payload: found, validity: validity)
  }
}
