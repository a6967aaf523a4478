// Which of 64 bytes of text are what, as masks with a bit for each byte, and what is made of them.
#ifndef TEXT_MASKS_H
#define TEXT_MASKS_H

#include <string.h>

#include "VectorLevel.h"

#define INLINE static inline __attribute__((always_inline))

#if HAS_LEVELS
#include <immintrin.h>
#define FOR_256 __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#define FOR_512                                                                      \
  __attribute__((target(                                                             \
      "avx2,bmi,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi," \
      "avx512vbmi2")))
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

typedef struct {
  uint8_t delimiter, newline, quote;
} Signs;

/// Which of 64 bytes are what.
typedef struct {
  uint64_t delimiters, newlines, quotes, returns, high;
} Masks;

/// Where a line stands: the fields of it that are found, and what tells whether line ends come
/// where they should.
typedef struct {
  uint64_t columns;
  /// Ones at every `columns`-th place.
  uint64_t pattern;
  /// 2^32 / columns, rounded up: the product with a number below 2^16 gives the quotient.
  uint64_t reciprocal;
  uint64_t phase;
  uint64_t isIrregular;
  uint64_t returnBefore;
} Lines;

INLINE Lines startLines(size_t columns) {
  Lines lines = {.columns = columns};
  if (columns > 0)
    for (size_t place = 0; place < 64; place += columns) lines.pattern |= (uint64_t)1 << place;
  lines.reciprocal = columns > 1 ? UINT32_MAX / columns + 1 : 0;
  return lines;
}

/// Adds what 64 bytes hold. Bit `i` of `isNewline` says whether the `i`-th of the `found` fields
/// ends a line.
INLINE void addLines(Lines *lines, uint64_t isNewline, uint64_t found) {
  uint64_t wait = lines->columns - 1 - lines->phase;
  uint64_t wanted = wait < 64 ? lines->pattern << wait : 0;
  if (found < 64) wanted &= ((uint64_t)1 << found) - 1;
  lines->isIrregular |= wanted ^ isNewline;
  uint64_t phase = lines->phase + found;
  if (lines->columns > 1024) {
    // At most one line end can be among 64 fields.
    lines->phase = phase >= lines->columns ? phase - lines->columns : phase;
  } else {
    uint64_t quotient = lines->columns == 1 ? phase : (phase * lines->reciprocal) >> 32;
    lines->phase = phase - quotient * lines->columns;
  }
}

INLINE void addMasks(
    TallyFieldCounts *counts, Lines *lines, const Masks *masks, uint64_t *quotes, uint64_t *high) {
  counts->newlines += (size_t)__builtin_popcountll(masks->newlines);
  uint64_t behindReturn = masks->returns << 1 | lines->returnBefore;
  lines->returnBefore = masks->returns >> 63;
  counts->returns += (size_t)__builtin_popcountll(masks->newlines & behindReturn);
  *quotes |= masks->quotes;
  *high |= masks->high;
}

/// The bits of `value`, all of them among those of `mask`, where `mask` is moved together.
INLINE uint64_t extractBits(uint64_t value, uint64_t mask) {
  uint64_t result = 0;
  for (; value != 0; value &= value - 1) {
    uint64_t below = (value & -value) - 1;
    result |= (uint64_t)1 << __builtin_popcountll(mask & below);
  }
  return result;
}

/// Writes the places of the ones of a mask, and up to seven entries more.
INLINE void writePlaces(uint64_t mask, size_t found, uint32_t first, uint32_t *ends) {
  for (size_t written = 0; written < found; written += 8)
    for (size_t place = 0; place < 8; ++place) {
      ends[written + place] = first + (mask ? (uint32_t)__builtin_ctzll(mask) : 0);
      mask &= mask - 1;
    }
}

#if HAS_LEVELS
INLINE uint64_t mask128(const __m128i *bytes, __m128i sign) {
  uint64_t result = 0;
  for (int part = 0; part < 4; ++part)
    result |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes[part], sign))
              << (16 * part);
  return result;
}

INLINE Masks findMasks128(const uint8_t *text, Signs signs) {
  __m128i bytes[4];
  memcpy(bytes, text, 64);
  Masks masks;
  masks.delimiters = mask128(bytes, _mm_set1_epi8((char)signs.delimiter));
  masks.newlines = mask128(bytes, _mm_set1_epi8((char)signs.newline));
  masks.quotes = mask128(bytes, _mm_set1_epi8((char)signs.quote));
  masks.returns = mask128(bytes, _mm_set1_epi8('\r'));
  masks.high = 0;
  for (int part = 0; part < 4; ++part) masks.high |= (uint64_t)_mm_movemask_epi8(bytes[part]);
  return masks;
}

FOR_256 INLINE uint64_t mask256(__m256i low, __m256i high, __m256i sign) {
  return (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, sign)) |
         (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, sign)) << 32;
}

