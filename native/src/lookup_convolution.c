/*
 * Stage 2 of the lookup convolution: tables and sums. The loops, from outside in: tile of positions
 * and group (one task) -> subspace -> phase of the stride (build its table) -> filter -> kernel tap.
 * Where filters lie in lanes, lookup_filters.c takes over.
 */
#include <math.h>

#include "activation.h"
#include "lookup_filters.h"
#include "lookup_packed.h"
#include "lookup_scales.h"
#include "lookup_sums.h"
#include "shape.h"

/* What the kernels may read behind the last tap; see qcnn_look_ups. */
#define OFFSETS_BEYOND 4

/* The table of one tile, one subspace and one phase, or of a whole chunk with filters in lanes. */
static int64_t table_bytes(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout) {
  int64_t rows = layout->filter_blocks == 0
                     ? shape->sub_codewords
                     : (int64_t)qcnn_largest_chunk(shape, layout) * layout->table_positions;
  return qcnn_align(rows * layout->table_stride * shape->table_bits / 8);
}

static int64_t sums_bytes(const qcnn_lookup_layout* layout) {
  int64_t positions =
      layout->filter_blocks == 0 ? layout->tile : layout->tile_rows * (int64_t)layout->tile_columns;
  return qcnn_align(qcnn_padded_filters(layout) * positions * (int64_t)sizeof(int16_t));
}

/* One filter's sums in the order of positions; the kernels for 8-bit tables keep another one. */
static int64_t ordered_bytes(const qcnn_lookup_convolution* shape,
                             const qcnn_lookup_layout* layout) {
  return shape->table_bits == 8 && layout->filter_blocks == 0
             ? qcnn_align(layout->tile * (int64_t)sizeof(int16_t))
             : 0;
}

static int64_t offsets_bytes(const qcnn_lookup_convolution* shape) {
  return qcnn_align(((int64_t)shape->convolution.kernel_height * shape->convolution.kernel_width +
                     OFFSETS_BEYOND) *
                    (int64_t)sizeof(int32_t));
}

int64_t qcnn_lookup_convolution_scratch_size(const qcnn_lookup_convolution* shape, int32_t isa,
                                             int32_t batch) {
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_layout_of(shape, isa, batch, &layout);
  if (status != QCNN_OK) {
    return -status;
  }
  return table_bytes(shape, &layout) + sums_bytes(&layout) + ordered_bytes(shape, &layout) +
         offsets_bytes(shape);
}

int32_t qcnn_lookup_convolution_tasks(const qcnn_lookup_convolution* shape, int32_t isa,
                                      int32_t batch) {
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_layout_of(shape, isa, batch, &layout);
  if (status != QCNN_OK) {
    return -status;
  }
  int64_t tasks = (int64_t)layout.tiles * shape->convolution.groups;
  return tasks <= INT32_MAX ? (int32_t)tasks : -QCNN_BAD_SHAPE;
}

int32_t qcnn_lookup_convolution_filter_blocks(const qcnn_lookup_convolution* shape, int32_t isa) {
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_layout_of(shape, isa, 1, &layout);
  return status == QCNN_OK ? layout.filter_blocks : -status;
}

int64_t qcnn_lookup_convolution_table_positions(const qcnn_lookup_convolution* shape, int32_t isa) {
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_layout_of(shape, isa, 1, &layout);
  if (status != QCNN_OK) {
    return -status;
  }
  return (int64_t)layout.tiles * layout.table_positions;
}

/* The shifts of all taps, phase by phase, in the order of their codes. */
static void find_offsets(const qcnn_lookup_layout* layout, int32_t* offsets) {
  const qcnn_axis* vertical = &layout->vertical;
  const qcnn_axis* horizontal = &layout->horizontal;
  for (int32_t phase = 0; phase < layout->phases; phase++) {
    for (int32_t y = phase / horizontal->phases; y < vertical->taps; y += vertical->period) {
      for (int32_t x = phase % horizontal->phases; x < horizontal->taps; x += horizontal->period) {
        *offsets++ =
            qcnn_axis_shift(vertical, y) * layout->table_columns + qcnn_axis_shift(horizontal, x);
      }
    }
  }
  memset(offsets, 0, OFFSETS_BEYOND * sizeof *offsets);
}

/* One subspace and one phase of the stride: what its table is built of, and its look-ups. */
typedef struct {
  const int32_t* inputs;    /* from the first position of the tile on */
  const int32_t* codewords; /* of the subspace */
  qcnn_look_ups look_ups;
} lookup_pass;

/* The passes of one group and one tile, in their order. */
typedef struct {
  const qcnn_lookup_run* run;
  int32_t subspace, phase; /* of the next pass */
  lookup_pass next;
} pass_walk;

