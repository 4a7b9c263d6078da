/* Arithmetic with two operands, the same as org.qcnn.graph.Arithmetic.Kind.apply. */
#ifndef QCNN_ARITHMETIC_H
#define QCNN_ARITHMETIC_H

#include <stdint.h>

#include "loops.h"

/* The codes of org.qcnn.graph.Arithmetic.Kind. */
enum {
  QCNN_ADD,
  QCNN_SUBTRACT,
  QCNN_MULTIPLY,
  QCNN_DIVIDE,
  QCNN_MAXIMUM,
  QCNN_PARAMETRIC_RELU,
};

QCNN_SPECIALIZED float qcnn_arithmetic(int32_t kind, float a, float b) {
  switch (kind) {
    case QCNN_ADD:
      return a + b;
    case QCNN_SUBTRACT:
      return a - b;
    case QCNN_MULTIPLY:
      return a * b;
    case QCNN_DIVIDE:
      return a / b;
    case QCNN_MAXIMUM:
      return a > b || a != a ? a : b; /* as Java's Math.max: a NaN wins */
    default:
      return a >= 0.0f ? a : a * b;
  }
}

QCNN_SPECIALIZED void qcnn_arithmetic_steps(int32_t kind, const float* a, int64_t a_step,
                                            const float* b, int64_t b_step, float* output,
                                            int64_t n) {
  QCNN_INDEPENDENT
  for (int64_t i = 0; i < n; i++) {
    output[i] = qcnn_arithmetic(kind, a[i * a_step], b[i * b_step]);
  }
}

/* The usual steps become loops of their own, which the compiler turns into vector loops. */
QCNN_SPECIALIZED void qcnn_arithmetic_kind(int32_t kind, const float* a, int64_t a_step,
                                           const float* b, int64_t b_step, float* output,
                                           int64_t n) {
  if (a_step == 1 && b_step == 1) {
    qcnn_arithmetic_steps(kind, a, 1, b, 1, output, n);
  } else if (a_step == 1 && b_step == 0) {
    const float constant = *b;
    qcnn_arithmetic_steps(kind, a, 1, &constant, 0, output, n);
  } else if (a_step == 0 && b_step == 1) {
    const float constant = *a;
    qcnn_arithmetic_steps(kind, &constant, 0, b, 1, output, n);
  } else {
    qcnn_arithmetic_steps(kind, a, a_step, b, b_step, output, n);
  }
}

/* output[i] = a[i * a_step] kind b[i * b_step] for 0 <= i < n. */
static inline void qcnn_arithmetic_row(int32_t kind, const float* a, int64_t a_step, const float* b,
                                       int64_t b_step, float* output, int64_t n) {
  switch (kind) {
    case QCNN_ADD:
      qcnn_arithmetic_kind(QCNN_ADD, a, a_step, b, b_step, output, n);
      break;
    case QCNN_SUBTRACT:
      qcnn_arithmetic_kind(QCNN_SUBTRACT, a, a_step, b, b_step, output, n);
      break;
    case QCNN_MULTIPLY:
      qcnn_arithmetic_kind(QCNN_MULTIPLY, a, a_step, b, b_step, output, n);
      break;
    case QCNN_DIVIDE:
      qcnn_arithmetic_kind(QCNN_DIVIDE, a, a_step, b, b_step, output, n);
      break;
    case QCNN_MAXIMUM:
      qcnn_arithmetic_kind(QCNN_MAXIMUM, a, a_step, b, b_step, output, n);
      break;
    default:
      qcnn_arithmetic_kind(QCNN_PARAMETRIC_RELU, a, a_step, b, b_step, output, n);
  }
}

#endif
