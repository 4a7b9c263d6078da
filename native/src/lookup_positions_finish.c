/* The outputs of a tile with positions in lanes: from sums of positions to pixels, or to the maxima of squares. */
#include "activation.h"
#include "lookup_positions_rows.h"
#include "lookup_scales.h"
#include "shape.h"

#define ROWS_OF_PART 8

int32_t qcnn_row_parts(const qcnn_lookup_run* run, int32_t tile) {
  const int32_t slots = run->layout->slots;
  return slots == 0 ? 1 : qcnn_parts(qcnn_rectangle_of_tile(run, tile).rows * slots, ROWS_OF_PART);
}

/* With tables in lines one row, or one pair of them, comes behind the other: all of a slot, then those of the next. */
static qcnn_row_walk walk_lines(const qcnn_lookup_run* run, int32_t index, int32_t part) {
  const qcnn_lookup_layout* layout = run->layout;
  const qcnn_rectangle tile = qcnn_rectangle_of_tile(run, index);
  const int32_t shrunk = qcnn_pooled_extent(run->shape);
  const int32_t begin = part * ROWS_OF_PART;
  const int32_t slot = begin / tile.rows;
  const int32_t line = begin % tile.rows;
  return (qcnn_row_walk){
      .run = run,
      .end = qcnn_min(begin + ROWS_OF_PART, tile.rows * layout->slots),
      .position = begin,
      .y = slot * layout->lines + tile.y + line,
      .tile = tile,
      .line = line,
      .slot = slot * layout->slot,
      .now = {.image = tile.image, .x = tile.x / shrunk, .rows = 1, .count = tile.columns / shrunk},
  };
}

static void step_line(qcnn_row_walk* walk) {
  const qcnn_lookup_layout* layout = walk->run->layout;
  const int32_t rows = qcnn_pooled_extent(walk->run->shape);
  walk->position += rows;
  walk->y += rows;
  walk->line += rows;
  if (walk->line == walk->tile.rows) {
    walk->line = 0;
    walk->slot += layout->slot;
    walk->y += layout->lines - walk->tile.rows;
  }
}

static bool next_line(qcnn_row_walk* walk) {
  const int32_t height = walk->run->shape->convolution.output_height;
  bool found = false;
  while (!found && walk->position < walk->end) {
    found = walk->y < height; /* the last slot of the last lines may have none */
    walk->now.y = walk->y / qcnn_pooled_extent(walk->run->shape);
    walk->now.sums = walk->line * qcnn_line_sums(walk->run->layout);
    walk->now.slot = walk->slot;
    step_line(walk);
  }
  return found;
}

qcnn_row_walk qcnn_walk_rows(const qcnn_lookup_run* run, int32_t batch, int32_t tile,
                             int32_t part) {
  const qcnn_lookup_layout* layout = run->layout;
  if (layout->slots > 0) {
    return walk_lines(run, tile, part);
  }
  const int32_t begin = tile * layout->step;
  return (qcnn_row_walk){
      .run = run,
      .begin = begin,
      .end = qcnn_min(begin + layout->step, batch * layout->plane),
      .position = begin,
      .image = begin / layout->plane,
      .y = begin % layout->plane / layout->columns,
      .x = begin % layout->columns, /* planes are whole rows */
  };
}

/* The pooled rows of a tile in an image, from the walk's position on. */
static int32_t pooled_rows(const qcnn_row_walk* walk, int32_t next) {
  const int32_t whole = (next - walk->position) / walk->run->layout->columns;
  return qcnn_min(whole, walk->run->shape->convolution.output_height - walk->y) / 2;
}

/* What lies from the walk's position on up to the end of the row or, of pooled shapes, of the image or tile. */
static qcnn_output_rows rows_of(const qcnn_row_walk* walk, int32_t next) {
  const qcnn_convolution* convolution = &walk->run->shape->convolution;
  const int32_t shrunk = qcnn_pooled_extent(walk->run->shape);
  return (qcnn_output_rows){
      .image = walk->image,
      .y = walk->y / shrunk,
      .x = walk->x,
      .rows = shrunk == 1 ? 1 : pooled_rows(walk, next),
      .count = qcnn_min(next - walk->position, convolution->output_width - walk->x) / shrunk,
      .sums = walk->position - walk->begin,
  };
}

bool qcnn_next_rows(qcnn_row_walk* walk) {
  const qcnn_lookup_layout* layout = walk->run->layout;
  if (layout->slots > 0) {
    return next_line(walk);
  }
  const bool pooled = walk->run->shape->pooled != 0;
  const int32_t height = walk->run->shape->convolution.output_height;
  bool found = false;
  while (!found && walk->position < walk->end) {
    const int32_t y = walk->y;
    const int32_t reach = (pooled ? layout->rows - y : 1) * layout->columns - walk->x;
    const int32_t next = qcnn_min(walk->position + reach, walk->end);
    walk->now = rows_of(walk, next);
    found = y < height && walk->now.count > 0;
    walk->position = next;
    walk->x = 0;
    walk->y = pooled || y + 1 == layout->rows ? 0 : y + 1;
    walk->image += walk->y == 0 ? 1 : 0;
  }
  return found;
}

