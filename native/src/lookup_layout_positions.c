/* Layouts with positions in lanes and tables of whole tiles. */
#include "lookup_layout_choice.h"
#include "shape.h"

#define SMALLEST_TILE 128
#define LARGEST_HALO_TILE 8192

/* The positions that a tile may have. */
static int64_t largest_tile(const qcnn_lookup_convolution* shape,
                            const qcnn_lookup_layout* layout) {
  int64_t table_bytes = (int64_t)shape->table_bits / 8 * shape->sub_codewords; /* of a position */
  int64_t per_position = table_bytes + 2 * (int64_t)layout->filters;
  int64_t largest = (QCNN_TILE_BYTES - table_bytes * layout->halo) / per_position;
  /* Where the halo alone is too much (wide dilations), at most half of a table should be halo. */
  int64_t smallest = qcnn_max(SMALLEST_TILE, qcnn_min(layout->halo, LARGEST_HALO_TILE));
  return largest < smallest ? smallest : largest;
}

/* Cuts the positions into so many tiles of whole units. */
static void cut_positions(int64_t tiles, int32_t unit, qcnn_lookup_layout* layout) {
  layout->step = qcnn_round_up((layout->positions + tiles - 1) / tiles, unit);
  layout->tile = qcnn_round_up(layout->step, layout->block);
  layout->tiles = qcnn_parts(layout->positions, layout->step);
  layout->table_positions = qcnn_round_up((int64_t)layout->tile + layout->halo, layout->block);
}

/* The last position that tables reach. */
static int64_t reach_of(const qcnn_lookup_layout* layout) {
  return (int64_t)layout->step * (layout->tiles - 1) + layout->table_positions;
}

/*
 * Chooses tiles of positions, of pooled shapes whole pairs of rows. Returns what prepared inputs have to reach, with
 * halves or one tile, or -1 if pairs of rows are much less than a tile may have, or more, as halos would then cost more
 * than pooling saves.
 */
static int64_t choose_tiles(const qcnn_lookup_convolution* shape, bool whole,
                            qcnn_lookup_layout* layout) {
  const int32_t unit = shape->pooled ? 2 * layout->columns : layout->block;
  int64_t largest = largest_tile(shape, layout);
  if (shape->pooled) {
    if (largest % unit > largest / 4) {
      return -1;
    }
    largest -= largest % unit;
  }
  cut_positions((layout->positions + largest - 1) / largest, unit, layout);
  int64_t reach = reach_of(layout);
  /* A single tile would leave a second thread without work. */
  if (layout->tiles == 1 && shape->convolution.groups == 1 && layout->positions >= SMALLEST_TILE) {
    qcnn_lookup_layout halves = *layout;
    cut_positions(2, unit, &halves);
    halves.halved = halves.tiles == 2;
    reach = reach > reach_of(&halves) ? reach : reach_of(&halves);
    if (!whole) {
      *layout = halves;
    }
  }
  return reach;
}

int32_t qcnn_lay_positions(const qcnn_lookup_convolution* shape, int32_t batch, bool whole,
                           qcnn_lookup_layout* layout) {
  const qcnn_convolution* convolution = &shape->convolution;
  if (shape->pooled) { /* rows of all images in pairs */
    layout->rows = qcnn_round_up(layout->rows, 2);
    layout->plane = layout->rows * layout->columns;
  }
  layout->positions = (batch - 1) * layout->plane +
                      (convolution->output_height - 1) * layout->columns +
                      convolution->output_width;
  const int64_t reach = choose_tiles(shape, whole, layout);
  if (reach < 0) {
    return QCNN_BAD_SHAPE;
  }
  /* An odd number of cache lines spreads equal columns of the table over all sets of the cache. */
  layout->table_stride = layout->table_positions | layout->block;
  int64_t planes = (int64_t)layout->plane * batch;
  layout->prepared_positions = qcnn_round_up(reach > planes ? reach : planes, layout->block);
  return QCNN_OK;
}
