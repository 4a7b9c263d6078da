#include <immintrin.h>

typedef __m256 vector;
typedef const float* row_weights;

#define LANES 8
#define ROWS 4
#define zero() _mm256_setzero_ps()
#define broadcast(x) _mm256_set1_ps(x)
#define load(p) _mm256_loadu_ps(p)
#define store(p, v) _mm256_storeu_ps(p, v)
#define load_weights(p) (p)
#define multiply_add(sum, a, b) _mm256_fmadd_ps(a, b, sum)
#define multiply_add_row(sum, values, weights, row) \
  _mm256_fmadd_ps(_mm256_set1_ps((weights)[row]), values, sum)

static inline float sum_lanes(__m256 v) {
  __m128 half = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  half = _mm_add_ps(half, _mm_movehl_ps(half, half));
  return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}

#include "kernels/dense_template.h"

const qcnn_dense_kernels qcnn_dense_avx2 = {
    .rows = ROWS,
    .lanes = LANES,
    .vectors = 3,
    .depth_block = 256,
    .multiply = {multiply_1, multiply_2, multiply_3},
    .dot = dot,
    .depthwise = depthwise,
};
