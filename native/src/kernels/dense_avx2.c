#include "kernels/vectors_avx2.h"

typedef const float* row_weights;

#define ROWS 4
#define load_weights(p) (p)
#define multiply_add_row(sum, values, weights, row) \
  _mm256_fmadd_ps(_mm256_set1_ps((weights)[row]), values, sum)

#include "kernels/dense_template.h"

const qcnn_dense_kernels qcnn_dense_avx2 = {
    .rows = ROWS,
    .lanes = LANES,
    .vectors = 3,
    .depth_block = 256,
    .multiply = {multiply_1, multiply_2, multiply_3},
    .dot = dot,
    .depthwise = depthwise,
    .copy = copy,
};
