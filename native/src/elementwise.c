/* Operators that take elements one by one: activation, arithmetic, copy, fill. */
#include <stddef.h>
#include <string.h>

#include "activation.h"
#include "shape.h"
#include "strides.h"

/* The codes of org.qcnn.graph.Arithmetic.Kind. */
enum { ADD, SUBTRACT, MULTIPLY, DIVIDE, MAXIMUM, PARAMETRIC_RELU };

int32_t qcnn_activation_run(const qcnn_activation* activation, const float* input, float* output,
                            int32_t first, int32_t last) {
  if (!qcnn_range_ok(first, last, INT32_MAX) || !qcnn_activation_ok(activation)) {
    return QCNN_BAD_RANGE;
  }
  qcnn_activate_copy(activation, input + first, output + first, last - first);
  return QCNN_OK;
}

QCNN_SPECIALIZED float combine(int32_t kind, float a, float b) {
  switch (kind) {
    case ADD:
      return a + b;
    case SUBTRACT:
      return a - b;
    case MULTIPLY:
      return a * b;
    case DIVIDE:
      return a / b;
    case MAXIMUM:
      return a > b || a != a ? a : b; /* as Java's Math.max: a NaN wins */
    default:
      return a >= 0.0f ? a : a * b;
  }
}

QCNN_SPECIALIZED void combine_steps(int32_t kind, const float* a, int64_t a_step, const float* b,
                                    int64_t b_step, float* output, int64_t n) {
  QCNN_INDEPENDENT
  for (int64_t i = 0; i < n; i++) {
    output[i] = combine(kind, a[i * a_step], b[i * b_step]);
  }
}

/* The usual steps become loops of their own, which the compiler turns into vector loops. */
QCNN_SPECIALIZED void combine_kind(int32_t kind, const float* a, int64_t a_step, const float* b,
                                   int64_t b_step, float* output, int64_t n) {
  if (a_step == 1 && b_step == 1) {
    combine_steps(kind, a, 1, b, 1, output, n);
  } else if (a_step == 1 && b_step == 0) {
    const float constant = *b;
    combine_steps(kind, a, 1, &constant, 0, output, n);
  } else if (a_step == 0 && b_step == 1) {
    const float constant = *a;
    combine_steps(kind, &constant, 0, b, 1, output, n);
  } else {
    combine_steps(kind, a, a_step, b, b_step, output, n);
  }
}

static void combine_row(int32_t kind, const float* a, const float* b, const qcnn_walk* walk,
                        float* output) {
  int64_t n = walk->n, a_step = walk->a_step, b_step = walk->b_step;
  switch (kind) {
    case ADD:
      combine_kind(ADD, a, a_step, b, b_step, output, n);
      break;
    case SUBTRACT:
      combine_kind(SUBTRACT, a, a_step, b, b_step, output, n);
      break;
    case MULTIPLY:
      combine_kind(MULTIPLY, a, a_step, b, b_step, output, n);
      break;
    case DIVIDE:
      combine_kind(DIVIDE, a, a_step, b, b_step, output, n);
      break;
    case MAXIMUM:
      combine_kind(MAXIMUM, a, a_step, b, b_step, output, n);
      break;
    default:
      combine_kind(PARAMETRIC_RELU, a, a_step, b, b_step, output, n);
  }
}

int32_t qcnn_arithmetic_run(const qcnn_strides* strides, int32_t kind,
                            const qcnn_activation* activation, const float* a, const float* b,
                            float* output, int32_t first, int32_t last) {
  int32_t status = qcnn_strides_check(strides, first, last);
  if (status != QCNN_OK) {
    return status;
  }
  if (kind < ADD || kind > PARAMETRIC_RELU || !qcnn_activation_ok(activation)) {
    return QCNN_BAD_RANGE;
  }
  if (first == last) {
    return QCNN_OK;
  }
  qcnn_walk walk = qcnn_walk_begin(strides, first, last);
  output += first * qcnn_strides_inner_size(strides);
  do {
    combine_row(kind, a + walk.a, b + walk.b, &walk, output);
    qcnn_activate_row(activation, output, walk.n);
    output += walk.n;
  } while (qcnn_walk_next(&walk));
  return QCNN_OK;
}

int32_t qcnn_copy_run(const qcnn_strides* strides, const float* a, float* output, int32_t first,
                      int32_t last) {
  int32_t status = qcnn_strides_check(strides, first, last);
  if (status != QCNN_OK || first == last) {
    return status;
  }
  qcnn_walk walk = qcnn_walk_begin(strides, first, last);
  do {
    const float* from = a + walk.a;
    float* to = output + walk.b;
    if (walk.a_step == 1 && walk.b_step == 1) {
      memcpy(to, from, (size_t)walk.n * sizeof *to);
    } else {
      for (int64_t i = 0; i < walk.n; i++) {
        to[i * walk.b_step] = from[i * walk.a_step];
      }
    }
  } while (qcnn_walk_next(&walk));
  return QCNN_OK;
}

int32_t qcnn_fill_run(float value, float* output, int32_t first, int32_t last) {
  if (!qcnn_range_ok(first, last, INT32_MAX)) {
    return QCNN_BAD_RANGE;
  }
  for (int64_t i = first; i < last; i++) {
    output[i] = value;
  }
  return QCNN_OK;
}