static pass_walk walk_begin(const qcnn_lookup_run* run, int32_t group, int32_t tile) {
  const qcnn_lookup_convolution* shape = run->shape;
  const qcnn_lookup_layout* layout = run->layout;
  int32_t taps = shape->convolution.kernel_height * shape->convolution.kernel_width;
  ptrdiff_t subspaces = (ptrdiff_t)group * shape->subspaces; /* before this group */
  pass_walk walk = {.run = run};
  walk.next.inputs =
      run->prepared + subspaces * qcnn_prepared_bundles(layout) + (ptrdiff_t)tile * layout->tile;
  walk.next.codewords = run->weights->codewords;
  walk.next.look_ups.codes = run->weights->codes + subspaces * layout->filters * taps;
  return walk;
}

/* Takes the next pass; returns false after the last one. */
static bool walk_next(pass_walk* walk, lookup_pass* pass) {
  const qcnn_lookup_run* run = walk->run;
  const qcnn_lookup_layout* layout = run->layout;
  if (walk->subspace == run->shape->subspaces) {
    return false;
  }
  lookup_pass* next = &walk->next;
  if (walk->phase == 0) {
    next->look_ups.offsets = run->offsets;
  }
  next->look_ups.taps = qcnn_phase_taps(layout, walk->phase);
  *pass = *next;
  next->inputs += (ptrdiff_t)layout->bundles * layout->prepared_positions;
  next->look_ups.codes += (ptrdiff_t)layout->filters * next->look_ups.taps;
  next->look_ups.offsets += next->look_ups.taps;
  if (++walk->phase == layout->phases) {
    walk->phase = 0;
    walk->subspace++;
    next->codewords += qcnn_codebook_words(run->shape, layout);
  }
  return true;
}

/* Blocks of positions of a tile; the last one may be shorter than the others. */
static int32_t blocks_of_tile(const qcnn_lookup_layout* layout, int32_t tile) {
  int32_t rest = layout->positions - tile * layout->tile;
  return qcnn_parts(qcnn_min(layout->tile, rest), layout->block);
}

static void sum_words(const qcnn_lookup_run* run, pass_walk* walk, int32_t blocks,
                      int32_t table_positions) {
  const qcnn_lookup_layout* layout = run->layout;
  const qcnn_lookup_kernels* kernels = run->weights->kernels;
  lookup_pass pass;
  while (walk_next(walk, &pass)) {
    kernels->build_table((const int16_t*)(const void*)pass.inputs,
                         2 * (ptrdiff_t)layout->prepared_positions, layout->bundles,
                         (const int16_t*)(const void*)pass.codewords, run->shape->sub_codewords,
                         table_positions, run->table, layout->table_stride);
    kernels->accumulate(run->table, layout->table_stride, pass.look_ups.codes,
                        pass.look_ups.offsets, pass.look_ups.taps, layout->filters, blocks,
                        run->sums, layout->tile);
  }
}

/* Doubles the sums of a tile as often as the next chunk wants. */
static void double_sums(const qcnn_lookup_run* run, int32_t doublings) {
  int64_t count = sums_bytes(run->layout) / (int64_t)sizeof *run->sums;
  for (int32_t i = 0; i < doublings; i++) {
    run->weights->byte_tables->double_sums(run->sums, count, qcnn_sum_limit(run->layout));
  }
}

static void sum_bytes(const qcnn_lookup_run* run, pass_walk* walk, int32_t blocks,
                      int32_t table_positions) {
  const qcnn_lookup_layout* layout = run->layout;
  const qcnn_byte_tables* kernels = run->weights->byte_tables;
  qcnn_pass_walk order = {0};
  qcnn_chunk chunk;
  while (qcnn_next_chunk(run->shape, layout, run->weights->subspaces, &order, &chunk)) {
    double_sums(run, chunk.doublings);
    for (int32_t i = 0; i < chunk.passes; i++) {
      lookup_pass pass;
      walk_next(walk, &pass);
      kernels->build_table((const int8_t*)pass.inputs, 4 * (ptrdiff_t)layout->prepared_positions,
                           run->shape->sub_codeword_size, pass.codewords, run->shape->sub_codewords,
                           table_positions, run->table, layout->table_stride);
      pass.look_ups.table = run->table;
      pass.look_ups.table_stride = layout->table_stride;
      pass.look_ups.limit = i + 1 == chunk.passes ? qcnn_sum_limit(layout) : 0;
      kernels->accumulate(&pass.look_ups, layout->filters, blocks, run->sums, layout->tile);
    }
  }
}

/* Sums the responses of one tile for all filters of one group. */
static void sum_tile(const qcnn_lookup_run* run, int32_t group, int32_t tile) {
  const qcnn_lookup_layout* layout = run->layout;
  int32_t blocks = blocks_of_tile(layout, tile);
  int32_t table_positions = qcnn_round_up(blocks * layout->block + layout->halo, layout->block);
  pass_walk walk = walk_begin(run, group, tile);
  memset(run->sums, 0, (size_t)sums_bytes(layout));
  if (run->weights->subspaces == NULL) {
    sum_words(run, &walk, blocks, table_positions);
  } else {
    sum_bytes(run, &walk, blocks, table_positions);
  }
}

