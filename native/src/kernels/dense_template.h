/*
 * The dense kernels, written once for all vector instruction sets. The including file has the
 * vectors of vectors.h and defines
 *   ROWS; row_weights, load_weights(p): ROWS weights, in registers where that helps;
 *   multiply_add_row(sum, values, w, row): sum + values * weight `row` of w, fused where it can be.
 * ROWS * 3 sums, 3 values and the weights must fit into the registers.
 */
#include "kernels/dense_kernels.h"
#include "kernels/vectors.h"

/* All weights together seldom fit into the caches. */
enum { PREFETCHED_FLOATS = 1024 };

QCNN_SPECIALIZED void multiply_tile(int vectors, int32_t depth, const float* weights,
                                    const float* panel, int32_t stride,
                                    const qcnn_dense_sums* sums) {
  vector sum[ROWS][QCNN_DENSE_MAX_VECTORS];
  UNROLL for (int row = 0; row < ROWS; row++) {
    UNROLL for (int v = 0; v < vectors; v++) {
      const float* begin = sums->begin + (int64_t)row * stride + v * LANES;
      sum[row][v] = sums->start ? broadcast(sums->start[row]) : load(begin);
    }
  }
  for (int32_t k = 0; k < depth; k++) {
    vector values[QCNN_DENSE_MAX_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) {
      values[v] = load(panel + v * LANES);
    }
    row_weights all = load_weights(weights);
    __builtin_prefetch(weights + PREFETCHED_FLOATS);
    UNROLL for (int row = 0; row < ROWS; row++) {
      UNROLL for (int v = 0; v < vectors; v++) {
        sum[row][v] = multiply_add_row(sum[row][v], values[v], all, row);
      }
    }
    weights += ROWS;
    panel += stride;
  }
  UNROLL for (int row = 0; row < ROWS; row++) {
    UNROLL for (int v = 0; v < vectors; v++) {
      float* end = sums->end + row * sums->end_stride + v * LANES;
      store(end, larger(sum[row][v], broadcast(sums->floor)));
    }
  }
}

static void multiply_1(int32_t depth, const float* weights, const float* panel, int32_t stride,
                       const qcnn_dense_sums* sums) {
  multiply_tile(1, depth, weights, panel, stride, sums);
}

static void multiply_2(int32_t depth, const float* weights, const float* panel, int32_t stride,
                       const qcnn_dense_sums* sums) {
  multiply_tile(2, depth, weights, panel, stride, sums);
}

static void multiply_3(int32_t depth, const float* weights, const float* panel, int32_t stride,
                       const qcnn_dense_sums* sums) {
  multiply_tile(3, depth, weights, panel, stride, sums);
}

/* LANES values `step` apart; step is 1, 2 or 4. The last load ends at the last of them. */
QCNN_SPECIALIZED vector load_steps(const float* p, int step) {
  if (step == 1) {
    return load(p);
  }
  vector end = load_first(p + (step - 1) * LANES, LANES - step + 1);
  if (step == 2) {
    return even(load(p), end);
  }
  return even(even(load(p), load(p + LANES)), even(load(p + 2 * LANES), end));
}

/* n >= LANES; the last vector overlaps with the one before it. */
QCNN_SPECIALIZED void copy_steps(const float* input, int step, float* output, int32_t n) {
  for (int32_t i = 0; i < n; i += LANES) {
    int32_t at = n - i < LANES ? n - LANES : i;
    store(output + at, load_steps(input + (int64_t)at * step, step));
  }
}

static void copy(const float* input, int32_t step, float* output, int32_t n) {
  if (n >= LANES && step == 1) {
    copy_steps(input, 1, output, n);
  } else if (n >= LANES && step == 2) {
    copy_steps(input, 2, output, n);
  } else if (n >= LANES && step == 4) {
    copy_steps(input, 4, output, n);
  } else if (step == 1) {
    store_first(output, n, load_first(input, n));
  } else {
    for (int32_t i = 0; i < n; i++) {
      output[i] = input[(int64_t)i * step];
    }
  }
}

/* Four sums at a time hide the latency of the multiply-add. */
static float dot(const float* a, const float* b, int32_t n) {
  vector sum[4] = {zero(), zero(), zero(), zero()};
  int32_t i = 0;
  for (; n - i >= 4 * LANES; i += 4 * LANES) {
    UNROLL for (int v = 0; v < 4; v++) {
      sum[v] = multiply_add(sum[v], load(a + i + v * LANES), load(b + i + v * LANES));
    }
  }
  for (; n - i >= LANES; i += LANES) {
    sum[0] = multiply_add(sum[0], load(a + i), load(b + i));
  }
  float total = sum_lanes(sum[0]) + sum_lanes(sum[1]) + (sum_lanes(sum[2]) + sum_lanes(sum[3]));
  for (; i < n; i++) {
    total += a[i] * b[i];
  }
  return total;
}

QCNN_SPECIALIZED void depthwise_tile(int vectors, int32_t taps, const float* weights,
                                     const int32_t* offsets, float start, const float* values,
                                     float* sums) {
  vector sum[4];
  UNROLL for (int v = 0; v < vectors; v++) {
    sum[v] = broadcast(start);
  }
  for (int32_t t = 0; t < taps; t++) {
    vector weight = broadcast(weights[t]);
    const float* shifted = values + offsets[t];
    UNROLL for (int v = 0; v < vectors; v++) {
      sum[v] = multiply_add(sum[v], weight, load(shifted + v * LANES));
    }
  }
  UNROLL for (int v = 0; v < vectors; v++) {
    store(sums + v * LANES, sum[v]);
  }
}

static void depthwise(int32_t taps, const float* weights, const int32_t* offsets, float start,
                      const float* values, float* sums, int32_t n) {
  int32_t i = 0;
  for (; n - i > 3 * LANES; i += 4 * LANES) {
    depthwise_tile(4, taps, weights, offsets, start, values + i, sums + i);
  }
  for (; i < n; i += LANES) {
    depthwise_tile(1, taps, weights, offsets, start, values + i, sums + i);
  }
}
