/* Convolutions by products, for AVX-512 with VNNI. */
#include "kernels/products_avx512.h"

#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Outputs side by side whose sums stay in registers, of 32 filters each. */
#define TOGETHER 8

/* `columns` is a constant where this is inlined. */
ALWAYS_INLINE void multiply_columns(const int columns, const qcnn_product_patch* patch,
                                    const uint8_t* inputs, int32_t* sums) {
  const ptrdiff_t stride = patch->stride;
  const int8_t* weights = patch->weights;
  __m512i low[TOGETHER], high[TOGETHER];
#pragma GCC unroll 8
  for (int i = 0; i < columns; i++) {
    low[i] = _mm512_load_si512(patch->start);
    high[i] = _mm512_load_si512(patch->start + 16);
  }
  for (int b = 0; b < patch->block_count; b++) {
    const uint8_t* from = inputs + patch->blocks[b].offset;
    const int quads = (patch->blocks[b].count + 3) / 4;
    for (int q = 0; q < quads; q++) {
      const __m512i low_weights = _mm512_load_si512(weights + 64 * q);
      const __m512i high_weights = _mm512_load_si512(weights + QCNN_PRODUCT_WEIGHTS / 2 + 64 * q);
#pragma GCC unroll 8
      for (int i = 0; i < columns; i++) {
        int32_t quad;
        memcpy(&quad, from + i * stride + 4 * q, sizeof quad);
        const __m512i input = _mm512_set1_epi32(quad);
        low[i] = _mm512_dpbusd_epi32(low[i], input, low_weights);
        high[i] = _mm512_dpbusd_epi32(high[i], input, high_weights);
      }
    }
    weights += QCNN_PRODUCT_WEIGHTS;
  }
#pragma GCC unroll 8
  for (int i = 0; i < columns; i++) {
    _mm512_store_si512(sums + i * QCNN_PRODUCT_FILTERS, low[i]);
    _mm512_store_si512(sums + i * QCNN_PRODUCT_FILTERS + 16, high[i]);
  }
}

static void multiply(const qcnn_product_patch* patch, int32_t* sums) {
  const int parts = (patch->columns + TOGETHER - 1) / TOGETHER;
  for (int row = 0; row < patch->rows; row++) {
    int done = 0;
    /* Parts of nearly equal width: each reads all weights. */
    for (int part = 0; part < parts; part++) {
      const int columns = (patch->columns - done + parts - part - 1) / (parts - part);
      const uint8_t* inputs = patch->inputs[row] + done * patch->stride;
      int32_t* to = sums + row * QCNN_PRODUCT_ROW_SUMS + done * QCNN_PRODUCT_FILTERS;
#define COLUMNS(n)                          \
  case n:                                   \
    multiply_columns(n, patch, inputs, to); \
    break
      switch (columns) {
        COLUMNS(1);
        COLUMNS(2);
        COLUMNS(3);
        COLUMNS(4);
        COLUMNS(5);
        COLUMNS(6);
        COLUMNS(7);
        COLUMNS(8);
        default:
          break;
      }
#undef COLUMNS
      done += columns;
    }
  }
}

const qcnn_product_kernels qcnn_products_avx512 = {
    .input_offset = 128,
    .quantize = qcnn_quantize_products_avx512,
    .quantize_words = qcnn_quantize_words_avx512,
    .multiply = multiply,
    .combine = qcnn_combine_products_avx512,
    .pool = qcnn_pool_products_avx512,
    .pool_overlapping = qcnn_pool_overlapping_products_avx512,
    .finish = qcnn_finish_products_avx512,
    .hand_over = qcnn_hand_over_products_avx512,
    .hand_over_words = qcnn_hand_over_words_avx512,
};
