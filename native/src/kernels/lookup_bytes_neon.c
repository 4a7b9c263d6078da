/* 8-bit lookup tables for NEON, arm64 and armhf. */
#include "kernels/lookup_bytes_neon.h"

#include "kernels/lookup_narrow_neon.h"

#ifdef __aarch64__
#define SIXTEENS 2 /* vectors of 16 positions to a block */
#else
#define SIXTEENS 1
#endif
#define HELD_QUADS 2

#ifdef __aarch64__
#define multiply_high(a, b) vmull_high_s8(a, b)
#define multiply_add_high(sum, a, b) vmlal_high_s8(sum, a, b)
#define add_high(sum, a) vaddw_high_s16(sum, a)
#else
#define multiply_high(a, b) vmull_s8(vget_high_s8(a), vget_high_s8(b))
#define multiply_add_high(sum, a, b) vmlal_s8(sum, vget_high_s8(a), vget_high_s8(b))
#define add_high(sum, a) vaddw_s16(sum, vget_high_s16(a))
#endif

/*
 * Keeps a vector in one register: GCC would take halves apart before a loop that needs both, and load
 * single components instead of all of them.
 */
#ifdef __aarch64__
#define KEEP_WHOLE(vector) __asm__("" : "+w"(vector))
#else
#define KEEP_WHOLE(vector) (void)0
#endif

/*
 * Adds the products of 16 positions with two components: 16 bits have room for two products, of at
 * most 128 * 127 each, so that half of the multiplications are widened only once.
 */
static inline void add_products(int32x4_t sum[4], const int8x16_t inputs[2], int8x16_t first,
                                int8x16_t second) {
  int8x16_t a = inputs[0];
  int8x16_t b = inputs[1];
  KEEP_WHOLE(a);
  KEEP_WHOLE(b);
  int16x8_t low = vmull_s8(vget_low_s8(a), vget_low_s8(first));
  int16x8_t high = multiply_high(a, first);
  low = vmlal_s8(low, vget_low_s8(b), vget_low_s8(second));
  high = multiply_add_high(high, b, second);
  sum[0] = vaddw_s16(sum[0], vget_low_s16(low));
  sum[1] = add_high(sum[1], low);
  sum[2] = vaddw_s16(sum[2], vget_low_s16(high));
  sum[3] = add_high(sum[3], high);
}

/* The four components of 16 positions. */
static inline void load16(const int8_t* quads, int8x16_t out[4]) {
  int8x16x4_t components = vld4q_s8(quads);
  for (int j = 0; j < 4; j++) {
    out[j] = components.val[j];
  }
}

/* Component `lane` of eight, in all lanes. */
static inline int8x16_t repeated(int8x8_t components, int lane) {
  switch (lane) { /* known at compile time where `pairs` is */
    case 0:
      return vdupq_lane_s8(components, 0);
    case 1:
      return vdupq_lane_s8(components, 1);
    case 2:
      return vdupq_lane_s8(components, 2);
    case 3:
      return vdupq_lane_s8(components, 3);
    case 4:
      return vdupq_lane_s8(components, 4);
    case 5:
      return vdupq_lane_s8(components, 5);
    case 6:
      return vdupq_lane_s8(components, 6);
    default:
      return vdupq_lane_s8(components, 7);
  }
}

/* The inputs of a block: the components of its positions. */
typedef int8x16_t held_inputs[HELD_QUADS][SIXTEENS][4];

/* The entries of 16 positions: the high bytes of their sums. */
static inline int8x16_t high_bytes(int16x8_t low, int16x8_t high) {
#ifdef __aarch64__
  return vuzp2q_s8(vreinterpretq_s8_s16(low), vreinterpretq_s8_s16(high));
#else
  return vcombine_s8(vshrn_n_s16(low, 8), vshrn_n_s16(high, 8));
#endif
}

