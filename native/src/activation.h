/* Activations: functions of one value, the same as org.qcnn.graph.Activation.apply. */
#ifndef QCNN_ACTIVATION_H
#define QCNN_ACTIVATION_H

#include <math.h>
#include <stdbool.h>

#include "loops.h"
#include "qcnn.h"

static inline bool qcnn_activation_ok(const qcnn_activation* activation) {
  return activation->kind >= QCNN_ACTIVATION_NONE && activation->kind <= QCNN_ACTIVATION_HARD_SWISH;
}

/* What kernels take the maximum of responses with: all that there is of ReLU, and nothing for others. */
static inline float qcnn_activation_floor(const qcnn_activation* activation) {
  return activation->kind == QCNN_ACTIVATION_RELU ? 0.0f : -INFINITY;
}

/* As Java's Math.max and Math.min: NaN in x stays NaN, max(-0, 0) is 0, min(-0, 0) is -0. */
QCNN_SPECIALIZED float qcnn_at_least(float x, float bound) {
  return x <= bound ? bound : x;
}

QCNN_SPECIALIZED float qcnn_at_most(float x, float bound) {
  return x > bound ? bound : x;
}

QCNN_SPECIALIZED float qcnn_activate(int32_t kind, float a, float b, float x) {
  switch (kind) {
    case QCNN_ACTIVATION_RELU:
      return qcnn_at_least(x, 0.0f);
    case QCNN_ACTIVATION_CLIP:
      return qcnn_at_most(qcnn_at_least(x, a), b);
    case QCNN_ACTIVATION_LEAKY_RELU:
      return x >= 0.0f ? x : a * x;
    case QCNN_ACTIVATION_SIGMOID:
      return (float)(1.0 / (1.0 + exp(-(double)x)));
    case QCNN_ACTIVATION_HARD_SIGMOID:
      return qcnn_at_most(qcnn_at_least(a * x + b, 0.0f), 1.0f);
    case QCNN_ACTIVATION_HARD_SWISH:
      return x * qcnn_at_most(qcnn_at_least(x / 6.0f + 0.5f, 0.0f), 1.0f);
    default:
      return x;
  }
}

QCNN_SPECIALIZED void qcnn_activate_kind(int32_t kind, float a, float b, const float* input,
                                         float* output, int64_t n) {
  QCNN_INDEPENDENT
  for (int64_t i = 0; i < n; i++) {
    output[i] = qcnn_activate(kind, a, b, input[i]);
  }
}

/* output[i] = activation(input[i]) for 0 <= i < n; the two may be the same array. */
static inline void qcnn_activate_copy(const qcnn_activation* activation, const float* input,
                                      float* output, int64_t n) {
  float a = activation->a, b = activation->b;
  switch (activation->kind) {
    case QCNN_ACTIVATION_RELU:
      qcnn_activate_kind(QCNN_ACTIVATION_RELU, a, b, input, output, n);
      break;
    case QCNN_ACTIVATION_CLIP:
      qcnn_activate_kind(QCNN_ACTIVATION_CLIP, a, b, input, output, n);
      break;
    case QCNN_ACTIVATION_LEAKY_RELU:
      qcnn_activate_kind(QCNN_ACTIVATION_LEAKY_RELU, a, b, input, output, n);
      break;
    case QCNN_ACTIVATION_SIGMOID:
      qcnn_activate_kind(QCNN_ACTIVATION_SIGMOID, a, b, input, output, n);
      break;
    case QCNN_ACTIVATION_HARD_SIGMOID:
      qcnn_activate_kind(QCNN_ACTIVATION_HARD_SIGMOID, a, b, input, output, n);
      break;
    case QCNN_ACTIVATION_HARD_SWISH:
      qcnn_activate_kind(QCNN_ACTIVATION_HARD_SWISH, a, b, input, output, n);
      break;
    default:
      if (input != output) {
        qcnn_activate_kind(QCNN_ACTIVATION_NONE, a, b, input, output, n);
      }
  }
}

static inline void qcnn_activate_row(const qcnn_activation* activation, float* values, int64_t n) {
  qcnn_activate_copy(activation, values, values, n);
}

#endif
