/// The sizes at which joins and orders change their way. Answers do not depend on them; tests set
/// them low so that few rows go every way.
struct JoinTuning: Sendable {
  /// The positions that an array addressed by keys may have however few rows there are.
  var freePositions = 1 << 16
  /// The positions for each row that such an array may have beyond that.
  var positionsPerRow = 8
  /// The rows of a hash table that a core's cache holds. Larger ones are cut into parts of about
  /// so many rows, which are built by all workers, each in its cache.
  var cachedRows = 1 << 15
  /// Texts are copied where a result has fewer than one row in so many of a column; otherwise it
  /// shares their memory.
  var sharedTextFraction = 8
  /// The most rows that `top` and `limit` may keep to pass over others while they are read, and
  /// the rows from which on that pays.
  var prunedRows = 1 << 16
  var leastPrunedRows = 1 << 14

  /// What runs unless a test asks otherwise.
  static let standard = JoinTuning()
}
