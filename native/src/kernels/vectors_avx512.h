/* Sixteen floats; what the names mean is said in vectors.h. */
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>

#define LANES 16
typedef __m512 vector;

#define zero() _mm512_setzero_ps()
#define broadcast(x) _mm512_set1_ps(x)
#define load(p) _mm512_loadu_ps(p)
#define store(p, v) _mm512_storeu_ps(p, v)
#define multiply_add(sum, a, b) _mm512_fmadd_ps(a, b, sum)
#define sum_lanes(v) _mm512_reduce_add_ps(v)

static inline vector load_first(const float* p, int32_t n) {
  return _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
}

static inline void store_first(float* p, int32_t n, vector v) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), v);
}

/* The instruction gives y when one of the two is a NaN. */
static inline vector larger(vector x, vector y) {
  return _mm512_mask_mov_ps(_mm512_max_ps(x, y), _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q), x);
}

static inline vector even(vector a, vector b) {
  const __m512i lanes =
      _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  return _mm512_permutex2var_ps(a, lanes, b);
}

static inline bool all_between(vector x, float low, float high) {
  __mmask16 above = _mm512_cmp_ps_mask(x, broadcast(low), _CMP_GE_OQ);
  return _mm512_mask_cmp_ps_mask(above, x, broadcast(high), _CMP_LE_OQ) == 0xffff;
}

/* An estimate of 14 bits and a step of Newton's method. */
static inline vector inverse_root(vector x) {
  vector y = _mm512_rsqrt14_ps(x);
  vector error = _mm512_fnmadd_ps(broadcast(0.5f) * x * y, y, broadcast(0.5f));
  return multiply_add(y, y, error);
}
