/*
 * The inner loops of lookup convolutions with filters in lanes: the table of one position (at most 128
 * entries) sits in registers, and shuffles look up the codes of 64 filters. The same integer arithmetic
 * as lookup_bytes.h or, with 16-bit tables, lookup_kernels.h; positions need no halo and no padding to
 * whole vectors, but filters do. Only where the instruction set shuffles 128 bytes at once.
 */
#ifndef QCNN_LOOKUP_FILTERS_H
#define QCNN_LOOKUP_FILTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Filters are worked on in multiples of this many. */
#define QCNN_FILTER_BLOCK 64

/* The largest table that fits into registers. */
#define QCNN_LARGEST_SHUFFLE 128

/* Entries from one position's table to the next one's. */
static inline int qcnn_filter_entries(int sub_codewords) {
  return sub_codewords <= 64 ? 64 : 128;
}

/* The most steps of a chunk; see lookup_sums.h. */
#define QCNN_LARGEST_STEPS 255

#define QCNN_NO_TAP (-1)

/* Two taps, or the odd last one of a pass: how many bytes their tables lie behind the position's. */
typedef struct {
  ptrdiff_t first, second; /* QCNN_NO_TAP: there is none */
} qcnn_filter_step;

/* What to look up for a chunk of passes. */
typedef struct {
  const void* table;    /* [passes][positions][entries], from the first position of the tile on */
  int entries;          /* qcnn_filter_entries */
  const uint8_t* codes; /* [strips][taps of all steps][blocks of the strip][64], 64-byte aligned */
  const qcnn_filter_step* steps;
  int step_count;
  int limit;                /* of the sums, with 8-bit tables */
  int blocks;               /* of 64 filters */
  int rows, width, columns; /* outputs are the first `width` of every `columns` positions */
} qcnn_filter_look_ups;

/* The taps of all steps. */
static inline int qcnn_filter_taps(const qcnn_filter_look_ups* look_ups) {
  int taps = 0;
  for (int i = 0; i < look_ups->step_count; i++) {
    taps += look_ups->steps[i].second == QCNN_NO_TAP ? 1 : 2;
  }
  return taps;
}

/*
 * What outputs of a block of filters become for the lookup convolution that reads them: the inputs x that
 * qcnn.h says, in bundles of four 8-bit channels or two 16-bit ones. Filters come in the order of sums.
 */
typedef struct {
  float bias[QCNN_FILTER_BLOCK];
  float scale[QCNN_FILTER_BLOCK];
  float least[QCNN_FILTER_BLOCK], most[QCNN_FILTER_BLOCK]; /* without the zero */
  int32_t zero[QCNN_FILTER_BLOCK];
  int bundle_count;                    /* those of 16-bit channels are the pairs of filters */
  int32_t* bundles[QCNN_FILTER_BLOCK]; /* planes of their positions */
  /*
   * Of 8-bit channels: which of its bytes are written, the others belonging to another block of filters; for
   * each byte the filter that it is the output of or, bit by bit in `present`, none, and then it is `rest`.
   */
  uint8_t written[QCNN_FILTER_BLOCK];
  uint8_t filters[4 * QCNN_FILTER_BLOCK], rest[4 * QCNN_FILTER_BLOCK];
  uint64_t present[QCNN_FILTER_BLOCK / 16];
} qcnn_filter_handover;

typedef struct {
  /*
   * Builds the tables of one subspace for `positions` positions, 64-byte aligned, from 8-bit operands. A
   * bundle is four channels, and codewords are [entries / 64][1 + bundles][64] words: 64 numbers c from
   * which sums start, then four components each of 64 sub-codewords, for every bundle. Entry k of
   * position i is
   *   (c + sum over bundles q and j = 0 ... 3 of
   *     (inputs[q * bundle_stride + i][j] + 128) * d[q][j]) >> fraction_bits,
   * with 8-bit tables clamped to -128 ... 127, and fraction_bits is 8; with 16-bit ones it is 1 to 15, and
   * entries fit into 16 bits. Each position's entries lie in an order that accumulate knows.
   */
  void (*build_from_quads)(const int32_t* inputs, ptrdiff_t bundle_stride, int bundles,
                           const int32_t* codewords, int entries, int positions, int fraction_bits,
                           void* table);

  /*
   * The same from 16-bit operands, with 16-bit tables only: a bundle is two channels and codewords are
   * [entries / 64][bundles][64] words; fraction_bits is 16:
   *   (2^15 + sum over q and j = 0, 1 of inputs[q * bundle_stride + i][j] * d[q][j]) >> 16.
   */
  void (*build_from_pairs)(const int32_t* inputs, ptrdiff_t bundle_stride, int bundles,
                           const int32_t* codewords, int entries, int positions, int fraction_bits,
                           void* table);

  /* Strips have this many blocks, or half as many again and again where fewer are left. */
  int widest_strip;

  /* Returns the filter, of a block, whose codes lie at a place of it, 0 to 63. */
  int (*filter_at)(int place);

  /*
   * Adds up responses: for each output position and filter, with the entries that the codes of the
   * filter choose, with 8-bit tables
   *   sum = clamp(sum + sum over steps of clamp(first + second, -128, 127), -limit, limit),
   * with 16-bit tables the entries of all steps, first and then second, with 16-bit saturation.
   * sums: [rows * width][blocks][64]; within a block the 32 even filters come first.
   */
  void (*accumulate)(const qcnn_filter_look_ups* look_ups, int16_t* sums);

  /*
   * output[f * map + i] = max((float)sum(i, f) * scale + bias[f], floor) for the first `filters` of
   * a block and at most 16 positions i; their sums lie `stride` numbers apart.
   */
  void (*finish)(const int16_t* sums, ptrdiff_t stride, int positions, int filters, float scale,
                 const float* bias, float floor, float* output, ptrdiff_t map);

  /*
   * Quantizes what finish would write: to->bundles[b][at + i] for the positions i < positions, at most 16;
   * with quads for bundles of four channels.
   */
  void (*hand_over)(const int16_t* sums, ptrdiff_t stride, int positions, float scale, float floor,
                    bool quads, const qcnn_filter_handover* to, ptrdiff_t at);

  /*
   * Takes the largest sums of squares of two rows: largest[i][f] = the largest of above[2i][f],
   * above[2i + 1][f], below[2i][f], below[2i + 1][f] for i < count and the 64 places f of a block.
   * The sums of a position lie `stride` numbers behind those of the one before; all are 64-byte aligned.
   */
  void (*pool)(const int16_t* above, const int16_t* below, ptrdiff_t stride, int count,
               int16_t* largest);
} qcnn_filter_tables;

/* The blocks of the first strip of `blocks` blocks. */
static inline int qcnn_filter_strip(const qcnn_filter_tables* tables, int blocks) {
  int strip = tables->widest_strip;
  while (strip > blocks) {
    strip /= 2;
  }
  return strip;
}

extern const qcnn_filter_tables qcnn_filter_bytes_avx512;
extern const qcnn_filter_tables qcnn_filter_words_avx512;      /* of up to 64 entries */
extern const qcnn_filter_tables qcnn_filter_wide_words_avx512; /* of up to 128 */

/* Returns the kernels of an instruction set for tables of a kind, or NULL if it has none. */
const qcnn_filter_tables* qcnn_filter_tables_for(uint32_t isa, int table_bits, int sub_codewords);

#endif
