/*
 * Activations and arithmetic: plain loops, which the compiler turns into the vector loops of the
 * instruction set that the including file is compiled for.
 */
#include "activation.h"
#include "arithmetic.h"
#include "kernels/operator_kernels.h"

static void activate(const qcnn_activation* activation, const float* input, float* output,
                     int64_t n) {
  qcnn_activate_copy(activation, input, output, n);
}

static void combine(int32_t kind, const float* a, int64_t a_step, const float* b, int64_t b_step,
                    float* output, int64_t n) {
  qcnn_arithmetic_row(kind, a, a_step, b, b_step, output, n);
}
