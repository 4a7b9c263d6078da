/* Where the outputs of a tile with positions in lanes are: the real pixels, those in the used rows and columns. */
#include "lookup_positions_rows.h"

#include "shape.h"

int32_t qcnn_row_parts(const qcnn_lookup_run* run, int32_t tile) {
  const int32_t slots = run->layout->slots;
  return slots == 0 ? 1
                    : qcnn_parts(qcnn_rectangle_of_tile(run, tile).rows * slots, QCNN_ROWS_OF_PART);
}

/* With tables in lines one row, or one pair of them, comes behind the other: all of a slot, then those of the next. */
static int32_t find_in_lines(const qcnn_lookup_run* run, int32_t index, int32_t part) {
  const qcnn_lookup_layout* layout = run->layout;
  const qcnn_rectangle tile = qcnn_rectangle_of_tile(run, index);
  const int32_t shrunk = qcnn_pooled_extent(run->shape);
  const int32_t begin = part * QCNN_ROWS_OF_PART;
  const int32_t end = qcnn_min(begin + QCNN_ROWS_OF_PART, tile.rows * layout->slots);
  int32_t count = 0;
  for (int32_t i = begin; i < end; i += shrunk) {
    const int32_t slot = i / tile.rows;
    const int32_t line = i % tile.rows;
    const int32_t y = slot * layout->lines + tile.y + line;
    if (y < run->shape->convolution.output_height) { /* the last slot has fewer */
      run->found[count++] = (qcnn_output_rows){.image = tile.image,
                                               .y = y / shrunk,
                                               .x = tile.x / shrunk,
                                               .rows = 1,
                                               .count = tile.columns / shrunk,
                                               .sums = line * qcnn_line_sums(layout),
                                               .slot = slot * layout->slot};
    }
  }
  return count;
}

/* A stretch of positions, and where its first one is. */
typedef struct {
  int32_t position, end;
  int32_t image, y, x;
} stretch;

/* The outputs of a stretch: a row or part of it or, of pooled shapes, all pairs of whole rows. */
static qcnn_output_rows outputs_of(const qcnn_lookup_run* run, const stretch* at) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const int32_t length = at->end - at->position;
  const int32_t shrunk = qcnn_pooled_extent(run->shape);
  const int32_t rows =
      qcnn_min(length / run->layout->columns, convolution->output_height - at->y) / shrunk;
  return (qcnn_output_rows){
      .image = at->image,
      .y = at->y / shrunk,
      .x = at->x,
      .rows = run->shape->pooled ? rows : 1,
      .count = at->y < convolution->output_height
                   ? qcnn_min(length, convolution->output_width - at->x) / shrunk
                   : 0,
  };
}

static int32_t find_positions(const qcnn_lookup_run* run, int32_t batch, int32_t tile) {
  const qcnn_lookup_layout* layout = run->layout;
  const int32_t begin = tile * layout->step;
  const int32_t end = qcnn_min(begin + layout->step, batch * layout->plane);
  int32_t count = 0;
  for (int32_t position = begin; position < end;) {
    const int32_t row = position % layout->plane / layout->columns; /* planes are whole rows */
    const int32_t x = position % layout->columns;
    const int32_t reach = (run->shape->pooled ? layout->rows - row : 1) * layout->columns - x;
    const stretch at = {position, qcnn_min(position + reach, end), position / layout->plane, row,
                        x};
    run->found[count] = outputs_of(run, &at);
    run->found[count].sums = position - begin;
    count += run->found[count].count > 0 ? 1 : 0;
    position = at.end;
  }
  return count;
}

int32_t qcnn_find_rows(const qcnn_lookup_run* run, int32_t batch, int32_t tile, int32_t part) {
  return run->layout->slots > 0 ? find_in_lines(run, tile, part) : find_positions(run, batch, tile);
}
