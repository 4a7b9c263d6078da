/* Stage 2 of the lookup convolution, tables and sums: its tasks and its memory. */
#include "activation.h"
#include "lookup_input.h"
#include "lookup_run.h"
#include "lookup_scales.h"
#include "lookup_sums.h"
#include "products.h"
#include "shape.h"

/* What the kernels may read behind the last tap; see qcnn_look_ups. */
#define OFFSETS_BEYOND 4

/* The table of one tile, one subspace and one phase, or of a whole chunk with filters in lanes. */
static int64_t table_bytes(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout) {
  if (layout->slots > 0) {
    return qcnn_align((int64_t)(layout->down + 1) * layout->table_columns * shape->table_bits / 8);
  }
  int64_t rows = layout->filter_blocks == 0
                     ? shape->sub_codewords
                     : (int64_t)qcnn_largest_chunk(shape, layout) * layout->table_positions;
  return qcnn_align(rows * layout->table_stride * shape->table_bits / 8);
}

/* A codebook sorted for tables in lines. */
static int64_t codebook_bytes(const qcnn_lookup_layout* layout) {
  return layout->slots > 0 && layout->quads ? qcnn_align(layout->line_kernels->codebook_bytes) : 0;
}

/* The inputs of a line of several rows. */
static int64_t gathered_bytes(const qcnn_lookup_layout* layout) {
  return layout->slots > 1
             ? qcnn_align((int64_t)layout->bundles * layout->block * (int64_t)sizeof(int32_t))
             : 0;
}

/* Sums of a bundle's filters in the order of positions; the kernels for 8-bit tables keep another one. */
static int64_t ordered_bytes(const qcnn_lookup_convolution* shape,
                             const qcnn_lookup_layout* layout) {
  return shape->table_bits == 8 && layout->filter_blocks == 0 && layout->slots == 0
             ? qcnn_align(QCNN_MOST_BUNDLE_CHANNELS * layout->tile * (int64_t)sizeof(int16_t))
             : 0;
}

/* One filter's maxima, of positions in lanes. */
static int64_t pooled_bytes(const qcnn_lookup_convolution* shape,
                            const qcnn_lookup_layout* layout) {
  return shape->pooled && layout->filter_blocks == 0
             ? qcnn_align(qcnn_row_outputs(shape, layout) * (int64_t)sizeof(int16_t))
             : 0;
}

/* Outputs of a bundle's filters, of positions in lanes. */
static int64_t rows_bytes(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout) {
  return layout->filter_blocks == 0
             ? qcnn_align(QCNN_MOST_BUNDLE_CHANNELS * qcnn_row_outputs(shape, layout) *
                          (int64_t)sizeof(float))
             : 0;
}

/* Where the outputs of a part of a tile are, of positions in lanes. */
static int64_t found_bytes(const qcnn_lookup_layout* layout) {
  return layout->filter_blocks == 0
             ? qcnn_align(qcnn_most_rows(layout) * (int64_t)sizeof(qcnn_output_rows))
             : 0;
}

static int64_t offsets_bytes(const qcnn_lookup_convolution* shape) {
  return qcnn_align(((int64_t)shape->convolution.kernel_height * shape->convolution.kernel_width +
                     OFFSETS_BEYOND) *
                    (int64_t)sizeof(int32_t));
}

/* Where everything lies in a thread's scratch, in bytes. */
typedef struct {
  int64_t table, codebook, gathered, sums, ordered, pooled, rows, found, offsets, bytes;
} scratch_layout;

static scratch_layout scratch_of(const qcnn_lookup_convolution* shape,
                                 const qcnn_lookup_layout* layout) {
  scratch_layout at = {0};
  at.codebook = at.table + table_bytes(shape, layout);
  at.gathered = at.codebook + codebook_bytes(layout);
  at.sums = at.gathered + gathered_bytes(layout);
  at.ordered = at.sums + qcnn_sums_bytes(layout);
  at.pooled = at.ordered + ordered_bytes(shape, layout);
  at.rows = at.pooled + pooled_bytes(shape, layout);
  at.found = at.rows + rows_bytes(shape, layout);
  at.offsets = at.found + found_bytes(layout);
  at.bytes = at.offsets + offsets_bytes(shape);
  return at;
}

