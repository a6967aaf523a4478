// Numbers with one decimal sign and without grouping.
#ifndef DECIMALS_H
#define DECIMALS_H

#include "CellWords.h"

/// Limits in all lanes.
typedef struct {
  Words digits, places, signs, tiny, small;
  int isFixed, isMinimal;
} LaneLimits;

INLINE LaneLimits startLimits(const TallyNumberLimits *limits) {
  LaneLimits result;
  result.digits = all((uint64_t)limits->digits);
  result.places = all((uint64_t)limits->places);
  result.signs = all((uint64_t)limits->decimal * 0x0101010101010101);
  uint64_t tiny = 0;
  if (limits->hasExponents && limits->places >= 4) {
    tiny = 1;
    for (int64_t place = 4; place < limits->places; ++place) tiny *= 10;
  }
  result.tiny = all(tiny);
  result.small = all(10 * tiny);
  result.isFixed = limits->isFixed;
  result.isMinimal = limits->isMinimal;
  return result;
}

/// Ones in the top bits of bytes that are equal.
INLINE Words equalBytes(Words bytes, Words signs) {
  Words low = all(0x7F7F7F7F7F7F7F7F);
  Words difference = bytes ^ signs;
  return ~(((difference & low) + low) | difference | low);
}

/// Reads eight cells of up to 16 bytes, or says that one of them must be looked at.
INLINE int readDecimals(
    const TallyCells *cells, size_t row, const LaneLimits *limits, const TallyTarget *target,
    LaneTotals *totals) {
  Words starts, ends;
  loadBounds(cells, row, &starts, &ends);
  Words length = ends - starts;
  Words empty = (Words)(length == all(0));
  Words isLong = (Words)(length > all(8));
  if (isAny((Words)(length > all(16)))) return 0;
  Words back = loadWords(cells, ends, 8);
  Words front = loadWords(cells, ends, 16);
  Words firstInBack = back >> (((all(8) - length) & all(7)) << 3);
  Words firstInFront = front >> (((all(16) - length) & all(7)) << 3);
  Words first = choose(isLong, firstInFront, firstInBack) & all(0xFF);
  Words negative = (Words)(first == all('-')) & ~empty;
  Words taken = length + negative;
  Words reachesFront = (Words)(taken > all(8));
  Words inBack = lastBytes(choose(reachesFront, all(8), taken));
  Words inFront = lastBytes(reachesFront & (taken - all(8)));
  // Only a sign among the last eight bytes is looked for.
  Words sign = equalBytes(back, limits->signs) & inBack;
  sign &= all(0) - sign;
  Words hasSign = (Words)(sign != all(0));
  Words below = (sign >> 7) - all(1);
  Words above = ~(below | ((sign << 1) - (sign >> 7))) & hasSign;
  back = (back ^ all(zeroDigits)) & inBack;
  front = (front ^ all(zeroDigits)) & inFront;
  Words places = above & all(0x0101010101010101);
  places += places >> 8;
  places += places >> 16;
  places = (places + (places >> 32)) & all(15);
  Words whole = taken - places + hasSign;
  // An empty cell looks like one without digits before the sign.
  Words wrong = (Words)(whole == all(0)) | (Words)(whole > limits->digits) |
                (Words)(places > limits->places) | (hasSign & (Words)(places == all(0)));
  if (limits->isFixed) wrong |= (Words)(places != limits->places);
  if (limits->isMinimal)
    wrong |= (Words)(places != all(0)) & (Words)(back < all((uint64_t)1 << 56));
  // A zero in front of other digits.
  Words fromFront = (Words)(taken > all(8));
  Words leading = choose(
      fromFront, front >> (((all(16) - taken) & all(7)) << 3),
      back >> (((all(8) - taken) & all(7)) << 3));
  wrong |= (Words)((leading & all(0xFF)) == all(0)) & (Words)(whole > all(1));
  // Everything in front of the sign moves up by one place.
  Words joined = (back & above) | ((back & below) << 8) | (front >> 56);
  back = choose(hasSign, joined, back);
  front = choose(hasSign, front << 8, front);
  wrong |= aboveNine(back) | aboveNine(front);
  // And all of it by the places that the cell lacks, for which zeros come in behind.
  Words half = (limits->places - places) << 2;
  wrong |= (Words)(whole + limits->places > all(15));
  if (isAny(wrong & ~empty)) return 0;
  Words rest = (all(8) - limits->places + places) << 2;
  front = (front >> half >> half) | (back << rest << rest);
  back = back >> half >> half;
  Words values = joinDigits(front) * all(100000000) + joinDigits(back);
  Words isZero = (Words)(values == all(0));
  // One digit behind three zeros: 6e-04 is shorter.
  Words isSmall = (Words)(places == all(4)) & (Words)(values < limits->small);
  wrong = (isZero & negative) | (~isZero & ((Words)(values < limits->tiny) | isSmall));
  wrong &= ~empty;
  if (isAny(wrong)) return 0;
  values = (values ^ negative) - negative;
  storeValues(target, row, values);
  addTotals(totals, values, whole, empty);
  if (isAny(empty)) totals->missing += markMissing(target, row, empty);
  return 1;
}

size_t LEVEL(tallyScanDecimals)(
    const TallyCells *cells, size_t first, size_t rows, const TallyNumberLimits *limits,
    const TallyTarget *target, TallyTotals *totals) {
  if (limits->places > 8) return first;
  LaneLimits laneLimits = startLimits(limits);
  LaneTotals found = startTotals();
  size_t row = first;
  while (row + lanes <= rows && readDecimals(cells, row, &laneLimits, target, &found))
    row += lanes;
  finishTotals(&found, totals);
  return row;
}

#endif
