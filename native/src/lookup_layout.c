#include "lookup_layout.h"

#include "kernels/lookup_bytes.h"
#include "kernels/lookup_kernels.h"
#include "kernels/lookup_lines.h"
#include "lookup_sums.h"
#include "shape.h"

/*
 * A tile's table and sums should stay in the second-level cache (0.5-1 MB on the cores of today)
 * beside what is streamed through it; larger tiles compute less halo.
 */
#define TILE_BYTES (640 * 1024)
#define SMALLEST_TILE 128
#define LARGEST_HALO_TILE 8192

/* Keeps every index into prepared input and tables within 32 bits. */
#define LARGEST_BATCH_POSITIONS (1 << 28)

static int32_t greatest_common_divisor(int32_t a, int32_t b) {
  while (b != 0) {
    int32_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static qcnn_axis axis_of(int32_t taps, int32_t stride, int32_t dilation) {
  qcnn_axis axis = {.taps = taps, .stride = stride, .dilation = dilation};
  axis.period = stride / greatest_common_divisor(dilation, stride);
  axis.phases = qcnn_min(taps, axis.period);
  return axis;
}

static int32_t round_up(int64_t value, int32_t block) {
  return (int32_t)((value + block - 1) / block * block);
}

/*
 * The positions of a row: those that the taps of all its outputs read, less the zeros that the right
 * end of every row has in common with the left end of the next one.
 */
static int32_t columns_of(const qcnn_convolution* convolution, const qcnn_axis* horizontal,
                          int32_t right) {
  int32_t columns = convolution->output_width + right;
  int32_t shared = right;
  for (int32_t phase = 0; phase < horizontal->phases; phase++) {
    int32_t left = qcnn_axis_residue(horizontal, phase) - convolution->pad_left;
    qcnn_span span =
        qcnn_inside(0, columns, convolution->stride_width, left, convolution->input_width);
    if (span.first < span.last) {
      shared = qcnn_min(shared, qcnn_min(span.first, columns - span.last));
    }
  }
  return columns - shared;
}

/*
 * Chooses tiles of positions, of pooled shapes whole pairs of rows. Returns QCNN_BAD_SHAPE if these are much less
 * than a tile may have, or more, as halos would then cost more than pooling saves.
 */
static int32_t choose_tiles(const qcnn_lookup_convolution* shape, qcnn_lookup_layout* layout) {
  int64_t positions = layout->positions;
  int64_t table_bytes = (int64_t)shape->table_bits / 8 * shape->sub_codewords; /* of a position */
  int64_t per_position = table_bytes + 2 * (int64_t)layout->filters;
  int64_t largest = (TILE_BYTES - table_bytes * layout->halo) / per_position;
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
  layout->step = round_up((positions + tiles - 1) / tiles, (int32_t)unit);
  layout->tile = round_up(layout->step, layout->block);
  layout->tiles = (int32_t)((positions + layout->step - 1) / layout->step);
  return QCNN_OK;
}

/* Where everything lies if positions are in lanes. */
static int32_t lay_positions(const qcnn_lookup_convolution* shape, int32_t batch,
                             qcnn_lookup_layout* layout) {
  const qcnn_convolution* convolution = &shape->convolution;
  if (shape->pooled) { /* rows of all images in pairs */
    layout->rows = round_up(layout->rows, 2);
    layout->plane = layout->rows * layout->columns;
  }
  layout->positions = (batch - 1) * layout->plane +
                      (convolution->output_height - 1) * layout->columns +
                      convolution->output_width;
  if (choose_tiles(shape, layout) != QCNN_OK) {
    return QCNN_BAD_SHAPE;
  }
  layout->table_positions = round_up((int64_t)layout->tile + layout->halo, layout->block);
  /* An odd number of cache lines spreads equal columns of the table over all sets of the cache. */
  layout->table_stride = layout->table_positions | layout->block;
  int64_t reach = (int64_t)layout->step * (layout->tiles - 1) + layout->table_positions;
  int64_t planes = (int64_t)layout->plane * batch;
  layout->prepared_positions = round_up(reach > planes ? reach : planes, layout->block);
  return QCNN_OK;
}

/* Among so many tiles one more or less does not matter. */
#define MANY_TILES 8

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

/* Cuts maps, of layout->lines, into rectangles of as many as fit at most, and of layout->tile_columns. */
static void cut_lines(const qcnn_lookup_convolution* shape, int32_t batch, int64_t fit,
                      qcnn_lookup_layout* layout) {
  const qcnn_convolution* convolution = &shape->convolution;
  /* Where the halo alone is too much (wide dilations), at most half of a table should be halo. */
  int32_t smallest = qcnn_max(1, layout->down);
  int32_t largest = qcnn_min(layout->lines, fit < smallest ? smallest : (int32_t)fit);
  int32_t across = qcnn_parts(convolution->output_width, layout->tile_columns);
  int32_t unit = qcnn_pooled_extent(shape); /* rows that stay together */
  int32_t tiles = qcnn_parts(layout->lines, largest);
  /* An odd tile would leave a second thread without work. */
  if (tiles < MANY_TILES && tiles * across % 2 != 0 && batch == 1 && convolution->groups == 1) {
    tiles++;
  }
  layout->row_tiles = qcnn_min(tiles, layout->lines / unit);
  layout->tile_rows = unit * qcnn_parts(layout->lines / unit, layout->row_tiles);
  layout->tiles = batch * across * layout->row_tiles;
}

/* What the last rectangles need beyond the last row of the last image. */
static int32_t prepared_positions(int32_t batch, const qcnn_lookup_layout* layout) {
  int32_t beyond = qcnn_max(layout->right + layout->tile_columns, layout->block);
  /* An odd number of these many bytes spreads equal positions of planes over all sets of the cache. */
  return round_up((int64_t)batch * layout->plane + beyond, 64) | 64;
}

/* Where everything lies if filters are in lanes. */
static void lay_filters(const qcnn_lookup_convolution* shape, int32_t batch,
                        qcnn_lookup_layout* layout) {
  const qcnn_convolution* convolution = &shape->convolution;
  choose_tile_columns(convolution->output_width, layout);
  layout->table_stride = qcnn_filter_entries(shape->sub_codewords);
  int64_t sums = (int64_t)qcnn_padded_filters(layout) * (int64_t)sizeof(int16_t);
  int64_t entries = qcnn_largest_chunk(shape, layout) * (int64_t)qcnn_table_bytes(shape, layout);
  int64_t row = layout->table_columns * entries + layout->tile_columns * sums;
  int64_t rows = (TILE_BYTES - layout->halo * entries) / row;
  layout->lines = convolution->output_height;
  cut_lines(shape, batch, rows, layout);
  layout->table_positions =
      (layout->tile_rows - 1) * layout->table_columns + layout->tile_columns + layout->halo;
  layout->prepared_positions = prepared_positions(batch, layout);
}

/* Where everything lies if tables are in lines. */
static void lay_lines(const qcnn_lookup_convolution* shape, int32_t batch,
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
  cut_lines(shape, batch, (TILE_BYTES - table) / sums, layout);
  layout->tile = layout->tile_rows * layout->block;
  layout->table_positions = (layout->tile_rows + layout->down) * layout->block;
  layout->prepared_positions = prepared_positions(batch, layout);
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
         ring <= TILE_BYTES / 2;
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
static bool lies_in_lines(const qcnn_lookup_convolution* shape, int32_t isa,
                          qcnn_lookup_layout* layout) {
  layout->line_kernels = qcnn_line_kernels_for((uint32_t)isa);
  if (!fits_lines(shape, layout)) {
    return false;
  }
  qcnn_lookup_layout lines = *layout, blocks = *layout;
  lay_lines(shape, 1, &lines);
  if (lay_positions(shape, 1, &blocks) != QCNN_OK) {
    return true;
  }
  const line_costs costs = line_costs_of(shape, layout);
  return 21 * cycles_in_lines(shape, &lines, &costs) <=
         20 * cycles_in_blocks(shape, &blocks, &costs);
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
static int32_t filter_blocks(const qcnn_lookup_convolution* shape, int32_t isa,
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

/* With 8-bit operands no sum of products may leave 24 bits; kernels have room for as many components. */
#define LARGEST_BYTE_CODEWORD 256

static bool bits_ok(const qcnn_lookup_convolution* shape) {
  if (shape->operand_bits == 16) {
    return shape->table_bits == 16;
  }
  return shape->operand_bits == 8 && (shape->table_bits == 8 || shape->table_bits == 16) &&
         shape->sub_codeword_size <= LARGEST_BYTE_CODEWORD;
}

/* Whether 16-bit tables of positions are built from bytes. */
static bool builds_words(int32_t isa) {
  const qcnn_byte_tables* kernels = qcnn_byte_tables_for((uint32_t)isa);
  return kernels != NULL && kernels->build_words != NULL;
}

int32_t qcnn_lookup_layout_of(const qcnn_lookup_convolution* shape, int32_t isa, int32_t batch,
                              qcnn_lookup_layout* layout) {
  const qcnn_convolution* convolution = &shape->convolution;
  int32_t status = qcnn_convolution_check(convolution);
  if (status != QCNN_OK) {
    return status;
  }
  int32_t channels = convolution->input_channels / convolution->groups;
  if (batch <= 0 || shape->sub_codewords < 1 || shape->sub_codewords > 256 ||
      shape->sub_codeword_size < 1 || !bits_ok(shape) ||
      (shape->pooled != 0 && shape->pooled != 1) || shape->products != 0 ||
      shape->subspaces != qcnn_parts(channels, shape->sub_codeword_size)) {
    return QCNN_BAD_SHAPE;
  }
  layout->vertical =
      axis_of(convolution->kernel_height, convolution->stride_height, convolution->dilation_height);
  layout->horizontal =
      axis_of(convolution->kernel_width, convolution->stride_width, convolution->dilation_width);
  layout->phases = layout->vertical.phases * layout->horizontal.phases;
  layout->filters = convolution->output_channels / convolution->groups;
  int32_t down = qcnn_axis_shift(&layout->vertical, convolution->kernel_height - 1);
  int32_t right = qcnn_axis_shift(&layout->horizontal, convolution->kernel_width - 1);
  layout->rows = convolution->output_height + down;
  layout->columns = columns_of(convolution, &layout->horizontal, right);
  layout->taps = qcnn_axis_taps(&layout->vertical, 0) * qcnn_axis_taps(&layout->horizontal, 0);
  if (shape->table_bits == 8 && layout->taps > QCNN_LARGEST_TAPS) {
    return QCNN_BAD_SHAPE;
  }
  int64_t plane = (int64_t)layout->rows * layout->columns;
  int64_t halo = (int64_t)down * layout->columns + right;
  if ((plane + halo) * batch > LARGEST_BATCH_POSITIONS) {
    return QCNN_BAD_SHAPE;
  }
  layout->plane = (int32_t)plane;
  layout->down = down;
  layout->right = right;
  layout->halo = (int32_t)halo;
  layout->table_columns = layout->columns;
  layout->block = shape->table_bits == 8 ? QCNN_BYTE_BLOCK : QCNN_POSITION_BLOCK;
  layout->slots = 0;
  layout->filter_blocks = filter_blocks(shape, isa, layout);
  /* Where kernels for 16-bit tables know 16-bit operands only, 8-bit ones fit into them. */
  layout->quads = shape->table_bits == 8 ||
                  (shape->operand_bits == 8 && (layout->filter_blocks > 0 || builds_words(isa)));
  layout->bundles = qcnn_parts(shape->sub_codeword_size, qcnn_bundle_channels(layout));
  if (shape->pooled &&
      (convolution->output_height % 2 != 0 || convolution->output_width % 2 != 0)) {
    return QCNN_BAD_SHAPE;
  }
  if (layout->filter_blocks > 0) {
    lay_filters(shape, batch, layout);
  } else if (lies_in_lines(shape, isa, layout)) {
    lay_lines(shape, batch, layout);
  } else {
    return lay_positions(shape, batch, layout);
  }
  return QCNN_OK;
}
