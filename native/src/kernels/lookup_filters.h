/*
 * The inner loops of lookup convolutions with 8-bit tables and filters in lanes: the table of one
 * position (at most 128 entries) sits in registers, and one shuffle looks up the codes of 64
 * filters. The same integer arithmetic as lookup_bytes.h; positions need no halo and no padding to
 * whole vectors, but filters do. Only where the instruction set shuffles 128 bytes at once.
 */
#ifndef QCNN_LOOKUP_FILTERS_H
#define QCNN_LOOKUP_FILTERS_H

#include <stddef.h>
#include <stdint.h>

/* Filters are worked on in multiples of this many. */
#define QCNN_FILTER_BLOCK 64

/* The largest table that fits into registers. */
#define QCNN_LARGEST_SHUFFLE 128

/* The blocks of the first strip of `blocks` blocks: strips have 4, 2 or 1. */
static inline int qcnn_filter_strip(int blocks) {
  return blocks >= 4 ? 4 : blocks >= 2 ? 2 : 1;
}

/* Bytes from one position's table to the next one's. */
static inline int qcnn_filter_entries(int sub_codewords) {
  return sub_codewords <= 64 ? 64 : 128;
}

/* The most steps of a chunk; see lookup_sums.h. */
#define QCNN_LARGEST_STEPS 255

#define QCNN_NO_TAP (-1)

/* Two taps, or the odd last one of a phase: how far their entries lie behind those of the position. */
typedef struct {
  ptrdiff_t first, second; /* QCNN_NO_TAP: there is none */
} qcnn_filter_step;

/* What to look up for a chunk of passes. */
typedef struct {
  const int8_t* table;  /* [passes][positions][entries], from the first position of the tile on */
  int entries;          /* qcnn_filter_entries */
  const uint8_t* codes; /* [strips][taps of all steps][blocks of the strip][64], 64-byte aligned */
  const qcnn_filter_step* steps;
  int step_count;
  int limit;                /* of the sums */
  int blocks;               /* of 64 filters */
  int rows, width, columns; /* outputs are the first `width` of every `columns` positions */
} qcnn_filter_look_ups;

typedef struct {
  /*
   * Builds the tables of one subspace for `positions` positions. Codewords are
   * [entries / 64][1 + quads][64] words: 64 numbers c from which sums start, then four components
   * each of 64 sub-codewords, for every quad:
   * table[i * entries + k] = clamp((c + sum over quads q and j = 0 ... 3 of
   *     (inputs[4 * (q * quad_stride + i) + j] + 128) * d[q][j]) >> 8, -128, 127).
   */
  void (*build_table)(const int8_t* inputs, ptrdiff_t quad_stride, int quads,
                      const int32_t* codewords, int entries, int positions, int8_t* table);

  /*
   * Adds up responses: for each output position and filter, with the entries that the codes of the
   * filter choose,
   *   sum = clamp(sum + sum over steps of clamp(first + second, -128, 127), -limit, limit).
   * sums: [rows * width][blocks][64]; within a block they lie in an order that finish knows.
   */
  void (*accumulate)(const qcnn_filter_look_ups* look_ups, int16_t* sums);

  /*
   * output[f * map + i] = max((float)sum(i, f) * scale + bias[f], floor) for the first `filters` of
   * a block and at most 16 positions i; their sums lie `stride` numbers apart.
   */
  void (*finish)(const int16_t* sums, ptrdiff_t stride, int positions, int filters, float scale,
                 const float* bias, float floor, float* output, ptrdiff_t map);

  /* output[i] = the largest of first[2i], first[2i + 1], second[2i], second[2i + 1] for i < count. */
  void (*pool)(const float* first, const float* second, int count, float* output);
} qcnn_filter_tables;

extern const qcnn_filter_tables qcnn_filter_tables_avx512;

/* Returns the kernels of an instruction set, or NULL if it has none. */
const qcnn_filter_tables* qcnn_filter_tables_for(uint32_t isa);

#endif
