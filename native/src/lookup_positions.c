/*
 * Tables and sums with positions in lanes. The loops, from outside in: tile of positions and group (one
 * task) -> subspace -> phase of the stride (build its table) -> filter -> kernel tap.
 */
#include "lookup_line_tiles.h"
#include "lookup_scales.h"
#include "lookup_sums.h"
#include "shape.h"

/* The passes of one group and one tile, in their order. */
typedef struct {
  const qcnn_lookup_run* run;
  qcnn_lookup_pass next;
} pass_walk;

/* Where one tile begins, and how much of it there is. */
typedef struct {
  const int32_t* inputs;
  int32_t blocks, table_positions; /* of tables that do not lie in lines */
  qcnn_rectangle lines;
} position_tile;

static position_tile tile_of(const qcnn_lookup_run* run, int32_t group, int32_t tile) {
  const qcnn_lookup_layout* layout = run->layout;
  position_tile found = {0};
  if (layout->slots > 0) {
    found.lines = qcnn_rectangle_of_tile(run, tile);
    found.inputs = qcnn_inputs_of_rectangle(run, group, &found.lines);
    return found;
  }
  const ptrdiff_t subspaces = (ptrdiff_t)group * run->shape->subspaces; /* before this group */
  found.inputs =
      run->prepared + subspaces * qcnn_prepared_bundles(layout) + (ptrdiff_t)tile * layout->step;
  found.blocks = qcnn_blocks_of_tile(layout, tile);
  found.table_positions = qcnn_round_up(found.blocks * layout->block + layout->halo, layout->block);
  return found;
}

static pass_walk walk_begin(const qcnn_lookup_run* run, int32_t group, const int32_t* inputs) {
  const qcnn_lookup_convolution* shape = run->shape;
  const qcnn_lookup_layout* layout = run->layout;
  int32_t taps = shape->convolution.kernel_height * shape->convolution.kernel_width;
  ptrdiff_t subspaces = (ptrdiff_t)group * shape->subspaces; /* before this group */
  pass_walk walk = {.run = run, .next = {.inputs = inputs}};
  walk.next.codewords = run->weights->codewords;
  walk.next.look_ups.codes = run->weights->codes + subspaces * layout->filters * taps;
  return walk;
}

/* Takes the next pass; returns false after the last one. */
static bool walk_next(pass_walk* walk, qcnn_lookup_pass* pass) {
  const qcnn_lookup_run* run = walk->run;
  const qcnn_lookup_layout* layout = run->layout;
  if (walk->next.subspace == run->shape->subspaces) {
    return false;
  }
  qcnn_lookup_pass* next = &walk->next;
  if (next->phase == 0) {
    next->look_ups.offsets = run->offsets;
  }
  next->look_ups.taps = qcnn_phase_taps(layout, next->phase);
  *pass = *next;
  next->inputs += (ptrdiff_t)layout->bundles * layout->prepared_positions;
  next->look_ups.codes += (ptrdiff_t)layout->filters * next->look_ups.taps;
  next->look_ups.offsets += next->look_ups.taps;
  if (++next->phase == layout->phases) {
    next->phase = 0;
    next->subspace++;
    next->codewords += qcnn_codebook_words(run->shape, layout);
  }
  return true;
}

static void build_words(const qcnn_lookup_run* run, const qcnn_lookup_pass* pass,
                        int32_t table_positions) {
  const qcnn_lookup_layout* layout = run->layout;
  const qcnn_lookup_packed* weights = run->weights;
  if (layout->quads) {
    weights->byte_tables->build_words(
        (const int8_t*)pass->inputs, 4 * (ptrdiff_t)layout->prepared_positions,
        run->shape->sub_codeword_size, pass->codewords,
        weights->subspaces[pass->subspace].fraction_bits, run->shape->sub_codewords,
        table_positions, run->table, layout->table_stride);
  } else {
    weights->kernels->build_table(
        (const int16_t*)(const void*)pass->inputs, 2 * (ptrdiff_t)layout->prepared_positions,
        layout->bundles, (const int16_t*)(const void*)pass->codewords, run->shape->sub_codewords,
        table_positions, run->table, layout->table_stride);
  }
}

