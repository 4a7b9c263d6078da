#include "kernels/vectors_avx512.h"

typedef const float* row_weights;

#define ROWS 8
#define load_weights(p) (p)
#define multiply_add_row(sum, values, weights, row) \
  _mm512_fmadd_ps(_mm512_set1_ps((weights)[row]), values, sum)

#include "kernels/dense_template.h"

const qcnn_dense_kernels qcnn_dense_avx512 = {
    .rows = ROWS,
    .lanes = LANES,
    .vectors = 3,
    .depth_block = 128,
    .multiply = {multiply_1, multiply_2, multiply_3},
    .dot = dot,
    .depthwise = depthwise,
    .copy = copy,
};
