/* Stage 2 of the lookup convolution with filters in lanes; see lookup_layout.h. */
#ifndef QCNN_LOOKUP_TILE_FILTERS_H
#define QCNN_LOOKUP_TILE_FILTERS_H

#include "lookup_packed.h"

/* What all tasks of one call share, and one thread's scratch. */
typedef struct {
  const qcnn_lookup_convolution* shape;
  const qcnn_lookup_layout* layout;
  const qcnn_lookup_packed* weights;
  const int32_t* prepared;
  void* table;
  int16_t* sums;
  int16_t* ordered;       /* with 8-bit tables and positions in lanes */
  const int32_t* offsets; /* of all taps, phase by phase */
} qcnn_lookup_run;

/*
 * One group and one tile: sums the responses of all filters and writes the outputs; pooled: the largest
 * of every square of four, for even extents.
 */
void qcnn_run_filters(const qcnn_lookup_run* run, int32_t group, int32_t index, const float* bias,
                      const qcnn_activation* activation, bool pooled, float* output);

#endif
