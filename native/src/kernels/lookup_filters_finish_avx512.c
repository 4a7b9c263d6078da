/* From sums of filters to outputs in the order of pixels, for AVX-512. */
#include <immintrin.h>

#include "kernels/lookup_filters_avx512.h"

/* Transposes 16 rows of 16 32-bit lanes. */
ALWAYS_INLINE void transpose(__m512i* rows) {
  __m512i half[16];
#pragma GCC unroll 16
  for (int i = 0; i < 16; i += 2) { /* pairs of rows: lanes 0 and 1 of every four, then 2 and 3 */
    half[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
    half[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
  }
#pragma GCC unroll 16
  for (int i = 0; i < 16; i += 4) { /* rows[i + c]: lane c of every four, of four rows */
    rows[i] = _mm512_unpacklo_epi64(half[i], half[i + 2]);
    rows[i + 1] = _mm512_unpackhi_epi64(half[i], half[i + 2]);
    rows[i + 2] = _mm512_unpacklo_epi64(half[i + 1], half[i + 3]);
    rows[i + 3] = _mm512_unpackhi_epi64(half[i + 1], half[i + 3]);
  }
#pragma GCC unroll 16
  for (int i = 0; i < 8; i++) { /* eight rows: lanes of the first and the second half */
    int from = i / 4 * 8 + i % 4;
    half[2 * i] = _mm512_shuffle_i32x4(rows[from], rows[from + 4], 0x44);
    half[2 * i + 1] = _mm512_shuffle_i32x4(rows[from], rows[from + 4], 0xee);
  }
#pragma GCC unroll 16
  for (int i = 0; i < 8; i++) {
    int lane = i / 2 + i % 2 * 8; /* half[i]: lanes c and c + 4 or c + 8 and c + 12, c = i / 2 */
    rows[lane] = _mm512_shuffle_i32x4(half[i], half[i + 8], 0x88);
    rows[lane + 4] = _mm512_shuffle_i32x4(half[i], half[i + 8], 0xdd);
  }
}

void qcnn_finish_filters_avx512(const int16_t* sums, ptrdiff_t stride, int positions, int filters,
                                float scale, const float* bias, float floor, float* output,
                                ptrdiff_t map) {
  const __mmask16 present = positions >= 16 ? 0xffff : (__mmask16)((1u << positions) - 1);
  const __m512 scales = _mm512_set1_ps(scale);
  const __m512 floors = _mm512_set1_ps(floor);
  for (int parity = 0; parity < 2; parity++) {
    __m512i pairs[16]; /* first of positions, then of filters 4 * i + parity and two further */
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      pairs[i] = i < positions ? _mm512_load_si512(sums + i * stride + 32 * parity)
                               : _mm512_setzero_si512();
    }
    transpose(pairs);
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      for (int half = 0; half < 2; half++) {
        int f = 4 * i + 2 * half + parity;
        if (f < filters) {
          __m512i sum =
              _mm512_srai_epi32(half == 0 ? _mm512_slli_epi32(pairs[i], 16) : pairs[i], 16);
          __m512 value = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), scales);
          value = _mm512_max_ps(_mm512_add_ps(value, _mm512_set1_ps(bias[f])), floors);
          _mm512_mask_storeu_ps(output + f * map, present, value);
        }
      }
    }
  }
}

void qcnn_pool_avx512(const int16_t* above, const int16_t* below, ptrdiff_t stride, int count,
                      int16_t* largest) {
  for (int i = 0; i < count; i++) {
    for (int half = 0; half < QCNN_FILTER_BLOCK; half += 32) {
      __m512i high = _mm512_max_epi16(_mm512_load_si512(above + half),
                                      _mm512_load_si512(above + stride + half));
      __m512i low = _mm512_max_epi16(_mm512_load_si512(below + half),
                                     _mm512_load_si512(below + stride + half));
      _mm512_store_si512(largest + half, _mm512_max_epi16(high, low));
    }
    above += 2 * stride;
    below += 2 * stride;
    largest += QCNN_FILTER_BLOCK;
  }
}
