// Whole numbers without grouping.
#ifndef WHOLE_NUMBERS_H
#define WHOLE_NUMBERS_H

#include "CellWords.h"

/// Reads eight cells of up to 16 bytes, or says that one of them must be looked at.
INLINE int readWholeNumbers(
    const TallyCells *cells, size_t row, Words limit, const TallyTarget *target,
    LaneTotals *totals) {
  Words starts, ends;
  loadBounds(cells, row, &starts, &ends);
  Words length = ends - starts;
  Words back = loadWords(cells, ends, 8) ^ all(zeroDigits);
  Words isLong = (Words)(length > all(8));
  Words empty = (Words)(length == all(0));
  Words lengthInBack = choose(isLong, all(8), length);
  Words first = back >> ((all(8) - choose(empty, all(1), lengthInBack)) << 3) & all(0xFF);
  Words front = all(0);
  int hasFront = isAny(isLong);
  if (hasFront) {
    if (isAny((Words)(length > all(16)))) return 0;
    front = loadWords(cells, ends, 16) ^ all(zeroDigits);
    Words inFront = front >> (((all(16) - length) & all(7)) << 3) & all(0xFF);
    first = choose(isLong, inFront, first);
  }
  Words negative = (Words)(first == all('-' ^ '0')) & ~empty;
  Words digits = length + negative;
  Words wrong = (Words)(digits > limit) | ((Words)(digits == all(0)) & negative);
  Words digitsInBack = digits;
  if (hasFront) {
    Words reachesFront = (Words)(digits > all(8));
    front &= lastBytes(reachesFront & (digits - all(8)));
    wrong |= aboveNine(front);
    digitsInBack = choose(reachesFront, all(8), digits);
  }
  back &= lastBytes(digitsInBack);
  wrong |= aboveNine(back);
  // The first digit is zero: it must be the only one, without a sign.
  Words place = (digits - all(1)) & all(7);
  Words leading = back;
  if (hasFront) leading = choose((Words)(digits > all(8)), front, back);
  leading = leading >> ((all(7) - place) << 3) & all(0xFF);
  wrong |= (Words)(leading == all(0)) & ((Words)(digits > all(1)) | negative) & ~empty;
  if (isAny(wrong)) return 0;
  Words values = joinDigits(back);
  if (hasFront) values += joinDigits(front) * all(100000000);
  values = (values ^ negative) - negative;
  storeValues(target, row, values);
  addTotals(totals, values, digits, empty);
  if (isAny(empty)) totals->missing += markMissing(target, row, empty);
  return 1;
}

size_t LEVEL(tallyScanWholeNumbers)(
    const TallyCells *cells, size_t first, size_t rows, int64_t digits, const TallyTarget *target,
    TallyTotals *totals) {
  LaneTotals found = startTotals();
  Words limit = all((uint64_t)digits);
  size_t row = first;
  while (row + lanes <= rows && readWholeNumbers(cells, row, limit, target, &found)) row += lanes;
  finishTotals(&found, totals);
  return row;
}

#endif
