/* How a dense convolution is cut into tiles, and how large its buffers are. */
#ifndef QCNN_CONVOLUTION_PLAN_H
#define QCNN_CONVOLUTION_PLAN_H

#include "kernels/dense_kernels.h"
#include "qcnn.h"

/* What tasks depend on is the same for all instruction sets. */
typedef struct {
  int32_t depth;     /* weights of a filter */
  int32_t filters;   /* of a group */
  int32_t positions; /* of an image */
  int32_t columns;   /* positions of a tile */
  int32_t tiles;
  int32_t block_filters; /* filters of a tile */
  int32_t filter_blocks;
  int32_t stride; /* floats from row to row of panel and sums */
} qcnn_convolution_plan;

qcnn_convolution_plan qcnn_convolution_plan_of(const qcnn_convolution* shape);

/* Filters of a group, filled up with zeros to whole calls of the kernel. */
int64_t qcnn_padded_filters(const qcnn_convolution_plan* p, const qcnn_dense_kernels* kernels);

/* Blocks of equal depth, so that none is short. */
int32_t qcnn_depth_block(const qcnn_convolution_plan* p, const qcnn_dense_kernels* kernels);

#endif
