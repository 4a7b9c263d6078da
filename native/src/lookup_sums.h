/*
 * The order in which partial sums of a layer with 8-bit tables are added up; see qcnn.h. Subspaces are
 * in the order of descending shifts, in which they are packed, too; a pass is one of them and one phase
 * of the stride, phases innermost. Sums of a whole chunk can stay in registers. With 16-bit tables there
 * are no shifts, and chunks are only what is worked on at a time.
 */
#ifndef QCNN_LOOKUP_SUMS_H
#define QCNN_LOOKUP_SUMS_H

#include "lookup_layout.h"
#include "lookup_scales.h"
#include "shape.h"

/* The pairs of taps that are added up without clamping, if a single pass does not have more. */
#define QCNN_CHUNK_PAIRS 24

/* The pairs of taps of a chunk. With 16-bit tables as many as tables of the same size have. */
static inline int32_t qcnn_chunk_pairs(const qcnn_lookup_convolution* shape) {
  bool wide = shape->table_bits == 16 && qcnn_filter_entries(shape->sub_codewords) > 64;
  return wide ? QCNN_CHUNK_PAIRS / 2 : QCNN_CHUNK_PAIRS;
}

/* The pairs of taps of a phase, an odd last tap counting as one. */
static inline int32_t qcnn_phase_pairs(const qcnn_lookup_layout* layout, int32_t phase) {
  return (qcnn_phase_taps(layout, phase) + 1) / 2;
}

/* What sums are clamped to, so that a further chunk cannot leave 16 bits. */
static inline int32_t qcnn_sum_limit(const qcnn_lookup_layout* layout) {
  return INT16_MAX - 128 * qcnn_max(QCNN_CHUNK_PAIRS, qcnn_phase_pairs(layout, 0));
}

/* The passes one by one; begins as {0}. */
typedef struct {
  int32_t subspace, phase; /* of the next pass */
  int32_t shift;           /* of the last one */
} qcnn_pass_walk;

typedef struct {
  int32_t doublings; /* of the sums before it */
  int32_t passes;
  struct {
    int32_t subspace, phase;
  } pass[QCNN_CHUNK_PAIRS];
} qcnn_chunk;

/* The most passes that a chunk can have. */
static inline int32_t qcnn_largest_chunk(const qcnn_lookup_convolution* shape,
                                         const qcnn_lookup_layout* layout) {
  int32_t fewest =
      qcnn_phase_pairs(layout, layout->phases - 1); /* the last phase has fewest taps */
  int64_t all = (int64_t)shape->subspaces * layout->phases;
  int32_t fit = qcnn_max(1, qcnn_chunk_pairs(shape) / fewest);
  return all < fit ? (int32_t)all : fit;
}

/* The shift of a subspace in the order of packing; subspaces are NULL with 16-bit tables. */
static inline int32_t qcnn_shift_of(const qcnn_byte_subspace* subspaces, int32_t subspace) {
  return subspaces == NULL ? 0 : subspaces[subspace].shift;
}

/* Takes the next chunk; returns false after the last one. */
static inline bool qcnn_next_chunk(const qcnn_lookup_convolution* shape,
                                   const qcnn_lookup_layout* layout,
                                   const qcnn_byte_subspace* subspaces, qcnn_pass_walk* walk,
                                   qcnn_chunk* chunk) {
  if (walk->subspace == shape->subspaces) {
    return false;
  }
  const int32_t shift = qcnn_shift_of(subspaces, walk->subspace);
  const bool first = walk->subspace == 0 && walk->phase == 0;
  chunk->doublings = first ? 0 : walk->shift - shift;
  chunk->passes = 0;
  int32_t pairs = 0;
  while (walk->subspace < shape->subspaces && qcnn_shift_of(subspaces, walk->subspace) == shift) {
    pairs += qcnn_phase_pairs(layout, walk->phase);
    if (chunk->passes > 0 && pairs > qcnn_chunk_pairs(shape)) {
      break;
    }
    chunk->pass[chunk->passes].subspace = walk->subspace;
    chunk->pass[chunk->passes++].phase = walk->phase;
    if (++walk->phase == layout->phases) {
      walk->phase = 0;
      walk->subspace++;
    }
  }
  walk->shift = shift;
  return true;
}

#endif
