/*
 * Look-ups with positions side by side, in tables of which a few rows fit into the first-level cache. A
 * line is 64 bytes of a table, the entries of one sub-codeword at all positions of one row of a tile:
 * QCNN_POSITION_BLOCK positions of 16 bits or QCNN_BYTE_BLOCK of 8. Those of all sub-codewords lie one behind the
 * other, which is the table of that row. The last positions of a line have no sums, as many as the taps of a row reach
 * to the right; so what a tap reads never leaves a line.
 */
#ifndef QCNN_LOOKUP_LINES_H
#define QCNN_LOOKUP_LINES_H

#include <stdbool.h>

#include "kernels/lookup_bytes.h"
#include "kernels/lookup_kernels.h"

#define QCNN_LINE_BYTES 64

/*
 * The taps that read a phase of the stride, rows x columns, for which there are kernels: of 3x3 and 5x5 kernels, of
 * 3x3, 5x5 and 7x7 ones with stride 2, and of 11x11 ones with stride 4. Tables of 8 bits have those of up to nine taps:
 * with more they are no faster than others.
 */
#define QCNN_SMALL_LINE_SHAPES(SHAPE) \
  SHAPE(1, 1) SHAPE(1, 2) SHAPE(2, 1) SHAPE(2, 2) SHAPE(2, 3) SHAPE(3, 2) SHAPE(3, 3)
#define QCNN_LARGE_LINE_SHAPES(SHAPE) SHAPE(3, 4) SHAPE(4, 3) SHAPE(4, 4) SHAPE(5, 5)
#define QCNN_MOST_LINE_ROWS 5

static inline bool qcnn_lines_take(int rows, int columns, int table_bits) {
#define QCNN_IS_SHAPE(r, c) (rows == (r) && columns == (c)) ||
  const bool small = QCNN_SMALL_LINE_SHAPES(QCNN_IS_SHAPE) false;
  const bool large = QCNN_LARGE_LINE_SHAPES(QCNN_IS_SHAPE) false;
#undef QCNN_IS_SHAPE
  return small || (large && table_bits == 16);
}

#define QCNN_POOLED_BEYOND 16

/* The taps of one row of outputs, and where the table's entries for its first position are. */
typedef struct {
  int rows, columns;
  const void* row[QCNN_MOST_LINE_ROWS]; /* for the first tap of each row */
  ptrdiff_t step;                       /* bytes from one tap of a row to the next */
  ptrdiff_t reach; /* bytes of the positions that have no sums, at most QCNN_LINE_BYTES / 2 */
} qcnn_line_taps;

typedef struct {
  /* Bytes of what `sort` makes of a codebook, 64-byte aligned. */
  int codebook_bytes;

  /*
   * Brings the codebook of a subspace into the order in which lines are built. Codewords are those of
   * qcnn_byte_tables.build_table and build_words; fraction_bits is 8 with tables of 8 bits. They have to stay.
   * line: positions of one.
   */
  void (*sort)(const int32_t* codewords, int size, int fraction_bits, int sub_codewords, int line,
               void* codebook);

  /*
   * Builds the line of every codeword for a row of positions: table[k * line + i] as qcnn_byte_tables.build_table and
   * build_words have it.
   */
  void (*build_bytes)(void* codebook, const int8_t* inputs, ptrdiff_t quad_stride, int8_t* table);
  void (*build_words)(void* codebook, const int8_t* inputs, ptrdiff_t quad_stride, int16_t* table);

  /*
   * Adds up the responses of one row of outputs, for each filter f and the positions i of a line that have sums, with
   *   entry(t, i) = the entry of codeword codes[f * rows * columns + t] at position i, where the tap t of them reads,
   * as qcnn_lookup_kernels.accumulate does to sums[f * line + i], or qcnn_byte_tables.accumulate, where sums of a
   * filter have an order of the instruction set's own. Other sums of a line become anything. qcnn_lines_take the taps.
   */
  void (*accumulate_words)(const qcnn_line_taps* taps, const uint8_t* codes, int filters,
                           int16_t* sums);
  void (*accumulate_bytes)(const qcnn_line_taps* taps, const uint8_t* codes, int limit, int filters,
                           int16_t* sums);

  /*
   * Brings the sums of a line of 8-bit tables into the order of positions; the last `right` of them, which have no
   * sums, are left out.
   */
  void (*in_order)(const int16_t* sums, int right, int16_t* out);

  /*
   * largest[i] = the largest of the sums 2 * i and 2 * i + 1 of both rows, for i < count; i goes on to the next
   * multiple of 8, for which sums are read and written, too, QCNN_POOLED_BEYOND sums beyond a line at most.
   */
  void (*pool)(const int16_t* above, const int16_t* below, int count, int16_t* largest);
} qcnn_line_kernels;

extern const qcnn_line_kernels qcnn_line_kernels_avx2;

/* Returns the kernels of an instruction set, or NULL where tables are not kept in lines. */
const qcnn_line_kernels* qcnn_line_kernels_for(uint32_t isa);

#endif
