/* Convolutions by products: multiplies patch by patch and writes what becomes of the sums. */
#include "activation.h"
#include "products_multiply.h"
#include "products_overlap.h"
#include "shape.h"

/* One or two rows of a map, from the place's output on. */
static void run_patch(const qcnn_products_calls* calls, const qcnn_products_place* at) {
  const qcnn_convolution* convolution = &calls->shape->convolution;
  const qcnn_products_layout* layout = calls->layout;
  const int32_t rows = qcnn_min(layout->patch_rows, convolution->output_height - at->y);
  const int32_t columns = qcnn_min(layout->patch_columns, convolution->output_width - at->x);
  const ptrdiff_t next = (ptrdiff_t)convolution->stride_height * layout->columns * layout->channels;
  qcnn_products_place output = *at;
  if (calls->shape->pooled) {
    output.y /= 2;
    output.x /= 2;
    qcnn_products_fetch(calls, &output, 1, columns / 2);
    qcnn_products_multiply(calls, at, rows, columns, next);
    if (calls->shape->pooled == QCNN_POOLED_OVERLAPPING) {
      qcnn_products_overlap_pool(calls, at, columns);
    } else {
      calls->weights->kernels->pool(calls->sums, columns);
    }
    qcnn_products_write(calls, &output, calls->sums, columns / 2);
    return;
  }
  qcnn_products_fetch(calls, &output, rows, columns);
  qcnn_products_multiply(calls, at, rows, columns, next);
  for (int32_t row = 0; row < rows; row++, output.y++) {
    qcnn_products_write(calls, &output, calls->sums + row * QCNN_PRODUCT_ROW_SUMS, columns);
  }
}

/* Writes outputs of a piece of a line from their sums, row by row, and leaves out what lies between rows. */
static void write_piece(const qcnn_products_calls* calls, const qcnn_products_place* at,
                        int32_t first, const int32_t* sums) {
  const int32_t columns = calls->layout->columns;
  const int32_t last = qcnn_min(first + QCNN_PRODUCT_COLUMNS, calls->layout->line);
  qcnn_products_place output = *at;
  for (int32_t next = first; next < last; next += columns - output.x) {
    output.y = next / columns;
    output.x = next % columns;
    const int32_t end = qcnn_min(calls->shape->convolution.output_width, output.x + last - next);
    if (output.x < end) {
      qcnn_products_write(calls, &output, sums + (next - first) * QCNN_PRODUCT_FILTERS,
                          end - output.x);
    }
  }
}

/* Two pieces of a line, the first one from `first` on. */
static void run_pieces(const qcnn_products_calls* calls, const qcnn_products_place* at,
                       int32_t first) {
  const int32_t rows =
      qcnn_parts(qcnn_min(QCNN_PRODUCT_ROWS * QCNN_PRODUCT_COLUMNS, calls->layout->line - first),
                 QCNN_PRODUCT_COLUMNS);
  qcnn_products_place begin = *at;
  begin.x = first; /* rows follow each other */
  qcnn_products_multiply(calls, &begin, rows, QCNN_PRODUCT_COLUMNS,
                         (ptrdiff_t)QCNN_PRODUCT_COLUMNS * calls->layout->channels);
  for (int32_t row = 0; row < rows; row++) {
    write_piece(calls, at, first + row * QCNN_PRODUCT_COLUMNS,
                calls->sums + row * QCNN_PRODUCT_ROW_SUMS);
  }
}

/* A unit for the filters of a chunk; at: its first output, or of a line the map's. */
static void run_unit(const qcnn_products_calls* calls, qcnn_products_place* at, int32_t unit,
                     int32_t first_block, int32_t last_block) {
  const qcnn_products_layout* layout = calls->layout;
  const int32_t width = layout->line > 0 ? 1 : calls->shape->convolution.output_width;
  for (at->x = 0; at->x < width; at->x += layout->patch_columns) {
    for (at->filter_block = first_block; at->filter_block < last_block; at->filter_block++) {
      if (layout->line > 0) {
        run_pieces(calls, at, unit * QCNN_PRODUCT_ROWS * QCNN_PRODUCT_COLUMNS);
      } else {
        at->y = unit * layout->patch_rows;
        run_patch(calls, at);
      }
      if (at->ahead < at->ahead_end) {
        at->ahead += layout->passes * qcnn_products_ahead_bytes(layout, at->ahead_lines);
      }
    }
  }
}

