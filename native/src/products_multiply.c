/* Convolutions by products: the sums of a patch. */
#include "products_multiply.h"

#include "shape.h"

void qcnn_products_find_blocks(const qcnn_convolution* convolution,
                               const qcnn_products_layout* layout, qcnn_product_block* blocks) {
  const int32_t across = layout->runs / convolution->kernel_height; /* runs of a row */
  const ptrdiff_t row = (ptrdiff_t)layout->columns * layout->channels;
  for (int32_t run = 0; run < layout->runs; run++) {
    const ptrdiff_t offset =
        run / across * convolution->dilation_height * row +
        (ptrdiff_t)(run % across) * convolution->dilation_width * layout->channels;
    for (int32_t at = 0; at < layout->run_bytes; at += QCNN_PRODUCT_BLOCK) {
      *blocks++ = (qcnn_product_block){
          .offset = (int32_t)offset + at,
          .count = qcnn_min(QCNN_PRODUCT_BLOCK, layout->run_bytes - at),
      };
    }
  }
}

ptrdiff_t qcnn_products_ahead_bytes(const qcnn_products_layout* layout, int32_t lines) {
  return (ptrdiff_t)layout->blocks * lines * 64;
}

void qcnn_products_multiply(const qcnn_products_calls* calls, const qcnn_products_place* at,
                            int32_t rows, int32_t columns, ptrdiff_t next) {
  const qcnn_convolution* convolution = &calls->shape->convolution;
  const qcnn_products_layout* layout = calls->layout;
  const ptrdiff_t block = qcnn_products_block(calls, at);
  const ptrdiff_t group = (ptrdiff_t)at->image * convolution->groups + at->group;
  const ptrdiff_t stride = (ptrdiff_t)convolution->stride_width * layout->channels;
  const ptrdiff_t row = (ptrdiff_t)layout->columns * layout->channels;
  const uint8_t* inputs = calls->prepared + group * layout->group_bytes +
                          at->y * convolution->stride_height * row + at->x * stride;
  qcnn_product_patch patch = {
      .rows = rows,
      .columns = columns,
      .stride = stride,
      .blocks = calls->blocks,
      .block_count = layout->blocks,
      .ahead = at->ahead,
      .ahead_lines = at->ahead < at->ahead_end ? at->ahead_lines : 0,
  };
  const qcnn_product_kernels* kernels = calls->weights->kernels;
  const int8_t* weights = calls->weights->weights + block * qcnn_products_weight_bytes(layout);
  for (int32_t pass = 0; pass < layout->passes; pass++) {
    const ptrdiff_t plane = pass == 1 ? layout->plane_bytes : 0;
    patch.inputs[0] = inputs + plane;
    patch.inputs[1] = inputs + plane + next;
    patch.weights = weights + (pass == 2 ? qcnn_products_part_bytes(layout) : 0);
    patch.start = calls->weights->start[pass] + block * QCNN_PRODUCT_FILTERS;
    kernels->multiply(&patch, calls->sums + pass * QCNN_PRODUCT_SUMS);
    patch.ahead += qcnn_products_ahead_bytes(layout, at->ahead_lines);
  }
  if (layout->passes > 1) {
    kernels->combine(calls->sums, rows, columns);
  }
}
