/* Stage 2 of the lookup convolution: what its parts share; see lookup_layout.h. */
#ifndef QCNN_LOOKUP_RUN_H
#define QCNN_LOOKUP_RUN_H

#include "lookup_packed.h"

/* The lookup convolution that alone reads the outputs: as its inputs, quantized and laid out for it. */
typedef struct {
  const qcnn_lookup_convolution* shape;
  const qcnn_lookup_layout* layout;
  const qcnn_lookup_packed* weights;
  int32_t* prepared;
} qcnn_lookup_reader;

/*
 * Outputs side by side in a map: one row or part of it, or of pooled shapes all rows of an image, which are whole; of
 * tables in lines one row. These are never more outputs than qcnn_row_outputs.
 */
typedef struct {
  int32_t image, y, x;
  int32_t rows, count; /* of a row */
  ptrdiff_t sums;      /* where those of a filter begin; of pooled shapes those of the upper row */
  int32_t slot;        /* with tables in lines: there begins a line, and here in it the row */
} qcnn_output_rows;

/* What all tasks of one call share, and one thread's scratch. */
typedef struct {
  const qcnn_lookup_convolution* shape;
  const qcnn_lookup_layout* layout;
  const qcnn_lookup_packed* weights;
  const int32_t* prepared;
  void* table;
  int16_t* sums;
  /* With tables in lines: */
  void* codebook;    /* one, sorted by the kernels */
  int32_t* gathered; /* inputs of a line of several rows, [bundle][position] */
  /* With positions in lanes: */
  int16_t* ordered;        /* with 8-bit tables, sums of the filters of a bundle, [filter][tile] */
  int16_t* pooled;         /* of pooled shapes, one filter's maxima */
  float* rows;             /* outputs of the filters of a bundle, [filter][qcnn_row_outputs] */
  qcnn_output_rows* found; /* the outputs of a part of a tile, qcnn_most_rows */
  const int32_t* offsets;  /* of all taps, phase by phase */
  const qcnn_lookup_reader* reader; /* NULL: outputs are written as such */
} qcnn_lookup_run;

/* With positions in lanes: the most outputs of a filter that are finished at a time. */
static inline int32_t qcnn_row_outputs(const qcnn_lookup_convolution* shape,
                                       const qcnn_lookup_layout* layout) {
  return shape->pooled ? layout->tile / 4 : layout->columns;
}

/* With tables in lines so many rows are finished at a time, of all filters. */
#define QCNN_ROWS_OF_PART 8

/* With positions in lanes: the most rows, or parts of them, that are finished at a time. */
static inline int32_t qcnn_most_rows(const qcnn_lookup_layout* layout) {
  return layout->slots > 0 ? QCNN_ROWS_OF_PART : layout->step / layout->columns + 2;
}

/* The sums of one tile and one group. */
static inline int64_t qcnn_sums_bytes(const qcnn_lookup_layout* layout) {
  if (layout->slots > 0) {
    const int64_t sums = layout->tile_rows * qcnn_line_sums(layout) + QCNN_POOLED_BEYOND;
    return qcnn_align(sums * (int64_t)sizeof(int16_t));
  }
  int64_t positions =
      layout->filter_blocks == 0 ? layout->tile : layout->tile_rows * (int64_t)layout->tile_columns;
  return qcnn_align(qcnn_padded_filters(layout) * positions * (int64_t)sizeof(int16_t));
}

/* A rectangle of outputs of one image or, with tables in lines, of lines. */
typedef struct {
  int32_t image, y, x, rows, columns;
} qcnn_rectangle;

/* A tile, where tiles are rectangles, and where the inputs of a group that it reads begin. */
qcnn_rectangle qcnn_rectangle_of_tile(const qcnn_lookup_run* run, int32_t tile);
const int32_t* qcnn_inputs_of_rectangle(const qcnn_lookup_run* run, int32_t group,
                                        const qcnn_rectangle* tile);

/*
 * One group and one tile with positions in lanes: sums the responses of all filters and writes the outputs, or
 * of pooled shapes the largest of every square of four; they may go to run->reader instead.
 */
void qcnn_run_positions(const qcnn_lookup_run* run, int32_t batch, int32_t group, int32_t tile,
                        const float* bias, const qcnn_activation* activation, float* output);

/* The same with filters in lanes. */
void qcnn_run_filters(const qcnn_lookup_run* run, int32_t group, int32_t index, const float* bias,
                      const qcnn_activation* activation, float* output);

/* The second half of qcnn_run_positions: writes the outputs of a tile whose sums are there, */
void qcnn_finish_positions(const qcnn_lookup_run* run, int32_t batch, int32_t group, int32_t tile,
                           const float* bias, const qcnn_activation* activation, float* output);

/* or hands them over to run->reader. */
void qcnn_hand_over_positions(const qcnn_lookup_run* run, int32_t batch, int32_t group,
                              int32_t tile, const float* bias, const qcnn_activation* activation);

/* The second half of qcnn_run_filters. */
void qcnn_finish_filters(const qcnn_lookup_run* run, int32_t group, qcnn_rectangle tile,
                         const float* bias, const qcnn_activation* activation, float* output);

/* Or that: hands them over to run->reader. */
void qcnn_hand_over_filters(const qcnn_lookup_run* run, int32_t group, qcnn_rectangle tile,
                            const float* bias, const qcnn_activation* activation);

#endif
