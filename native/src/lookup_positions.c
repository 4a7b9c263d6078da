/*
 * Tables and sums with positions in lanes. The loops, from outside in: tile of positions and group (one
 * task) -> subspace -> phase of the stride (build its table) -> filter -> kernel tap.
 */
#include "lookup_run.h"
#include "lookup_scales.h"
#include "lookup_sums.h"
#include "shape.h"

/* One subspace and one phase of the stride: what its table is built of, and its look-ups. */
typedef struct {
  int32_t subspace;         /* in the order of packing */
  const int32_t* inputs;    /* from the first position of the tile on */
  const int32_t* codewords; /* of the subspace */
  qcnn_look_ups look_ups;
} lookup_pass;

/* The passes of one group and one tile, in their order. */
typedef struct {
  const qcnn_lookup_run* run;
  int32_t phase; /* of the next pass */
  lookup_pass next;
} pass_walk;

static pass_walk walk_begin(const qcnn_lookup_run* run, int32_t group, int32_t tile) {
  const qcnn_lookup_convolution* shape = run->shape;
  const qcnn_lookup_layout* layout = run->layout;
  int32_t taps = shape->convolution.kernel_height * shape->convolution.kernel_width;
  ptrdiff_t subspaces = (ptrdiff_t)group * shape->subspaces; /* before this group */
  pass_walk walk = {.run = run};
  walk.next.inputs =
      run->prepared + subspaces * qcnn_prepared_bundles(layout) + (ptrdiff_t)tile * layout->step;
  walk.next.codewords = run->weights->codewords;
  walk.next.look_ups.codes = run->weights->codes + subspaces * layout->filters * taps;
  return walk;
}

/* Takes the next pass; returns false after the last one. */
static bool walk_next(pass_walk* walk, lookup_pass* pass) {
  const qcnn_lookup_run* run = walk->run;
  const qcnn_lookup_layout* layout = run->layout;
  if (walk->next.subspace == run->shape->subspaces) {
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
    next->subspace++;
    next->codewords += qcnn_codebook_words(run->shape, layout);
  }
  return true;
}

static void build_words(const qcnn_lookup_run* run, const lookup_pass* pass,
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

static void sum_words(const qcnn_lookup_run* run, pass_walk* walk, int32_t blocks,
                      int32_t table_positions) {
  const qcnn_lookup_layout* layout = run->layout;
  lookup_pass pass;
  while (walk_next(walk, &pass)) {
    build_words(run, &pass, table_positions);
    run->weights->kernels->accumulate(run->table, layout->table_stride, pass.look_ups.codes,
                                      pass.look_ups.offsets, pass.look_ups.taps, layout->filters,
                                      blocks, run->sums, layout->tile);
  }
}

/* Doubles the sums of a tile as often as the next chunk wants. */
static void double_sums(const qcnn_lookup_run* run, int32_t doublings) {
  int64_t count = qcnn_sums_bytes(run->layout) / (int64_t)sizeof *run->sums;
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
  while (qcnn_next_chunk(run->shape, layout, run->weights->order, &order, &chunk)) {
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
  int32_t blocks = qcnn_blocks_of_tile(layout, tile);
  int32_t table_positions = qcnn_round_up(blocks * layout->block + layout->halo, layout->block);
  pass_walk walk = walk_begin(run, group, tile);
  memset(run->sums, 0, (size_t)qcnn_sums_bytes(layout));
  if (run->weights->order == NULL) {
    sum_words(run, &walk, blocks, table_positions);
  } else {
    sum_bytes(run, &walk, blocks, table_positions);
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
