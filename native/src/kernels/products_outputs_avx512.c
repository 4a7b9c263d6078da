/* From sums of products to outputs, for AVX-512. */
#include <immintrin.h>

#include "kernels/products_avx512.h"
#include "kernels/transpose_avx512.h"

void qcnn_combine_products_avx512(int32_t* sums, int rows, int columns) {
  const __m512i half = _mm512_set1_epi32(128);
  for (int row = 0; row < rows; row++) {
    int32_t* to = sums + row * QCNN_PRODUCT_ROW_SUMS;
    for (int i = 0; i < columns * QCNN_PRODUCT_FILTERS; i += 16) {
      __m512i second = _mm512_load_si512(to + i + QCNN_PRODUCT_SUMS);
      __m512i third = _mm512_load_si512(to + i + 2 * QCNN_PRODUCT_SUMS);
      __m512i part = _mm512_srai_epi32(_mm512_add_epi32(_mm512_add_epi32(second, third), half), 8);
      _mm512_store_si512(to + i, _mm512_add_epi32(_mm512_load_si512(to + i), part));
    }
  }
}

void qcnn_pool_products_avx512(int32_t* sums, int columns) {
  for (int i = 0; i < columns / 2; i++) {
    for (int f = 0; f < QCNN_PRODUCT_FILTERS; f += 16) {
      const int32_t* above = sums + 2 * i * QCNN_PRODUCT_FILTERS + f;
      const int32_t* below = above + QCNN_PRODUCT_ROW_SUMS;
      __m512i high = _mm512_max_epi32(_mm512_load_si512(above),
                                      _mm512_load_si512(above + QCNN_PRODUCT_FILTERS));
      __m512i low = _mm512_max_epi32(_mm512_load_si512(below),
                                     _mm512_load_si512(below + QCNN_PRODUCT_FILTERS));
      _mm512_store_si512(sums + i * QCNN_PRODUCT_FILTERS + f, _mm512_max_epi32(high, low));
    }
  }
}

void qcnn_pool_overlapping_products_avx512(int32_t* sums, int columns, int32_t* above,
                                           int32_t* left) {
  for (int f = 0; f < QCNN_PRODUCT_FILTERS; f += 16) {
    __m512i before = _mm512_load_si512(left + f);
    for (int i = 0; i < columns; i += 2) {
      __m512i column[2];
      for (int j = 0; j < 2; j++) {
        const int at = (i + j) * QCNN_PRODUCT_FILTERS + f;
        const __m512i second = _mm512_load_si512(sums + at + QCNN_PRODUCT_ROW_SUMS);
        const __m512i first = _mm512_max_epi32(_mm512_load_si512(sums + at), second);
        column[j] = _mm512_max_epi32(_mm512_load_si512(above + at), first);
        _mm512_store_si512(above + at, second);
      }
      const __m512i both = _mm512_max_epi32(column[0], column[1]);
      _mm512_store_si512(sums + i / 2 * QCNN_PRODUCT_FILTERS + f, _mm512_max_epi32(before, both));
      before = column[1];
    }
    _mm512_store_si512(left + f, before);
  }
}

/* The outputs of 16 filters from `first` on; what lies beyond the last one is never written. */
typedef struct {
  __m512 scale, bias, floor;
} output_scales;

static output_scales scales_of(const qcnn_product_outputs* outputs, int first) {
  const __mmask16 present = lanes(outputs->filters - first);
  return (output_scales){
      .scale = _mm512_maskz_loadu_ps(present, outputs->scale + first),
      .bias = _mm512_maskz_loadu_ps(present, outputs->bias + first),
      .floor = _mm512_set1_ps(outputs->floor),
  };
}

static inline __m512 outputs16(const int32_t* sums, const output_scales* s) {
  __m512 value = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_load_si512(sums)), s->scale);
  return _mm512_max_ps(s->floor, _mm512_add_ps(value, s->bias)); /* in this order NaN stays */
}

void qcnn_finish_products_avx512(const int32_t* sums, int columns,
                                 const qcnn_product_outputs* outputs, float* output,
                                 ptrdiff_t map) {
  const __mmask16 present = lanes(columns);
  const int filters = outputs->filters; /* which stores through a pointer might change otherwise */
  for (int first = 0; first < filters; first += 16) {
    const output_scales scales = scales_of(outputs, first);
    __m512i rows[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      rows[i] = _mm512_castps_si512(
          outputs16(sums + (i < columns ? i : 0) * QCNN_PRODUCT_FILTERS + first, &scales));
    }
    transpose(rows);
#pragma GCC unroll 16
    for (int f = 0; f < 16; f++) {
      if (first + f < filters) {
        _mm512_mask_storeu_epi32(output + (first + f) * map, present, rows[f]);
      }
    }
  }
}

void qcnn_hand_over_products_avx512(const int32_t* sums, int columns,
                                    const qcnn_product_outputs* outputs,
                                    const qcnn_product_quantizer* quantizer, uint8_t* to,
                                    ptrdiff_t stride) {
  for (int first = 0; first < outputs->filters; first += 16) {
    const __mmask16 present = lanes(outputs->filters - first);
    const output_scales scales = scales_of(outputs, first);
    const __m512 scale = _mm512_maskz_loadu_ps(present, quantizer->scale + first);
    const __m512i zero = _mm512_maskz_loadu_epi32(present, quantizer->zero + first);
    const __m512 least = _mm512_cvtepi32_ps(_mm512_sub_epi32(_mm512_set1_epi32(-128), zero));
    const __m512 most = _mm512_cvtepi32_ps(_mm512_sub_epi32(_mm512_set1_epi32(127), zero));
    const __m512i offset = _mm512_add_epi32(zero, _mm512_set1_epi32(128)); /* bytes are unsigned */
    for (int i = 0; i < columns; i++) {
      __m512 scaled =
          _mm512_mul_ps(outputs16(sums + i * QCNN_PRODUCT_FILTERS + first, &scales), scale);
      __m512i value = _mm512_add_epi32(rounded_within(scaled, least, most), offset);
      _mm512_mask_cvtepi32_storeu_epi8(to + i * stride + first, present, value);
    }
  }
}

void qcnn_hand_over_words_avx512(const int32_t* sums, int columns,
                                 const qcnn_product_outputs* outputs, const float* scale,
                                 uint8_t* to, ptrdiff_t stride, ptrdiff_t plane) {
  const __m512 most = _mm512_set1_ps(32767.0f);
  const __m512 least = _mm512_set1_ps(-32767.0f);
  const __m512i offset = _mm512_set1_epi32(128); /* high bytes are unsigned */
  for (int first = 0; first < outputs->filters; first += 16) {
    const __mmask16 present = lanes(outputs->filters - first);
    const output_scales scales = scales_of(outputs, first);
    const __m512 input_scale = _mm512_maskz_loadu_ps(present, scale + first);
    for (int i = 0; i < columns; i++) {
      __m512 scaled =
          _mm512_mul_ps(outputs16(sums + i * QCNN_PRODUCT_FILTERS + first, &scales), input_scale);
      __m512i value = rounded_within(scaled, least, most);
      __m512i high = _mm512_add_epi32(_mm512_srai_epi32(value, 8), offset);
      uint8_t* pixel = to + i * stride + first;
      _mm512_mask_cvtepi32_storeu_epi8(pixel, present, high);
      _mm512_mask_cvtepi32_storeu_epi8(pixel + plane, present, value);
    }
  }
}
