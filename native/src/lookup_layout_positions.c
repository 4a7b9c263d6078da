/* Layouts with positions in lanes and tables of whole tiles. */
#include "lookup_layout_choice.h"
#include "shape.h"

#define SMALLEST_TILE 128
#define LARGEST_HALO_TILE 8192

/*
 * Chooses tiles of positions, of pooled shapes whole pairs of rows. Returns QCNN_BAD_SHAPE if these are much less
 * than a tile may have, or more, as halos would then cost more than pooling saves.
 */
static int32_t choose_tiles(const qcnn_lookup_convolution* shape, qcnn_lookup_layout* layout) {
  int64_t positions = layout->positions;
  int64_t table_bytes = (int64_t)shape->table_bits / 8 * shape->sub_codewords; /* of a position */
  int64_t per_position = table_bytes + 2 * (int64_t)layout->filters;
  int64_t largest = (QCNN_TILE_BYTES - table_bytes * layout->halo) / per_position;
  /* Where the halo alone is too much (wide dilations), at most half of a table should be halo. */
  int64_t smallest = qcnn_max(SMALLEST_TILE, qcnn_min(layout->halo, LARGEST_HALO_TILE));
  if (largest < smallest) {
    largest = smallest;
  }
  int64_t unit = shape->pooled ? 2 * (int64_t)layout->columns : layout->block;
  if (shape->pooled) {
    if (largest % unit > largest / 4) {
      return QCNN_BAD_SHAPE;
    }
    largest -= largest % unit;
  }
  int64_t tiles = (positions + largest - 1) / largest;
  /* A single tile would leave a second thread without work. */
  if (tiles == 1 && shape->convolution.groups == 1 && positions >= SMALLEST_TILE) {
    tiles = 2;
  }
  layout->step = qcnn_round_up((positions + tiles - 1) / tiles, (int32_t)unit);
  layout->tile = qcnn_round_up(layout->step, layout->block);
  layout->tiles = (int32_t)((positions + layout->step - 1) / layout->step);
  return QCNN_OK;
}

int32_t qcnn_lay_positions(const qcnn_lookup_convolution* shape, int32_t batch,
                           qcnn_lookup_layout* layout) {
  const qcnn_convolution* convolution = &shape->convolution;
  if (shape->pooled) { /* rows of all images in pairs */
    layout->rows = qcnn_round_up(layout->rows, 2);
    layout->plane = layout->rows * layout->columns;
  }
  layout->positions = (batch - 1) * layout->plane +
                      (convolution->output_height - 1) * layout->columns +
                      convolution->output_width;
  if (choose_tiles(shape, layout) != QCNN_OK) {
    return QCNN_BAD_SHAPE;
  }
  layout->table_positions = qcnn_round_up((int64_t)layout->tile + layout->halo, layout->block);
  /* An odd number of cache lines spreads equal columns of the table over all sets of the cache. */
  layout->table_stride = layout->table_positions | layout->block;
  int64_t reach = (int64_t)layout->step * (layout->tiles - 1) + layout->table_positions;
  int64_t planes = (int64_t)layout->plane * batch;
  layout->prepared_positions = qcnn_round_up(reach > planes ? reach : planes, layout->block);
  return QCNN_OK;
}
