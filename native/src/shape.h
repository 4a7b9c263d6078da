/* Checks and derived extents of the shapes that cross the border. */
#ifndef QCNN_SHAPE_H
#define QCNN_SHAPE_H

#include <stdbool.h>

#include "qcnn.h"

#define QCNN_SHAPE_INTS(type) ((int)(sizeof(type) / sizeof(int32_t)))

/*
 * QCNN_OK or QCNN_BAD_SHAPE. Padding below and to the right is implied: whatever a window covers
 * beyond the image is zero. The products of extents (input with all its padding, output, weights)
 * are below 2^31, so that kernels may count their elements in int32_t.
 */
int32_t qcnn_convolution_check(const qcnn_convolution* shape);

/* Whether 0 <= first <= last <= tasks. */
static inline bool qcnn_range_ok(int32_t first, int32_t last, int64_t tasks) {
  return 0 <= first && first <= last && last <= tasks;
}

/* The number of parts of at most `size` that `total` is cut into; total >= 0, size > 0. */
static inline int32_t qcnn_parts(int32_t total, int32_t size) {
  return total / size + (total % size != 0);
}

/* The result has to fit; values below 0 do not come in. */
static inline int32_t qcnn_round_up(int64_t value, int32_t multiple) {
  return (int32_t)((value + multiple - 1) / multiple * multiple);
}

static inline int32_t qcnn_min(int32_t a, int32_t b) {
  return a < b ? a : b;
}

static inline int32_t qcnn_max(int32_t a, int32_t b) {
  return a > b ? a : b;
}

/* Output coordinates first <= o < last. */
typedef struct {
  int32_t first, last;
} qcnn_span;

/*
 * The part of the outputs from <= o < to whose pixel o * stride + offset lies inside
 * 0 <= pixel < input; empty spans have first == last.
 */
static inline qcnn_span qcnn_inside(int32_t from, int32_t to, int32_t stride, int32_t offset,
                                    int32_t input) {
  int32_t first = offset < 0 ? qcnn_parts(-offset, stride) : 0;
  int32_t last = offset < input ? qcnn_parts(input - offset, stride) : 0;
  first = qcnn_min(qcnn_max(first, from), to);
  last = qcnn_max(qcnn_min(last, to), first);
  return (qcnn_span){first, last};
}

#endif
