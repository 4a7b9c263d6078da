#include "lookup_filters.h"

#include <math.h>

#include "activation.h"
#include "lookup_sums.h"
#include "shape.h"

/* A rectangle of outputs of one image. */
typedef struct {
  int32_t image, y, x, rows, columns;
} filter_tile;

static filter_tile tile_of(const qcnn_lookup_run* run, int32_t tile) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const qcnn_lookup_layout* layout = run->layout;
  int32_t across = qcnn_parts(convolution->output_width, layout->tile_columns);
  int32_t tiles = across * qcnn_parts(convolution->output_height, layout->tile_rows);
  filter_tile found = {.image = tile / tiles,
                       .y = tile % tiles / across * layout->tile_rows,
                       .x = tile % across * layout->tile_columns};
  found.rows = qcnn_min(layout->tile_rows, convolution->output_height - found.y);
  found.columns = qcnn_min(layout->tile_columns, convolution->output_width - found.x);
  return found;
}

/* Where the inputs of a group and a tile begin. */
static const int32_t* inputs_of(const qcnn_lookup_run* run, int32_t group, filter_tile tile) {
  const qcnn_lookup_layout* layout = run->layout;
  return run->prepared + (ptrdiff_t)group * run->shape->subspaces * qcnn_prepared_bundles(layout) +
         (ptrdiff_t)tile.image * layout->plane + (ptrdiff_t)tile.y * layout->columns + tile.x;
}

/* The offsets of the taps of a phase. */
static const int32_t* offsets_of(const qcnn_lookup_run* run, int32_t phase) {
  const int32_t* offsets = run->offsets;
  for (int32_t before = 0; before < phase; before++) {
    offsets += qcnn_phase_taps(run->layout, before);
  }
  return offsets;
}

/* Appends the steps of a pass, whose table begins at `table` of the chunk's. */
static int add_steps(const qcnn_lookup_run* run, int32_t phase, ptrdiff_t table,
                     qcnn_filter_step* steps) {
  const int32_t* offsets = offsets_of(run, phase);
  int32_t taps = qcnn_phase_taps(run->layout, phase);
  int count = 0;
  for (int32_t t = 0; t < taps; t += 2) {
    steps[count].first = table + (ptrdiff_t)offsets[t] * run->layout->table_stride;
    steps[count].second = QCNN_NO_TAP;
    if (t + 1 < taps) {
      steps[count].second = table + (ptrdiff_t)offsets[t + 1] * run->layout->table_stride;
    }
    count++;
  }
  return count;
}

/* Builds the table of one pass from the inputs of the tile's first position on. */
static void build_table(const qcnn_lookup_run* run, int32_t subspace, const int32_t* inputs,
                        filter_tile tile, int8_t* table) {
  const qcnn_lookup_layout* layout = run->layout;
  int32_t rows = 1;
  int32_t positions =
      (tile.rows - 1) * layout->columns + tile.columns + layout->halo; /* of all rows at once */
  if (layout->table_columns != layout->columns) {
    rows = tile.rows + layout->down;
    positions = tile.columns + layout->right;
  }
  for (int32_t row = 0; row < rows; row++) {
    run->weights->filter_tables->build_table(
        (const int8_t*)(inputs + (ptrdiff_t)row * layout->columns), layout->prepared_positions,
        layout->bundles,
        run->weights->codewords + subspace * qcnn_codebook_words(run->shape, layout),
        layout->table_stride, positions, table);
    table += (ptrdiff_t)layout->table_columns * layout->table_stride;
  }
}

/* Builds the tables of a chunk and finds its steps; returns their number. */
static int build_chunk(const qcnn_lookup_run* run, const qcnn_chunk* chunk, const int32_t* inputs,
                       filter_tile tile, qcnn_filter_step* steps) {
  const qcnn_lookup_layout* layout = run->layout;
  ptrdiff_t plane = (ptrdiff_t)layout->bundles * layout->prepared_positions;
  ptrdiff_t table = 0;
  int count = 0;
  for (int32_t i = 0; i < chunk->passes; i++) {
    int32_t subspace = chunk->pass[i].subspace;
    int32_t phase = chunk->pass[i].phase;
    build_table(run, subspace, inputs + ((ptrdiff_t)subspace * layout->phases + phase) * plane,
                tile, (int8_t*)run->table + table);
    count += add_steps(run, phase, table, steps + count);
    table += (ptrdiff_t)layout->table_positions * layout->table_stride;
  }
  return count;
}

