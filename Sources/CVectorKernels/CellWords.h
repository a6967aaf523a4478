// Eight cells of a column in vectors of eight words, for any width of registers: the compiler
// splits what a register doesn't hold.
#ifndef CELL_WORDS_H
#define CELL_WORDS_H

#include <string.h>

#include "VectorLevel.h"

// Vectors pass between functions of this file only, all of which are inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))

enum { lanes = 8 };
typedef uint64_t Words __attribute__((vector_size(8 * lanes)));
typedef int64_t Numbers __attribute__((vector_size(8 * lanes)));
typedef uint32_t Halves __attribute__((vector_size(8 * lanes)));
typedef uint16_t Quarters __attribute__((vector_size(8 * lanes)));

INLINE Words all(uint64_t word) {
  return (Words){word, word, word, word, word, word, word, word};
}

static const uint64_t zeroDigits = 0x3030303030303030;

INLINE uint64_t loadWord(const uint8_t *address) {
  uint64_t word;
  memcpy(&word, address, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

/// The ends of eight cells and of the fields before them.
INLINE void loadBounds(const TallyCells *cells, size_t row, Words *starts, Words *ends) {
  const uint32_t *bounds = cells->ends + row * cells->stride;
  size_t stride = cells->stride;
  Words both;
  for (int lane = 0; lane < lanes; ++lane) {
    uint64_t pair;
    memcpy(&pair, bounds + (size_t)lane * stride, 8);
    both[lane] = pair;
  }
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  both = both << 32 | both >> 32;
#endif
  *starts = (both & all(UINT32_MAX)) + all(cells->skip);
  *ends = both >> 32;
}

/// The words `offset` bytes before the given places.
INLINE Words loadWords(const TallyCells *cells, Words places, size_t offset) {
  const uint8_t *base = cells->base - offset;
  Words words;
  for (int lane = 0; lane < lanes; ++lane) words[lane] = loadWord(base + places[lane]);
  return words;
}

/// Whether any lane of a mask of whole lanes is set.
INLINE int isAny(Words mask) { return __builtin_reduce_or(mask) != 0; }

/// `first` where the mask is set, else `second`.
INLINE Words choose(Words mask, Words first, Words second) {
  return (mask & first) | (~mask & second);
}

/// A mask of the bytes from the `count`-th to the last counted from the last: the last `count`
/// bytes of each word, for counts from 0 to 8.
INLINE Words lastBytes(Words count) {
  // Two shifts, for a shift by 64 is not defined.
  Words rest = (all(8) - count) << 2;
  return (all(UINT64_MAX) << rest) << rest;
}

/// Ones in the top bits of bytes that are above nine.
INLINE Words aboveNine(Words digits) {
  return ((digits + all(0x7676767676767676)) | digits) & all(0x8080808080808080);
}

/// The numbers that words of eight digits make, each digit a byte of 0 to 9, the first in the
/// lowest: pairs, quadruples and all eight are joined by one multiplication each.
INLINE Words joinDigits(Words digits) {
  Words pairs = ((digits << 3) + (digits << 1) + (digits >> 8)) & all(0x00FF00FF00FF00FF);
  Words hundreds = (Words)((Quarters)pairs * (uint16_t)100);
  Words fours = (hundreds + (pairs >> 16)) & all(0x0000FFFF0000FFFF);
  return (fours & all(UINT32_MAX)) * all(10000) + (fours >> 32);
}

/// Running totals in eight lanes.
typedef struct {
  Numbers low, high, most, fewest;
  int64_t missing;
} LaneTotals;

INLINE LaneTotals startTotals(void) {
  LaneTotals totals;
  totals.low = (Numbers)all(INT64_MAX);
  totals.high = (Numbers)all((uint64_t)INT64_MIN);
  totals.most = (Numbers)all(0);
  totals.fewest = (Numbers)all(INT64_MAX);
  totals.missing = 0;
  return totals;
}

/// Takes in values and numbers of digits but those of lanes in `empty`.
INLINE void addTotals(LaneTotals *totals, Words values, Words digits, Words empty) {
  Numbers low = (Numbers)choose(empty, all(INT64_MAX), values);
  Numbers high = (Numbers)choose(empty, all((uint64_t)INT64_MIN), values);
  Numbers fewest = (Numbers)choose(empty, all(INT64_MAX), digits);
  Numbers most = (Numbers)(digits & ~empty);
  totals->low = __builtin_elementwise_min(low, totals->low);
  totals->high = __builtin_elementwise_max(high, totals->high);
  totals->most = __builtin_elementwise_max(most, totals->most);
  totals->fewest = __builtin_elementwise_min(fewest, totals->fewest);
}

/// Adds the lanes to the totals of the scan.
INLINE void finishTotals(const LaneTotals *lanesTotals, TallyTotals *totals) {
  for (int lane = 0; lane < lanes; ++lane) {
    if (lanesTotals->low[lane] < totals->low) totals->low = lanesTotals->low[lane];
    if (lanesTotals->high[lane] > totals->high) totals->high = lanesTotals->high[lane];
    if (lanesTotals->most[lane] > totals->mostDigits) totals->mostDigits = lanesTotals->most[lane];
    if (lanesTotals->fewest[lane] < totals->fewestDigits)
      totals->fewestDigits = lanesTotals->fewest[lane];
  }
  totals->missing += lanesTotals->missing;
}

/// Clears the bits of the lanes in `empty` and gives their number.
INLINE int64_t markMissing(const TallyTarget *target, size_t row, Words empty) {
  int64_t missing = 0;
  for (int lane = 0; lane < lanes; ++lane) {
    size_t place = row + (size_t)lane;
    if (!empty[lane]) continue;
    target->valid[place >> 6] &= ~((uint64_t)1 << (place & 63));
    ++missing;
  }
  return missing;
}

INLINE void storeValues(const TallyTarget *target, size_t row, Words values) {
  memcpy(target->values + row, &values, sizeof values);
}

#endif
