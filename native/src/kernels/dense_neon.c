#include "kernels/vectors_neon.h"

/*
 * 64-bit Arm has 32 registers and a fused multiply-add by lane; 32-bit Arm has 16 registers and a
 * multiply-add that rounds twice.
 */
#if defined(__aarch64__)

#define ROWS 8

typedef struct {
  float32x4_t first, second;
} row_weights;

static inline row_weights load_weights(const float* weights) {
  return (row_weights){vld1q_f32(weights), vld1q_f32(weights + 4)};
}

/* The row is a constant once the loop over rows is unrolled. */
static inline vector multiply_add_row(vector sum, vector values, row_weights weights, int row) {
  return vfmaq_n_f32(sum, values, row < 4 ? weights.first[row] : weights.second[row - 4]);
}

#else

#define ROWS 4

typedef float32x4_t row_weights;

static inline row_weights load_weights(const float* weights) {
  return vld1q_f32(weights);
}

/* The row is a constant once the loop over rows is unrolled; GCC wants the lane written as one. */
static inline vector multiply_add_row(vector sum, vector values, row_weights weights, int row) {
  float32x2_t pair = row < 2 ? vget_low_f32(weights) : vget_high_f32(weights);
  return row % 2 == 0 ? vmlaq_lane_f32(sum, values, pair, 0) : vmlaq_lane_f32(sum, values, pair, 1);
}

#endif

#include "kernels/dense_template.h"

const qcnn_dense_kernels qcnn_dense_neon = {
    .rows = ROWS,
    .lanes = LANES,
    .vectors = 3,
    .depth_block = 256,
    .multiply = {multiply_1, multiply_2, multiply_3},
    .dot = dot,
    .depthwise = depthwise,
    .copy = copy,
};
