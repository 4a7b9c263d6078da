/*
 * Tables and sums with positions in lanes and tables in lines. The loops, from outside in: tile of positions and
 * group (one task) -> subspace -> line -> filter -> kernel tap. Of the table only the lines
 * that the taps of one row of outputs read are there, in a ring: each new one takes the place of the oldest.
 */
#include "lookup_line_tiles.h"

#include "shape.h"

/* The inputs of a line, [bundle][position]. */
typedef struct {
  const int32_t* inputs;
  ptrdiff_t bundle_stride;
} line_inputs;

/*
 * Finds the inputs of a line: where they are, or if several rows share it, side by side in run->gathered. Positions
 * that no sum needs have anything.
 */
static line_inputs inputs_of_line(const qcnn_lookup_run* run, const qcnn_rectangle* tile,
                                  const int32_t* inputs, int32_t line) {
  const qcnn_lookup_layout* layout = run->layout;
  inputs += (ptrdiff_t)line * layout->columns;
  if (layout->slots == 1) {
    return (line_inputs){inputs, layout->prepared_positions};
  }
  const int32_t rows = layout->rows - tile->y - line; /* from the first slot's on */
  const size_t bytes = (size_t)(tile->columns + layout->right) * sizeof *inputs;
  for (int32_t bundle = 0; bundle < layout->bundles; bundle++) {
    int32_t* to = run->gathered + bundle * layout->block;
    const int32_t* row = inputs + (ptrdiff_t)bundle * layout->prepared_positions;
    for (int32_t s = 0; s < layout->slots && s * layout->lines < rows; s++) {
      memcpy(to + s * layout->slot, row, bytes);
      row += (ptrdiff_t)layout->lines * layout->columns;
    }
  }
  return (line_inputs){run->gathered, layout->block};
}

static void sort_codebook(const qcnn_lookup_run* run, const qcnn_lookup_pass* pass) {
  const qcnn_lookup_convolution* shape = run->shape;
  const int32_t fraction_bits = shape->table_bits == 8
                                    ? QCNN_BYTE_FRACTION_BITS
                                    : run->weights->subspaces[pass->subspace].fraction_bits;
  run->layout->line_kernels->sort(pass->codewords, shape->sub_codeword_size, fraction_bits,
                                  shape->sub_codewords, run->layout->block, run->codebook);
}

/* Where a line is in the ring. */
static char* line_of(const qcnn_lookup_run* run, int32_t line) {
  const ptrdiff_t place = line % (run->layout->down + 1);
  return (char*)run->table + place * run->layout->table_columns * run->shape->table_bits / 8;
}

static void build_line(const qcnn_lookup_run* run, const qcnn_rectangle* tile,
                       const qcnn_lookup_pass* pass, int32_t line) {
  const qcnn_lookup_layout* layout = run->layout;
  const qcnn_line_kernels* kernels = run->layout->line_kernels;
  const line_inputs from = inputs_of_line(run, tile, pass->inputs, line);
  const int8_t* quads = (const int8_t*)from.inputs;
  char* table = line_of(run, line);
  if (!layout->quads) {
    run->weights->kernels->build_table(
        (const int16_t*)(const void*)from.inputs, 2 * from.bundle_stride, layout->bundles,
        (const int16_t*)(const void*)pass->codewords, run->shape->sub_codewords, layout->block,
        (int16_t*)(void*)table, layout->block);
  } else if (run->shape->table_bits == 8) {
    kernels->build_bytes(run->codebook, quads, 4 * from.bundle_stride, (int8_t*)table);
  } else {
    kernels->build_words(run->codebook, quads, 4 * from.bundle_stride, (int16_t*)(void*)table);
  }
}

/* The taps of a phase, where they read the table for one line of sums. */
static qcnn_line_taps taps_of(const qcnn_lookup_run* run, int32_t phase, int32_t line) {
  const qcnn_axis* vertical = &run->layout->vertical;
  const qcnn_axis* horizontal = &run->layout->horizontal;
  const int32_t entry = run->shape->table_bits / 8; /* bytes */
  const int32_t y = phase / horizontal->phases;
  const int32_t x = phase % horizontal->phases;
  qcnn_line_taps taps = {
      .rows = qcnn_axis_taps(vertical, y),
      .columns = qcnn_axis_taps(horizontal, x),
      .step = entry * qcnn_axis_shift(horizontal, horizontal->period),
      .reach = entry * run->layout->right,
  };
  for (int32_t i = 0; i < taps.rows; i++) {
    const int32_t down = qcnn_axis_shift(vertical, y + i * vertical->period);
    taps.row[i] = line_of(run, line + down) + entry * qcnn_axis_shift(horizontal, x);
  }
  return taps;
}

/* The look-ups of all filters for one line of sums. */
static void accumulate_line(const qcnn_lookup_run* run, const qcnn_lookup_pass* pass,
                            int32_t line) {
  const qcnn_lookup_layout* layout = run->layout;
  const qcnn_look_ups* look_ups = &pass->look_ups;
  const qcnn_line_taps taps = taps_of(run, pass->phase, line);
  int16_t* sums = run->sums + line * qcnn_line_sums(layout);
  if (run->shape->table_bits == 8) {
    layout->line_kernels->accumulate_bytes(&taps, look_ups->codes, look_ups->limit, layout->filters,
                                           sums);
  } else {
    layout->line_kernels->accumulate_words(&taps, look_ups->codes, layout->filters, sums);
  }
}

void qcnn_sum_lines(const qcnn_lookup_run* run, const qcnn_rectangle* tile,
                    const qcnn_lookup_pass* pass) {
  const int32_t down = run->layout->down;
  if (run->layout->quads && pass->phase == 0) { /* other phases have the same codebook */
    sort_codebook(run, pass);
  }
  for (int32_t line = 0; line < tile->rows + down; line++) {
    build_line(run, tile, pass, line);
    if (line >= down) {
      accumulate_line(run, pass, line - down);
    }
  }
}
