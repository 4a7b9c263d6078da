/* Pooling, written once for all instruction sets: first down the rows, then along what is left. */
#include "kernels/operator_kernels.h"
#include "kernels/vectors.h"

/* Several rows at a time look random to the prefetchers of some processors; hence our own. */
enum { PREFETCHED_FLOATS = 2048 };

QCNN_SPECIALIZED vector pool_two(bool maximum, vector x, vector y) {
  if (maximum) {
    return larger(x, y);
  }
  return y + x;
}

QCNN_SPECIALIZED void pool_rows_lanes(bool maximum, const float* input, int64_t stride,
                                      int32_t rows, float* output, int32_t lanes) {
  vector result = load_lanes(input, lanes);
  __builtin_prefetch(input + PREFETCHED_FLOATS);
  for (int32_t row = 1; row < rows; row++) {
    input += stride;
    __builtin_prefetch(input + PREFETCHED_FLOATS);
    result = pool_two(maximum, load_lanes(input, lanes), result);
  }
  store_lanes(output, lanes, result);
}

QCNN_SPECIALIZED void pool_rows_kind(bool maximum, const float* input, int64_t stride, int32_t rows,
                                     float* output, int32_t n) {
  int32_t i = 0;
  for (; n - i >= LANES; i += LANES) {
    pool_rows_lanes(maximum, input + i, stride, rows, output + i, LANES);
  }
  if (i < n) {
    pool_rows_lanes(maximum, input + i, stride, rows, output + i, n - i);
  }
}

static void pool_rows(bool maximum, const float* input, int64_t stride, int32_t rows, float* output,
                      int32_t n) {
  if (maximum) {
    pool_rows_kind(true, input, stride, rows, output, n);
  } else {
    pool_rows_kind(false, input, stride, rows, output, n);
  }
}

/* The first lanes become p[0], p[step], p[2 * step], ...; the others anything. */
QCNN_SPECIALIZED vector load_steps(const float* p, int32_t step, int32_t lanes) {
  if (step == 1) {
    return load(p);
  }
  if (step == 2) {
    return even(load(p), load(p + LANES));
  }
  float values[LANES] = {0};
  for (int32_t lane = 0; lane < lanes; lane++) {
    values[lane] = p[(int64_t)lane * step];
  }
  return load(values);
}

QCNN_SPECIALIZED void pool_columns_lanes(bool maximum, const qcnn_pooling* shape, int32_t step,
                                         const float* row, float height, const float* divisors,
                                         float* output, int32_t lanes) {
  vector result = load_steps(row, step, lanes);
  for (int32_t k = 1; k < shape->kernel_width; k++) {
    row += shape->dilation_width;
    result = pool_two(maximum, load_steps(row, step, lanes), result);
  }
  if (!maximum) {
    result = result / (broadcast(height) * load(divisors));
  }
  store_lanes(output, lanes, result);
}

QCNN_SPECIALIZED void pool_columns_kind(bool maximum, const qcnn_pooling* shape, int32_t step,
                                        const float* row, float height, const float* divisors,
                                        float* output) {
  int32_t n = shape->output_width, o = 0;
  for (; n - o >= LANES; o += LANES) {
    pool_columns_lanes(maximum, shape, step, row + (int64_t)o * step, height, divisors + o,
                       output + o, LANES);
  }
  if (o < n) {
    pool_columns_lanes(maximum, shape, step, row + (int64_t)o * step, height, divisors + o,
                       output + o, n - o);
  }
}

QCNN_SPECIALIZED void pool_columns_step(const qcnn_pooling* shape, int32_t step, const float* row,
                                        float height, const float* divisors, float* output) {
  if (shape->maximum != 0) {
    pool_columns_kind(true, shape, step, row, height, divisors, output);
  } else {
    pool_columns_kind(false, shape, step, row, height, divisors, output);
  }
}

static void pool_columns(const qcnn_pooling* shape, const float* row, float height,
                         const float* divisors, float* output) {
  switch (shape->stride_width) {
    case 1:
      pool_columns_step(shape, 1, row, height, divisors, output);
      break;
    case 2:
      pool_columns_step(shape, 2, row, height, divisors, output);
      break;
    default:
      pool_columns_step(shape, shape->stride_width, row, height, divisors, output);
  }
}

static float reduce_two(bool maximum, float x, float y) {
  return maximum ? (x > y || x != x ? x : y) : y + x;
}

/* Partial results side by side hide latencies, and sums of them are more exact than a single one. */
static float reduce(bool maximum, const float* values, int32_t n) {
  enum { PARTS = 4 };
  float neutral = maximum ? -__builtin_inff() : 0.0f;
  vector part[PARTS] = {broadcast(neutral), broadcast(neutral), broadcast(neutral),
                        broadcast(neutral)};
  int32_t i = 0;
  for (; n - i >= PARTS * LANES; i += PARTS * LANES) {
    UNROLL for (int p = 0; p < PARTS; p++) {
      part[p] = pool_two(maximum, load(values + i + p * LANES), part[p]);
    }
  }
  for (; n - i >= LANES; i += LANES) {
    part[0] = pool_two(maximum, load(values + i), part[0]);
  }
  float lanes[LANES];
  store(lanes, pool_two(maximum, pool_two(maximum, part[0], part[1]),
                        pool_two(maximum, part[2], part[3])));
  float total = neutral;
  for (int lane = 0; lane < LANES; lane++) {
    total = reduce_two(maximum, lanes[lane], total);
  }
  for (; i < n; i++) {
    total = reduce_two(maximum, values[i], total);
  }
  return total;
}
