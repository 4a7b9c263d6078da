/* 8-bit tables of positions, 64 entries to a vector, for AVX-512 with VBMI and VNNI. */
#include <immintrin.h>

#include "kernels/lookup_filter_products_avx512.h"
#include "kernels/lookup_filters_avx512.h"

/*
 * 64 entries of all positions; `quads` is a constant where this is inlined for common sizes, whose
 * codewords stay in registers.
 */
ALWAYS_INLINE void build_entries(const int quads, const int32_t* inputs, ptrdiff_t quad_stride,
                                 const int32_t* codewords, int entries, int positions,
                                 int fraction_bits, char* table) {
  (void)fraction_bits; /* 8 */
  const held_quads held = hold_quads(quads, codewords);
  for (int i = 0; i < positions; i++) {
    sums32 sum = products_of_quads(quads, inputs + i, quad_stride, codewords, &held);
    _mm512_store_si512(table + (ptrdiff_t)i * entries,
                       high_bytes(_mm512_packs_epi32(sum.quarter[0], sum.quarter[1]),
                                  _mm512_packs_epi32(sum.quarter[2], sum.quarter[3])));
  }
}

#define BUILD_FILTER_TABLE qcnn_build_filter_bytes_avx512
#define STARTING_WORDS 1
#include "kernels/lookup_filters_build.h"
