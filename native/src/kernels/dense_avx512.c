#include <immintrin.h>

typedef __m512 vector;
typedef const float* row_weights;

#define LANES 16
#define ROWS 8
#define zero() _mm512_setzero_ps()
#define broadcast(x) _mm512_set1_ps(x)
#define load(p) _mm512_loadu_ps(p)
#define store(p, v) _mm512_storeu_ps(p, v)
#define load_weights(p) (p)
#define multiply_add(sum, a, b) _mm512_fmadd_ps(a, b, sum)
#define multiply_add_row(sum, values, weights, row) \
  _mm512_fmadd_ps(_mm512_set1_ps((weights)[row]), values, sum)
#define sum_lanes(v) _mm512_reduce_add_ps(v)

#include "kernels/dense_template.h"

const qcnn_dense_kernels qcnn_dense_avx512 = {
    .rows = ROWS,
    .lanes = LANES,
    .vectors = 3,
    .depth_block = 128,
    .multiply = {multiply_1, multiply_2, multiply_3},
    .dot = dot,
    .depthwise = depthwise,
};