/* The narrow codewords at a block of positions. */
ALWAYS_INLINE void build_narrow(const int pairs, const held_inputs held,
                                const sorted_codewords* codewords, int8_t* table) {
  const narrow_codeword* end = codewords->narrow + codewords->narrow_count;
  for (const narrow_codeword* codeword = codewords->narrow; codeword < end; codeword++) {
    int8x8_t components = vld1_s8(codeword->components);
    KEEP_WHOLE(components);
    int16x8_t low[SIXTEENS];
    int16x8_t high[SIXTEENS];
    for (int s = 0; s < SIXTEENS; s++) {
      low[s] = vdupq_n_s16(codeword->start);
      high[s] = low[s];
    }
#pragma GCC unroll 8
    for (int i = 0; i < 2 * pairs; i++) {
      const int8x16_t component = repeated(components, i);
      for (int s = 0; s < SIXTEENS; s++) {
        int8x16_t input = held[i / 4][s][i % 4];
        KEEP_WHOLE(input);
        low[s] = vmlal_s8(low[s], vget_low_s8(input), vget_low_s8(component));
        high[s] = multiply_add_high(high[s], input, component);
      }
    }
    const int8x16_t rest = vdupq_n_s8(codeword->rest);
    for (int s = 0; s < SIXTEENS; s++) {
      vst1q_s8(table + codeword->row + 16 * s, vqaddq_s8(high_bytes(low[s], high[s]), rest));
    }
  }
}

/* A wide codeword at a block of positions. */
ALWAYS_INLINE void build_wide(const int pairs, const held_inputs held, const int8_t* inputs,
                              ptrdiff_t quad_stride, const int32_t* codeword, int8_t* table) {
  int8x8_t components = vdup_n_s8(0); /* of two quads */
  int32x4_t sum[SIXTEENS][4];
  for (int s = 0; s < SIXTEENS; s++) {
    for (int v = 0; v < 4; v++) {
      sum[s][v] = vdupq_n_s32(codeword[0]);
    }
  }
#pragma GCC unroll 4
  for (int p = 0; p < pairs; p++) {
    const int q = p / 2;
    if (p % 4 == 0) {
      components = vld1_s8((const int8_t*)(codeword + 1 + q));
      KEEP_WHOLE(components);
    }
    int8x16_t first = repeated(components, p % 4 * 2);
    int8x16_t second = repeated(components, p % 4 * 2 + 1);
    for (int s = 0; s < SIXTEENS; s++) {
      int8x16_t loaded[4];
      if (q >= HELD_QUADS) {
        load16(inputs + q * quad_stride + 64 * s, loaded);
      }
      const int8x16_t* quad = q < HELD_QUADS ? held[q][s] : loaded;
      add_products(sum[s], quad + p % 2 * 2, first, second);
    }
  }
  for (int s = 0; s < SIXTEENS; s++) {
    vst1q_s8(table + 16 * s, entries16(sum[s]));
  }
}

/*
 * `pairs` of components is a constant where this is inlined for common sizes, whose inputs stay in
 * registers.
 */
ALWAYS_INLINE void build_block(const int pairs, const int8_t* inputs, ptrdiff_t quad_stride,
                               const sorted_codewords* codewords, int sub_codewords, int8_t* table,
                               ptrdiff_t table_stride) {
  (void)sub_codewords; /* in both lists, with their rows */
  (void)table_stride;
  held_inputs held;
  for (int q = 0; q < (pairs + 1) / 2 && q < HELD_QUADS; q++) {
    for (int s = 0; s < SIXTEENS; s++) {
      load16(inputs + q * quad_stride + 64 * s, held[q][s]);
    }
  }
  if (2 * pairs <= NARROW_COMPONENTS) {
    build_narrow(pairs, held, codewords, table);
  }
  for (int k = 0; k < codewords->wide_count; k++) {
    const wide_codeword* codeword = &codewords->wide[k];
    build_wide(pairs, held, inputs, quad_stride, codeword->words, table + codeword->row);
  }
}

typedef int8_t table_entry;
typedef int8_t input_value;
typedef sorted_codewords codeword_value;
#define BUILD_PARTS(size) (((size) + 1) / 2)
#define BUILD_POSITIONS (16 * SIXTEENS)
#define BUILD_TABLE build_sorted
#include "kernels/lookup_build.h"

static void build_table(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                        const int32_t* codewords, int sub_codewords, int positions, int8_t* table,
                        ptrdiff_t table_stride) {
  const int words = 1 + (size + 3) / 4;
  sorted_codewords sorted; /* filled as far as it is used */
  sorted.narrow_count = 0;
  sorted.wide_count = 0;
  for (int k = 0; k < sub_codewords; k++) {
    sort_codeword(&sorted, codewords + k * words, size, k * table_stride);
  }
  build_sorted(inputs, quad_stride, size, &sorted, sub_codewords, positions, table, table_stride);
}

const qcnn_byte_tables qcnn_byte_tables_neon = {
    .quantize_quads = quantize_quads,
    .build_table = build_table,
    .accumulate = accumulate,
    .double_sums = double_sums,
    .in_order = in_order,
};
