/*
 * Narrow sub-codewords, for which AVX2 can stay with 16-bit sums. vpmaddubsw multiplies 32 bytes and adds the products
 * in twos, for which it has 16 bits; sums of these have no more, either. That is enough for all inputs if components
 * are small. Of Gaussian ones whose largest fills 8 bits, 128 codewords in a subspace, 97 % are narrow with 6
 * components, 89 % with 8. Most others have room in two sums.
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

/*
 * An entry of a narrow codeword is ((start + sum of (x + 128) * d) rounded and shifted) + rest, in 16 bits. A codeword
 * that is narrow but for the number of its components is split: its first pairs have a sum a, the others a sum b, both
 * with their sign bit flipped. vpavgw finds (a + b + 1) >> 1 without a 17th bit; b starts from one less, so that
 * nothing is rounded by it, and one bit less is left to shift.
 */
typedef struct {
  ptrdiff_t row;               /* where in the table its entries lie */
  int32_t start[2], rest;      /* twice each; narrow codewords have one start */
  int32_t pairs[NARROW_PAIRS]; /* of components, twice each */
} narrow_codeword;

/* The pairs of a split codeword that the first sum is of. */
static inline int first_pairs(int pairs) {
  return (pairs + 1) / 2;
}

/* A codeword whose pairs are too large for that, as the sum of two with half the components, found likewise. */
typedef struct {
  ptrdiff_t row;          /* as above, */
  int32_t start[2], rest; /* the lower half first */
  int32_t pairs[2][NARROW_PAIRS];
} halved_codeword;

/* What one call builds from, and the codewords in four lists. */
typedef struct {
  const int8_t* inputs;
  ptrdiff_t quad_stride;
  const int32_t* codewords;
  int codeword_words; /* of 32 bits, each of them */
  int pairs;          /* of components */
  int fraction_bits;
  void* table;
  ptrdiff_t table_stride;
  int narrow_count, split_count, halved_count, wide_count;
  narrow_codeword narrow[MOST_CODEWORDS];
  narrow_codeword split[MOST_CODEWORDS];
  halved_codeword halved[MOST_CODEWORDS];
  uint8_t wide[MOST_CODEWORDS];
} build;

static inline int32_t twice(int32_t value) {
  return (int32_t)(0x10001u * (uint16_t)value);
}

static inline int sum_of_sizes(__m128i components) {
  return _mm_cvtsi128_si32(_mm_sad_epu8(_mm_abs_epi8(components), _mm_setzero_si128()));
}

/* Writes the pairs of eight components, those beyond Cs' too, which are zeros. */
static inline void put_pairs(__m128i components, int32_t to[NARROW_PAIRS]) {
  const __m128i twice_each = _mm_setr_epi8(0, 1, 0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7);
  _mm_storeu_si128((__m128i*)(void*)to, _mm_shuffle_epi8(components, twice_each));
}

/* Components of up to eight, in one or two words. */
static inline uint64_t load_components(const int32_t* words, int count) {
  uint64_t bytes = (uint32_t)words[0];
  if (count == 2) {
    memcpy(&bytes, words, sizeof bytes);
  }
  return bytes;
}

/* 128 times the sum of eight components, which is what inputs with 128 added have too much. */
static inline int32_t offset_of(__m128i components) {
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

/* Whether two sums, the first of which starts from `low`, have room in 16 bits, and a bit is left to shift. */
static inline bool halves_fit(const build* b, __m128i first, __m128i second, int32_t low) {
  return b->fraction_bits >= 2 && sum_of_sizes(first) <= largest_sum(low) &&
         sum_of_sizes(second) <= largest_sum(-1);
}

/* Where two sums with flipped sign bits start from. */
static inline void start_halves(int32_t low, int32_t first, int32_t second, int32_t start[2]) {
  start[0] = twice(INT16_MIN + low - first);
  start[1] = twice(INT16_MIN - 1 - second);
}

/* Takes a codeword of up to eight components into one of the lists. */
static inline void sort_codeword(build* b, int k) {
  const int32_t* codeword = b->codewords + (ptrdiff_t)k * b->codeword_words;
  const uint64_t bytes = load_components(codeword + 1, b->codeword_words - 1);
  const uint64_t first_bytes = bytes & (UINT64_MAX >> (64 - 16 * first_pairs(b->pairs)));
  const __m128i components = _mm_cvtsi64_si128((long long)bytes);
  const __m128i first = _mm_cvtsi64_si128((long long)first_bytes);
  const __m128i second = _mm_sub_epi8(components, first);
  const int32_t unit = 1 << b->fraction_bits;
  const int32_t rest = codeword[0] >> b->fraction_bits;
  const int32_t low = codeword[0] - rest * unit - unit / 2;
  const bool pairs = pairs_fit(components);
  const bool narrow = pairs && sum_of_sizes(components) <= largest_sum(low);
  if (narrow || (pairs && halves_fit(b, first, second, low))) {
    narrow_codeword* to = narrow ? &b->narrow[b->narrow_count++] : &b->split[b->split_count++];
    to->row = k * b->table_stride;
    to->rest = twice(rest);
    put_pairs(components, to->pairs);
    if (narrow) {
      to->start[0] = twice(low - offset_of(components));
    } else {
      start_halves(low, offset_of(first), offset_of(second), to->start);
    }
    return;
  }
  /* Components of halves are at most 64: their pairs always fit. */
  const __m128i sign = _mm_set1_epi8(INT8_MIN);
  const __m128i upper = _mm_xor_si128(_mm_avg_epu8(_mm_xor_si128(components, sign), sign), sign);
  const __m128i lower = _mm_sub_epi8(components, upper);
  if (!halves_fit(b, lower, upper, low)) {
    b->wide[b->wide_count++] = (uint8_t)k;
    return;
  }
  halved_codeword* halved = &b->halved[b->halved_count++];
  halved->row = k * b->table_stride;
  halved->rest = twice(rest);
  put_pairs(lower, halved->pairs[0]);
  put_pairs(upper, halved->pairs[1]);
  start_halves(low, offset_of(lower), offset_of(upper), halved->start);
}

static inline void sort_codewords(build* b, int sub_codewords) {
  for (int k = 0; k < sub_codewords; k++) {
    if (b->pairs <= NARROW_PAIRS) {
      sort_codeword(b, k);
    } else {
      b->wide[b->wide_count++] = (uint8_t)k;
    }
  }
}

#endif
