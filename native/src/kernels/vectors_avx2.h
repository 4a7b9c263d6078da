/* Eight floats; what the names mean is said in vectors.h. */
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>

#define LANES 8
typedef __m256 vector;

#define zero() _mm256_setzero_ps()
#define broadcast(x) _mm256_set1_ps(x)
#define load(p) _mm256_loadu_ps(p)
#define store(p, v) _mm256_storeu_ps(p, v)
#define multiply_add(sum, a, b) _mm256_fmadd_ps(a, b, sum)

static inline float sum_lanes(vector v) {
  __m128 half = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  half = _mm_add_ps(half, _mm_movehl_ps(half, half));
  return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}

static inline __m256i first_lanes(int32_t n) {
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), lanes);
}

static inline vector load_first(const float* p, int32_t n) {
  return _mm256_maskload_ps(p, first_lanes(n));
}

static inline void store_first(float* p, int32_t n, vector v) {
  _mm256_maskstore_ps(p, first_lanes(n), v);
}

/* The instruction gives y when one of the two is a NaN. */
static inline vector larger(vector x, vector y) {
  return _mm256_blendv_ps(_mm256_max_ps(x, y), x, _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
}

static inline vector even(vector a, vector b) {
  __m256d halves = _mm256_castps_pd(_mm256_shuffle_ps(a, b, _MM_SHUFFLE(2, 0, 2, 0)));
  return _mm256_castpd_ps(_mm256_permute4x64_pd(halves, _MM_SHUFFLE(3, 1, 2, 0)));
}

static inline bool all_between(vector x, float low, float high) {
  vector above = _mm256_cmp_ps(x, broadcast(low), _CMP_GE_OQ);
  vector below = _mm256_cmp_ps(x, broadcast(high), _CMP_LE_OQ);
  return _mm256_movemask_ps(_mm256_and_ps(above, below)) == 0xff;
}

/* An estimate of 12 bits, for which Newton's step is too short: one of the third order. */
static inline vector inverse_root(vector x) {
  vector y = _mm256_rsqrt_ps(x);
  vector error = _mm256_fnmadd_ps(x * y, y, broadcast(1.0f));
  return multiply_add(y, y * error, multiply_add(broadcast(0.5f), error, broadcast(0.375f)));
}
