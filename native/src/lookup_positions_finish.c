/* The outputs of a tile with positions in lanes: from sums of positions to pixels, or to the maxima of squares. */
#include <math.h>

#include "activation.h"
#include "lookup_positions_rows.h"
#include "lookup_scales.h"
#include "shape.h"

bool qcnn_next_row(const qcnn_lookup_run* run, int32_t batch, int32_t tile, int32_t* done,
                   qcnn_output_row* row) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const qcnn_lookup_layout* layout = run->layout;
  const int32_t begin = tile * layout->step;
  const int32_t end = qcnn_min(begin + layout->step, batch * layout->plane);
  const int32_t shrunk = qcnn_pooled_extent(run->shape);
  while (begin + *done < end) {
    const int32_t position = begin + *done;
    const int32_t y = position % layout->plane / layout->columns;
    const int32_t x = position % layout->columns; /* planes are whole rows */
    const int32_t row_end = qcnn_min(position - x + layout->columns, end);
    const int32_t count = qcnn_min(row_end - position, convolution->output_width - x);
    *row = (qcnn_output_row){
        .image = position / layout->plane,
        .y = y / shrunk,
        .x = x,
        .count = count / shrunk,
        .sums = *done,
    };
    *done = row_end - begin + (shrunk - 1) * layout->columns;
    if (y < convolution->output_height && count > 0) {
      return true;
    }
  }
  return false;
}

const int16_t* qcnn_sums_of_filter(const qcnn_lookup_run* run, int32_t tile, int32_t filter,
                                   int16_t* ordered) {
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

/*
 * Of pooled shapes the largest outputs of squares: what becomes of the largest sums, as scales are positive and
 * activations of pooled shapes never fall.
 */
void qcnn_finish_row(const qcnn_lookup_run* run, const qcnn_output_row* row, const int16_t* sums,
                     float bias, const qcnn_activation* activation, float* out) {
  const float scale = run->weights->header->scales[QCNN_OUTPUT_SCALE];
  const float floor = activation->kind == QCNN_ACTIVATION_RELU ? 0.0f : -INFINITY;
  const int16_t* from = sums + row->sums;
  if (run->shape->pooled) {
    pool_rows(from, from + run->layout->columns, row->count, run->pooled);
    from = run->pooled;
  }
  run->weights->kernels->finish(from, row->count, scale, bias, floor, out);
  if (activation->kind != QCNN_ACTIVATION_RELU && activation->kind != QCNN_ACTIVATION_NONE) {
    qcnn_activate_row(activation, out, row->count);
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
    int32_t done = 0;
    qcnn_output_row row;
    while (qcnn_next_row(run, batch, tile, &done, &row)) {
      const ptrdiff_t maps = (ptrdiff_t)row.image * convolution->output_channels + channel;
      qcnn_finish_row(run, &row, sums, bias[channel], activation,
                      output + maps * map + row.y * width + row.x);
    }
  }
}
