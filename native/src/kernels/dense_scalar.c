#include "kernels/dense_kernels.h"

enum { ROWS = 4, LANES = 4 };

static void multiply(int32_t depth, const float* weights, const float* panel, float* sums,
                     int32_t stride) {
  for (int row = 0; row < ROWS; row++) {
    float* sum = sums + (int64_t)row * stride;
    float sum0 = sum[0], sum1 = sum[1], sum2 = sum[2], sum3 = sum[3];
    for (int32_t k = 0; k < depth; k++) {
      const float* values = panel + (int64_t)k * stride;
      float weight = weights[(int64_t)k * ROWS + row];
      sum0 += weight * values[0];
      sum1 += weight * values[1];
      sum2 += weight * values[2];
      sum3 += weight * values[3];
    }
    sum[0] = sum0;
    sum[1] = sum1;
    sum[2] = sum2;
    sum[3] = sum3;
  }
}

static float dot(const float* a, const float* b, int32_t n) {
  float sum = 0.0f;
  for (int32_t i = 0; i < n; i++) {
    sum += a[i] * b[i];
  }
  return sum;
}

static void depthwise(int32_t taps, const float* weights, const int32_t* offsets, float start,
                      const float* values, float* sums, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    float sum = start;
    for (int32_t t = 0; t < taps; t++) {
      sum += weights[t] * values[offsets[t] + i];
    }
    sums[i] = sum;
  }
}

const qcnn_dense_kernels qcnn_dense_scalar = {
    .rows = ROWS,
    .lanes = LANES,
    .vectors = 1,
    .depth_block = 256,
    .multiply = {multiply},
    .dot = dot,
    .depthwise = depthwise,
};
