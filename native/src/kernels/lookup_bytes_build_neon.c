/*
 * Lookup tables of 8-bit operands for NEON without the dot product, with entries of 8 bits or of 16. Most sub-codewords
 * are narrow (lookup_narrow_neon.h); for the others, wide ones, sums of two products are widened.
 */
#include "kernels/lookup_bytes_build_neon.h"

#include "kernels/lookup_bytes.h"
#include "kernels/lookup_entries_neon.h"
#include "kernels/lookup_narrow_neon.h"

/*
 * KEEP_WHOLE keeps a vector in one register: GCC would take halves apart before a loop that needs both, and load
 * single components instead of all of them.
 */
#ifdef __aarch64__
#define SIXTEENS 2 /* vectors of 16 positions to a block */
#define multiply_high(a, b) vmull_high_s8(a, b)
#define multiply_add_high(sum, a, b) vmlal_high_s8(sum, a, b)
#define add_high(sum, a) vaddw_high_s16(sum, a)
#define KEEP_WHOLE(vector) __asm__("" : "+w"(vector))
#else
#define SIXTEENS 1
#define multiply_high(a, b) vmull_s8(vget_high_s8(a), vget_high_s8(b))
#define multiply_add_high(sum, a, b) vmlal_s8(sum, vget_high_s8(a), vget_high_s8(b))
#define add_high(sum, a) vaddw_s16(sum, vget_high_s16(a))
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

/* The components of a block of positions, four to a quad. */
ALWAYS_INLINE void load_block(const int quads, const build* b, int begin,
                              int8x16_t (*inputs)[SIXTEENS][4]) {
  const int8_t* first = b->inputs + 4 * (ptrdiff_t)begin;
  for (int q = 0; q < quads; q++) {
    for (int s = 0; s < SIXTEENS; s++) {
      const int8x16x4_t components = vld4q_s8(first + q * b->quad_stride + 64 * s);
      for (int j = 0; j < 4; j++) {
        inputs[q][s][j] = components.val[j];
      }
    }
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

#define BLOCK (16 * SIXTEENS)
#define NARROW_QUADS (NARROW_COMPONENTS / 4)
#define LARGEST_QUADS 64 /* Cs' is at most 256 */

/* Stores the entries of 16 positions of a narrow codeword, `at` entries from the beginning of the table. */
ALWAYS_INLINE void store_narrow(const int table_bits, const build* b, ptrdiff_t at, int16x8_t low,
                                int16x8_t high, int16_t rest) {
  if (table_bits == 8) {
    const int8x16_t entries = vqaddq_s8(high_bytes(low, high), vdupq_n_s8((int8_t)rest));
    vst1q_s8((int8_t*)b->table + at, entries);
  } else {
    int16_t* to = (int16_t*)b->table + at;
    const int16x8_t shift = vdupq_n_s16((int16_t)-b->fraction_bits);
    vst1q_s16(to, vaddq_s16(vshlq_s16(low, shift), vdupq_n_s16(rest)));
    vst1q_s16(to + 8, vaddq_s16(vshlq_s16(high, shift), vdupq_n_s16(rest)));
  }
}

/* The narrow codewords at a block of positions; `pairs` of components is a constant where this is inlined. */
ALWAYS_INLINE void build_narrow(const int table_bits, const int pairs, const build* b, int begin) {
  int8x16_t inputs[NARROW_QUADS][SIXTEENS][4];
  load_block((pairs + 1) / 2, b, begin, inputs);
  const narrow_codeword* end = b->narrow + b->narrow_count;
  for (const narrow_codeword* codeword = b->narrow; codeword < end; codeword++) {
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
        int8x16_t input = inputs[i / 4][s][i % 4];
        KEEP_WHOLE(input);
        low[s] = vmlal_s8(low[s], vget_low_s8(input), vget_low_s8(component));
        high[s] = multiply_add_high(high[s], input, component);
      }
    }
    for (int s = 0; s < SIXTEENS; s++) {
      store_narrow(table_bits, b, codeword->row + begin + 16 * s, low[s], high[s], codeword->rest);
    }
  }
}

/* Wide codewords at a block of positions; one for all sizes, as they are few and code has its size, too. */
static __attribute__((noinline)) void build_wide(const int table_bits, const build* b, int begin) {
  int8x16_t inputs[LARGEST_QUADS][SIXTEENS][4];
  load_block((b->pairs + 1) / 2, b, begin, inputs);
  for (int k = 0; k < b->wide_count; k++) {
    const int32_t* words = b->wide[k].words;
    const int8_t* components = (const int8_t*)(words + 1);
    int32x4_t sum[SIXTEENS][4];
    for (int s = 0; s < SIXTEENS; s++) {
      for (int v = 0; v < 4; v++) {
        sum[s][v] = vdupq_n_s32(words[0]);
      }
    }
    for (int p = 0; p < b->pairs; p++) {
      const int8x16_t first = vld1q_dup_s8(components + 2 * p);
      const int8x16_t second = vld1q_dup_s8(components + 2 * p + 1);
      for (int s = 0; s < SIXTEENS; s++) {
        add_products(sum[s], &inputs[p / 2][s][p % 2 * 2], first, second);
      }
    }
    for (int s = 0; s < SIXTEENS; s++) {
      store_entries16(table_bits, b->table, b->wide[k].row + begin + 16 * s, sum[s],
                      b->fraction_bits);
    }
  }
}

ALWAYS_INLINE void build_blocks(const int table_bits, const int pairs, const build* b,
                                int positions) {
  for (int begin = 0; begin < positions; begin += BLOCK) {
    build_narrow(table_bits, pairs, b, begin);
    if (b->wide_count > 0) {
      build_wide(table_bits, b, begin);
    }
  }
}

ALWAYS_INLINE void build_table(const int table_bits, const int8_t* inputs, ptrdiff_t quad_stride,
                               int size, const int32_t* codewords, int fraction_bits,
                               int sub_codewords, int positions, void* table,
                               ptrdiff_t table_stride) {
  const int words = 1 + (size + 3) / 4;
  build lists; /* filled as far as it is used */
  build* b = &lists;
  b->inputs = inputs;
  b->quad_stride = quad_stride;
  b->pairs = (size + 1) / 2;
  b->fraction_bits = fraction_bits;
  b->table = table;
  b->narrow_count = 0;
  b->wide_count = 0;
  for (int k = 0; k < sub_codewords; k++) {
    sort_codeword(b, table_bits, size, codewords + k * words, k * table_stride);
  }
  switch (b->pairs) {
    case 1:
      build_blocks(table_bits, 1, b, positions);
      break;
    case 2:
      build_blocks(table_bits, 2, b, positions);
      break;
    case 3:
      build_blocks(table_bits, 3, b, positions);
      break;
    case 4:
      build_blocks(table_bits, 4, b, positions);
      break;
    default:
      for (int begin = 0; begin < positions; begin += BLOCK) {
        build_wide(table_bits, b, begin);
      }
      break;
  }
}

void qcnn_build_bytes_neon(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                           const int32_t* codewords, int sub_codewords, int positions,
                           int8_t* table, ptrdiff_t table_stride) {
  build_table(8, inputs, quad_stride, size, codewords, QCNN_BYTE_FRACTION_BITS, sub_codewords,
              positions, table, table_stride);
}

void qcnn_build_words_neon(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                           const int32_t* codewords, int fraction_bits, int sub_codewords,
                           int positions, int16_t* table, ptrdiff_t table_stride) {
  build_table(16, inputs, quad_stride, size, codewords, fraction_bits, sub_codewords, positions,
              table, table_stride);
}
