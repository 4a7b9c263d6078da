/* Tiles whose tables lie in lines; see kernels/lookup_lines.h. */
#ifndef QCNN_LOOKUP_LINE_TILES_H
#define QCNN_LOOKUP_LINE_TILES_H

#include "lookup_run.h"

/* One subspace and one phase of the stride: what its table is built of, and its look-ups. */
typedef struct {
  int32_t subspace; /* in the order of packing */
  int32_t phase;
  const int32_t* inputs;    /* from the first position of the tile on */
  const int32_t* codewords; /* of the subspace */
  qcnn_look_ups look_ups;
} qcnn_lookup_pass;

/* Builds the table of a pass and adds up its look-ups for all filters, in run->sums: [line][filter][position]. */
void qcnn_sum_lines(const qcnn_lookup_run* run, const qcnn_rectangle* tile,
                    const qcnn_lookup_pass* pass);

#endif
