#include "activation.h"
#include "kernels/dense_kernels.h"

enum { ROWS = 4, LANES = 4 };

static void multiply(int32_t depth, const float* weights, const float* panel, int32_t stride,
                     const qcnn_dense_sums* sums) {
  for (int row = 0; row < ROWS; row++) {
    const float* start = sums->start ? sums->start + row : sums->begin + (int64_t)row * stride;
    int step = sums->start ? 0 : 1;
    float sum0 = start[0], sum1 = start[step], sum2 = start[2 * step], sum3 = start[3 * step];
    for (int32_t k = 0; k < depth; k++) {
      const float* values = panel + (int64_t)k * stride;
      float weight = weights[(int64_t)k * ROWS + row];
      sum0 += weight * values[0];
      sum1 += weight * values[1];
      sum2 += weight * values[2];
      sum3 += weight * values[3];
    }
    float* end = sums->end + row * sums->end_stride;
    end[0] = qcnn_at_least(sum0, sums->floor);
    end[1] = qcnn_at_least(sum1, sums->floor);
    end[2] = qcnn_at_least(sum2, sums->floor);
    end[3] = qcnn_at_least(sum3, sums->floor);
  }
}

static void copy(const float* input, int32_t step, float* output, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    output[i] = input[(int64_t)i * step];
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
    .copy = copy,
};
