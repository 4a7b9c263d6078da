/* 16-bit tables of positions from 16-bit operands, for AVX-512 with VBMI and VNNI. */
#include <immintrin.h>

#include "kernels/lookup_filter_stores_avx512.h"
#include "kernels/lookup_filters_avx512.h"

#define HELD_PAIRS 4

ALWAYS_INLINE sums32 products(const int pairs, const int32_t* inputs, ptrdiff_t stride,
                              const int32_t* codewords, __m512i held[HELD_PAIRS][4]) {
  sums32 sum;
  for (int j = 0; j < 4; j++) {
    sum.quarter[j] = _mm512_set1_epi32(1 << 15);
  }
  for (int q = 0; q < pairs; q++) {
    __m512i input = _mm512_set1_epi32(inputs[q * stride]);
    for (int j = 0; j < 4; j++) {
      __m512i codeword =
          q < HELD_PAIRS ? held[q][j] : _mm512_load_si512(codewords + q * 64 + 16 * j);
      sum.quarter[j] = _mm512_dpwssd_epi32(sum.quarter[j], input, codeword);
    }
  }
  return sum;
}

/* 64 entries of all positions; `pairs` is a constant where this is inlined for common sizes. */
ALWAYS_INLINE void build_entries(const int pairs, const int32_t* inputs, ptrdiff_t stride,
                                 const int32_t* codewords, int entries, int positions,
                                 int fraction_bits, char* table) {
  (void)fraction_bits;         /* 16 */
  __m512i held[HELD_PAIRS][4]; /* in registers */
  for (int q = 0; q < pairs && q < HELD_PAIRS; q++) {
    for (int j = 0; j < 4; j++) {
      held[q][j] = _mm512_load_si512(codewords + q * 64 + 16 * j);
    }
  }
  for (int i = 0; i < positions; i++) {
    store_entries(products(pairs, inputs + i, stride, codewords, held), entries, i, table);
  }
}

#define BUILD_FILTER_TABLE qcnn_build_filter_words_avx512
#define STARTING_WORDS 0
#include "kernels/lookup_filters_build.h"
