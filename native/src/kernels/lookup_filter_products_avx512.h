/* Products of 8-bit inputs of a position with 64 sub-codewords, for AVX-512 with VNNI. */
#ifndef QCNN_LOOKUP_FILTER_PRODUCTS_AVX512_H
#define QCNN_LOOKUP_FILTER_PRODUCTS_AVX512_H

#include <immintrin.h>

#include "kernels/lookup_bytes.h"

/* Sums of 64 sub-codewords, in four times 16 lanes. */
typedef struct {
  __m512i quarter[4];
} sums32;

#define HELD_QUADS 4

/* What sums start from, and the first components of 64 sub-codewords: in registers. */
typedef struct {
  __m512i word[1 + HELD_QUADS][4];
} held_quads;

ALWAYS_INLINE held_quads hold_quads(const int quads, const int32_t* codewords) {
  held_quads held;
  for (int q = 0; q < 1 + quads && q < 1 + HELD_QUADS; q++) {
    for (int j = 0; j < 4; j++) {
      held.word[q][j] = _mm512_load_si512(codewords + q * 64 + 16 * j);
    }
  }
  return held;
}

/* The quad of a position in all lanes, as unsigned bytes. */
ALWAYS_INLINE __m512i unsigned_quad(const int32_t* input) {
  return _mm512_xor_si512(_mm512_set1_epi32(*input), _mm512_set1_epi8((char)0x80));
}

ALWAYS_INLINE sums32 products_of_quads(const int quads, const int32_t* inputs, ptrdiff_t stride,
                                       const int32_t* codewords, const held_quads* held) {
  sums32 sum;
  for (int j = 0; j < 4; j++) {
    sum.quarter[j] = held->word[0][j];
  }
  for (int q = 0; q < quads; q++) {
    __m512i input = unsigned_quad(inputs + q * stride);
    for (int j = 0; j < 4; j++) {
      __m512i codeword = q < HELD_QUADS ? held->word[1 + q][j]
                                        : _mm512_load_si512(codewords + (1 + q) * 64 + 16 * j);
      sum.quarter[j] = _mm512_dpbusd_epi32(sum.quarter[j], input, codeword);
    }
  }
  return sum;
}

#endif
