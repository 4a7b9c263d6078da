/* The outputs of a tile with positions in lanes, a few rows of one filter at a time. */
#ifndef QCNN_LOOKUP_POSITIONS_ROWS_H
#define QCNN_LOOKUP_POSITIONS_ROWS_H

#include "lookup_line_tiles.h"

/*
 * Outputs side by side in a map: one row or part of it, or of pooled shapes all rows of an image, which are whole; of
 * tables in lines one row. There are never more of them than qcnn_row_outputs.
 */
typedef struct {
  int32_t image, y, x;
  int32_t rows, count; /* of a row */
  ptrdiff_t sums;      /* where those of a filter begin; of pooled shapes those of the upper row */
  int32_t slot;        /* with tables in lines: there begins a line, and here in it the row */
} qcnn_output_rows;

/* Walks through the real pixels of a part of a tile: those in the used rows and columns. */
typedef struct {
  const qcnn_lookup_run* run;
  int32_t begin, end;   /* in positions; with tables in lines the end only, in rows of all slots */
  int32_t position;     /* the next one, */
  int32_t image, y, x;  /* and where it is, */
  qcnn_rectangle tile;  /* with tables in lines: of lines, */
  int32_t line, slot;   /* the next one of these, and where the row's slot begins in it */
  qcnn_output_rows now; /* what was found */
} qcnn_row_walk;

/*
 * A tile has so many parts, which are finished one behind the other, for all filters: with tables in lines a few rows,
 * whose sums lie side by side.
 */
int32_t qcnn_row_parts(const qcnn_lookup_run* run, int32_t tile);

qcnn_row_walk qcnn_walk_rows(const qcnn_lookup_run* run, int32_t batch, int32_t tile, int32_t part);

/* Finds what comes next, also at first; returns false after the last ones. */
bool qcnn_next_rows(qcnn_row_walk* walk);

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