static int32_t taps_of(const qcnn_lookup_layout* layout, const qcnn_chunk* chunk) {
  int32_t taps = 0;
  for (int32_t i = 0; i < chunk->passes; i++) {
    taps += qcnn_phase_taps(layout, chunk->pass[i].phase);
  }
  return taps;
}

/* Sums the responses of a tile, chunk by chunk. */
static void sum_tile(const qcnn_lookup_run* run, int32_t group, filter_tile tile) {
  const qcnn_lookup_convolution* shape = run->shape;
  const qcnn_lookup_layout* layout = run->layout;
  const int32_t filters = qcnn_padded_filters(layout);
  const int32_t* inputs = inputs_of(run, group, tile);
  const int64_t sums = (int64_t)filters * tile.rows * tile.columns;
  qcnn_filter_step steps[QCNN_LARGEST_STEPS];
  qcnn_filter_look_ups look_ups = {
      .table = run->table,
      .entries = layout->table_stride,
      .codes = run->weights->codes + (ptrdiff_t)group * shape->subspaces * filters *
                                         layout->vertical.taps * layout->horizontal.taps,
      .steps = steps,
      .limit = qcnn_sum_limit(layout),
      .blocks = layout->filter_blocks,
      .rows = tile.rows,
      .width = tile.columns,
      .columns = layout->table_columns,
  };
  memset(run->sums, 0, (size_t)sums * sizeof *run->sums);
  qcnn_pass_walk order = {0};
  qcnn_chunk chunk;
  while (qcnn_next_chunk(shape, layout, run->weights->subspaces, &order, &chunk)) {
    for (int32_t i = 0; i < chunk.doublings; i++) {
      run->weights->byte_tables->double_sums(run->sums, sums, look_ups.limit);
    }
    look_ups.step_count = build_chunk(run, &chunk, inputs, tile, steps);
    run->weights->filter_tables->accumulate(&look_ups, run->sums);
    look_ups.codes += (ptrdiff_t)filters * taps_of(layout, &chunk);
  }
}

/* The most pixels that are finished at a time; tiles of cut rows are not wider. */
#define PIECE 64

/* Pixels of a tile that lie side by side in the output. */
typedef struct {
  int32_t first;  /* within the tile */
  ptrdiff_t from; /* the first one, in its map */
  int32_t count;
} pixel_piece;

static int32_t pieces_of(const qcnn_lookup_run* run, filter_tile tile) {
  bool whole = tile.columns == run->shape->convolution.output_width;
  return whole ? qcnn_parts(tile.rows * tile.columns, PIECE) : tile.rows;
}

static pixel_piece piece_of(const qcnn_lookup_run* run, filter_tile tile, int32_t piece) {
  ptrdiff_t width = run->shape->convolution.output_width;
  if (tile.columns == width) { /* whole rows lie side by side, too */
    int32_t first = piece * PIECE;
    return (pixel_piece){first, tile.y * width + first,
                         qcnn_min(PIECE, tile.rows * tile.columns - first)};
  }
  return (pixel_piece){piece * tile.columns, (tile.y + piece) * width + tile.x, tile.columns};
}

/* Has the memory at hand that pixels of some maps will be written to: one line of the cache each. */
static void fetch_piece(const float* maps, ptrdiff_t map, int32_t filters, pixel_piece piece) {
  for (int32_t f = 0; f < filters; f++) {
    for (int32_t i = 0; i < piece.count; i += 16) {
      __builtin_prefetch(maps + f * map + piece.from + i, 1);
    }
  }
}