static void sum_words(const qcnn_lookup_run* run, const position_tile* tile, pass_walk* walk) {
  const qcnn_lookup_layout* layout = run->layout;
  qcnn_lookup_pass pass;
  while (walk_next(walk, &pass)) {
    if (layout->slots > 0) {
      qcnn_sum_lines(run, &tile->lines, &pass);
      continue;
    }
    build_words(run, &pass, tile->table_positions);
    run->weights->kernels->accumulate(run->table, layout->table_stride, pass.look_ups.codes,
                                      pass.look_ups.offsets, pass.look_ups.taps, layout->filters,
                                      tile->blocks, run->sums, layout->tile);
  }
}

/* Doubles the sums of a tile as often as the next chunk wants. */
static void double_sums(const qcnn_lookup_run* run, int32_t doublings) {
  int64_t count = qcnn_sums_bytes(run->layout) / (int64_t)sizeof *run->sums;
  for (int32_t i = 0; i < doublings; i++) {
    run->weights->byte_tables->double_sums(run->sums, count, qcnn_sum_limit(run->layout));
  }
}

/* Tables of 8 bits that do not lie in lines. */
static void sum_byte_pass(const qcnn_lookup_run* run, const position_tile* tile,
                          qcnn_lookup_pass* pass) {
  const qcnn_lookup_layout* layout = run->layout;
  const qcnn_byte_tables* kernels = run->weights->byte_tables;
  kernels->build_table((const int8_t*)pass->inputs, 4 * (ptrdiff_t)layout->prepared_positions,
                       run->shape->sub_codeword_size, pass->codewords, run->shape->sub_codewords,
                       tile->table_positions, run->table, layout->table_stride);
  pass->look_ups.table = run->table;
  pass->look_ups.table_stride = layout->table_stride;
  kernels->accumulate(&pass->look_ups, layout->filters, tile->blocks, run->sums, layout->tile);
}

static void sum_bytes(const qcnn_lookup_run* run, const position_tile* tile, pass_walk* walk) {
  const qcnn_lookup_layout* layout = run->layout;
  qcnn_pass_walk order = {0};
  qcnn_chunk chunk;
  while (qcnn_next_chunk(run->shape, layout, run->weights->order, &order, &chunk)) {
    double_sums(run, chunk.doublings);
    for (int32_t i = 0; i < chunk.passes; i++) {
      qcnn_lookup_pass pass;
      walk_next(walk, &pass);
      pass.look_ups.limit = i + 1 == chunk.passes ? qcnn_sum_limit(layout) : 0;
      if (layout->slots > 0) {
        qcnn_sum_lines(run, &tile->lines, &pass);
      } else {
        sum_byte_pass(run, tile, &pass);
      }
    }
  }
}

/* Sums the responses of one tile for all filters of one group. */
static void sum_tile(const qcnn_lookup_run* run, int32_t group, int32_t index) {
  const position_tile tile = tile_of(run, group, index);
  pass_walk walk = walk_begin(run, group, tile.inputs);
  memset(run->sums, 0, (size_t)qcnn_sums_bytes(run->layout));
  if (run->weights->order == NULL) {
    sum_words(run, &tile, &walk);
  } else {
    sum_bytes(run, &tile, &walk);
  }
}

void qcnn_run_positions(const qcnn_lookup_run* run, int32_t batch, int32_t group, int32_t tile,
                        const float* bias, const qcnn_activation* activation, float* output) {
  sum_tile(run, group, tile);
  if (run->reader != NULL) {
    qcnn_hand_over_positions(run, batch, group, tile, bias, activation);
  } else {
    qcnn_finish_positions(run, batch, group, tile, bias, activation, output);
  }
}
