/* Rows become columns, for AVX-512. */
#ifndef QCNN_TRANSPOSE_AVX512_H
#define QCNN_TRANSPOSE_AVX512_H

#include <immintrin.h>

/* Transposes 16 rows of 16 32-bit lanes. */
static inline __attribute__((always_inline)) void transpose(__m512i* rows) {
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

#endif
