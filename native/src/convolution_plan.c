#include "convolution_plan.h"

#include "shape.h"

qcnn_convolution_plan qcnn_convolution_plan_of(const qcnn_convolution* shape) {
  const int32_t most_units = 9, most_filters = 256, least_filters = 128, enough_tasks = 16;
  qcnn_convolution_plan p = {
      .depth = shape->input_channels / shape->groups * shape->kernel_height * shape->kernel_width,
      .filters = shape->output_channels / shape->groups,
      .positions = shape->output_height * shape->output_width,
  };
  int32_t units = qcnn_parts(p.positions, QCNN_DENSE_COLUMN_UNIT);
  int32_t tile_units = qcnn_parts(units, qcnn_parts(units, most_units));
  p.columns = tile_units * QCNN_DENSE_COLUMN_UNIT;
  p.tiles = qcnn_parts(units, tile_units);
  /* An odd number of cache lines, so that the rows of a panel do not fall into the same sets. */
  p.stride = (tile_units | 1) * QCNN_DENSE_COLUMN_UNIT;
  /* Small maps have few tiles: then filters are split too, so that all threads have work. */
  int32_t wanted = qcnn_parts(enough_tasks, qcnn_min(p.tiles, enough_tasks));
  int32_t blocks = qcnn_max(qcnn_parts(p.filters, most_filters),
                            qcnn_min(qcnn_parts(p.filters, least_filters), wanted));
  p.block_filters = qcnn_parts(p.filters, blocks);
  p.block_filters += -p.block_filters & (QCNN_DENSE_ROW_UNIT - 1);
  p.filter_blocks = qcnn_parts(p.filters, p.block_filters);
  return p;
}

int64_t qcnn_padded_filters(const qcnn_convolution_plan* p, const qcnn_dense_kernels* kernels) {
  return ((int64_t)p->filters + kernels->rows - 1) / kernels->rows * kernels->rows;
}

int32_t qcnn_depth_block(const qcnn_convolution_plan* p, const qcnn_dense_kernels* kernels) {
  return qcnn_parts(p->depth, qcnn_parts(p->depth, kernels->depth_block));
}
