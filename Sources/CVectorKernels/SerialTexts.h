// Texts that are a prefix and a number, such as `id016`: the number leads to the code.
#ifndef SERIAL_TEXTS_H
#define SERIAL_TEXTS_H

#include "CellWords.h"

/// Reads eight cells of up to 16 bytes, or says that one of them must be looked at.
INLINE int readSerialTexts(
    const TallyCells *cells, size_t row, const TallySerialTexts *texts, const TallyTarget *target,
    int64_t *missing) {
  Words starts, ends;
  loadBounds(cells, row, &starts, &ends);
  Words length = ends - starts;
  Words empty = (Words)(length == all(0));
  Words digits = length - all((uint64_t)texts->prefixLength);
  Words least = all((uint64_t)texts->leastDigits);
  // A length below that of the prefix wraps around.
  Words wrong = (Words)(digits - least > all(8) - least);
  Words prefix = loadWords(cells, starts, 0) & all(texts->prefixMask);
  wrong |= (Words)(prefix != all(texts->prefix));
  if (isAny(wrong & ~empty)) return 0;
  digits &= ~empty;
  Words words = (loadWords(cells, ends, 8) ^ all(zeroDigits)) & lastBytes(digits);
  Words first = words >> (((all(8) - digits) & all(7)) << 3) & all(0xFF);
  wrong = aboveNine(words) | ((Words)(digits > least) & (Words)(first == all(0)));
  Words numbers = joinDigits(words);
  wrong |= (Words)(numbers >= all((uint64_t)texts->count));
  if (isAny(wrong & ~empty)) return 0;
  numbers &= ~empty;
  Words codes;
  for (int lane = 0; lane < lanes; ++lane) codes[lane] = texts->codes[numbers[lane]];
  if (isAny((Words)(codes == all(0)) & ~empty)) return 0;
  codes -= all(1);
  storeValues(target, row, codes);
  if (isAny(empty)) {
    storeValues(target, row, codes & ~empty);
    *missing += markMissing(target, row, empty);
  }
  return 1;
}

size_t LEVEL(tallyScanSerialTexts)(
    const TallyCells *cells, size_t first, size_t rows, const TallySerialTexts *texts,
    const TallyTarget *target, TallyTotals *totals) {
  if (texts->count <= 0) return first;
  int64_t missing = 0;
  size_t row = first;
  while (row + lanes <= rows && readSerialTexts(cells, row, texts, target, &missing)) row += lanes;
  totals->missing += missing;
  return row;
}

#endif
