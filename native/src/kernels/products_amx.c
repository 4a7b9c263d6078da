/* Convolutions by products, for AMX: a tile of 16 outputs by 16 filters takes 64 inputs at once. */
#include <immintrin.h>
#include <string.h>

#include "kernels/products_avx512.h"

/* What the first palette of tiles says, as the processor reads it. */
typedef struct {
  uint8_t palette, first_row;
  uint8_t reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} tile_shapes;

/* Tiles: sums of both rows, of the lower and the higher filters; inputs of a row; weights. */
#define SUMS_LOW 0
#define SUMS_HIGH 1
#define NEXT_SUMS_LOW 2
#define NEXT_SUMS_HIGH 3
#define INPUTS 4
#define NEXT_INPUTS 5
#define WEIGHTS_LOW 6
#define WEIGHTS_HIGH 7

static void begin(int columns) {
  tile_shapes shapes;
  memset(&shapes, 0, sizeof shapes);
  shapes.palette = 1;
  for (int tile = 0; tile < 8; tile++) {
    shapes.row_bytes[tile] = 64;
    shapes.rows[tile] = (uint8_t)(tile < WEIGHTS_LOW ? columns : 16);
  }
  __asm__ volatile("" ::"r"(&shapes) : "memory"); /* GCC takes the intrinsic to read 8 bytes only */
  _tile_loadconfig(&shapes);
}

static void end(void) {
  _tile_release();
}

#define SUM_BYTES (QCNN_PRODUCT_FILTERS * (int)sizeof(int32_t))

/*
 * Weights come from a cache that is slower than tiles are: those of the next filters are fetched while these are
 * multiplied.
 */
static inline const int8_t* fetch_ahead(const qcnn_product_patch* patch, const int8_t* ahead) {
  for (int line = 0; line < patch->ahead_lines; line++, ahead += 64) {
    _mm_prefetch(ahead, _MM_HINT_T1);
  }
  return ahead;
}

static void multiply_row(const qcnn_product_patch* patch, int32_t* sums) {
  const int8_t* weights = patch->weights;
  const int8_t* ahead = patch->ahead;
  _tile_loadd(SUMS_LOW, patch->start, 0); /* the same for all outputs */
  _tile_loadd(SUMS_HIGH, patch->start + 16, 0);
  for (int b = 0; b < patch->block_count; b++) {
    _tile_loadd(INPUTS, patch->inputs[0] + patch->blocks[b].offset, patch->stride);
    _tile_loadd(WEIGHTS_LOW, weights, 64);
    _tile_loadd(WEIGHTS_HIGH, weights + QCNN_PRODUCT_WEIGHTS / 2, 64);
    _tile_dpbusd(SUMS_LOW, INPUTS, WEIGHTS_LOW);
    _tile_dpbusd(SUMS_HIGH, INPUTS, WEIGHTS_HIGH);
    ahead = fetch_ahead(patch, ahead);
    weights += QCNN_PRODUCT_WEIGHTS;
  }
  _tile_stored(SUMS_LOW, sums, SUM_BYTES);
  _tile_stored(SUMS_HIGH, sums + 16, SUM_BYTES);
}

static void multiply_rows(const qcnn_product_patch* patch, int32_t* sums) {
  const int8_t* weights = patch->weights;
  const int8_t* ahead = patch->ahead;
  _tile_loadd(SUMS_LOW, patch->start, 0);
  _tile_loadd(SUMS_HIGH, patch->start + 16, 0);
  _tile_loadd(NEXT_SUMS_LOW, patch->start, 0);
  _tile_loadd(NEXT_SUMS_HIGH, patch->start + 16, 0);
  for (int b = 0; b < patch->block_count; b++) {
    const ptrdiff_t offset = patch->blocks[b].offset;
    _tile_loadd(INPUTS, patch->inputs[0] + offset, patch->stride);
    _tile_loadd(WEIGHTS_LOW, weights, 64);
    _tile_dpbusd(SUMS_LOW, INPUTS, WEIGHTS_LOW);
    _tile_loadd(WEIGHTS_HIGH, weights + QCNN_PRODUCT_WEIGHTS / 2, 64);
    _tile_dpbusd(SUMS_HIGH, INPUTS, WEIGHTS_HIGH);
    _tile_loadd(NEXT_INPUTS, patch->inputs[1] + offset, patch->stride);
    _tile_dpbusd(NEXT_SUMS_LOW, NEXT_INPUTS, WEIGHTS_LOW);
    _tile_dpbusd(NEXT_SUMS_HIGH, NEXT_INPUTS, WEIGHTS_HIGH);
    ahead = fetch_ahead(patch, ahead);
    weights += QCNN_PRODUCT_WEIGHTS;
  }
  _tile_stored(SUMS_LOW, sums, SUM_BYTES);
  _tile_stored(SUMS_HIGH, sums + 16, SUM_BYTES);
  _tile_stored(NEXT_SUMS_LOW, sums + QCNN_PRODUCT_ROW_SUMS, SUM_BYTES);
  _tile_stored(NEXT_SUMS_HIGH, sums + QCNN_PRODUCT_ROW_SUMS + 16, SUM_BYTES);
}

static void multiply(const qcnn_product_patch* patch, int32_t* sums) {
  if (patch->rows == 1) {
    multiply_row(patch, sums);
  } else {
    multiply_rows(patch, sums);
  }
}

const qcnn_product_kernels qcnn_products_amx = {
    .input_offset = 128,
    .whole_patches = true,
    .quantize = qcnn_quantize_products_avx512,
    .quantize_words = qcnn_quantize_words_avx512,
    .begin = begin,
    .end = end,
    .multiply = multiply,
    .combine = qcnn_combine_products_avx512,
    .pool = qcnn_pool_products_avx512,
    .pool_overlapping = qcnn_pool_overlapping_products_avx512,
    .finish = qcnn_finish_products_avx512,
    .hand_over = qcnn_hand_over_products_avx512,
    .hand_over_words = qcnn_hand_over_words_avx512,
};
