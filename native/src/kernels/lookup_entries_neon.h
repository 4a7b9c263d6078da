/* From sums of products to entries of tables, 16 positions at a time, for NEON. */
#ifndef QCNN_LOOKUP_ENTRIES_NEON_H
#define QCNN_LOOKUP_ENTRIES_NEON_H

#include <arm_neon.h>
#include <stddef.h>
#include <stdint.h>

/* The high bytes of 16 sums of 16 bits. */
static inline int8x16_t high_bytes(int16x8_t low, int16x8_t high) {
#ifdef __aarch64__
  return vuzp2q_s8(vreinterpretq_s8_s16(low), vreinterpretq_s8_s16(high));
#else
  return vcombine_s8(vshrn_n_s16(low, 8), vshrn_n_s16(high, 8));
#endif
}

/* The high bytes of 16 sums of 32 bits that are saturated to 16. */
static inline int8x16_t entries16(const int32x4_t sum[4]) {
#ifdef __aarch64__
  return high_bytes(vqmovn_high_s32(vqmovn_s32(sum[0]), sum[1]),
                    vqmovn_high_s32(vqmovn_s32(sum[2]), sum[3]));
#else
  return high_bytes(vcombine_s16(vqmovn_s32(sum[0]), vqmovn_s32(sum[1])),
                    vcombine_s16(vqmovn_s32(sum[2]), vqmovn_s32(sum[3])));
#endif
}

/* Stores the entries of 16 sums, `at` entries from the beginning of a table; those of 16 bits have room for them. */
static inline void store_entries16(const int table_bits, void* table, ptrdiff_t at,
                                   const int32x4_t sum[4], int fraction_bits) {
  if (table_bits == 8) {
    vst1q_s8((int8_t*)table + at, entries16(sum));
    return;
  }
  const int32x4_t shift = vdupq_n_s32(-fraction_bits);
  for (int v = 0; v < 4; v++) {
    vst1_s16((int16_t*)table + at + 4 * v, vmovn_s32(vshlq_s32(sum[v], shift)));
  }
}

#endif
