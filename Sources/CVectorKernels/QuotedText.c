// Text in which quotes enclose fields: a byte is inside of quotes if the number of quotes up to it
// is odd, which a running exclusive or finds for 64 bytes at once.
#include "TextMasks.h"

/// What is known of quotes from the bytes before.
typedef struct {
  /// All ones inside of quotes.
  uint64_t inside;
  /// Whether the last byte ended a field, closed quotes, opened them, closed them without content,
  /// or was a CR behind closed quotes.
  uint64_t ended, closed, opened, closedEmpty, returned;
  uint64_t isMalformed;
  uint64_t hasEmpty;
  uint64_t hasInnerNewline;
} Quotes;

INLINE uint64_t runningXor(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

/// Clears delimiters and line ends inside of quotes, and gives the bytes that are content or end
/// fields: all but quotes around fields and the first of each two that stand for one.
INLINE uint64_t applyQuotes(Quotes *quotes, Masks *masks, int returnsCount) {
  uint64_t inside = runningXor(masks->quotes) ^ quotes->inside;
  uint64_t open = masks->quotes & inside;
  uint64_t close = masks->quotes & ~inside;
  quotes->inside = (uint64_t)((int64_t)inside >> 63);
  quotes->hasInnerNewline |= masks->newlines & inside;
  masks->delimiters &= ~inside;
  masks->newlines &= ~inside;
  uint64_t ending = masks->delimiters | masks->newlines;
  uint64_t behindEnd = ending << 1 | quotes->ended;
  uint64_t behindClose = close << 1 | quotes->closed;
  uint64_t opening = open & ~behindClose;
  uint64_t returns = returnsCount ? masks->returns & ~inside : 0;
  // Quotes open where a field begins, and a field ends where they close.
  quotes->isMalformed |= opening & ~behindEnd;
  quotes->isMalformed |= behindClose & ~(open | ending | returns);
  uint64_t behindReturn = behindClose & returns;
  quotes->isMalformed |= (behindReturn << 1 | quotes->returned) & ~masks->newlines;
  uint64_t closeEmpty = close & (opening << 1 | quotes->opened);
  quotes->hasEmpty |= (closeEmpty << 1 | quotes->closedEmpty) & ~open;
  quotes->ended = ending >> 63;
  quotes->closed = close >> 63;
  quotes->opened = opening >> 63;
  quotes->closedEmpty = closeEmpty >> 63;
  quotes->returned = behindReturn >> 63;
  return ~(opening | close);
}

/// The body of all levels: `MASKS(address)` finds masks, `COMPRESS(address, mask, target)` copies
/// the bytes of a mask, `WRITE` writes places and `EXTRACT` moves bits together.
#define SCAN_QUOTED(MASKS, COMPRESS, WRITE, EXTRACT)                                        \
  TallyQuotedText result = {0};                                                            \
  TallyFieldCounts counts = {0};                                                           \
  Lines lines = startLines(columns);                                                       \
  Quotes quotes = {.ended = 1};                                                            \
  uint64_t anyQuote = 0, high = 0;                                                         \
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
    /* What stands behind the text is nobody's fault. */                                   \
    uint64_t malformed = quotes.isMalformed, empty = quotes.hasEmpty;                      \
    uint64_t kept = applyQuotes(&quotes, &masks, newline != '\r') & inside;                \
    quotes.isMalformed = malformed | (quotes.isMalformed & inside);                        \
    quotes.hasEmpty = empty | (quotes.hasEmpty & inside);                                  \
    if (masks.newlines)                                                                    \
      result.recordsEnd = start + 64 - (size_t)__builtin_clzll(masks.newlines);            \
    if (target == NULL) continue;                                                          \
    uint64_t ending = masks.delimiters | masks.newlines;                                   \
    size_t found = (size_t)__builtin_popcountll(ending);                                   \
    addMasks(&counts, &lines, &masks, &anyQuote, &high);                                   \
    addLines(&lines, EXTRACT(masks.newlines, ending), found);                              \
    COMPRESS(piece, kept, target + result.count);                                          \
    WRITE(                                                                                 \
        EXTRACT(ending, kept), found, (uint32_t)(result.count + margin),                   \
        ends + counts.fields);                                                             \
    counts.fields += found;                                                                \
    result.count += (size_t)__builtin_popcountll(kept);                                    \
  }                                                                                        \
  counts.hasNonASCII = high != 0;                                                          \
  counts.hasQuote = true;                                                                  \
  counts.isRegular = lines.isIrregular == 0 && lines.phase == 0;                           \
  result.isWellFormed = quotes.isMalformed == 0;                                           \
  result.isPlain = result.isWellFormed && quotes.inside == 0 && quotes.hasEmpty == 0 &&    \
                   quotes.hasInnerNewline == 0;                                            \
  result.counts = counts;                                                                  \
  return result;

#define PARAMETERS                                                                          \
  const uint8_t *text, size_t count, uint8_t delimiter, uint8_t newline, uint8_t quote, \
      size_t columns, size_t margin, uint8_t *target, uint32_t *ends

/// Copies the bytes of a mask.
INLINE void compressBytes(const uint8_t *bytes, uint64_t mask, uint8_t *target) {
  if (mask == ~(uint64_t)0) {
    memcpy(target, bytes, 64);
    return;
  }
  for (; mask != 0; mask &= mask - 1) *target++ = bytes[__builtin_ctzll(mask)];
}

static TallyQuotedText scanQuotedText128(PARAMETERS) {
  Signs signs = {delimiter, newline, quote};
#define MASKS(piece) findMasks128(piece, signs)
  SCAN_QUOTED(MASKS, compressBytes, writePlaces, extractBits)
#undef MASKS
}

#if HAS_LEVELS
FOR_256 static TallyQuotedText scanQuotedText256(PARAMETERS) {
  Signs signs = {delimiter, newline, quote};
#define MASKS(piece) findMasks256(piece, signs)
  SCAN_QUOTED(MASKS, compressBytes, writePlaces, extractBits)
#undef MASKS
}

FOR_512 static TallyQuotedText scanQuotedText512(PARAMETERS) {
  Signs signs = {delimiter, newline, quote};
  __m512i numbers = ascendingNumbers();
#define MASKS(piece) findMasks512(_mm512_loadu_si512(piece), signs)
#define COMPRESS(piece, mask, target) \
  _mm512_storeu_si512(target, _mm512_maskz_compress_epi8(mask, _mm512_loadu_si512(piece)))
#define WRITE(mask, found, first, ends) writePlaces512(mask, found, first, numbers, ends)
  SCAN_QUOTED(MASKS, COMPRESS, WRITE, _pext_u64)
#undef MASKS
#undef COMPRESS
#undef WRITE
}
#endif

TallyQuotedText tallyScanQuotedText(
    TallyVectorLevel level, const uint8_t *text, size_t count, uint8_t delimiter, uint8_t newline,
    uint8_t quote, size_t columns, size_t margin, uint8_t *target, uint32_t *ends) {
  return CALL(
      level, scanQuotedText, text, count, delimiter, newline, quote, columns, margin, target,
      ends);
}
