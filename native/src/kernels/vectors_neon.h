/*
 * Four floats; what the names mean is said in vectors.h. Of 32-bit Arm we ask no more than ARMv7,
 * whose multiply-add rounds twice and whose vectors take denormal numbers for zeros.
 */
#include <arm_neon.h>
#include <stdbool.h>
#include <stdint.h>

#define LANES 4
typedef float32x4_t vector;

#define zero() vdupq_n_f32(0.0f)
#define broadcast(x) vdupq_n_f32(x)
#define load(p) vld1q_f32(p)
#define store(p, v) vst1q_f32(p, v)
#define larger(x, y) vmaxq_f32(x, y)
#define even(a, b) vuzpq_f32(a, b).val[0]

#if defined(__aarch64__)

#define multiply_add(sum, a, b) vfmaq_f32(sum, a, b)
#define sum_lanes(v) vaddvq_f32(v)

#else

#define multiply_add(sum, a, b) vmlaq_f32(sum, a, b)

static inline float sum_lanes(vector v) {
  float32x2_t half = vadd_f32(vget_low_f32(v), vget_high_f32(v));
  return vget_lane_f32(vpadd_f32(half, half), 0);
}

#endif

static inline vector load_first(const float* p, int32_t n) {
  float lanes[LANES] = {0};
  for (int32_t lane = 0; lane < n; lane++) {
    lanes[lane] = p[lane];
  }
  return load(lanes);
}

static inline void store_first(float* p, int32_t n, vector v) {
  float lanes[LANES];
  store(lanes, v);
  for (int32_t lane = 0; lane < n; lane++) {
    p[lane] = lanes[lane];
  }
}

static inline bool all_between(vector x, float low, float high) {
  uint32x4_t inside = vandq_u32(vcgeq_f32(x, broadcast(low)), vcleq_f32(x, broadcast(high)));
  uint32x2_t half = vand_u32(vget_low_u32(inside), vget_high_u32(inside));
  return (vget_lane_u32(half, 0) & vget_lane_u32(half, 1)) != 0;
}

/* An estimate of 8 bits and two steps of Newton's method. */
static inline vector inverse_root(vector x) {
  vector y = vrsqrteq_f32(x);
  y = y * vrsqrtsq_f32(x * y, y);
  return y * vrsqrtsq_f32(x * y, y);
}
