/*
 * Where everything of a lookup convolution lies. The layout is position-major: for a sub-codeword
 * the table holds many input positions side by side, so that one code adds a vector of positions.
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

#include "qcnn.h"

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
  int32_t bundles; /* of a subspace: two channels of 16 bits or four of 8 bits in 4 bytes each */
  int32_t filters; /* of one group */
  int32_t rows, columns, plane;
  int32_t taps;               /* of the largest phase */
  int32_t halo;               /* the largest shift */
  int32_t block;              /* positions that the kernels work on at a time */
  int32_t positions;          /* of outputs, for the whole batch; the last tile may be shorter */
  int32_t tile;               /* positions per tile, a multiple of block */
  int32_t tiles;              /* for the whole batch */
  int32_t table_positions;    /* tile and halo, a multiple of block */
  int32_t table_stride;       /* entries from one sub-codeword to the next */
  int32_t prepared_positions; /* of one phase plane, all images, with room for the last tile */
} qcnn_lookup_layout;

/* Fills in the layout. Returns QCNN_BAD_SHAPE for shapes that do not fit or are too large. */
int32_t qcnn_lookup_layout_of(const qcnn_lookup_convolution* shape, int32_t batch,
                              qcnn_lookup_layout* layout);

/* How many channels of the quantized input lie side by side in 4 bytes, a bundle. */
static inline int32_t qcnn_bundle_channels(const qcnn_lookup_convolution* shape) {
  return 32 / shape->table_bits;
}

/* Bundles of the quantized input of one subspace of one group: [phase][bundle][position]. */
static inline int64_t qcnn_prepared_bundles(const qcnn_lookup_layout* layout) {
  return (int64_t)layout->phases * layout->bundles * layout->prepared_positions;
}

#endif
