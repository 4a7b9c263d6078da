/*
 * Narrow sub-codewords, for which AVX2 can stay with 16-bit sums. vpmaddubsw multiplies 32 bytes and adds the products
 * in twos, for which it has 16 bits; sums of these have no more, either. That is enough for all inputs if components
 * are small. Of Gaussian ones whose largest fills 8 bits, 128 codewords in a subspace, 97 % are narrow with 6 components,
 * 89 % with 8. The halves of nearly all others are.
 */
#ifndef QCNN_LOOKUP_NARROW_AVX2_H
#define QCNN_LOOKUP_NARROW_AVX2_H

#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kernels/lookup_narrow.h"

#define NARROW_PAIRS 4 /* of components, at most: they stay in registers */

/* An entry of a narrow codeword is ((start + sum of (x + 128) * d) rounded and shifted) + rest, in 16 bits. */
typedef struct {
  ptrdiff_t row;               /* where in the table its entries lie */
  int32_t start, rest;         /* twice each */
  int32_t pairs[NARROW_PAIRS]; /* of components, twice each */
} narrow_codeword;

/*
 * A codeword as the sum of two with sums a and b, which have their sign bit flipped. vpavgw finds (a + b + 1) >> 1
 * without a 17th bit; b starts from one less, so that nothing is rounded by it, and one bit less is left to shift.
 */
typedef struct {
  ptrdiff_t row;          /* as above, */
  int32_t start[2], rest; /* the lower half first */
  int32_t pairs[2][NARROW_PAIRS];
} halved_codeword;

/* What one call builds from, and the codewords in three lists. */
typedef struct {
  const int8_t* inputs;
  ptrdiff_t quad_stride;
  const int32_t* codewords;
  int codeword_words; /* of 32 bits, each of them */
  int fraction_bits;
  void* table;
  ptrdiff_t table_stride;
  int narrow_count, halved_count, wide_count;
  narrow_codeword narrow[MOST_CODEWORDS];
  halved_codeword halved[MOST_CODEWORDS];
  uint8_t wide[MOST_CODEWORDS];
} build;

static inline int32_t twice(int32_t value) {
  return (int32_t)(0x10001u * (uint16_t)value);
}

static inline int sum_of_sizes(__m128i components) {
  return _mm_cvtsi128_si32(_mm_sad_epu8(_mm_abs_epi8(components), _mm_setzero_si128()));
}

/* Writes pairs of up to eight components. Returns 128 times their sum. */
static inline int32_t put_pairs(__m128i components, int pairs, int32_t* to) {
  const uint64_t bytes = (uint64_t)_mm_cvtsi128_si64(components);
  for (int p = 0; p < pairs; p++) {
    to[p] = twice((int32_t)(bytes >> 16 * p & 0xffff));
  }
  const __m128i unsigned_ones = _mm_xor_si128(components, _mm_set1_epi8(INT8_MIN));
  const int sum = _mm_cvtsi128_si32(_mm_sad_epu8(unsigned_ones, _mm_setzero_si128()));
  return 128 * (sum - 128 * 8);
}

/* Whether no two products of a pair, of inputs with 128 added, can leave 16 bits. */
static inline bool pairs_fit(__m128i components) {
  const __m128i above = _mm_max_epi8(components, _mm_setzero_si128());
  const __m128i below = _mm_sub_epi8(above, components);
  const __m128i ones = _mm_set1_epi8(1);
  const __m128i sums =
      _mm_max_epi16(_mm_maddubs_epi16(above, ones), _mm_maddubs_epi16(below, ones));
  return _mm_movemask_epi8(_mm_cmpgt_epi16(sums, _mm_set1_epi16(INT8_MAX + 1))) == 0;
}

/* Takes a codeword of up to eight components into one of the lists. */
static inline void sort_codeword(build* b, int k, int pairs) {
  const int32_t* codeword = b->codewords + (ptrdiff_t)k * b->codeword_words;
  uint64_t bytes = 0;
  memcpy(&bytes, codeword + 1, 4 * (size_t)(b->codeword_words - 1));
  const __m128i components = _mm_cvtsi64_si128((long long)bytes);
  const int32_t unit = 1 << b->fraction_bits;
  const int32_t rest = codeword[0] >> b->fraction_bits;
  const int32_t low = codeword[0] - rest * unit - unit / 2;
  const ptrdiff_t row = k * b->table_stride;
  if (pairs_fit(components) && sum_of_sizes(components) <= largest_sum(low)) {
    narrow_codeword* narrow = &b->narrow[b->narrow_count++];
    narrow->row = row;
    narrow->start = twice(low - put_pairs(components, pairs, narrow->pairs));
    narrow->rest = twice(rest);
    return;
  }
  /* Components of halves are at most 64: their pairs always fit. */
  const __m128i sign = _mm_set1_epi8(INT8_MIN);
  const __m128i upper = _mm_xor_si128(_mm_avg_epu8(_mm_xor_si128(components, sign), sign), sign);
  const __m128i lower = _mm_sub_epi8(components, upper);
  if (b->fraction_bits < 2 || sum_of_sizes(lower) > largest_sum(low) ||
      sum_of_sizes(upper) > largest_sum(-1)) {
    b->wide[b->wide_count++] = (uint8_t)k;
    return;
  }
  halved_codeword* halved = &b->halved[b->halved_count++];
  halved->row = row;
  halved->start[0] = twice(INT16_MIN + low - put_pairs(lower, pairs, halved->pairs[0]));
  halved->start[1] = twice(INT16_MIN - 1 - put_pairs(upper, pairs, halved->pairs[1]));
  halved->rest = twice(rest);
}

static inline void sort_codewords(build* b, int pairs, int sub_codewords) {
  for (int k = 0; k < sub_codewords; k++) {
    if (pairs <= NARROW_PAIRS) {
      sort_codeword(b, k, pairs);
    } else {
      b->wide[b->wide_count++] = (uint8_t)k;
    }
  }
}

#endif
