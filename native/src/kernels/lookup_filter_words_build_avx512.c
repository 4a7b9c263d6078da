/* 16-bit tables of positions, for AVX-512 with VBMI and VNNI. */
#include <immintrin.h>

#include "kernels/lookup_filters_avx512.h"
#include "kernels/lookup_high_parts_avx512.h"

#define HELD_PAIRS 4

/* Sums of 64 sub-codewords, whose high halves are entries. */
typedef struct {
  __m512i quarter[4];
} sums32;

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

/* As 64 words in order. */
ALWAYS_INLINE void store_words(sums32 sum, char* table) {
  _mm512_store_si512(table, high_halves(sum.quarter[0], sum.quarter[1]));
  _mm512_store_si512(table + 64, high_halves(sum.quarter[2], sum.quarter[3]));
}

/* As 64 low bytes, and 64 high bytes 128 bytes further. */
ALWAYS_INLINE void store_bytes(sums32 sum, char* table) {
  /* Bytes 2 of all lanes of two vectors, then bytes 3. */
  const __m512i bytes =
      _mm512_setr_epi32(0x0e0a0602, 0x1e1a1612, 0x2e2a2622, 0x3e3a3632, 0x4e4a4642, 0x5e5a5652,
                        0x6e6a6662, 0x7e7a7672, 0x0f0b0703, 0x1f1b1713, 0x2f2b2723, 0x3f3b3733,
                        0x4f4b4743, 0x5f5b5753, 0x6f6b6763, 0x7f7b7773);
  __m512i first = _mm512_permutex2var_epi8(sum.quarter[0], bytes, sum.quarter[1]);
  __m512i second = _mm512_permutex2var_epi8(sum.quarter[2], bytes, sum.quarter[3]);
  _mm512_store_si512(table, _mm512_shuffle_i64x2(first, second, 0x44));
  _mm512_store_si512(table + 128, _mm512_shuffle_i64x2(first, second, 0xee));
}

/* 64 entries of all positions; `pairs` is a constant where this is inlined for common sizes. */
ALWAYS_INLINE void build_entries(const int pairs, const int32_t* inputs, ptrdiff_t stride,
                                 const int32_t* codewords, int entries, int positions,
                                 char* table) {
  __m512i held[HELD_PAIRS][4]; /* in registers */
  for (int q = 0; q < pairs && q < HELD_PAIRS; q++) {
    for (int j = 0; j < 4; j++) {
      held[q][j] = _mm512_load_si512(codewords + q * 64 + 16 * j);
    }
  }
  for (int i = 0; i < positions; i++) {
    sums32 sum = products(pairs, inputs + i, stride, codewords, held);
    if (entries == 64) {
      store_words(sum, table + i * (ptrdiff_t)128);
    } else {
      store_bytes(sum, table + i * (ptrdiff_t)256);
    }
  }
}

#define BUILD_FILTER_TABLE qcnn_build_filter_words_avx512
#define STARTING_WORDS 0
#include "kernels/lookup_filters_build.h"
