/* The outputs of a tile with positions in lanes, a few rows of one filter at a time. */
#ifndef QCNN_LOOKUP_POSITIONS_ROWS_H
#define QCNN_LOOKUP_POSITIONS_ROWS_H

#include "lookup_lines.h"

/*
 * Outputs side by side in a map: one row or part of it, or of pooled shapes all rows of an image, which are whole. There
 * are never more of them than qcnn_row_outputs.
 */
typedef struct {
  int32_t image, y, x;
  int32_t rows, count; /* of a row */
  ptrdiff_t sums;      /* where those of a filter begin; of pooled shapes those of the upper row */
} qcnn_output_rows;

/* Walks through the real pixels of a tile: those in the used rows and columns. */
typedef struct {
  const qcnn_lookup_run* run;
  int32_t begin, end;   /* of the tile, in positions; in lines of rectangles, in rows */
  int32_t position;     /* the next one, */
  int32_t image, y, x;  /* and where it is: in lines y is its line and x its slot's place in it */
  qcnn_line_tile lines; /* where tables lie in lines */
  qcnn_output_rows now; /* what was found */
} qcnn_row_walk;

qcnn_row_walk qcnn_walk_rows(const qcnn_lookup_run* run, int32_t batch, int32_t tile);

/* Finds what comes next, also at first; returns false after the last ones. */
bool qcnn_next_rows(qcnn_row_walk* walk);

/* A filter's sums in the order of positions: where they are or, if they lie otherwise, in `ordered`. */
const int16_t* qcnn_sums_of_filter(const qcnn_lookup_run* run, int32_t tile, int32_t filter,
                                   int16_t* ordered);

/* The outputs, from a filter's sums; run->pooled is used. */
void qcnn_finish_rows(const qcnn_lookup_run* run, const qcnn_output_rows* rows, const int16_t* sums,
                      float bias, const qcnn_activation* activation, float* out);

#endif
