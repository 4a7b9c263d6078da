/* 8-bit lookup tables for NEON, arm64 and armhf: 16 positions to a vector. */
#include <arm_neon.h>
#include <string.h>

#include "kernels/lookup_bytes.h"

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

static inline void partial8_end(partial8 partial, int shift, int16_t* sums) {
  const int16x8_t count = vdupq_n_s16((int16_t)shift);
  vst1q_s16(sums, vqaddq_s16(vld1q_s16(sums), vshlq_s16(partial.low, count)));
  vst1q_s16(sums + 8, vqaddq_s16(vld1q_s16(sums + 8), vshlq_s16(partial.high, count)));
}

#include "kernels/lookup_bytes_accumulate.h"

static void in_order(const int16_t* sums, int blocks, int16_t* out) {
  memcpy(out, sums, (size_t)blocks * QCNN_BYTE_BLOCK * sizeof(int16_t));
}

#ifdef __aarch64__
#define EIGHTS 2 /* vectors of 8 positions to a block */
#else
#define EIGHTS 1
#endif
#define HELD_PAIRS 4

/* Adds 8 positions of one component times lane `lane` of a codeword to 32-bit sums. */
static inline void add_products(int32x4_t sum[2], int16x8_t input, int16x8_t codeword, int lane) {
  int16x4_t half = lane < 4 ? vget_low_s16(codeword) : vget_high_s16(codeword);
#define LANE(n)                                                     \
  case n:                                                           \
    sum[0] = vmlal_lane_s16(sum[0], vget_low_s16(input), half, n);  \
    sum[1] = vmlal_lane_s16(sum[1], vget_high_s16(input), half, n); \
    break
  switch (lane % 4) { /* known at compile time where `pairs` is */
    LANE(0);
    LANE(1);
    LANE(2);
    LANE(3);
    default:
      break;
  }
#undef LANE
}

/* `pairs` is a constant where this is inlined for common sizes, whose inputs stay in registers. */
ALWAYS_INLINE void build_block(const int pairs, const int16_t* inputs, ptrdiff_t pair_stride,
                               const int16_t* codewords, int sub_codewords, int8_t* table,
                               ptrdiff_t table_stride) {
  int16x8x2_t held[HELD_PAIRS][EIGHTS];
  for (int q = 0; q < pairs && q < HELD_PAIRS; q++) {
    for (int e = 0; e < EIGHTS; e++) {
      held[q][e] = vld2q_s16(inputs + q * pair_stride + 16 * e);
    }
  }
  for (int k = 0; k < sub_codewords; k++) {
    const int16_t* codeword = codewords + (ptrdiff_t)k * pairs * 2;
    int32x4_t sum[EIGHTS][2];
    for (int e = 0; e < EIGHTS; e++) {
      sum[e][0] = sum[e][1] = vdupq_n_s32(0);
    }
    int16x8_t part = vld1q_s16(codeword); /* of the codeword, four pairs */
#pragma GCC unroll 4
    for (int q = 0; q < pairs; q++) {
      if (q > 0 && q % HELD_PAIRS == 0) {
        part = vld1q_s16(codeword + 2 * q);
      }
      for (int e = 0; e < EIGHTS; e++) {
        int16x8x2_t input =
            q < HELD_PAIRS ? held[q][e] : vld2q_s16(inputs + q * pair_stride + 16 * e);
        add_products(sum[e], input.val[0], part, 2 * (q % HELD_PAIRS));
        add_products(sum[e], input.val[1], part, 2 * (q % HELD_PAIRS) + 1);
      }
    }
    for (int e = 0; e < EIGHTS; e++) {
      int16x8_t entries = vcombine_s16(vrshrn_n_s32(sum[e][0], 16), vrshrn_n_s32(sum[e][1], 16));
      vst1_s8(table + k * table_stride + 8 * e, vqmovn_s16(entries));
    }
  }
}

typedef int8_t table_entry;
#define BUILD_POSITIONS (8 * EIGHTS)
#include "kernels/lookup_build.h"

const qcnn_byte_tables qcnn_byte_tables_neon = {
    .build_table = build_table,
    .accumulate = accumulate,
    .in_order = in_order,
};
