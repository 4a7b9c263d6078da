/* Local response normalization of a row of positions, written once for all instruction sets. */
#include <math.h>

#include "kernels/operator_kernels.h"
#include "kernels/vectors.h"

static vector power_of_lanes(vector x, float exponent) {
  float values[LANES];
  store(values, x);
  for (int lane = 0; lane < LANES; lane++) {
    values[lane] = powf(values[lane], exponent);
  }
  return load(values);
}

/* value / sum^beta. The usual exponents are products of inverse roots as long as those are exact. */
QCNN_SPECIALIZED vector divide_by_power(vector value, vector sum, float beta) {
  bool rooted = beta == 0.75f || beta == 0.5f;
  if (!rooted || !all_between(sum, 0x1p-100f, 0x1p100f)) {
    return value / power_of_lanes(sum, beta);
  }
  vector root = inverse_root(sum);
  return beta == 0.5f ? value * root : value * (root * (root * inverse_root(root)));
}

QCNN_SPECIALIZED void normalize_lanes(const float* window, int64_t stride, int32_t rows,
                                      float scale, float k, float beta, const float* values,
                                      float* output, int32_t lanes) {
  /* What the next channel needs lies too far away for the processor to foresee. */
  __builtin_prefetch(window + rows * stride);
  __builtin_prefetch(output + stride, 1);
  vector sum = zero();
  for (int32_t row = 0; row < rows; row++) {
    vector x = load_lanes(window + row * stride, lanes);
    sum = multiply_add(sum, x, x);
  }
  sum = multiply_add(broadcast(k), broadcast(scale), sum);
  store_lanes(output, lanes, divide_by_power(load_lanes(values, lanes), sum, beta));
}

QCNN_SPECIALIZED void normalize_beta(const float* window, int64_t stride, int32_t rows, float scale,
                                     float k, float beta, const float* values, float* output,
                                     int32_t n) {
  int32_t i = 0;
  for (; n - i >= LANES; i += LANES) {
    normalize_lanes(window + i, stride, rows, scale, k, beta, values + i, output + i, LANES);
  }
  if (i < n) {
    normalize_lanes(window + i, stride, rows, scale, k, beta, values + i, output + i, n - i);
  }
}

static void normalize(const float* window, int64_t stride, int32_t rows, float scale, float k,
                      float beta, const float* values, float* output, int32_t n) {
  if (beta == 0.75f) {
    normalize_beta(window, stride, rows, scale, k, 0.75f, values, output, n);
  } else {
    normalize_beta(window, stride, rows, scale, k, beta, values, output, n);
  }
}