/* Blocks of filters, counted through all groups. */
typedef struct {
  int32_t first, count;
} block_range;

/* Those that come behind a chunk of a group where one thread does all tasks: half of a group begins anew. */
static block_range blocks_behind(const qcnn_products_calls* calls, int32_t group, int32_t chunk,
                                 bool last_half) {
  const qcnn_products_layout* layout = calls->layout;
  const int32_t blocks = layout->filter_blocks;
  if (chunk + 1 < layout->chunks) {
    const int32_t first = (chunk + 1) * layout->chunk_blocks;
    return (block_range){group * blocks + first, qcnn_min(layout->chunk_blocks, blocks - first)};
  }
  if (!last_half) {
    return (block_range){group * blocks, layout->chunks > 1 ? layout->chunk_blocks : 0};
  }
  const bool more = group + 1 < calls->shape->convolution.groups;
  return (block_range){(group + 1) * blocks, more ? layout->chunk_blocks : 0};
}

/*
 * Has a task fetch its share of the weights that come behind its own while it multiplies: that of its band, one
 * of so many; patches: of the task.
 */
static void look_ahead(const qcnn_products_calls* calls, const block_range* behind, int32_t band,
                       int32_t bands, int64_t patches, qcnn_products_place* at) {
  const qcnn_products_layout* layout = calls->layout;
  const int64_t multiplied = patches * layout->passes * layout->blocks;
  const ptrdiff_t block_bytes = qcnn_products_weight_bytes(layout);
  const ptrdiff_t share = behind->count * block_bytes / bands;
  at->ahead = calls->weights->weights + behind->first * block_bytes + band * share;
  at->ahead_end = at->ahead + share;
  at->ahead_lines = (int32_t)((share / 64 + multiplied - 1) / multiplied);
}

/*
 * A chunk of filters of a group of an image for a band of its units. Where bands are even in number tasks go
 * through all chunks for one half of them, then for the other: two threads, each of which begins with half of
 * the tasks, then find the rows that they wrote in their own caches, where halves of the filters would ask for
 * all rows of both.
 */
static void run_task(const qcnn_products_calls* calls, int32_t task) {
  const qcnn_convolution* convolution = &calls->shape->convolution;
  const qcnn_products_layout* layout = calls->layout;
  const int32_t halves = layout->bands % 2 == 0 ? 2 : 1;
  const int32_t bands = layout->bands / halves;
  const int32_t chunk = task / bands % layout->chunks;
  const int32_t half = task / bands / layout->chunks % halves;
  const int32_t group = task / bands / layout->chunks / halves;
  const int32_t band = half * bands + task % bands;
  const int32_t first_block = chunk * layout->chunk_blocks;
  const int32_t last_block = qcnn_min(first_block + layout->chunk_blocks, layout->filter_blocks);
  const int32_t first = (int32_t)((int64_t)band * layout->units / layout->bands);
  const int32_t last = (int32_t)((int64_t)(band + 1) * layout->units / layout->bands);
  const int32_t across =
      layout->line > 0 ? 1 : qcnn_parts(convolution->output_width, layout->patch_columns);
  qcnn_products_place at = {.image = group / convolution->groups,
                            .group = group % convolution->groups};
  at.first_block = first_block;
  if (calls->shape->pooled == QCNN_POOLED_OVERLAPPING) {
    qcnn_products_overlap_begin(calls, &at, first, last_block);
  }
  const int64_t patches = (int64_t)(last - first) * across * (last_block - first_block);
  const block_range behind = blocks_behind(calls, at.group, chunk, half + 1 == halves);
  look_ahead(calls, &behind, task % bands, bands, patches, &at);
  for (int32_t unit = first; unit < last; unit++) {
    run_unit(calls, &at, unit, first_block, last_block);
  }
}

/* Whether a block of filters never goes to two groups of the reader. */
static bool groups_fit(const qcnn_products_layout* layout, const qcnn_products_layout* next,
                       int32_t next_groups) {
  return next_groups == 1 || (layout->filters % QCNN_PRODUCT_FILTERS == 0 &&
                              next->channels % QCNN_PRODUCT_FILTERS == 0);
}

/*
 * Whether one's outputs, pooled or not, are the other's inputs, all of which are read: what lies beyond has
 * no place.
 */
