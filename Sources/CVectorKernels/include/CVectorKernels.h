// The loops that vector registers speed up. Each has a twin in Swift, which takes over wherever a
// loop of reading here stops: these take the plain cases only.
#ifndef C_VECTOR_KERNELS_H
#define C_VECTOR_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The registers that kernels may use. A machine that has one level has those below it.
typedef enum {
  /// 128 bits: what every x86-64 and arm64 has.
  TallyVector128 = 1,
  /// 256 bits: AVX2 with BMI.
  TallyVector256 = 2,
  /// 512 bits: AVX-512 with byte permutations and compression (Ice Lake, Zen 4 and later).
  TallyVector512 = 3,
} TallyVectorLevel;

/// The highest level that this machine has.
TallyVectorLevel tallyHighestVectorLevel(void);

/// What a pass over text finds beside the places where fields end.
typedef struct {
  size_t fields;
  size_t newlines;
  /// Line ends with a CR before them.
  size_t returns;
  bool hasNonASCII;
  bool hasQuote;
  /// Whether every line has as many fields as asked for, the last one included.
  bool isRegular;
} TallyFieldCounts;

/// Writes the offset, counted from `margin` bytes before the text, of each byte of `text` that is
/// `delimiter` or `newline`. There must be room for 64 entries more than there are fields.
/// `quote` may be equal to `newline` where nothing encloses fields.
TallyFieldCounts tallyFindFieldEnds(
    TallyVectorLevel level, const uint8_t *text, size_t count, uint8_t delimiter, uint8_t newline,
    uint8_t quote, size_t columns, size_t margin, uint32_t *ends);

/// What a pass over text with quotes finds.
typedef struct {
  TallyFieldCounts counts;
  /// The bytes written.
  size_t count;
  /// The offset behind the last line end outside of quotes; 0 where there is none.
  size_t recordsEnd;
  /// Whether quotes open only where fields begin and close only where they end.
  bool isWellFormed;
  /// Whether they are, all quotes are closed, no field in quotes is empty, and none holds a line
  /// end: then what is written is the text.
  bool isPlain;
} TallyQuotedText;

/// Copies text without the quotes that enclose fields, and writes the offsets in the copy of what
/// ends fields, counted from `margin` bytes before it. There must be room for 64 bytes and entries
/// more than there are. Without a target nothing is written, and nothing counted.
TallyQuotedText tallyScanQuotedText(
    TallyVectorLevel level, const uint8_t *text, size_t count, uint8_t delimiter, uint8_t newline,
    uint8_t quote, size_t columns, size_t margin, uint8_t *target, uint32_t *ends);

/// The cells of one column: cell `row` stands from `ends[row * stride] + skip` to
/// `ends[row * stride + 1]`. 16 bytes before a cell and 8 behind it may be read.
typedef struct {
  const uint8_t *base;
  const uint32_t *ends;
  size_t stride;
  size_t skip;
} TallyCells;

/// Where values go: `values[row]`, and a bit for each row that is cleared where it has no value.
typedef struct {
  int64_t *values;
  uint64_t *valid;
} TallyTarget;

/// What is known about the values so far.
typedef struct {
  int64_t low;
  int64_t high;
  int64_t mostDigits;
  int64_t fewestDigits;
  int64_t missing;
} TallyTotals;

/// Which numbers may be taken.
typedef struct {
  /// The most digits before the decimal sign.
  int64_t digits;
  /// The decimal places of stored coefficients, and the most that a cell may have.
  int64_t places;
  uint8_t decimal;
  bool isFixed;
  bool isMinimal;
  bool hasExponents;
} TallyNumberLimits;

// The kernels of cells below take no row at 128 bits.

/// Reads whole numbers of up to 16 bytes, eight rows at a time, and gives the first row of the
/// first eight that hold anything else, or of the last that are fewer than eight.
size_t tallyScanWholeNumbers(
    TallyVectorLevel level, const TallyCells *cells, size_t first, size_t rows, int64_t digits,
    const TallyTarget *target, TallyTotals *totals);

/// Reads numbers of up to 16 bytes with up to seven decimal places as coefficients, as
/// `tallyScanWholeNumbers` does.
size_t tallyScanDecimals(
    TallyVectorLevel level, const TallyCells *cells, size_t first, size_t rows,
    const TallyNumberLimits *limits, const TallyTarget *target, TallyTotals *totals);

/// Texts that are a prefix and a number of at least `leastDigits` digits, padded with zeros to
/// that length and no further.
typedef struct {
  /// The first bytes, the first in the lowest byte, and which bits of a word they are.
  uint64_t prefix;
  uint64_t prefixMask;
  int64_t prefixLength;
  /// 1 to 8.
  int64_t leastDigits;
  /// For each number below `count` the code of the text plus one, or 0 where there is none yet.
  const uint32_t *codes;
  int64_t count;
} TallySerialTexts;

/// Writes the codes of texts, as `tallyScanWholeNumbers` does; empty cells have no value.
size_t tallyScanSerialTexts(
    TallyVectorLevel level, const TallyCells *cells, size_t first, size_t rows,
    const TallySerialTexts *texts, const TallyTarget *target, TallyTotals *totals);

/// Asks for the cache line of an address that will soon be read and written.
static inline void tallyPrefetch(const void *address) { __builtin_prefetch(address, 1); }

/// The place of the first `length` bytes of `text` that are those wanted, or `count` where there
/// are none. `length` is at least 1.
size_t tallyFindText(
    TallyVectorLevel level, const uint8_t *text, size_t count, const uint8_t *wanted,
    size_t length);

#endif
