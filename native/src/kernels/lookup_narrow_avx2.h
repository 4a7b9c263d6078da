/*
 * Narrow sub-codewords, for which AVX2 can stay with 16-bit sums. vpmaddubsw multiplies 32 bytes and adds the products
 * in twos, for which it has 16 bits; sums of these have no more, either. That is enough for all inputs if components
 * are small. Of Gaussian ones whose largest fills 8 bits, 128 codewords in a subspace, 97 % are narrow with 6 components,
 * 89 % with 8.
 */
#ifndef QCNN_LOOKUP_NARROW_AVX2_H
#define QCNN_LOOKUP_NARROW_AVX2_H

#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NARROW_PAIRS 4     /* of components, at most: they stay in registers */
#define MOST_CODEWORDS 256 /* K */

/* An entry of a narrow codeword is ((start + sum of (x + 128) * d) rounded and shifted) + rest, in 16 bits. */
typedef struct {
  ptrdiff_t row;               /* where in the table its entries lie */
  int32_t start, rest;         /* twice each */
  int32_t pairs[NARROW_PAIRS]; /* of components, twice each */
} narrow_codeword;

/* What one call builds from, and the codewords in two lists. */
typedef struct {
  const int8_t* inputs;
  ptrdiff_t quad_stride;
  const int32_t* codewords;
  int codeword_words; /* of 32 bits, each of them */
  int fraction_bits;
  void* table;
  ptrdiff_t table_stride;
  int narrow_count, wide_count;
  narrow_codeword narrow[MOST_CODEWORDS];
  uint8_t wide[MOST_CODEWORDS];
} build;

static inline int32_t twice(int32_t value) {
  return (int32_t)(0x10001u * (uint16_t)value);
}

/* The largest sum of |d| at which sums of x * d, |x| <= 128, have room in 16 bits, `low` besides. */
static inline int largest_sum(int32_t low) {
  return (INT16_MAX - (low < 0 ? -low : low)) / 128;
}

/*
 * Takes a codeword of up to eight components into the list of narrow ones. Returns false if it is not narrow: if
 * two products, of inputs with 128 added, or all of them, of inputs as they are, could leave 16 bits.
 */
static inline bool take_narrow(build* b, int k, int pairs) {
  const int32_t* codeword = b->codewords + (ptrdiff_t)k * b->codeword_words;
  uint64_t bytes = 0;
  memcpy(&bytes, codeword + 1, 4 * (size_t)(b->codeword_words - 1));
  const __m128i zero = _mm_setzero_si128();
  const __m128i components = _mm_cvtsi64_si128((long long)bytes);
  const __m128i above = _mm_max_epi8(components, zero);
  const __m128i below = _mm_sub_epi8(above, components);
  const __m128i ones = _mm_set1_epi8(1);
  const __m128i of_pairs =
      _mm_max_epi16(_mm_maddubs_epi16(above, ones), _mm_maddubs_epi16(below, ones));
  const int sum_above = _mm_cvtsi128_si32(_mm_sad_epu8(above, zero));
  const int sum_below = _mm_cvtsi128_si32(_mm_sad_epu8(below, zero));
  const int32_t unit = 1 << b->fraction_bits;
  const int32_t rest = codeword[0] >> b->fraction_bits;
  const int32_t low = codeword[0] - rest * unit - unit / 2;
  const bool pairs_fit =
      _mm_movemask_epi8(_mm_cmpgt_epi16(of_pairs, _mm_set1_epi16(INT8_MAX + 1))) == 0;
  if (!pairs_fit || sum_above + sum_below > largest_sum(low)) {
    return false;
  }
  narrow_codeword* narrow = &b->narrow[b->narrow_count++];
  narrow->row = k * b->table_stride;
  narrow->start = twice(low - 128 * (sum_above - sum_below));
  narrow->rest = twice(rest);
  for (int p = 0; p < pairs; p++) {
    narrow->pairs[p] = twice((int32_t)(bytes >> 16 * p & 0xffff));
  }
  return true;
}

static inline void sort_codewords(build* b, int pairs, int sub_codewords) {
  for (int k = 0; k < sub_codewords; k++) {
    if (pairs > NARROW_PAIRS || !take_narrow(b, k, pairs)) {
      b->wide[b->wide_count++] = (uint8_t)k;
    }
  }
}

#endif
