/// The sizes from which on ways to group are worth their preparation. Answers do not depend on
/// them; tests set them low, so that small tables take every way.
struct GroupTuning: Sendable {
  /// The rows from which on kernels that add columns straight from their codes are prepared.
  var leastFusedRows = 4096
  /// The rows from which on they are dealt out to partitions.
  var leastPartitionedRows = 1 << 17
  /// The most slots that a table has; with more, rows are partitioned.
  var mostSlots = 1 << 20
  /// The different keys among 4096 from which on there are too many groups for a hash table that
  /// stays in the cache.
  var leastSampledGroups = 1024
  /// The rows of a partition: keys and values of so many, twice, fit into the cache of a core.
  var partitionRows = 32_768

  /// The rows from which on percentiles count buckets of values before they read any again.
  var leastBucketedRows = 100_000

  /// The rows from which on texts are dealt out to all workers to be numbered.
  var leastDealtTexts = 1 << 14

  /// What runs use that say nothing else.
  static let standard = GroupTuning()
}
