/* Layouts with positions in lanes and tables in lines. */
#include "kernels/lookup_lines.h"
#include "lookup_layout_choice.h"
#include "shape.h"

void qcnn_lay_lines(const qcnn_lookup_convolution* shape, int32_t batch, bool whole,
                    qcnn_lookup_layout* layout) {
  const qcnn_convolution* convolution = &shape->convolution;
  const int32_t unit = qcnn_pooled_extent(shape);
  const int32_t width = convolution->output_width / unit;
  const int32_t across = qcnn_parts(width, (layout->block - layout->right) / unit);
  layout->tile_columns = unit * qcnn_parts(width, across);
  layout->slot = layout->tile_columns + layout->right;
  layout->slots = layout->block / layout->slot;
  /* An odd number of cache lines spreads equal lines of rows over all sets of the cache. */
  layout->table_columns = (shape->sub_codewords | 1) * layout->block;
  const int64_t table = (layout->down + 1) * (int64_t)layout->table_columns * shape->table_bits / 8;
  const int64_t sums = qcnn_line_sums(layout) * (int64_t)sizeof(int16_t);
  layout->lines = qcnn_round_up(qcnn_parts(convolution->output_height, layout->slots), unit);
  qcnn_cut_rectangles(shape, batch, whole, (QCNN_TILE_BYTES - table) / sums, layout);
  layout->tile = layout->tile_rows * layout->block;
  layout->table_positions = (layout->tile_rows + layout->down) * layout->block;
}

/*
 * Cycles of a core of the Zen 3 generation, with AVX2: look-ups of a filter in a pass at the positions of a line, and at
 * a block of positions otherwise; an entry of each codeword at such positions, and its part in sorting a codebook.
 */
typedef struct {
  int64_t line, block, entry, sort;
} line_costs;

/* Those of all phases together; the entry and the sorting are one phase's. */
static line_costs line_costs_of(const qcnn_lookup_convolution* shape,
                                const qcnn_lookup_layout* layout) {
  const int64_t taps = (int64_t)shape->convolution.kernel_height * shape->convolution.kernel_width;
  const int64_t sort = layout->quads ? 10 : 0;
  if (shape->table_bits == 8) {
    return (line_costs){3 * taps + 4 * layout->phases, 4 * taps + 2 * layout->phases, 16, sort};
  }
  const bool nine = taps == 9 && layout->phases == 1; /* for which there is a loop of its own */
  return (line_costs){2 * taps + layout->phases, nine ? 23 : 3 * taps, 8, sort};
}

/* Of fewer passes outputs take more time than sums, and in lines they take longer: pieces of rows are short. */
#define LINE_PASSES 4

/* Whether there are kernels for the taps of every phase. */
static bool lines_take_phases(const qcnn_lookup_layout* layout, int32_t table_bits) {
  bool all = true;
  for (int32_t y = 0; y < layout->vertical.phases; y++) {
    for (int32_t x = 0; x < layout->horizontal.phases; x++) {
      all = all && qcnn_lines_take(qcnn_axis_taps(&layout->vertical, y),
                                   qcnn_axis_taps(&layout->horizontal, x), table_bits);
    }
  }
  return all;
}

/*
 * Whether tables can lie in lines: if the instruction set can, it has kernels for the taps, and these do not reach
 * far, neither to the right nor down.
 */
static bool fits_lines(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout) {
  const int64_t ring = (layout->down + (int64_t)1) * shape->sub_codewords * QCNN_LINE_BYTES;
  return layout->line_kernels != NULL && layout->taps > 1 &&
         (int64_t)shape->subspaces * layout->phases >= LINE_PASSES &&
         lines_take_phases(layout, shape->table_bits) && layout->right <= layout->block / 2 &&
         ring <= QCNN_TILE_BYTES / 2;
}

/* Cycles of a subspace for a single image, with tables in lines and without. */
static int64_t cycles_in_lines(const qcnn_lookup_convolution* shape,
                               const qcnn_lookup_layout* layout, const line_costs* costs) {
  const int64_t across = layout->tiles / layout->row_tiles;
  const int64_t tables = across * (layout->lines + (int64_t)layout->row_tiles * layout->down);
  return across * layout->lines * layout->filters * costs->line +
         (tables * layout->phases * costs->entry + layout->tiles * costs->sort) *
             shape->sub_codewords;
}

static int64_t cycles_in_blocks(const qcnn_lookup_convolution* shape,
                                const qcnn_lookup_layout* layout, const line_costs* costs) {
  const int64_t blocks = qcnn_parts(layout->positions, layout->block);
  const int64_t tables = (int64_t)layout->tiles * layout->table_positions / layout->block;
  return blocks * layout->filters * costs->block +
         (tables * costs->entry + layout->tiles * costs->sort) * layout->phases *
             shape->sub_codewords;
}

/*
 * Whether tables are to lie in lines: where they can and a single image is faster, as its maps fill lines well; also
 * where a shape could not be pooled otherwise. Outputs, which take longer in lines, are a twentieth.
 */
bool qcnn_choose_lines(const qcnn_lookup_convolution* shape, int32_t isa,
                       qcnn_lookup_layout* layout) {
  layout->line_kernels = qcnn_line_kernels_for((uint32_t)isa);
  if (!fits_lines(shape, layout)) {
    return false;
  }
  qcnn_lookup_layout lines = *layout, blocks = *layout;
  qcnn_lay_lines(shape, 1, false, &lines);
  if (qcnn_lay_positions(shape, 1, false, &blocks) != QCNN_OK) {
    return true;
  }
  const line_costs costs = line_costs_of(shape, layout);
  return 21 * cycles_in_lines(shape, &lines, &costs) <=
         20 * cycles_in_blocks(shape, &blocks, &costs);
}