int64_t qcnn_lookup_convolution_scratch_size(const qcnn_lookup_convolution* shape, int32_t isa,
                                             int32_t batch) {
  if (shape->products == 1) {
    return qcnn_products_scratch_size(shape, isa);
  }
  qcnn_lookup_layout layout;
  /* One tile needs no less than a half of it. */
  int32_t status = qcnn_lookup_layout_whole(shape, isa, batch, &layout);
  if (status != QCNN_OK) {
    return -status;
  }
  return scratch_of(shape, &layout).bytes;
}

int32_t qcnn_lookup_convolution_tasks(const qcnn_lookup_convolution* shape, int32_t isa,
                                      int32_t batch) {
  if (shape->products == 1) {
    return qcnn_products_tasks(shape, isa, batch);
  }
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
  if (shape->products == 1) {
    return qcnn_products_rows(shape, isa);
  }
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

static bool activation_ok(const qcnn_lookup_convolution* shape, const qcnn_activation* activation) {
  return qcnn_activation_ok(activation) &&
         (!shape->pooled || activation->kind <= QCNN_ACTIVATION_CLIP);
}

static bool activation_handed_over(const qcnn_activation* activation) {
  return activation->kind == QCNN_ACTIVATION_NONE || activation->kind == QCNN_ACTIVATION_RELU;
}

/*
 * Whether no bundle of channels belongs to two groups of filters, so that with positions in lanes each is written by
 * one task.
 */
static bool groups_whole_bundles(const qcnn_lookup_layout* layout, int32_t groups,
                                 const qcnn_lookup_convolution* next,
                                 const qcnn_lookup_layout* next_layout) {
  const int32_t channels = next->convolution.input_channels / next->convolution.groups;
  for (int32_t group = 1; group < groups; group++) {
    const int32_t component = group * layout->filters % channels % next->sub_codeword_size;
    if (component % qcnn_bundle_channels(next_layout) != 0) {
      return false;
    }
  }
  return true;
}

/*
 * Whether the kernels can write to the reader's bundles: with filters in lanes as many of them as a bundle has channels
 * lie side by side; with positions in lanes any layout will do, of whole bundles.
 */
static bool fits(const qcnn_lookup_layout* layout, int32_t groups,
                 const qcnn_lookup_convolution* next, const qcnn_lookup_layout* next_layout) {
  return layout->filter_blocks > 0
             ? next_layout->filter_blocks > 0 && (next_layout->quads || layout->filters % 2 == 0)
             : groups_whole_bundles(layout, groups, next, next_layout);
}

/* Whether one's outputs, pooled or not, are the other's inputs, and can be written as such. */
static bool reads(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout,
                  const qcnn_lookup_convolution* next, const qcnn_lookup_layout* next_layout) {
  const qcnn_convolution* c = &shape->convolution;
  const qcnn_convolution* n = &next->convolution;
  const int32_t shrunk = qcnn_pooled_extent(shape);
  return n->input_channels == c->output_channels && n->input_height == c->output_height / shrunk &&
         n->input_width == c->output_width / shrunk && fits(layout, c->groups, next, next_layout) &&
         qcnn_lookup_input_flat(next, next_layout);
}

int32_t qcnn_lookup_convolution_hands_over(const qcnn_lookup_convolution* shape,
                                           const qcnn_lookup_convolution* next, int32_t isa) {
  if (shape->products == 1 && next->products == 1) {
    return qcnn_products_hands_over(shape, next, isa);
  }
  if (shape->products != next->products) {
    return 0;
  }
  qcnn_lookup_layout layout, next_layout;
  int32_t status = qcnn_lookup_layout_of(shape, isa, 1, &layout);
  if (status == QCNN_OK) {
    status = qcnn_lookup_layout_of(next, isa, 1, &next_layout);
  }
  return status == QCNN_OK ? reads(shape, &layout, next, &next_layout) : -status;
}

/* What both ways to run share: all but where outputs go, which is `reader` or `output`. */
static int32_t run_tasks(const qcnn_lookup_convolution* shape, int32_t batch, const void* packed,
                         const float* bias, const qcnn_activation* activation, const void* prepared,
                         const qcnn_lookup_reader* reader, float* output, void* scratch,
                         int32_t first, int32_t last) {
  qcnn_lookup_packed weights;
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_packed_open(shape, batch, packed, &layout, &weights);
  if (status != QCNN_OK) {
    return status;
  }
  if (reader != NULL && !reads(shape, &layout, reader->shape, reader->layout)) {
    return QCNN_BAD_SHAPE;
  }
  const qcnn_convolution* convolution = &shape->convolution;
  if (!qcnn_range_ok(first, last, (int64_t)layout.tiles * convolution->groups) ||
      !activation_ok(shape, activation)) {
    return QCNN_BAD_RANGE;
  }
  if (layout.halved && first == 0 && last == layout.tiles) {
    qcnn_lookup_layout_whole(shape, (int32_t)weights.header->isa, batch, &layout);
    last = layout.tiles;
  }
  const scratch_layout at = scratch_of(shape, &layout);
  char* bytes = scratch;
  int32_t* offsets = (int32_t*)(void*)(bytes + at.offsets);
  if (layout.slots == 0) { /* tables in lines have none */
    find_offsets(&layout, offsets);
  }
  memset(bytes + at.gathered, 0, (size_t)(at.sums - at.gathered));
  qcnn_lookup_run run = {
      .shape = shape,
      .layout = &layout,
      .weights = &weights,
      .prepared = prepared,
      .table = bytes + at.table,
      .codebook = bytes + at.codebook,
      .gathered = (int32_t*)(void*)(bytes + at.gathered),
      .sums = (int16_t*)(void*)(bytes + at.sums),
      .ordered = (int16_t*)(void*)(bytes + at.ordered),
      .pooled = (int16_t*)(void*)(bytes + at.pooled),
      .rows = (float*)(void*)(bytes + at.rows),
      .found = (qcnn_output_rows*)(void*)(bytes + at.found),
      .offsets = offsets,
      .reader = reader,
  };
  for (int32_t task = first; task < last; task++) {
    int32_t group = task % convolution->groups;
    int32_t tile = task / convolution->groups;
    if (layout.filter_blocks == 0) {
      qcnn_run_positions(&run, batch, group, tile, bias, activation, output);
    } else {
      qcnn_run_filters(&run, group, tile, bias, activation, output);
    }
  }
  return QCNN_OK;
}

int32_t qcnn_lookup_convolution_run(const qcnn_lookup_convolution* shape, int32_t batch,
                                    const void* packed, const float* bias,
                                    const qcnn_activation* activation, const void* prepared,
                                    float* output, void* scratch, int32_t first, int32_t last) {
  if (shape->products == 1) {
    const qcnn_products_destination destination = {.output = output};
    return qcnn_products_run(shape, batch, packed, bias, activation, prepared, &destination,
                             scratch, first, last);
  }
  return run_tasks(shape, batch, packed, bias, activation, prepared, NULL, output, scratch, first,
                   last);
}

int32_t qcnn_lookup_convolution_hand_over(const qcnn_lookup_convolution* shape, int32_t batch,
                                          const void* packed, const float* bias,
                                          const qcnn_activation* activation, const void* prepared,
                                          const qcnn_lookup_convolution* next,
                                          const void* next_packed, void* next_prepared,
                                          void* scratch, int32_t first, int32_t last) {
  if (shape->products == 1) {
    const qcnn_products_destination destination = {
        .next = next, .next_packed = next_packed, .next_prepared = next_prepared};
    return qcnn_products_run(shape, batch, packed, bias, activation, prepared, &destination,
                             scratch, first, last);
  }
  qcnn_lookup_packed weights;
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_packed_open(next, batch, next_packed, &layout, &weights);
  if (status != QCNN_OK) {
    return status;
  }
  if (!activation_handed_over(activation)) {
    return QCNN_BAD_RANGE;
  }
  const qcnn_lookup_reader reader = {
      .shape = next, .layout = &layout, .weights = &weights, .prepared = next_prepared};
  return run_tasks(shape, batch, packed, bias, activation, prepared, &reader, NULL, scratch, first,
                   last);
}
