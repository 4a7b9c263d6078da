/* Softmax: of a row, or for a chunk of neighbouring inner positions at a time. */
#include <math.h>
#include <stddef.h>

#include "arithmetic.h"
#include "kernels/operator_kernels.h"
#include "shape.h"

enum { CHUNK = 64 };

/* n <= CHUNK positions. The largest value is subtracted first, so that no exponential overflows. */
static void normalize(int32_t axis, int32_t inner, const float* input, float* output, int32_t n) {
  float largest[CHUNK], sums[CHUNK];
  for (int32_t i = 0; i < n; i++) {
    largest[i] = input[i];
    sums[i] = 0.0f;
  }
  for (int32_t a = 1; a < axis; a++) {
    const float* values = input + (int64_t)a * inner;
    for (int32_t i = 0; i < n; i++) {
      largest[i] = values[i] > largest[i] ? values[i] : largest[i];
    }
  }
  for (int32_t a = 0; a < axis; a++) {
    const float* values = input + (int64_t)a * inner;
    float* exponentials = output + (int64_t)a * inner;
    for (int32_t i = 0; i < n; i++) {
      exponentials[i] = expf(values[i] - largest[i]);
      sums[i] += exponentials[i];
    }
  }
  for (int32_t a = 0; a < axis; a++) {
    float* exponentials = output + (int64_t)a * inner;
    for (int32_t i = 0; i < n; i++) {
      exponentials[i] /= sums[i];
    }
  }
}

static void normalize_row(const qcnn_operator_kernels* kernels, const float* input, float* output,
                          int32_t n) {
  float sum = kernels->exponentials(input, kernels->reduce(true, input, n), output, n);
  kernels->combine(QCNN_DIVIDE, output, 1, &sum, 0, output, n);
}

int32_t qcnn_softmax_run(int32_t isa, int32_t axis, int32_t inner, const float* input,
                         float* output, int32_t first, int32_t last) {
  if (axis <= 0 || inner <= 0 || (int64_t)axis * inner > INT32_MAX) {
    return QCNN_BAD_SHAPE;
  }
  const qcnn_operator_kernels* kernels = qcnn_operator_kernels_for(isa);
  if (kernels == NULL) {
    return QCNN_BAD_ISA;
  }
  if (!qcnn_range_ok(first, last, INT32_MAX)) {
    return QCNN_BAD_RANGE;
  }
  for (int64_t outer = first; outer < last; outer++) {
    if (inner == 1) {
      normalize_row(kernels, input + outer * axis, output + outer * axis, axis);
      continue;
    }
    for (int32_t position = 0; position < inner; position += CHUNK) {
      int64_t offset = outer * axis * inner + position;
      normalize(axis, inner, input + offset, output + offset, qcnn_min(inner - position, CHUNK));
    }
  }
  return QCNN_OK;
}
