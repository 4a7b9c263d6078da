/* The outputs of a tile with positions in lanes, a few rows of one filter at a time. */
#ifndef QCNN_LOOKUP_POSITIONS_ROWS_H
#define QCNN_LOOKUP_POSITIONS_ROWS_H

#include "lookup_line_tiles.h"

/*
 * A tile has so many parts, which are finished one behind the other, for all filters: with tables in lines a few rows,
 * whose sums lie side by side.
 */
int32_t qcnn_row_parts(const qcnn_lookup_run* run, int32_t tile);

/* Finds the outputs of a part of a tile, in run->found, and returns how many of these there are. */
int32_t qcnn_find_rows(const qcnn_lookup_run* run, int32_t batch, int32_t tile, int32_t part);

/*
 * A filter's sums in the order of positions: where they are or, if they lie otherwise, in `ordered`; with tables in
 * lines always where they are.
 */
const int16_t* qcnn_sums_of_filter(const qcnn_lookup_run* run, int32_t tile, int32_t filter,
                                   int16_t* ordered);

/* The outputs, from a filter's sums; run->pooled is used. */
void qcnn_finish_rows(const qcnn_lookup_run* run, const qcnn_output_rows* rows, const int16_t* sums,
                      float bias, const qcnn_activation* activation, float* out);

#endif
