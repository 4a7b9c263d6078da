/* 8-bit lookup tables for NEON with the dot product of ARMv8.2, sdot. */
#include "kernels/lookup_bytes_neon.h"
#include "kernels/lookup_entries_neon.h"

#define BLOCK_VECTORS 8 /* of 4 positions */
#define HELD_QUADS 2

/* Adds the products of 4 positions with one quad of a codeword, lane `lane`. */
static inline int32x4_t add_products(int32x4_t sum, int8x16_t input, int8x16_t codeword, int lane) {
  switch (lane) { /* known at compile time where `quads` is */
    case 0:
      return vdotq_laneq_s32(sum, input, codeword, 0);
    case 1:
      return vdotq_laneq_s32(sum, input, codeword, 1);
    case 2:
      return vdotq_laneq_s32(sum, input, codeword, 2);
    default:
      return vdotq_laneq_s32(sum, input, codeword, 3);
  }
}

/*
 * The tables of a block of positions; `quads` is a constant where this is inlined for common sizes, whose inputs stay
 * in registers.
 */
ALWAYS_INLINE void build_block(const int table_bits, const int quads, const int8_t* inputs,
                               ptrdiff_t quad_stride, const int32_t* codewords, int fraction_bits,
                               int sub_codewords, void* table, ptrdiff_t at,
                               ptrdiff_t table_stride) {
  int8x16_t held[HELD_QUADS][BLOCK_VECTORS];
  inputs += 4 * at;
  for (int q = 0; q < quads && q < HELD_QUADS; q++) {
    for (int v = 0; v < BLOCK_VECTORS; v++) {
      held[q][v] = vld1q_s8(inputs + q * quad_stride + 16 * v);
    }
  }
  for (int k = 0; k < sub_codewords; k++, at += table_stride) {
    const int32_t* codeword = codewords + (ptrdiff_t)k * (1 + quads);
    int32x4_t words = vld1q_s32(codeword); /* where sums start, and quads */
    int32x4_t sum[BLOCK_VECTORS];
    for (int v = 0; v < BLOCK_VECTORS; v++) {
      sum[v] = vdupq_laneq_s32(words, 0);
    }
#pragma GCC unroll 4
    for (int q = 0; q < quads; q++) {
      if ((q + 1) % 4 == 0) {
        words = vld1q_s32(codeword + 1 + q);
      }
      for (int v = 0; v < BLOCK_VECTORS; v++) {
        int8x16_t input = q < HELD_QUADS ? held[q][v] : vld1q_s8(inputs + q * quad_stride + 16 * v);
        sum[v] = add_products(sum[v], input, vreinterpretq_s8_s32(words), (q + 1) % 4);
      }
    }
    for (int v = 0; v < BLOCK_VECTORS; v += 4) {
      store_entries16(table_bits, table, at + 4 * v, sum + v, fraction_bits);
    }
  }
}

ALWAYS_INLINE void build_entries(const int table_bits, const int8_t* inputs, ptrdiff_t quad_stride,
                                 int size, const int32_t* codewords, int fraction_bits,
                                 int sub_codewords, int positions, void* table,
                                 ptrdiff_t table_stride) {
#define BLOCK(quads)                                                                           \
  build_block(table_bits, quads, inputs, quad_stride, codewords, fraction_bits, sub_codewords, \
              table, i, table_stride)
  for (int i = 0; i < positions; i += 4 * BLOCK_VECTORS) {
    switch ((size + 3) / 4) {
      case 1:
        BLOCK(1);
        break;
      case 2:
        BLOCK(2);
        break;
      case 3:
        BLOCK(3);
        break;
      case 4:
        BLOCK(4);
        break;
      default:
        BLOCK((size + 3) / 4);
        break;
    }
  }
#undef BLOCK
}

static void build_table(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                        const int32_t* codewords, int sub_codewords, int positions, int8_t* table,
                        ptrdiff_t table_stride) {
  build_entries(8, inputs, quad_stride, size, codewords, QCNN_BYTE_FRACTION_BITS, sub_codewords,
                positions, table, table_stride);
}

static void build_words(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                        const int32_t* codewords, int fraction_bits, int sub_codewords,
                        int positions, int16_t* table, ptrdiff_t table_stride) {
  build_entries(16, inputs, quad_stride, size, codewords, fraction_bits, sub_codewords, positions,
                table, table_stride);
}

const qcnn_byte_tables qcnn_byte_tables_neon_dotprod = {
    .quantize_quads = quantize_quads,
    .build_table = build_table,
    .build_words = build_words,
    .accumulate = accumulate,
    .double_sums = double_sums,
    .in_order = in_order,
};
