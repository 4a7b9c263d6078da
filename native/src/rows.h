/* Rows of floats: set to zero, copied with a step. */
#ifndef QCNN_ROWS_H
#define QCNN_ROWS_H

#include <string.h>

#include "kernels/dense_kernels.h"
#include "shape.h"

/* Most often there is nothing to do, and a call of memset would cost more than the test. */
static inline void qcnn_set_zero(float* values, int64_t n) {
  if (n > 0) {
    memset(values, 0, (size_t)n * sizeof *values);
  }
}

/*
 * output[i] = row[i * step + offset] for the i inside the span, which is what qcnn_inside says of
 * the same step and offset, and zero for the other i below n. offset may be negative.
 */
static inline void qcnn_copy_inside(const qcnn_dense_kernels* kernels, const float* row,
                                    int32_t step, int32_t offset, qcnn_span span, float* output,
                                    int32_t n) {
  qcnn_set_zero(output, span.first);
  if (span.first < span.last) {
    kernels->copy(row + (int64_t)span.first * step + offset, step, output + span.first,
                  span.last - span.first);
  }
  qcnn_set_zero(output + span.last, n - span.last);
}

#endif
