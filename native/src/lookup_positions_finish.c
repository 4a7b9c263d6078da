/* The outputs of a tile with positions in lanes: from sums of positions to pixels, or to the maxima of squares. */
#include "activation.h"
#include "lookup_positions_rows.h"
#include "lookup_scales.h"
#include "shape.h"

/* Sums from one row of a tile to the next, as qcnn_sums_of_filter has them. */
static ptrdiff_t row_distance(const qcnn_lookup_run* run) {
  const qcnn_lookup_layout* layout = run->layout;
  if (layout->slots == 0) {
    return layout->columns;
  }
  return run->weights->order == NULL ? qcnn_line_sums(layout) : layout->block;
}

qcnn_row_walk qcnn_walk_rows(const qcnn_lookup_run* run, int32_t batch, int32_t tile) {
  const qcnn_lookup_layout* layout = run->layout;
  if (layout->slots > 0) {
    const qcnn_line_tile lines = qcnn_line_tile_of(run, tile);
    const int32_t shrunk = qcnn_pooled_extent(run->shape);
    const qcnn_output_rows now = {.image = lines.outputs.image,
                                  .x = lines.outputs.x / shrunk,
                                  .rows = 1,
                                  .count = lines.outputs.columns / shrunk};
    return (qcnn_row_walk){.run = run, .end = lines.outputs.rows, .lines = lines, .now = now};
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

/* In lines one row of a rectangle comes behind the other, or one pair of them: all lines of a slot, then the next slot. */
static bool next_line(qcnn_row_walk* walk) {
  if (walk->position == walk->end) {
    return false;
  }
  const qcnn_rectangle* outputs = &walk->lines.outputs;
  const int32_t shrunk = qcnn_pooled_extent(walk->run->shape);
  walk->now.y = (outputs->y + walk->position) / shrunk;
  walk->now.sums = walk->y * row_distance(walk->run) + walk->x;
  walk->position += shrunk;
  walk->y += shrunk;
  if (walk->y == walk->lines.lines) {
    walk->y = 0;
    walk->x += walk->run->layout->slot;
  }
  return true;
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

static const int16_t* lines_in_order(const qcnn_lookup_run* run, int32_t tile, const int16_t* sums,
                                     int16_t* ordered) {
  const qcnn_lookup_layout* layout = run->layout;
  const int32_t lines = qcnn_line_tile_of(run, tile).lines;
  for (int32_t i = 0; i < lines; i++) {
    run->layout->line_kernels->in_order(sums + i * qcnn_line_sums(layout), layout->right,
                                        ordered + i * layout->block);
  }
  return ordered;
}

const int16_t* qcnn_sums_of_filter(const qcnn_lookup_run* run, int32_t tile, int32_t filter,
                                   int16_t* ordered) {
  const bool bytes = run->weights->order != NULL;
  if (run->layout->slots > 0) {
    const int16_t* line = run->sums + (ptrdiff_t)filter * run->layout->block;
    return bytes ? lines_in_order(run, tile, line, ordered) : line;
  }
  const int16_t* sums = run->sums + (ptrdiff_t)filter * run->layout->tile;
  if (!bytes) {
    return sums;
  }
  run->weights->byte_tables->in_order(sums, qcnn_blocks_of_tile(run->layout, tile), ordered);
  return ordered;
}

/* The largest of every square of two by two. */
static void pool_rows(const int16_t* above, const int16_t* below, int count, int16_t* largest) {
  for (int32_t i = 0; i < count; i++) {
    int16_t left = above[2 * i] > below[2 * i] ? above[2 * i] : below[2 * i];
    int16_t right = above[2 * i + 1] > below[2 * i + 1] ? above[2 * i + 1] : below[2 * i + 1];
    largest[i] = left > right ? left : right;
  }
}

/*
 * Of pooled shapes the largest outputs of squares: what becomes of the largest sums, as scales are positive and
 * activations of pooled shapes never fall.
 */
void qcnn_finish_rows(const qcnn_lookup_run* run, const qcnn_output_rows* rows, const int16_t* sums,
                      float bias, const qcnn_activation* activation, float* out) {
  const float scale = run->weights->header->scales[QCNN_OUTPUT_SCALE];
  const float floor = qcnn_activation_floor(activation);
  const ptrdiff_t columns = row_distance(run);
  const int32_t count = rows->rows * rows->count;
  const int16_t* from = sums + rows->sums;
  if (run->shape->pooled) {
    for (int32_t y = 0; y < rows->rows; y++) {
      const int16_t* above = from + 2 * y * columns;
      (run->layout->slots > 0 ? run->layout->line_kernels->pool : pool_rows)(
          above, above + columns, rows->count, run->pooled + y * rows->count);
    }
    from = run->pooled;
  }
  run->weights->kernels->finish(from, count, scale, bias, floor, out);
  if (activation->kind != QCNN_ACTIVATION_RELU && activation->kind != QCNN_ACTIVATION_NONE) {
    qcnn_activate_row(activation, out, count);
  }
}

void qcnn_finish_positions(const qcnn_lookup_run* run, int32_t batch, int32_t group, int32_t tile,
                           const float* bias, const qcnn_activation* activation, float* output) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const int32_t shrunk = qcnn_pooled_extent(run->shape);
  const ptrdiff_t width = convolution->output_width / shrunk;
  const ptrdiff_t map = convolution->output_height / shrunk * width;
  for (int32_t f = 0; f < run->layout->filters; f++) {
    const int32_t channel = group * run->layout->filters + f;
    const int16_t* sums = qcnn_sums_of_filter(run, tile, f, run->ordered);
    qcnn_row_walk walk = qcnn_walk_rows(run, batch, tile);
    while (qcnn_next_rows(&walk)) {
      const qcnn_output_rows* rows = &walk.now;
      const ptrdiff_t maps = (ptrdiff_t)rows->image * convolution->output_channels + channel;
      qcnn_finish_rows(run, rows, sums, bias[channel], activation,
                       output + maps * map + rows->y * width + rows->x);
    }
  }
}
