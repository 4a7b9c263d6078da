/* Dense fully-connected layers: every row of weights is read once, for all images. */
#include <stddef.h>

#include "activation.h"
#include "kernels/dense_kernels.h"
#include "shape.h"

int32_t qcnn_fully_connected_run(int32_t isa, int32_t inputs, int32_t outputs, int32_t batch,
                                 const float* weights, const float* bias,
                                 const qcnn_activation* activation, const float* input,
                                 float* output, int32_t first, int32_t last) {
  if (inputs <= 0 || outputs <= 0 || batch <= 0) {
    return QCNN_BAD_SHAPE;
  }
  const qcnn_dense_kernels* kernels = qcnn_dense_kernels_for(isa);
  if (kernels == NULL) {
    return QCNN_BAD_ISA;
  }
  if (!qcnn_range_ok(first, last, outputs) || !qcnn_activation_ok(activation)) {
    return QCNN_BAD_RANGE;
  }
  for (int64_t o = first; o < last; o++) {
    const float* row = weights + o * inputs;
    for (int64_t image = 0; image < batch; image++) {
      output[image * outputs + o] =
          kernels->dot(row, input + image * inputs, inputs) + (bias ? bias[o] : 0.0f);
    }
  }
  if (first < last) {
    for (int64_t image = 0; image < batch; image++) {
      qcnn_activate_row(activation, output + image * outputs + first, last - first);
    }
  }
  return QCNN_OK;
}
