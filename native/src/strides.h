/* Walks over strided operands, with as few and as long inner rows as the strides allow. */
#ifndef QCNN_STRIDES_H
#define QCNN_STRIDES_H

#include <stdbool.h>

#include "qcnn.h"

/* Where the walk stands: the current row begins at a and b and has n elements `*_step` apart. */
typedef struct {
  int64_t a, b;
  int64_t n;
  int64_t a_step, b_step;
  int outer_axes; /* the axes above the row, outermost first */
  int64_t extent[QCNN_MAX_AXES], index[QCNN_MAX_AXES];
  int64_t a_stride[QCNN_MAX_AXES], b_stride[QCNN_MAX_AXES];
} qcnn_walk;

/* QCNN_OK, or what is wrong with the extents or the range of the outermost axis. */
int32_t qcnn_strides_check(const qcnn_strides* strides, int32_t first, int32_t last);

/* Starts at the first row of first <= i0 < last; first < last. */
qcnn_walk qcnn_walk_begin(const qcnn_strides* strides, int32_t first, int32_t last);

/* Steps to the next row; returns false after the last one. */
bool qcnn_walk_next(qcnn_walk* walk);

/* The number of elements below one step of the outermost axis. */
int64_t qcnn_strides_inner_size(const qcnn_strides* strides);

#endif
