/* Layouts with filters in lanes. */
#include "kernels/lookup_filters.h"
#include "lookup_layout_choice.h"
#include "lookup_sums.h"
#include "shape.h"

/*
 * Chooses the columns of tiles: whole lines of the cache, so that no two tiles write to one. Those of the
 * whole map may have the zeros between rows in common.
 */
static void choose_tile_columns(int32_t width, qcnn_lookup_layout* layout) {
  layout->tile_columns = width;
  layout->table_columns = layout->columns;
  if (width > QCNN_WIDEST_TILE) {
    int32_t parts = qcnn_parts(width, QCNN_WIDEST_TILE);
    layout->tile_columns = qcnn_round_up(qcnn_parts(width, parts), 16);
    layout->table_columns = layout->tile_columns + layout->right;
  }
  layout->halo = layout->down * layout->table_columns + layout->right;
}

void qcnn_lay_filters(const qcnn_lookup_convolution* shape, int32_t batch, bool whole,
                      qcnn_lookup_layout* layout) {
  const qcnn_convolution* convolution = &shape->convolution;
  choose_tile_columns(convolution->output_width, layout);
  layout->table_stride = qcnn_filter_entries(shape->sub_codewords);
  int64_t sums = (int64_t)qcnn_padded_filters(layout) * (int64_t)sizeof(int16_t);
  int64_t entries = qcnn_largest_chunk(shape, layout) * (int64_t)qcnn_table_bytes(shape, layout);
  int64_t row = layout->table_columns * entries + layout->tile_columns * sums;
  int64_t rows = (QCNN_TILE_BYTES - layout->halo * entries) / row;
  layout->lines = convolution->output_height;
  qcnn_cut_rectangles(shape, batch, whole, rows, layout);
  layout->table_positions =
      (layout->tile_rows - 1) * layout->table_columns + layout->tile_columns + layout->halo;
}

/*
 * Tenths of cycles of a kernel tap and a subspace, as AVX-512 takes them on Zen 5, table building
 * included: 64 positions side by side for each filter; a position with, and besides, each block of filters.
 */
typedef struct {
  int64_t positions, filter_block, filters;
} layout_costs;

static layout_costs costs_of(const qcnn_lookup_convolution* shape) {
  if (shape->table_bits == 8) {
    return (layout_costs){21, 13, 5};
  }
  return qcnn_filter_entries(shape->sub_codewords) == 64 ? (layout_costs){51, 15, 16}
                                                         : (layout_costs){84, 13, 53};
}

/*
 * The blocks of filters if these are to lie in lanes: if the instruction set can and it is faster for a
 * single image. Large maps fill vectors of positions, many filters fill vectors of filters.
 */
int32_t qcnn_choose_filter_blocks(const qcnn_lookup_convolution* shape, int32_t isa,
                                  const qcnn_lookup_layout* layout) {
  if (layout->taps > QCNN_LARGEST_TAPS ||
      qcnn_filter_tables_for((uint32_t)isa, shape->table_bits, shape->sub_codewords) == NULL) {
    return 0;
  }
  const qcnn_convolution* convolution = &shape->convolution;
  const layout_costs costs = costs_of(shape);
  int64_t pixels = (int64_t)convolution->output_height * convolution->output_width;
  int64_t positions = (int64_t)convolution->output_height * layout->columns;
  int64_t vectors = (positions + 63) / 64;
  int32_t blocks = qcnn_parts(layout->filters, QCNN_FILTER_BLOCK);
  return pixels * (costs.filter_block * blocks + costs.filters) <
                 vectors * layout->filters * costs.positions
             ? blocks
             : 0;
}