/* Writes what one filter's sums say of real pixels: the positions in the used rows and columns. */
static void finish_filter(const qcnn_lookup_run* run, int32_t batch, int32_t tile, int32_t channel,
                          const int16_t* sums, float bias, const qcnn_activation* activation,
                          float* output) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const qcnn_lookup_layout* layout = run->layout;
  float scale = run->weights->header->scales[QCNN_OUTPUT_SCALE];
  float floor = activation->kind == QCNN_ACTIVATION_RELU ? 0.0f : -INFINITY;
  int32_t width = convolution->output_width;
  int32_t position = tile * layout->tile;
  int32_t end = qcnn_min(position + layout->tile, batch * layout->plane);
  while (position < end) {
    int32_t image = position / layout->plane;
    int32_t row = position % layout->plane / layout->columns;
    int32_t column = position % layout->columns; /* planes are whole rows */
    int32_t row_end = qcnn_min(position - column + layout->columns, end);
    int32_t count = qcnn_min(row_end - position, width - column);
    if (row < convolution->output_height && count > 0) {
      float* out = output +
                   (((ptrdiff_t)image * convolution->output_channels + channel) *
                        convolution->output_height +
                    row) *
                       width +
                   column;
      run->weights->kernels->finish(sums + (position - tile * layout->tile), count, scale, bias,
                                    floor, out);
      if (activation->kind != QCNN_ACTIVATION_RELU && activation->kind != QCNN_ACTIVATION_NONE) {
        qcnn_activate_row(activation, out, count);
      }
    }
    position = row_end;
  }
}

/* Finishes all filters of one group for one tile. */
static void finish_tile(const qcnn_lookup_run* run, int32_t batch, int32_t group, int32_t tile,
                        const float* bias, const qcnn_activation* activation, float* output) {
  const qcnn_lookup_layout* layout = run->layout;
  for (int32_t f = 0; f < layout->filters; f++) {
    int32_t channel = group * layout->filters + f;
    const int16_t* sums = run->sums + (ptrdiff_t)f * layout->tile;
    if (run->weights->subspaces != NULL) {
      run->weights->byte_tables->in_order(sums, blocks_of_tile(layout, tile), run->ordered);
      sums = run->ordered;
    }
    finish_filter(run, batch, tile, channel, sums, bias[channel], activation, output);
  }
}

/* One tile and one group with positions in lanes. */
static void run_positions(const qcnn_lookup_run* run, int32_t batch, int32_t group, int32_t tile,
                          const float* bias, const qcnn_activation* activation, float* output) {
  sum_tile(run, group, tile);
  finish_tile(run, batch, group, tile, bias, activation, output);
}

static int32_t run_tasks(const qcnn_lookup_convolution* shape, int32_t batch, const void* packed,
                         const float* bias, const qcnn_activation* activation, bool pooled,
                         const void* prepared, float* output, void* scratch, int32_t first,
                         int32_t last) {
  qcnn_lookup_packed weights;
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_packed_open(shape, batch, packed, &layout, &weights);
  if (status != QCNN_OK) {
    return status;
  }
  const qcnn_convolution* convolution = &shape->convolution;
  if (pooled && (layout.filter_blocks == 0 || convolution->output_height % 2 != 0 ||
                 convolution->output_width % 2 != 0)) {
    return QCNN_BAD_SHAPE;
  }
  if (!qcnn_range_ok(first, last, (int64_t)layout.tiles * convolution->groups) ||
      !qcnn_activation_ok(activation)) {
    return QCNN_BAD_RANGE;
  }
  char* table = scratch;
  char* sums = table + table_bytes(shape, &layout);
  char* ordered = sums + sums_bytes(&layout);
  int32_t* offsets = (int32_t*)(void*)(ordered + ordered_bytes(shape, &layout));
  find_offsets(&layout, offsets);
  qcnn_lookup_run run = {
      .shape = shape,
      .layout = &layout,
      .weights = &weights,
      .prepared = prepared,
      .table = table,
      .sums = (int16_t*)(void*)sums,
      .ordered = (int16_t*)(void*)ordered,
      .offsets = offsets,
  };
  for (int32_t task = first; task < last; task++) {
    int32_t group = task % convolution->groups;
    int32_t tile = task / convolution->groups;
    if (layout.filter_blocks == 0) {
      run_positions(&run, batch, group, tile, bias, activation, output);
    } else {
      qcnn_run_filters(&run, group, tile, bias, activation, pooled, output);
    }
  }
  return QCNN_OK;
}

int32_t qcnn_lookup_convolution_run(const qcnn_lookup_convolution* shape, int32_t batch,
                                    const void* packed, const float* bias,
                                    const qcnn_activation* activation, const void* prepared,
                                    float* output, void* scratch, int32_t first, int32_t last) {
  return run_tasks(shape, batch, packed, bias, activation, false, prepared, output, scratch, first,
                   last);
}

int32_t qcnn_lookup_convolution_run_pooled(const qcnn_lookup_convolution* shape, int32_t batch,
                                           const void* packed, const float* bias,
                                           const qcnn_activation* activation, const void* prepared,
                                           float* output, void* scratch, int32_t first,
                                           int32_t last) {
  return run_tasks(shape, batch, packed, bias, activation, true, prepared, output, scratch, first,
                   last);
}
