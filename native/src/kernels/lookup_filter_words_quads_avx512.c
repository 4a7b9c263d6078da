/* 16-bit tables of positions from 8-bit operands, for AVX-512 with VBMI and VNNI. */
#include <immintrin.h>

#include "kernels/lookup_filter_stores_avx512.h"
#include "kernels/lookup_filters_avx512.h"

/* 64 entries of all positions; `quads` is a constant where this is inlined for common sizes. */
ALWAYS_INLINE void build_entries(const int quads, const int32_t* inputs, ptrdiff_t stride,
                                 const int32_t* codewords, int entries, int positions,
                                 int fraction_bits, char* table) {
  const __m128i left = _mm_cvtsi32_si128(16 - fraction_bits);
  const held_quads held = hold_quads(quads, codewords);
  for (int i = 0; i < positions; i++) {
    sums32 sum = products_of_quads(quads, inputs + i, stride, codewords, &held);
    for (int j = 0; j < 4; j++) {
      sum.quarter[j] = _mm512_sll_epi32(sum.quarter[j], left);
    }
    store_entries(sum, entries, i, table);
  }
}

#define BUILD_FILTER_TABLE qcnn_build_filter_words_of_quads_avx512
#define STARTING_WORDS 1
#include "kernels/lookup_filters_build.h"
