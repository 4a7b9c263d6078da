/* The rows of outputs of a tile with positions in lanes, one filter's at a time. */
#ifndef QCNN_LOOKUP_POSITIONS_ROWS_H
#define QCNN_LOOKUP_POSITIONS_ROWS_H

#include "lookup_run.h"

/* Outputs side by side in a row of a map. */
typedef struct {
  int32_t image, y, x, count;
  ptrdiff_t sums; /* where those of a filter begin; of pooled shapes those of the upper row */
} qcnn_output_row;

/*
 * Finds the next row: real pixels, in the used rows and columns. done: positions of the tile, 0 at first. Returns
 * false after the last one.
 */
bool qcnn_next_row(const qcnn_lookup_run* run, int32_t batch, int32_t tile, int32_t* done,
                   qcnn_output_row* row);

/* A filter's sums in the order of positions: where they are or, if they lie otherwise, in `ordered`. */
const int16_t* qcnn_sums_of_filter(const qcnn_lookup_run* run, int32_t tile, int32_t filter,
                                   int16_t* ordered);

/* The outputs of a row, from a filter's sums; run->pooled is used. */
void qcnn_finish_row(const qcnn_lookup_run* run, const qcnn_output_row* row, const int16_t* sums,
                     float bias, const qcnn_activation* activation, float* out);

#endif
