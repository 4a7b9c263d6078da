/* The integer arithmetic of 8-bit tables that both layouts share, for AVX-512 with VBMI. */
#ifndef QCNN_LOOKUP_BYTES_AVX512_H
#define QCNN_LOOKUP_BYTES_AVX512_H

#include <immintrin.h>

#include "kernels/lookup_bytes.h"

/*
 * A 16-bit lane holds the entries of two sums, 256 * odd + even. `all` sums up whole lanes, with
 * 128 added to the even entry so that it has no sign, and `odd` the odd ones; modulo 2^16 the even
 * ones are what is left: all - 256 * odd.
 */
typedef struct {
  __m512i all, odd;
} partial8;

static inline partial8 partial8_add(partial8 partial, __m512i entries) {
  entries = _mm512_xor_si512(entries, _mm512_set1_epi16(0x80));
  partial.all = _mm512_add_epi16(partial.all, entries);
  partial.odd = _mm512_add_epi16(partial.odd, _mm512_srai_epi16(entries, 8));
  return partial;
}

static inline __m512i clamp16(__m512i value, int limit) {
  value = _mm512_min_epi16(value, _mm512_set1_epi16((short)limit));
  return _mm512_max_epi16(value, _mm512_set1_epi16((short)-limit));
}

/*
 * The high bytes of two times 32 sums of 16 bits, in the order of positions: packing 32-bit sums took
 * fours of positions from its two operands in turns.
 */
static inline __m512i high_bytes(__m512i low, __m512i high) {
  const __m512i bytes =
      _mm512_setr_epi32(0x07050301, 0x17151311, 0x27252321, 0x37353331, 0x0f0d0b09, 0x1f1d1b19,
                        0x2f2d2b29, 0x3f3d3b39, 0x47454341, 0x57555351, 0x67656361, 0x77757371,
                        0x4f4d4b49, 0x5f5d5b59, 0x6f6d6b69, 0x7f7d7b79);
  return _mm512_permutex2var_epi8(low, bytes, high);
}

#endif
