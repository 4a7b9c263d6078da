/* Sums of a tile with filters in lanes: for every chunk of passes, tables and look-ups. */
#include "lookup_run.h"
#include "lookup_sums.h"
#include "shape.h"

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
  const ptrdiff_t position = qcnn_table_bytes(run->shape, run->layout);
  const int32_t taps = qcnn_phase_taps(run->layout, phase);
  int count = 0;
  for (int32_t t = 0; t < taps; t += 2) {
    steps[count].first = table + offsets[t] * position;
    steps[count].second = t + 1 < taps ? table + offsets[t + 1] * position : QCNN_NO_TAP;
    count++;
  }
  return count;
}

/* Builds the table of one pass from the inputs of the tile's first position on. */
static void build_table(const qcnn_lookup_run* run, int32_t subspace, const int32_t* inputs,
                        qcnn_rectangle tile, char* table) {
  const qcnn_lookup_layout* layout = run->layout;
  int32_t rows = 1;
  int32_t positions =
      (tile.rows - 1) * layout->columns + tile.columns + layout->halo; /* of all rows at once */
  if (layout->table_columns != layout->columns) {
    rows = tile.rows + layout->down;
    positions = tile.columns + layout->right;
  }
  const qcnn_lookup_packed* weights = run->weights;
  for (int32_t row = 0; row < rows; row++) {
    (layout->quads ? weights->filter_tables->build_from_quads
                   : weights->filter_tables->build_from_pairs)(
        inputs + (ptrdiff_t)row * layout->columns, layout->prepared_positions, layout->bundles,
        weights->codewords + subspace * qcnn_codebook_words(run->shape, layout),
        layout->table_stride, positions,
        layout->quads ? weights->subspaces[subspace].fraction_bits : 16, table);
    table += layout->table_columns * qcnn_table_bytes(run->shape, layout);
  }
}

/*
 * Where among the tables of a chunk that of a pass lies: the first, the last, the second and so on. One behind
 * the other they would look like a stride to prefetchers, which went on with it into what another thread
 * writes.
 */
static int32_t place_of_table(const qcnn_chunk* chunk, int32_t pass) {
  return pass % 2 == 0 ? pass / 2 : chunk->passes - 1 - pass / 2;
}

/* Builds the tables of a chunk and finds its steps; returns their number. */
static int build_chunk(const qcnn_lookup_run* run, const qcnn_chunk* chunk, const int32_t* inputs,
                       qcnn_rectangle tile, qcnn_filter_step* steps) {
  const qcnn_lookup_layout* layout = run->layout;
  const ptrdiff_t plane = (ptrdiff_t)layout->bundles * layout->prepared_positions;
  const ptrdiff_t table_bytes = layout->table_positions * qcnn_table_bytes(run->shape, layout);
  int count = 0;
  for (int32_t i = 0; i < chunk->passes; i++) {
    int32_t subspace = chunk->pass[i].subspace;
    int32_t phase = chunk->pass[i].phase;
    const ptrdiff_t table = place_of_table(chunk, i) * table_bytes;
    build_table(run, subspace, inputs + ((ptrdiff_t)subspace * layout->phases + phase) * plane,
                tile, (char*)run->table + table);
    count += add_steps(run, phase, table, steps + count);
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
static void sum_tile(const qcnn_lookup_run* run, int32_t group, qcnn_rectangle tile) {
  const qcnn_lookup_convolution* shape = run->shape;
  const qcnn_lookup_layout* layout = run->layout;
  const int32_t filters = qcnn_padded_filters(layout);
  const int32_t* inputs = qcnn_inputs_of_rectangle(run, group, &tile);
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
  while (qcnn_next_chunk(shape, layout, run->weights->order, &order, &chunk)) {
    for (int32_t i = 0; i < chunk.doublings; i++) {
      run->weights->byte_tables->double_sums(run->sums, sums, look_ups.limit);
    }
    look_ups.step_count = build_chunk(run, &chunk, inputs, tile, steps);
    run->weights->filter_tables->accumulate(&look_ups, run->sums);
    look_ups.codes += (ptrdiff_t)filters * taps_of(layout, &chunk);
  }
}

void qcnn_run_filters(const qcnn_lookup_run* run, int32_t group, int32_t index, const float* bias,
                      const qcnn_activation* activation, float* output) {
  const qcnn_rectangle tile = qcnn_rectangle_of_tile(run, index);
  sum_tile(run, group, tile);
  if (run->reader != NULL) {
    qcnn_hand_over_filters(run, group, tile, bias, activation);
  } else {
    qcnn_finish_filters(run, group, tile, bias, activation, output);
  }
}
