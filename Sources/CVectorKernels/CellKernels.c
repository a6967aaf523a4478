// Chooses the kernel of a level.
#include "CellKernels.h"

#if HAS_LEVELS
#define CALL_WIDE(level, name, ...)                     \
  ((level) >= TallyVector512   ? name##512(__VA_ARGS__) \
   : (level) == TallyVector256 ? name##256(__VA_ARGS__) \
                               : first)
#else
#define CALL_WIDE(level, name, ...) first
#endif

size_t tallyScanWholeNumbers(
    TallyVectorLevel level, const TallyCells *cells, size_t first, size_t rows, int64_t digits,
    const TallyTarget *target, TallyTotals *totals) {
  return CALL_WIDE(level, tallyScanWholeNumbers, cells, first, rows, digits, target, totals);
}

size_t tallyScanDecimals(
    TallyVectorLevel level, const TallyCells *cells, size_t first, size_t rows,
    const TallyNumberLimits *limits, const TallyTarget *target, TallyTotals *totals) {
  return CALL_WIDE(level, tallyScanDecimals, cells, first, rows, limits, target, totals);
}

size_t tallyScanSerialTexts(
    TallyVectorLevel level, const TallyCells *cells, size_t first, size_t rows,
    const TallySerialTexts *texts, const TallyTarget *target, TallyTotals *totals) {
  return CALL_WIDE(level, tallyScanSerialTexts, cells, first, rows, texts, target, totals);
}
