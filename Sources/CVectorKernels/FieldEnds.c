// Finds delimiters and line ends: 64 bytes give a mask with a one for each, and the places of the
// ones are written without a branch for each.
#include "TextMasks.h"

/// The body of all levels: `MASKS(address)` finds masks, `WRITE(mask, found, first, ends)` writes
/// places and `EXTRACT(value, mask)` moves bits together.
#define FIND_FIELD_ENDS(MASKS, WRITE, EXTRACT)                                             \
  TallyFieldCounts counts = {0};                                                           \
  Lines lines = startLines(columns);                                                       \
  uint64_t quotes = 0, high = 0;                                                           \
  uint8_t rest[64];                                                                        \
  for (size_t start = 0; start < count; start += 64) {                                     \
    const uint8_t *piece = text + start;                                                   \
    uint64_t inside = ~(uint64_t)0;                                                        \
    if (count - start < 64) {                                                              \
      memset(rest, 0, 64);                                                                 \
      memcpy(rest, piece, count - start);                                                  \
      piece = rest;                                                                        \
      inside = ((uint64_t)1 << (count - start)) - 1;                                       \
    }                                                                                      \
    Masks masks = MASKS(piece);                                                            \
    masks.delimiters &= inside;                                                            \
    masks.newlines &= inside;                                                              \
    masks.quotes &= inside;                                                                \
    uint64_t ending = masks.delimiters | masks.newlines;                                   \
    size_t found = (size_t)__builtin_popcountll(ending);                                   \
    addMasks(&counts, &lines, &masks, &quotes, &high);                                     \
    addLines(&lines, EXTRACT(masks.newlines, ending), found);                              \
    WRITE(ending, found, (uint32_t)(start + margin), ends + counts.fields);                \
    counts.fields += found;                                                                \
  }                                                                                        \
  counts.hasNonASCII = high != 0;                                                          \
  counts.hasQuote = quote != newline && quotes != 0;                                       \
  counts.isRegular = lines.isIrregular == 0 && lines.phase == 0;                           \
  return counts;

#define PARAMETERS                                                                          \
  const uint8_t *text, size_t count, uint8_t delimiter, uint8_t newline, uint8_t quote, \
      size_t columns, size_t margin, uint32_t *ends

static TallyFieldCounts findFieldEnds128(PARAMETERS) {
  Signs signs = {delimiter, newline, quote};
#define MASKS(piece) findMasks128(piece, signs)
  FIND_FIELD_ENDS(MASKS, writePlaces, extractBits)
#undef MASKS
}

#if HAS_LEVELS
FOR_256 static TallyFieldCounts findFieldEnds256(PARAMETERS) {
  Signs signs = {delimiter, newline, quote};
#define MASKS(piece) findMasks256(piece, signs)
  FIND_FIELD_ENDS(MASKS, writePlaces, extractBits)
#undef MASKS
}

FOR_512 static TallyFieldCounts findFieldEnds512(PARAMETERS) {
  Signs signs = {delimiter, newline, quote};
  __m512i numbers = ascendingNumbers();
#define MASKS(piece) findMasks512(_mm512_loadu_si512(piece), signs)
#define WRITE(mask, found, first, ends) writePlaces512(mask, found, first, numbers, ends)
  FIND_FIELD_ENDS(MASKS, WRITE, _pext_u64)
#undef MASKS
#undef WRITE
}
#endif

TallyFieldCounts tallyFindFieldEnds(
    TallyVectorLevel level, const uint8_t *text, size_t count, uint8_t delimiter, uint8_t newline,
    uint8_t quote, size_t columns, size_t margin, uint32_t *ends) {
  return CALL(
      level, findFieldEnds, text, count, delimiter, newline, quote, columns, margin, ends);
}