const int16_t* qcnn_sums_of_filter(const qcnn_lookup_run* run, int32_t tile, int32_t filter,
                                   int16_t* ordered) {
  if (run->layout->slots > 0) {
    return run->sums + (ptrdiff_t)filter * run->layout->block;
  }
  const int16_t* sums = run->sums + (ptrdiff_t)filter * run->layout->tile;
  if (run->weights->order == NULL) {
    return sums;
  }
  run->weights->byte_tables->in_order(sums, qcnn_blocks_of_tile(run->layout, tile), ordered);
  return ordered;
}

/* The largest of every square of two by two. */
static void pool_rows(const int16_t* restrict above, const int16_t* restrict below, int32_t count,
                      int16_t* restrict largest) {
  for (int32_t i = 0; i < count; i++) {
    int16_t left = above[2 * i] > below[2 * i] ? above[2 * i] : below[2 * i];
    int16_t right = above[2 * i + 1] > below[2 * i + 1] ? above[2 * i + 1] : below[2 * i + 1];
    largest[i] = left > right ? left : right;
  }
}

/* The sums of a line in the order of positions, and what the kernels that pool read beyond. */
typedef int16_t line_sums[QCNN_BYTE_BLOCK + QCNN_POOLED_BEYOND];

static const int16_t* line_in_order(const qcnn_lookup_run* run, const int16_t* sums,
                                    line_sums ordered) {
  if (run->weights->order == NULL) {
    return sums;
  }
  const int32_t right = run->layout->right;
  run->layout->line_kernels->in_order(sums, right, ordered);
  memset(ordered + QCNN_BYTE_BLOCK - right, 0,
         sizeof(int16_t) * (size_t)(right + QCNN_POOLED_BEYOND));
  return ordered;
}

/* Outputs from sums; the activation is that of all rows. */
static void finish(const qcnn_lookup_run* run, const int16_t* sums, int32_t count, float bias,
                   const qcnn_activation* activation, float* out) {
  const float scale = run->weights->header->scales[QCNN_OUTPUT_SCALE];
  const float floor = qcnn_activation_floor(activation);
  run->weights->kernels->finish(sums, count, scale, bias, floor, out);
  if (activation->kind != QCNN_ACTIVATION_RELU && activation->kind != QCNN_ACTIVATION_NONE) {
    qcnn_activate_row(activation, out, count);
  }
}

static void finish_line(const qcnn_lookup_run* run, const qcnn_output_rows* rows,
                        const int16_t* sums, float bias, const qcnn_activation* activation,
                        float* out) {
  line_sums ordered[2];
  const int16_t* line = sums + rows->sums;
  const int16_t* from = line_in_order(run, line, ordered[0]) + rows->slot;
  if (run->shape->pooled) {
    line += qcnn_line_sums(run->layout);
    const int16_t* below = line_in_order(run, line, ordered[1]) + rows->slot;
    run->layout->line_kernels->pool(from, below, rows->count, run->pooled);
    from = run->pooled;
  }
  finish(run, from, rows->count, bias, activation, out);
}

/*
 * Of pooled shapes the largest outputs of squares: what becomes of the largest sums, as scales are positive and
 * activations of pooled shapes never fall.
 */
void qcnn_finish_rows(const qcnn_lookup_run* run, const qcnn_output_rows* rows, const int16_t* sums,
                      float bias, const qcnn_activation* activation, float* out) {
  if (run->layout->slots > 0) {
    finish_line(run, rows, sums, bias, activation, out);
    return;
  }
  const ptrdiff_t columns = run->layout->columns;
  const int16_t* from = sums + rows->sums;
  if (run->shape->pooled) {
    for (int32_t y = 0; y < rows->rows; y++) {
      const int16_t* above = from + 2 * y * columns;
      pool_rows(above, above + columns, rows->count, run->pooled + y * rows->count);
    }
    from = run->pooled;
  }
  finish(run, from, rows->rows * rows->count, bias, activation, out);
}

/* The outputs of a filter in a part of a tile; maps: the first image's first one. */
static void finish_filter(const qcnn_lookup_run* run, qcnn_row_walk walk, const int16_t* sums,
                          int32_t channel, float bias, const qcnn_activation* activation,
                          float* maps) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const int32_t shrunk = qcnn_pooled_extent(run->shape);
  const ptrdiff_t width = convolution->output_width / shrunk;
  const ptrdiff_t map = convolution->output_height / shrunk * width;
  while (qcnn_next_rows(&walk)) {
    const qcnn_output_rows* rows = &walk.now;
    const ptrdiff_t index = (ptrdiff_t)rows->image * convolution->output_channels + channel;
    qcnn_finish_rows(run, rows, sums, bias, activation,
                     maps + index * map + rows->y * width + rows->x);
  }
}

void qcnn_finish_positions(const qcnn_lookup_run* run, int32_t batch, int32_t group, int32_t tile,
                           const float* bias, const qcnn_activation* activation, float* output) {
  const int32_t parts = qcnn_row_parts(run, tile);
  for (int32_t part = 0; part < parts; part++) {
    const qcnn_row_walk walk = qcnn_walk_rows(run, batch, tile, part);
    for (int32_t f = 0; f < run->layout->filters; f++) {
      const int32_t channel = group * run->layout->filters + f;
      const int16_t* sums = qcnn_sums_of_filter(run, tile, f, run->ordered);
      finish_filter(run, walk, sums, channel, bias[channel], activation, output);
    }
  }
}
