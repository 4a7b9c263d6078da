/* 8-bit tables of positions, 64 entries to a vector, for AVX-512 with VBMI and VNNI. */
#include <immintrin.h>

#include "kernels/lookup_filters_avx512.h"

/* The quad of a position in all lanes, as unsigned bytes. */
ALWAYS_INLINE __m512i unsigned_quad(const int32_t* input) {
  return _mm512_xor_si512(_mm512_set1_epi32(*input), _mm512_set1_epi8((char)0x80));
}

#define HELD_QUADS 4

/*
 * 64 entries of all positions; `quads` is a constant where this is inlined for common sizes, whose
 * codewords stay in registers.
 */
ALWAYS_INLINE void build_entries(const int quads, const int32_t* inputs, ptrdiff_t quad_stride,
                                 const int32_t* codewords, int entries, int positions,
                                 char* table) {
  __m512i held[1 + HELD_QUADS][4];
  for (int q = 0; q < 1 + quads && q < 1 + HELD_QUADS; q++) {
    for (int j = 0; j < 4; j++) {
      held[q][j] = _mm512_load_si512(codewords + q * 64 + 16 * j);
    }
  }
  for (int i = 0; i < positions; i++) {
    __m512i sum[4];
    for (int j = 0; j < 4; j++) {
      sum[j] = held[0][j];
    }
    for (int q = 0; q < quads; q++) {
      __m512i input = unsigned_quad(inputs + q * quad_stride + i);
      for (int j = 0; j < 4; j++) {
        __m512i codeword =
            q < HELD_QUADS ? held[1 + q][j] : _mm512_load_si512(codewords + (1 + q) * 64 + 16 * j);
        sum[j] = _mm512_dpbusd_epi32(sum[j], input, codeword);
      }
    }
    _mm512_store_si512(
        table + (ptrdiff_t)i * entries,
        high_bytes(_mm512_packs_epi32(sum[0], sum[1]), _mm512_packs_epi32(sum[2], sum[3])));
  }
}

#define BUILD_FILTER_TABLE qcnn_build_filter_bytes_avx512
#define STARTING_WORDS 1
#include "kernels/lookup_filters_build.h"
