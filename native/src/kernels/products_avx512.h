/* What the kernels for AVX-512, with and without AMX, share; product_kernels.h says what they do. */
#ifndef QCNN_PRODUCTS_AVX512_H
#define QCNN_PRODUCTS_AVX512_H

#include <immintrin.h>

#include "kernels/product_kernels.h"

/* The first `count` of 16 lanes, at most all. */
static inline __mmask16 lanes(int count) {
  return count >= 16 ? 0xffff : (__mmask16)((1u << count) - 1);
}

/* Rounded to integers between `least` and `most`; NaN gives 0. */
static inline __m512i rounded_within(__m512 values, __m512 least, __m512 most) {
  const __mmask16 number = _mm512_cmp_ps_mask(values, values, _CMP_ORD_Q);
  return _mm512_maskz_cvtps_epi32(number, _mm512_max_ps(_mm512_min_ps(values, most), least));
}

void qcnn_quantize_products_avx512(const float* input, ptrdiff_t map, int channels, int count,
                                   const qcnn_product_quantizer* quantizer, uint8_t* to);

void qcnn_quantize_words_avx512(const float* input, ptrdiff_t map, int channels, int count,
                                const float* scale, uint8_t* to, ptrdiff_t plane);

void qcnn_combine_products_avx512(int32_t* sums, int rows, int columns);

void qcnn_pool_products_avx512(int32_t* sums, int columns);
void qcnn_pool_overlapping_products_avx512(int32_t* sums, int columns, int32_t* above,
                                           int32_t* left);

void qcnn_finish_products_avx512(const int32_t* sums, int columns,
                                 const qcnn_product_outputs* outputs, float* output, ptrdiff_t map);

void qcnn_hand_over_products_avx512(const int32_t* sums, int columns,
                                    const qcnn_product_outputs* outputs,
                                    const qcnn_product_quantizer* quantizer, uint8_t* to,
                                    ptrdiff_t stride);

void qcnn_hand_over_words_avx512(const int32_t* sums, int columns,
                                 const qcnn_product_outputs* outputs, const float* scale,
                                 uint8_t* to, ptrdiff_t stride, ptrdiff_t plane);

#endif
