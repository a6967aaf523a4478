// The kernels of cells at the levels that they pay at: narrower registers are slower than the twins
// in Swift, which read one cell at a time.
#ifndef CELL_KERNELS_H
#define CELL_KERNELS_H

#include "VectorLevel.h"

#define DECLARE(level)                                                                          \
  size_t tallyScanWholeNumbers##level(                                                          \
      const TallyCells *cells, size_t first, size_t rows, int64_t digits,                       \
      const TallyTarget *target, TallyTotals *totals);                                          \
  size_t tallyScanDecimals##level(                                                              \
      const TallyCells *cells, size_t first, size_t rows, const TallyNumberLimits *limits,      \
      const TallyTarget *target, TallyTotals *totals);                                          \
  size_t tallyScanSerialTexts##level(                                                           \
      const TallyCells *cells, size_t first, size_t rows, const TallySerialTexts *texts,        \
      const TallyTarget *target, TallyTotals *totals);

DECLARE(256)
DECLARE(512)

#endif
