/* From 32-bit sums of products to entries of tables, for AVX-512 with VBMI. */
#ifndef QCNN_LOOKUP_HIGH_PARTS_AVX512_H
#define QCNN_LOOKUP_HIGH_PARTS_AVX512_H

#include <immintrin.h>

/* The high halves of two times 16 sums of 32 bits, in their order. */
static inline __m512i high_halves(__m512i low, __m512i high) {
  const __m512i halves = _mm512_add_epi16(
      _mm512_set1_epi16(1),
      _mm512_slli_epi16(_mm512_cvtepu8_epi16(_mm256_setr_epi8(
                            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
                            20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31)),
                        1));
  return _mm512_permutex2var_epi16(low, halves, high);
}

#endif
