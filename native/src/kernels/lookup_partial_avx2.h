/* Sums of 8-bit entries on AVX2, as lookup_bytes_accumulate.h wants them. */
#ifndef QCNN_LOOKUP_PARTIAL_AVX2_H
#define QCNN_LOOKUP_PARTIAL_AVX2_H

#include <immintrin.h>
#include <stdint.h>

#include "kernels/lookup_bytes.h"

typedef __m256i vector8;
#define VECTOR8_LANES 32
#define vector8_load(p) _mm256_loadu_si256((const __m256i*)(const void*)(p))
#define vector8_add(a, b) _mm256_adds_epi8(a, b)

/*
 * A 16-bit lane holds the entries of two positions, 256 * odd + even. `all` sums up whole lanes, with
 * 128 added to the even entry so that it has no sign, and `odd` the odd ones; modulo 2^16 the even
 * ones are what is left: all - 256 * odd.
 */
typedef struct {
  __m256i all, odd;
} partial8;

/* Adds in the order of the code: GCC would add up parts of both first, for which there are not enough registers. */
#define KEEP_SUMS(partial) __asm__("" : "+x"((partial).all), "+x"((partial).odd))

static inline partial8 partial8_add(partial8 partial, __m256i entries) {
  entries = _mm256_xor_si256(entries, _mm256_set1_epi16(0x80));
  partial.all = _mm256_add_epi16(partial.all, entries);
  partial.odd = _mm256_add_epi16(partial.odd, _mm256_srai_epi16(entries, 8));
  KEEP_SUMS(partial);
  return partial;
}

/* The sum of nothing, to which `pairs` times something is added. */
static inline partial8 partial8_none(int pairs) {
  return (partial8){_mm256_set1_epi16((short)(-128 * pairs)), _mm256_setzero_si256()};
}

static inline partial8 partial8_begin(__m256i entries, int pairs) {
  return partial8_add(partial8_none(pairs), entries);
}

static inline __m256i clamp16(__m256i value, int limit) {
  value = _mm256_min_epi16(value, _mm256_set1_epi16((short)limit));
  return _mm256_max_epi16(value, _mm256_set1_epi16((short)-limit));
}

ALWAYS_INLINE void add_to(int16_t* sums, __m256i partial, const int clamp, int limit) {
  __m256i total = _mm256_add_epi16(vector8_load(sums), partial);
  _mm256_storeu_si256((__m256i*)(void*)sums, clamp ? clamp16(total, limit) : total);
}

/* In memory every 32 sums have their 16 even positions first. */
ALWAYS_INLINE void partial8_end(partial8 partial, const int clamp, int limit, int16_t* sums) {
  __m256i even = _mm256_sub_epi16(partial.all, _mm256_slli_epi16(partial.odd, 8));
  add_to(sums, even, clamp, limit);
  add_to(sums + 16, partial.odd, clamp, limit);
}

/* Brings 32 sums from the order in memory into that of positions. */
static inline void interleave(const int16_t* sums, int16_t* out) {
  __m256i even = vector8_load(sums);
  __m256i odd = vector8_load(sums + 16);
  __m256i low = _mm256_unpacklo_epi16(even, odd);
  __m256i high = _mm256_unpackhi_epi16(even, odd);
  __m256i* to = (__m256i*)(void*)out;
  _mm256_storeu_si256(to, _mm256_permute2x128_si256(low, high, 0x20));
  _mm256_storeu_si256(to + 1, _mm256_permute2x128_si256(low, high, 0x31));
}

#endif
