// Finds a piece of text: places at which its first and its last byte stand are found for 64 bytes
// at once, and only these are compared. As in W. Mula, "SIMD-friendly algorithms for substring
// searching" (2018).
#include "TextMasks.h"

/// Whether the bytes between the first and the last are those wanted.
INLINE int isMiddle(const uint8_t *text, const uint8_t *wanted, size_t length) {
  return length < 3 || memcmp(text + 1, wanted + 1, length - 2) == 0;
}

/// The body of all levels: `MASK(address, sign)` finds the bytes that are equal to `sign`.
#define FIND_TEXT(MASK, SIGN)                                                              \
  size_t start = 0, behind = length - 1;                                                   \
  for (; start + 64 + behind <= count; start += 64) {                                      \
    uint64_t mask = MASK(text + start, SIGN(wanted[0]));                                   \
    mask &= MASK(text + start + behind, SIGN(wanted[behind]));                             \
    for (; mask != 0; mask &= mask - 1) {                                                  \
      size_t place = start + (size_t)__builtin_ctzll(mask);                                \
      if (isMiddle(text + place, wanted, length)) return place;                            \
    }                                                                                      \
  }                                                                                        \
  for (; start + length <= count; ++start)                                                 \
    if (text[start] == wanted[0] && text[start + behind] == wanted[behind] &&              \
        isMiddle(text + start, wanted, length))                                            \
      return start;                                                                        \
  return count;

#define PARAMETERS \
  const uint8_t *text, size_t count, const uint8_t *wanted, size_t length

#if HAS_LEVELS
INLINE uint64_t equal128(const uint8_t *text, __m128i sign) {
  __m128i bytes[4];
  memcpy(bytes, text, 64);
  return mask128(bytes, sign);
}
#define SIGN128(byte) _mm_set1_epi8((char)(byte))
#elif defined(__aarch64__)
INLINE uint64_t equal128(const uint8_t *text, uint8_t sign) {
  uint8x16_t bytes[4];
  for (int part = 0; part < 4; ++part) bytes[part] = vld1q_u8(text + 16 * part);
  return maskNeon(bytes, sign);
}
#define SIGN128(byte) (byte)
#else
INLINE uint64_t equal128(const uint8_t *text, uint8_t sign) {
  uint64_t mask = 0;
  for (int place = 0; place < 64; ++place) mask |= (uint64_t)(text[place] == sign) << place;
  return mask;
}
#define SIGN128(byte) (byte)
#endif

static size_t findText128(PARAMETERS) { FIND_TEXT(equal128, SIGN128) }

#if HAS_LEVELS
FOR_256 INLINE uint64_t equal256(const uint8_t *text, __m256i sign) {
  return mask256(
      _mm256_loadu_si256((const __m256i *)text), _mm256_loadu_si256((const __m256i *)(text + 32)),
      sign);
}

FOR_256 static size_t findText256(PARAMETERS) {
#define SIGN256(byte) _mm256_set1_epi8((char)(byte))
  FIND_TEXT(equal256, SIGN256)
#undef SIGN256
}

FOR_512 INLINE uint64_t equal512(const uint8_t *text, __m512i sign) {
  return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(text), sign);
}

FOR_512 static size_t findText512(PARAMETERS) {
#define SIGN512(byte) _mm512_set1_epi8((char)(byte))
  FIND_TEXT(equal512, SIGN512)
#undef SIGN512
}
#endif

size_t tallyFindText(
    TallyVectorLevel level, const uint8_t *text, size_t count, const uint8_t *wanted,
    size_t length) {
  return CALL(level, findText, text, count, wanted, length);
}