static bool reads(const qcnn_lookup_convolution* shape, const qcnn_products_layout* layout,
                  const qcnn_lookup_convolution* next, const qcnn_products_layout* next_layout) {
  const qcnn_convolution* c = &shape->convolution;
  const qcnn_convolution* n = &next->convolution;
  const int32_t shrunk = shape->pooled ? 2 : 1;
  return n->input_channels == c->output_channels && n->input_height == c->output_height / shrunk &&
         n->input_width == c->output_width / shrunk &&
         n->pad_top + n->input_height <= next_layout->rows &&
         n->pad_left + n->input_width <= next_layout->columns &&
         groups_fit(layout, next_layout, n->groups);
}

int32_t qcnn_products_hands_over(const qcnn_lookup_convolution* shape,
                                 const qcnn_lookup_convolution* next, int32_t isa) {
  qcnn_products_layout layout, next_layout;
  int32_t status = qcnn_products_layout_of(shape, isa, &layout);
  if (status == QCNN_OK) {
    status = qcnn_products_layout_of(next, isa, &next_layout);
  }
  return status == QCNN_OK ? reads(shape, &layout, next, &next_layout) : -status;
}

/* Opens the layer that outputs are handed over to; isa: of the one that writes them. */
static int32_t open_reader(const qcnn_lookup_convolution* shape, const qcnn_products_layout* layout,
                           uint32_t isa, const qcnn_products_destination* destination,
                           qcnn_products_reader* reader) {
  int32_t status = qcnn_products_packed_open(destination->next, destination->next_packed,
                                             &reader->layout, &reader->weights);
  if (status != QCNN_OK) {
    return status;
  }
  if (reader->weights.header->isa != isa) {
    return QCNN_BAD_PACKED; /* bytes of other kernels may have another offset */
  }
  reader->convolution = &destination->next->convolution;
  reader->prepared = destination->next_prepared;
  return reads(shape, layout, destination->next, &reader->layout) ? QCNN_OK : QCNN_BAD_SHAPE;
}

static bool activation_ok(const qcnn_lookup_convolution* shape, const qcnn_activation* activation,
                          bool handed_over) {
  const int32_t last = handed_over     ? QCNN_ACTIVATION_RELU
                       : shape->pooled ? QCNN_ACTIVATION_CLIP
                                       : QCNN_ACTIVATION_HARD_SWISH;
  return qcnn_activation_ok(activation) && activation->kind <= last;
}

int32_t qcnn_products_run(const qcnn_lookup_convolution* shape, int32_t batch, const void* packed,
                          const float* bias, const qcnn_activation* activation,
                          const void* prepared, const qcnn_products_destination* destination,
                          void* scratch, int32_t first, int32_t last) {
  qcnn_products_packed weights;
  qcnn_products_layout layout;
  qcnn_products_reader reader;
  const bool handed_over = destination->next != NULL;
  int32_t status = qcnn_products_packed_open(shape, packed, &layout, &weights);
  if (status == QCNN_OK && handed_over) {
    status = open_reader(shape, &layout, weights.header->isa, destination, &reader);
  }
  if (status != QCNN_OK) {
    return status;
  }
  const int64_t tasks = (int64_t)batch * shape->convolution.groups * layout.chunks * layout.bands;
  if (batch <= 0 || !qcnn_range_ok(first, last, tasks) ||
      !activation_ok(shape, activation, handed_over)) {
    return QCNN_BAD_RANGE;
  }
  int32_t* above = (int32_t*)scratch + layout.passes * QCNN_PRODUCT_SUMS;
  qcnn_product_block* blocks =
      (qcnn_product_block*)(void*)(above + qcnn_products_overlap_sums(shape, &layout));
  qcnn_products_find_blocks(&shape->convolution, &layout, blocks);
  const qcnn_products_calls calls = {
      .shape = shape,
      .layout = &layout,
      .weights = &weights,
      .bias = bias,
      .activation = activation,
      .prepared = prepared,
      .output = destination->output,
      .reader = handed_over ? &reader : NULL,
      .sums = scratch,
      .above = above,
      .blocks = blocks,
  };
  if (weights.kernels->begin != NULL) {
    weights.kernels->begin(layout.patch_columns);
  }
  for (int32_t task = first; task < last; task++) {
    run_task(&calls, task);
  }
  if (weights.kernels->end != NULL) {
    weights.kernels->end();
  }
  return QCNN_OK;
}
