/*
 * What the kernels for 8-bit tables with and without the dot product have in common: 16 positions to a
 * vector. Included by one file for each, and compiled with its flags.
 */
#include <arm_neon.h>
#include <stddef.h>
#include <string.h>

#include "kernels/lookup_bytes.h"
#include "kernels/lookup_prefetch.h"

typedef int8x16_t vector8;
#define VECTOR8_LANES 16
#ifdef __aarch64__
#define STRIP_VECTORS 8
#else
#define STRIP_VECTORS 4 /* 16 registers in all */
#endif
#define vector8_load(p) vld1q_s8(p)
#define vector8_add(a, b) vqaddq_s8(a, b)

typedef struct {
  int16x8_t low, high;
} partial8;

static inline partial8 partial8_begin(int8x16_t entries, int pairs) {
  (void)pairs;
  partial8 partial = {vmovl_s8(vget_low_s8(entries)), vmovl_s8(vget_high_s8(entries))};
  return partial;
}

static inline partial8 partial8_add(partial8 partial, int8x16_t entries) {
  partial.low = vaddw_s8(partial.low, vget_low_s8(entries));
#ifdef __aarch64__
  partial.high = vaddw_high_s8(partial.high, entries);
#else
  partial.high = vaddw_s8(partial.high, vget_high_s8(entries));
#endif
  return partial;
}

static inline int16x8_t clamp16(int16x8_t value, int limit) {
  value = vminq_s16(value, vdupq_n_s16((int16_t)limit));
  return vmaxq_s16(value, vdupq_n_s16((int16_t)-limit));
}

ALWAYS_INLINE void add_to(int16_t* sums, int16x8_t partial, const int clamp, int limit) {
  int16x8_t total = vaddq_s16(vld1q_s16(sums), partial);
  vst1q_s16(sums, clamp ? clamp16(total, limit) : total);
}

ALWAYS_INLINE void partial8_end(partial8 partial, const int clamp, int limit, int16_t* sums) {
  add_to(sums, partial.low, clamp, limit);
  add_to(sums + 8, partial.high, clamp, limit);
}

#define VECTOR16_LANES 8

static inline void double16(int16_t* sums, int limit) {
  int16x8_t once = vld1q_s16(sums);
  vst1q_s16(sums, clamp16(vqaddq_s16(once, once), limit));
}

#include "kernels/lookup_bytes_accumulate.h"

static void in_order(const int16_t* sums, int blocks, int16_t* out) {
  memcpy(out, sums, (size_t)blocks * QCNN_BYTE_BLOCK * sizeof(int16_t));
}

#ifdef __aarch64__

/* clamp(round(x * scale) + zero, -128, 127) of 8 values; NaN is converted to 0. */
static inline int8x8_t quantize8(const float* x, float scale, int zero) {
  const float32x4_t low = vdupq_n_f32((float)(-128 - zero));
  const float32x4_t high = vdupq_n_f32((float)(127 - zero));
  float32x4_t first = vminq_f32(vmaxq_f32(vmulq_n_f32(vld1q_f32(x), scale), low), high);
  float32x4_t second = vminq_f32(vmaxq_f32(vmulq_n_f32(vld1q_f32(x + 4), scale), low), high);
  int16x8_t rounded =
      vcombine_s16(vmovn_s32(vcvtnq_s32_f32(first)), vmovn_s32(vcvtnq_s32_f32(second)));
  return vmovn_s16(vaddq_s16(rounded, vdupq_n_s16((int16_t)zero)));
}

#endif

static void quantize_quads(const float* const* rows, int count, float scale, int zero,
                           int8_t* out) {
  int whole = 0;
#ifdef __aarch64__
  /* armhf has no conversion that rounds to nearest, nor NaN-proof limits: it stays scalar. */
  whole = count / 8 * 8;
  for (int i = 0; i < whole; i += 8) {
    int8x8x4_t quads;
    prefetch_rows(rows, i);
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) {
      quads.val[j] =
          rows[j] == NULL ? vdup_n_s8((int8_t)zero) : quantize8(rows[j] + i, scale, zero);
    }
    vst4_s8(out + 4 * i, quads);
  }
#endif
  if (whole < count) {
    const float* rest[4];
    for (int j = 0; j < 4; j++) {
      rest[j] = rows[j] == NULL ? NULL : rows[j] + whole;
    }
    qcnn_byte_tables_scalar.quantize_quads(rest, count - whole, scale, zero, out + 4 * whole);
  }
}
