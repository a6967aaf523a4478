/// The values of one expression for the selected rows of one batch.
///
/// A vector borrows memory of a column or of the evaluator that made it, and is valid until that
/// evaluator runs on the next batch.
struct Vector {
  /// The layouts of a vector.
  enum Storage {
    /// Stored integers: numbers, coefficients, days, period indices.
    case integers(UnsafePointer<Int64>)
    /// Coefficients and sums wider than 64 bits.
    case wide(UnsafePointer<Int128>)
    /// Doubles.
    case floats(UnsafePointer<Double>)
    /// One byte per row, 0 or 1.
    case booleans(UnsafePointer<UInt8>)
    /// Text as codes of an ordered dictionary.
    case codes(UnsafePointer<UInt32>, TextDictionary)
    /// Text as slices.
    case texts(UnsafePointer<TextSlice>)
  }

  /// Where the values are. Rows without a value hold anything of the right type.
  var storage: Storage
  /// The number of rows; 1 where ``isConstant``.
  var count: Int
  /// One byte per row, 1 where the row has a value; nil where all have.
  var valid: UnsafePointer<UInt8>?
  /// For conditions: one byte per row, 1 where a missing value decided the outcome, that is where
  /// three-valued logic would answer "unknown"; nil where none did.
  var unknown: UnsafePointer<UInt8>?
  /// Whether the one value stands for all rows.
  var isConstant = false
}

/// A text in memory that something else keeps alive.
struct TextSlice: BitwiseCopyable {
  /// The first byte; undefined where `count` is 0.
  var start: UnsafePointer<UInt8>?
  /// The number of bytes.
  var count: Int

  /// The bytes.
  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }
}