FOR_256 INLINE Masks findMasks256(const uint8_t *text, Signs signs) {
  __m256i low = _mm256_loadu_si256((const __m256i *)text);
  __m256i high = _mm256_loadu_si256((const __m256i *)(text + 32));
  Masks masks;
  masks.delimiters = mask256(low, high, _mm256_set1_epi8((char)signs.delimiter));
  masks.newlines = mask256(low, high, _mm256_set1_epi8((char)signs.newline));
  masks.quotes = mask256(low, high, _mm256_set1_epi8((char)signs.quote));
  masks.returns = mask256(low, high, _mm256_set1_epi8('\r'));
  masks.high = (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_or_si256(low, high));
  return masks;
}

FOR_512 INLINE Masks findMasks512(__m512i bytes, Signs signs) {
  Masks masks;
  masks.delimiters = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8((char)signs.delimiter));
  masks.newlines = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8((char)signs.newline));
  masks.quotes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8((char)signs.quote));
  masks.returns = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\r'));
  masks.high = _mm512_movepi8_mask(bytes);
  return masks;
}
#elif defined(__aarch64__)
/// One bit per byte of four comparisons, by adding neighbours three times.
INLINE uint64_t gatherNeon(const uint8x16_t *equal) {
  const uint8x16_t bits = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  uint8x16_t low = vpaddq_u8(vandq_u8(equal[0], bits), vandq_u8(equal[1], bits));
  uint8x16_t high = vpaddq_u8(vandq_u8(equal[2], bits), vandq_u8(equal[3], bits));
  low = vpaddq_u8(low, high);
  low = vpaddq_u8(low, low);
  return vgetq_lane_u64(vreinterpretq_u64_u8(low), 0);
}

INLINE uint64_t maskNeon(const uint8x16_t *bytes, uint8_t sign) {
  uint8x16_t equal[4];
  for (int part = 0; part < 4; ++part) equal[part] = vceqq_u8(bytes[part], vdupq_n_u8(sign));
  return gatherNeon(equal);
}

INLINE Masks findMasks128(const uint8_t *text, Signs signs) {
  uint8x16_t bytes[4];
  for (int part = 0; part < 4; ++part) bytes[part] = vld1q_u8(text + 16 * part);
  Masks masks;
  masks.delimiters = maskNeon(bytes, signs.delimiter);
  masks.newlines = maskNeon(bytes, signs.newline);
  masks.quotes = maskNeon(bytes, signs.quote);
  masks.returns = maskNeon(bytes, '\r');
  uint8x16_t all = vorrq_u8(vorrq_u8(bytes[0], bytes[1]), vorrq_u8(bytes[2], bytes[3]));
  masks.high = vmaxvq_u8(all) >> 7;
  return masks;
}
#else
INLINE Masks findMasks128(const uint8_t *text, Signs signs) {
  Masks masks = {0};
  for (int place = 0; place < 64; ++place) {
    uint64_t bit = (uint64_t)1 << place;
    if (text[place] == signs.delimiter) masks.delimiters |= bit;
    if (text[place] == signs.newline) masks.newlines |= bit;
    if (text[place] == signs.quote) masks.quotes |= bit;
    if (text[place] == '\r') masks.returns |= bit;
    if (text[place] >= 0x80) masks.high |= bit;
  }
  return masks;
}
#endif

#if HAS_LEVELS
/// The numbers 0 to 63.
FOR_512 INLINE __m512i ascendingNumbers(void) {
  uint8_t ascending[64];
  for (int place = 0; place < 64; ++place) ascending[place] = (uint8_t)place;
  return _mm512_loadu_si512(ascending);
}

/// Compresses the numbers 0 to 63 by the mask and widens them.
FOR_512 INLINE void writePlaces512(
    uint64_t mask, size_t found, uint32_t first, __m512i numbers, uint32_t *ends) {
  __m512i places = _mm512_maskz_compress_epi8(mask, numbers);
  __m512i base = _mm512_set1_epi32((int)first);
  _mm512_storeu_si512(
      ends, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(places))));
  if (__builtin_expect(found > 16, 0)) {
    for (size_t written = 16; written < found; written += 16) {
      places = _mm512_shuffle_i64x2(places, places, 0x39);
      _mm512_storeu_si512(
          ends + written,
          _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(places))));
    }
  }
}

#endif

// Calls the function of a level.
#if HAS_LEVELS
#define CALL(level, name, ...)                          \
  ((level) >= TallyVector512   ? name##512(__VA_ARGS__) \
   : (level) == TallyVector256 ? name##256(__VA_ARGS__) \
                               : name##128(__VA_ARGS__))
#else
#define CALL(level, name, ...) ((void)(level), name##128(__VA_ARGS__))
#endif

#endif
