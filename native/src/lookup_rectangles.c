/* Tiles that are rectangles of outputs. */
#include "lookup_layout_choice.h"
#include "lookup_run.h"
#include "shape.h"

/* Among so many tiles one more or less does not matter. */
#define MANY_TILES 8

/* What the last rectangles need beyond the last row of the last image. */
static int32_t prepared_positions(int32_t batch, const qcnn_lookup_layout* layout) {
  int32_t beyond = qcnn_max(layout->right + layout->tile_columns, layout->block);
  /* An odd number of these many bytes spreads equal positions of planes over all sets of the cache. */
  return qcnn_round_up((int64_t)batch * layout->plane + beyond, 64) | 64;
}

void qcnn_cut_rectangles(const qcnn_lookup_convolution* shape, int32_t batch, bool whole,
                         int64_t fit, qcnn_lookup_layout* layout) {
  const qcnn_convolution* convolution = &shape->convolution;
  /* Where the halo alone is too much (wide dilations), at most half of a table should be halo. */
  int32_t smallest = qcnn_max(1, layout->down);
  int32_t largest = qcnn_min(layout->lines, fit < smallest ? smallest : (int32_t)fit);
  int32_t across = qcnn_parts(convolution->output_width, layout->tile_columns);
  int32_t unit = qcnn_pooled_extent(shape); /* rows that stay together */
  int32_t tiles = qcnn_parts(layout->lines, largest);
  /* An odd tile would leave a second thread without work. */
  const bool single = tiles * across == 1;
  if (tiles < MANY_TILES && tiles * across % 2 != 0 && batch == 1 && convolution->groups == 1 &&
      !(single && whole)) {
    tiles++;
  }
  layout->row_tiles = qcnn_min(tiles, layout->lines / unit);
  layout->halved = single && layout->row_tiles == 2;
  layout->tile_rows = unit * qcnn_parts(layout->lines / unit, layout->row_tiles);
  layout->tiles = batch * across * layout->row_tiles;
  layout->prepared_positions = prepared_positions(batch, layout);
}

/* The first row of a row of tiles; of pooled shapes an even one. */
static int32_t first_row(const qcnn_lookup_run* run, int32_t row) {
  int32_t unit = qcnn_pooled_extent(run->shape);
  int64_t units = run->layout->lines / unit;
  return unit * (int32_t)(row * units / run->layout->row_tiles);
}

qcnn_rectangle qcnn_rectangle_of_tile(const qcnn_lookup_run* run, int32_t tile) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const qcnn_lookup_layout* layout = run->layout;
  int32_t across = qcnn_parts(convolution->output_width, layout->tile_columns);
  int32_t tiles = across * layout->row_tiles;
  int32_t row = tile % tiles / across;
  qcnn_rectangle found = {
      .image = tile / tiles, .y = first_row(run, row), .x = tile % across * layout->tile_columns};
  found.rows = first_row(run, row + 1) - found.y;
  found.columns = qcnn_min(layout->tile_columns, convolution->output_width - found.x);
  return found;
}

const int32_t* qcnn_inputs_of_rectangle(const qcnn_lookup_run* run, int32_t group,
                                        const qcnn_rectangle* tile) {
  const qcnn_lookup_layout* layout = run->layout;
  return run->prepared + (ptrdiff_t)group * run->shape->subspaces * qcnn_prepared_bundles(layout) +
         (ptrdiff_t)tile->image * layout->plane + (ptrdiff_t)tile->y * layout->columns + tile->x;
}
