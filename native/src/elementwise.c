/* Operators that take elements one by one: activation, arithmetic, copy, fill. */
#include <stddef.h>
#include <string.h>

#include "activation.h"
#include "arithmetic.h"
#include "kernels/operator_kernels.h"
#include "shape.h"
#include "strides.h"

int32_t qcnn_activation_run(int32_t isa, const qcnn_activation* activation, const float* input,
                            float* output, int32_t first, int32_t last) {
  const qcnn_operator_kernels* kernels = qcnn_operator_kernels_for(isa);
  if (kernels == NULL) {
    return QCNN_BAD_ISA;
  }
  if (!qcnn_range_ok(first, last, INT32_MAX) || !qcnn_activation_ok(activation)) {
    return QCNN_BAD_RANGE;
  }
  kernels->activate(activation, input + first, output + first, last - first);
  return QCNN_OK;
}

/* One row of the walk, in pieces that stay in the L1 cache between the operation and the activation. */
static void combine_row(const qcnn_operator_kernels* kernels, int32_t kind,
                        const qcnn_activation* activation, const float* a, const float* b,
                        const qcnn_walk* walk, float* output) {
  const int64_t piece = 1024;
  for (int64_t done = 0; done < walk->n; done += piece) {
    int64_t n = walk->n - done < piece ? walk->n - done : piece;
    kernels->combine(kind, a + done * walk->a_step, walk->a_step, b + done * walk->b_step,
                     walk->b_step, output + done, n);
    if (activation->kind != QCNN_ACTIVATION_NONE) {
      kernels->activate(activation, output + done, output + done, n);
    }
  }
}

int32_t qcnn_arithmetic_run(int32_t isa, const qcnn_strides* strides, int32_t kind,
                            const qcnn_activation* activation, const float* a, const float* b,
                            float* output, int32_t first, int32_t last) {
  const qcnn_operator_kernels* kernels = qcnn_operator_kernels_for(isa);
  if (kernels == NULL) {
    return QCNN_BAD_ISA;
  }
  int32_t status = qcnn_strides_check(strides, first, last);
  if (status != QCNN_OK) {
    return status;
  }
  if (kind < QCNN_ADD || kind > QCNN_PARAMETRIC_RELU || !qcnn_activation_ok(activation)) {
    return QCNN_BAD_RANGE;
  }
  if (first == last) {
    return QCNN_OK;
  }
  qcnn_walk walk = qcnn_walk_begin(strides, first, last);
  output += first * qcnn_strides_inner_size(strides);
  do {
    combine_row(kernels, kind, activation, a + walk.a, b + walk.b, &walk, output);
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
