/* The outputs of a tile with positions in lanes: from sums of positions to pixels, or to the maxima of squares. */
#include "activation.h"
#include "lookup_positions_rows.h"
#include "lookup_scales.h"
#include "shape.h"

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
static void finish_filter(const qcnn_lookup_run* run, int32_t count, const int16_t* sums,
                          int32_t channel, float bias, const qcnn_activation* activation,
                          float* maps) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const int32_t shrunk = qcnn_pooled_extent(run->shape);
  const ptrdiff_t width = convolution->output_width / shrunk;
  const ptrdiff_t map = convolution->output_height / shrunk * width;
  for (int32_t i = 0; i < count; i++) {
    const qcnn_output_rows* rows = run->found + i;
    const ptrdiff_t index = (ptrdiff_t)rows->image * convolution->output_channels + channel;
    qcnn_finish_rows(run, rows, sums, bias, activation,
                     maps + index * map + rows->y * width + rows->x);
  }
}

void qcnn_finish_positions(const qcnn_lookup_run* run, int32_t batch, int32_t group, int32_t tile,
                           const float* bias, const qcnn_activation* activation, float* output) {
  const int32_t parts = qcnn_row_parts(run, tile);
  for (int32_t part = 0; part < parts; part++) {
    const int32_t count = qcnn_find_rows(run, batch, tile, part);
    for (int32_t f = 0; f < run->layout->filters; f++) {
      const int32_t channel = group * run->layout->filters + f;
      const int16_t* sums = qcnn_sums_of_filter(run, tile, f, run->ordered);
      finish_filter(run, count, sums, channel, bias[channel], activation, output);
    }
  }
}
