/* The inner loops of the operators without weights: one table of functions per instruction set. */
#ifndef QCNN_OPERATOR_KERNELS_H
#define QCNN_OPERATOR_KERNELS_H

#include <stdint.h>

#include "cpu.h"
#include "qcnn.h"

/* How many floats behind the end of its row and its divisors pool_columns may read. */
#define QCNN_POOLING_SLACK 32

typedef struct {
  /*
   * output[i] = maximum or sum over 0 <= r < rows of input[r * stride + i], for 0 <= i < n;
   * rows > 0. A NaN wins every maximum. The same bits on all instruction sets.
   */
  void (*pool_rows)(bool maximum, const float* input, int64_t stride, int32_t rows, float* output,
                    int32_t n);

  /*
   * The windows of one output row. output[o] = maximum or sum over 0 <= k < kernel_width of
   * row[o * stride_width + k * dilation_width], for 0 <= o < output_width; a sum is divided by
   * height * divisors[o]. QCNN_POOLING_SLACK floats behind the last that a window sees, and behind
   * the divisors, must exist but may hold anything. The same bits on all instruction sets.
   */
  void (*pool_columns)(const qcnn_pooling* shape, const float* row, float height,
                       const float* divisors, float* output);

  /* The maximum or the sum, in an order of its own, of n > 0 values. */
  float (*reduce)(bool maximum, const float* values, int32_t n);

  /*
   * output[i] = values[i] / (k + scale * sum over 0 <= r < rows of window[r * stride + i]^2)^beta,
   * for 0 <= i < n; exact up to rows + 12 rounding units. rows > 0.
   */
  void (*normalize)(const float* window, int64_t stride, int32_t rows, float scale, float k,
                    float beta, const float* values, float* output, int32_t n);

  /* output[i] = e^(values[i] - largest), for 0 <= i < n; returns their sum. largest >= values. */
  float (*exponentials)(const float* values, float largest, float* output, int32_t n);

  /* activation.h's qcnn_activate_copy. */
  void (*activate)(const qcnn_activation* activation, const float* input, float* output, int64_t n);

  /* output[i] = a[i * a_step] kind b[i * b_step]; the same bits on all instruction sets. */
  void (*combine)(int32_t kind, const float* a, int64_t a_step, const float* b, int64_t b_step,
                  float* output, int64_t n);
} qcnn_operator_kernels;

extern const qcnn_operator_kernels qcnn_operators_scalar;
#if defined(QCNN_HAS_X86)
extern const qcnn_operator_kernels qcnn_operators_avx2;
extern const qcnn_operator_kernels qcnn_operators_avx512;
#elif defined(QCNN_HAS_ARM)
extern const qcnn_operator_kernels qcnn_operators_neon;
#endif

/* The kernels of an instruction set, or NULL if it is not compiled in. Does not ask the CPU. */
const qcnn_operator_kernels* qcnn_operator_kernels_for(int64_t isa);

#endif
