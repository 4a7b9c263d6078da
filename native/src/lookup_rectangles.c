/* Tiles that are rectangles of outputs. */
#include "lookup_run.h"
#include "shape.h"

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
