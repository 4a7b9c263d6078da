/*
 * Where everything of a lookup convolution lies. In vectors lie either positions or filters:
 * - Positions: for a sub-codeword the table holds many input positions side by side, so that one code
 *   adds a vector of positions. For any K and any instruction set.
 * - Filters: for a position the table holds all sub-codewords side by side, so that shuffles look up
 *   the codes of a vector of filters. For at most 128 of them, where the kernels of lookup_filters.h are.
 *
 * Positions. The input is padded and, for strides above 1, split into phases: phase (ry, rx) holds
 * the pixels (y * stride_height + ry, x * stride_width + rx). Every phase plane has `rows` x
 * `columns` positions, flattened, image behind image, so that kernel tap (ky, kx) of output position
 * p reads position p + shift of the tap's phase. The padding right of a row and left of the next one
 * may be the same positions. Outputs have positions too; those in the last columns and rows of a
 * plane are computed but belong to no pixel.
 */
#ifndef QCNN_LOOKUP_LAYOUT_H
#define QCNN_LOOKUP_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "kernels/lookup_filters.h"
#include "kernels/lookup_lines.h"
#include "qcnn.h"
#include "shape.h"

/* The taps of one axis, by the phase of the stride that they read. */
typedef struct {
  int32_t taps, stride, dilation;
  int32_t period; /* taps t and t + period read the same phase */
  int32_t phases; /* phases that are read at all */
} qcnn_axis;

/* The number of taps that read a phase, 0 <= phase < axis.phases: phase, phase + period, ... */
static inline int32_t qcnn_axis_taps(const qcnn_axis* axis, int32_t phase) {
  return (axis->taps - phase + axis->period - 1) / axis->period;
}

/* The offset in pixels, 0 <= residue < stride, of the pixels that belong to a phase. */
static inline int32_t qcnn_axis_residue(const qcnn_axis* axis, int32_t phase) {
  return (int32_t)((int64_t)phase * axis->dilation % axis->stride);
}

/* By how many positions of its phase tap t is ahead. */
static inline int32_t qcnn_axis_shift(const qcnn_axis* axis, int32_t tap) {
  return (int32_t)((int64_t)tap * axis->dilation / axis->stride);
}

typedef struct {
  qcnn_axis vertical, horizontal;
  int32_t phases;  /* of both axes together */
  bool quads;      /* bundles of the quantized input are four channels of 8 bits, or two of 16 */
  int32_t bundles; /* of a subspace, of 4 bytes each */
  int32_t filters; /* of one group */
  int32_t rows, columns,
      plane;               /* rows are even for pooled shapes without lines or filters in lanes */
  int32_t taps;            /* of the largest phase */
  int32_t down, right;     /* the largest shift in rows, and in columns */
  int32_t halo;            /* the largest shift in positions of the table */
  int32_t tiles;           /* for the whole batch */
  bool halved;             /* there are two tiles so that a second thread has work */
  int32_t table_positions; /* tile and halo */
  int32_t table_columns;   /* positions from one row to the next, in lines entries */
  int32_t table_stride;    /* entries from one sub-codeword, or position, to the next */
  int32_t prepared_positions; /* of one phase plane, all images, with room for the last tile */
  /* Positions in lanes: tiles are positions of the whole batch, the last one may be shorter. */
  int32_t block;     /* positions that the kernels work on at a time */
  int32_t positions; /* of outputs, for the whole batch */
  int32_t step;      /* positions from one tile to the next, of pooled shapes whole pairs of rows */
  int32_t tile;      /* positions that a tile has room for: step, rounded up to blocks */
  /*
   * Tables in lines: a line, of a block of positions, has slots for so many rows of a map, slot s of line i for row
   * s * lines + i.
   */
  int32_t slots; /* 0: tables are not in lines */
  int32_t
      slot; /* positions from one to the next: the columns of a tile and what is right of them */
  const qcnn_line_kernels* line_kernels;
  /* Filters in lanes, and tables in lines: tiles are rectangles of one image, of outputs or of lines. */
  int32_t filter_blocks;           /* of a group, the last one padded; 0: positions in lanes */
  int32_t lines;                   /* of a map: its rows of outputs, or what these lie in */
  int32_t row_tiles;               /* lines are cut into so many tiles, as even as can be */
  int32_t tile_rows, tile_columns; /* at most */
} qcnn_lookup_layout;

/*
 * Fills in the layout that an instruction set uses. Returns QCNN_BAD_SHAPE for shapes that do not fit
 * or are too large.
 */
int32_t qcnn_lookup_layout_of(const qcnn_lookup_convolution* shape, int32_t isa, int32_t batch,
                              qcnn_lookup_layout* layout);

/*
 * The same with one tile instead of two halves, for who has the work of both: halves compute rows of the table twice.
 * What is prepared, what is packed and the kind of layout are the same. Returns the same status.
 */
int32_t qcnn_lookup_layout_whole(const qcnn_lookup_convolution* shape, int32_t isa, int32_t batch,
                                 qcnn_lookup_layout* layout);

/* Sums from one line to the next; an odd number of cache lines spreads a filter's over all sets of the cache. */
static inline ptrdiff_t qcnn_line_sums(const qcnn_lookup_layout* layout) {
  return (ptrdiff_t)(layout->filters | 1) * layout->block;
}

/* Blocks of positions of a tile; the last one may be shorter than the others. */
static inline int32_t qcnn_blocks_of_tile(const qcnn_lookup_layout* layout, int32_t tile) {
  const int32_t rest = layout->positions - tile * layout->step;
  return qcnn_parts(qcnn_min(layout->step, rest), layout->block);
}

/* Wider maps are cut into tiles of about this many columns, with filters in lanes. */
#define QCNN_WIDEST_TILE 64

/* The filters of a group that codes and sums have room for. */
static inline int32_t qcnn_padded_filters(const qcnn_lookup_layout* layout) {
  return layout->filter_blocks == 0 ? layout->filters : layout->filter_blocks * QCNN_FILTER_BLOCK;
}

/* The rows, and the columns, of responses that become one of outputs. */
static inline int32_t qcnn_pooled_extent(const qcnn_lookup_convolution* shape) {
  return shape->pooled ? 2 : 1;
}

/* The bytes of the table of one position, with filters in lanes. */
static inline ptrdiff_t qcnn_table_bytes(const qcnn_lookup_convolution* shape,
                                         const qcnn_lookup_layout* layout) {
  return (ptrdiff_t)layout->table_stride * shape->table_bits / 8;
}

/* The number of taps that read a phase of the strides of both axes. */
static inline int32_t qcnn_phase_taps(const qcnn_lookup_layout* layout, int32_t phase) {
  return qcnn_axis_taps(&layout->vertical, phase / layout->horizontal.phases) *
         qcnn_axis_taps(&layout->horizontal, phase % layout->horizontal.phases);
}

/* How many channels of the quantized input lie side by side in 4 bytes, a bundle. */
static inline int32_t qcnn_bundle_channels(const qcnn_lookup_layout* layout) {
  return layout->quads ? 4 : 2;
}

/* Bundles of the quantized input of one subspace of one group: [phase][bundle][position]. */
static inline int64_t qcnn_prepared_bundles(const qcnn_lookup_layout* layout) {
  return (int64_t)layout->phases * layout->bundles * layout->prepared_positions;
}

#endif