/* Finishes pixels side by side of a block of filters, into a buffer of [filter][PIECE]. */
static void finish_pixels(const qcnn_lookup_run* run, int32_t filters, const int16_t* sums,
                          int32_t count, const float* bias, const qcnn_activation* activation,
                          float* buffer) {
  const ptrdiff_t stride = qcnn_padded_filters(run->layout);
  const float scale = run->weights->header->scales[QCNN_OUTPUT_SCALE];
  const float floor = activation->kind == QCNN_ACTIVATION_RELU ? 0.0f : -INFINITY;
  for (int32_t i = 0; i < count; i += 16) {
    run->weights->filter_tables->finish(sums + i * stride, stride, qcnn_min(16, count - i), filters,
                                        scale, bias, floor, buffer + i, PIECE);
  }
  if (activation->kind != QCNN_ACTIVATION_RELU && activation->kind != QCNN_ACTIVATION_NONE) {
    for (int32_t f = 0; f < filters; f++) {
      qcnn_activate_row(activation, buffer + f * PIECE, count);
    }
  }
}

/*
 * Writes a tile of a block of filters. Outputs are brought from the order of filters to that of pixels
 * in a buffer: short pieces of 64 maps, often a multiple of 4 KB apart, would push each other out of
 * the first-level cache.
 */
static void finish_tile(const qcnn_lookup_run* run, filter_tile tile, int32_t filters,
                        const int16_t* sums, const float* bias, const qcnn_activation* activation,
                        float* maps) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const ptrdiff_t map = (ptrdiff_t)convolution->output_height * convolution->output_width;
  const int32_t pieces = pieces_of(run, tile);
  float buffer[QCNN_FILTER_BLOCK * PIECE];
  for (int32_t i = 0; i < pieces; i++) {
    pixel_piece piece = piece_of(run, tile, i);
    if (i + 1 < pieces) {
      fetch_piece(maps, map, filters, piece_of(run, tile, i + 1));
    }
    finish_pixels(run, filters, sums + (ptrdiff_t)piece.first * qcnn_padded_filters(run->layout),
                  piece.count, bias, activation, buffer);
    for (int32_t f = 0; f < filters; f++) {
      memcpy(maps + f * map + piece.from, buffer + f * PIECE, (size_t)piece.count * sizeof *buffer);
    }
  }
}

/* Writes the largest output of every square of four. */
static void finish_pooled_tile(const qcnn_lookup_run* run, filter_tile tile, int32_t filters,
                               const int16_t* sums, const float* bias,
                               const qcnn_activation* activation, float* maps) {
  const ptrdiff_t width = run->shape->convolution.output_width / 2;
  const ptrdiff_t map = run->shape->convolution.output_height / 2 * width;
  const ptrdiff_t row_sums = (ptrdiff_t)tile.columns * qcnn_padded_filters(run->layout);
  float first[QCNN_FILTER_BLOCK * PIECE];
  float second[QCNN_FILTER_BLOCK * PIECE];
  for (int32_t row = 0; row < tile.rows; row += 2) {
    finish_pixels(run, filters, sums + row * row_sums, tile.columns, bias, activation, first);
    finish_pixels(run, filters, sums + (row + 1) * row_sums, tile.columns, bias, activation,
                  second);
    float* out = maps + (tile.y + row) / 2 * width + tile.x / 2;
    for (int32_t f = 0; f < filters; f++) {
      run->weights->filter_tables->pool(first + f * PIECE, second + f * PIECE, tile.columns / 2,
                                        out + f * map);
    }
  }
}

void qcnn_run_filters(const qcnn_lookup_run* run, int32_t group, int32_t index, const float* bias,
                      const qcnn_activation* activation, bool pooled, float* output) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const qcnn_lookup_layout* layout = run->layout;
  const int32_t shrunk = pooled ? 2 : 1;
  const ptrdiff_t map =
      (ptrdiff_t)(convolution->output_height / shrunk) * (convolution->output_width / shrunk);
  const filter_tile tile = tile_of(run, index);
  sum_tile(run, group, tile);
  for (int32_t f = 0; f < layout->filters; f += QCNN_FILTER_BLOCK) {
    int32_t filters = qcnn_min(QCNN_FILTER_BLOCK, layout->filters - f);
    int32_t channel = group * layout->filters + f;
    float* maps = output + ((ptrdiff_t)tile.image * convolution->output_channels + channel) * map;
    if (pooled) {
      finish_pooled_tile(run, tile, filters, run->sums + f, bias + channel, activation, maps);
    } else {
      finish_tile(run, tile, filters, run->sums + f, bias + channel, activation, maps);
    }
  }
}
