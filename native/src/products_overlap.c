#include "products_overlap.h"

#include <string.h>

#include "products_multiply.h"
#include "shape.h"

int64_t qcnn_products_overlap_sums(const qcnn_lookup_convolution* shape,
                                   const qcnn_products_layout* layout) {
  return shape->pooled == QCNN_POOLED_OVERLAPPING
             ? (int64_t)layout->chunk_blocks * (shape->convolution.output_width + 1) *
                   QCNN_PRODUCT_FILTERS
             : 0;
}

/* What is kept for the place's block of filters, from a column on. */
static int32_t* kept(const qcnn_products_calls* calls, const qcnn_products_place* at,
                     int32_t column) {
  const ptrdiff_t columns = calls->shape->convolution.output_width + 1;
  const ptrdiff_t block = at->filter_block - at->first_block;
  return calls->above + (block * columns + column) * QCNN_PRODUCT_FILTERS;
}

static void fill_least(int32_t* sums, int32_t columns) {
  for (int32_t i = 0; i < columns * QCNN_PRODUCT_FILTERS; i++) {
    sums[i] = INT32_MIN;
  }
}

void qcnn_products_overlap_begin(const qcnn_products_calls* calls, const qcnn_products_place* at,
                                 int32_t unit, int32_t last_block) {
  const int32_t width = calls->shape->convolution.output_width;
  const int32_t patch = calls->layout->patch_columns;
  qcnn_products_place above = *at;
  above.ahead = above.ahead_end = calls->weights->weights; /* nothing is fetched */
  above.ahead_lines = 0;
  above.y = QCNN_PRODUCT_ROWS * unit - 1;
  for (above.filter_block = at->first_block; above.filter_block < last_block;
       above.filter_block++) {
    if (unit == 0) {
      fill_least(kept(calls, &above, 0), width);
      continue;
    }
    for (above.x = 0; above.x < width; above.x += patch) {
      const int32_t columns = qcnn_min(patch, width - above.x);
      qcnn_products_multiply(calls, &above, 1, columns, 0);
      memcpy(kept(calls, &above, above.x), calls->sums,
             (size_t)columns * QCNN_PRODUCT_FILTERS * sizeof *calls->sums);
    }
  }
}

void qcnn_products_overlap_pool(const qcnn_products_calls* calls, const qcnn_products_place* at,
                                int32_t columns) {
  int32_t* left = kept(calls, at, calls->shape->convolution.output_width);
  if (at->x == 0) {
    fill_least(left, 1);
  }
  calls->weights->kernels->pool_overlapping(calls->sums, columns, kept(calls, at, at->x), left);
}
