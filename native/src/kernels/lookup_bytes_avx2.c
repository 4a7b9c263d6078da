/* 8-bit lookup tables for AVX2: 32 positions to a vector. */
#include <immintrin.h>

#include "kernels/lookup_bytes.h"
#include "kernels/lookup_bytes_build_avx2.h"
#include "kernels/lookup_eights_avx2.h"
#include "kernels/lookup_partial_avx2.h"
#include "kernels/lookup_prefetch.h"

#define STRIP_VECTORS 4

#define VECTOR16_LANES 16

static inline void double16(int16_t* sums, int limit) {
  __m256i once = vector8_load(sums);
  _mm256_storeu_si256((__m256i*)(void*)sums, clamp16(_mm256_adds_epi16(once, once), limit));
}

#include "kernels/lookup_bytes_accumulate.h"

static void in_order(const int16_t* sums, int blocks, int16_t* out) {
  for (int i = 0; i < blocks * QCNN_BYTE_BLOCK; i += VECTOR8_LANES) {
    interleave(sums + i, out + i);
  }
}

/* clamp(round(x * scale) + zero, -128, 127) in the low bytes of 32-bit lanes; others are 0. */
static inline __m256i quantize8(__m256 x, float scale, int zero) {
  __m256 scaled = _mm256_mul_ps(x, _mm256_set1_ps(scale));
  __m256 number = _mm256_cmp_ps(scaled, scaled, _CMP_ORD_Q);
  scaled = _mm256_min_ps(scaled, _mm256_set1_ps((float)(127 - zero)));
  scaled = _mm256_max_ps(scaled, _mm256_set1_ps((float)(-128 - zero)));
  __m256i rounded = _mm256_and_si256(_mm256_cvtps_epi32(scaled), _mm256_castps_si256(number));
  __m256i value = _mm256_add_epi32(rounded, _mm256_set1_epi32(zero));
  return _mm256_and_si256(value, _mm256_set1_epi32(0xff));
}

static void quantize_quads(const float* const* rows, int count, float scale, int zero,
                           int8_t* out) {
  if (count < 8) {
    qcnn_byte_tables_scalar.quantize_quads(rows, count, scale, zero, out);
    return;
  }
  for (int i = 0; i < count; i = next_eight(i, count)) {
    __m256i quads = _mm256_setzero_si256();
    prefetch_rows(rows, i);
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) {
      __m256i values = _mm256_set1_epi32(zero & 0xff);
      if (rows[j] != NULL) {
        values = quantize8(_mm256_loadu_ps(rows[j] + i), scale, zero);
      }
      quads = _mm256_or_si256(quads, _mm256_slli_epi32(values, 8 * j));
    }
    _mm256_storeu_si256((__m256i*)(void*)(out + 4 * i), quads);
  }
}

const qcnn_byte_tables qcnn_byte_tables_avx2 = {
    .quantize_quads = quantize_quads,
    .build_table = qcnn_build_bytes_avx2,
    .build_words = qcnn_build_words_avx2,
    .accumulate = accumulate,
    .double_sums = double_sums,
    .in_order = in_order,
};
