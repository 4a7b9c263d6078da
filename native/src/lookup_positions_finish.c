/* The outputs of a tile with positions in lanes: from sums of positions to pixels, or to the maxima of squares. */
#include <math.h>

#include "activation.h"
#include "lookup_run.h"
#include "lookup_scales.h"
#include "shape.h"

/* One filter of a tile. */
typedef struct {
  int32_t batch, tile;
  int32_t channel; /* of all groups */
  ptrdiff_t map;   /* outputs of a channel */
  float scale, bias, floor;
  const qcnn_activation* activation;
  float* output;
} tile_filter;

/* Writes outputs side by side in the map of an image, from the first one's place in it on. */
static void finish_outputs(const qcnn_lookup_run* run, const tile_filter* filter, int32_t image,
                           ptrdiff_t first, const int16_t* sums, int32_t count) {
  const ptrdiff_t channels = run->shape->convolution.output_channels;
  const qcnn_activation* activation = filter->activation;
  float* out = filter->output + (image * channels + filter->channel) * filter->map + first;
  run->weights->kernels->finish(sums, count, filter->scale, filter->bias, filter->floor, out);
  if (activation->kind != QCNN_ACTIVATION_RELU && activation->kind != QCNN_ACTIVATION_NONE) {
    qcnn_activate_row(activation, out, count);
  }
}

/* Writes what one filter's sums say of real pixels: the positions in the used rows and columns. */
static void finish_filter(const qcnn_lookup_run* run, const tile_filter* filter,
                          const int16_t* sums) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const qcnn_lookup_layout* layout = run->layout;
  int32_t width = convolution->output_width;
  int32_t begin = filter->tile * layout->step;
  int32_t end = qcnn_min(begin + layout->step, filter->batch * layout->plane);
  for (int32_t position = begin; position < end;) {
    int32_t image = position / layout->plane;
    int32_t row = position % layout->plane / layout->columns;
    int32_t column = position % layout->columns; /* planes are whole rows */
    int32_t row_end = qcnn_min(position - column + layout->columns, end);
    int32_t count = qcnn_min(row_end - position, width - column);
    if (row < convolution->output_height && count > 0) {
      finish_outputs(run, filter, image, (ptrdiff_t)row * width + column, sums + (position - begin),
                     count);
    }
    position = row_end;
  }
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
 * The same of pooled shapes: what becomes of the largest sums, as scales are positive and activations of
 * pooled shapes never fall. Tiles are pairs of rows there, and their outputs lie side by side.
 */
static void finish_pooled_filter(const qcnn_lookup_run* run, const tile_filter* filter,
                                 const int16_t* sums) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const qcnn_lookup_layout* layout = run->layout;
  const int32_t columns = layout->columns;
  const int32_t width = convolution->output_width / 2;
  const int32_t begin = filter->tile * (layout->step / columns); /* rows of all images */
  const int32_t end = qcnn_min(begin + layout->step / columns, filter->batch * layout->rows);
  int32_t next;
  for (int32_t row = begin; row < end; row = next) {
    const int32_t image = row / layout->rows;
    const int32_t first = row % layout->rows;
    next = qcnn_min(end, row - first + layout->rows);
    const int32_t rows = qcnn_min(next - row, convolution->output_height - first);
    for (int32_t y = 0; y < rows; y += 2) {
      const int16_t* above = sums + (ptrdiff_t)(row - begin + y) * columns;
      pool_rows(above, above + columns, width, run->pooled + y / 2 * width);
    }
    if (rows > 0) {
      finish_outputs(run, filter, image, (ptrdiff_t)(first / 2) * width, run->pooled,
                     rows / 2 * width);
    }
  }
}

void qcnn_finish_positions(const qcnn_lookup_run* run, int32_t batch, int32_t group, int32_t tile,
                           const float* bias, const qcnn_activation* activation, float* output) {
  const qcnn_lookup_layout* layout = run->layout;
  const qcnn_convolution* convolution = &run->shape->convolution;
  const int32_t shrunk = qcnn_pooled_extent(run->shape);
  tile_filter filter = {
      .batch = batch,
      .tile = tile,
      .map =
          (ptrdiff_t)(convolution->output_height / shrunk) * (convolution->output_width / shrunk),
      .scale = run->weights->header->scales[QCNN_OUTPUT_SCALE],
      .floor = activation->kind == QCNN_ACTIVATION_RELU ? 0.0f : -INFINITY,
      .activation = activation,
      .output = output,
  };
  for (int32_t f = 0; f < layout->filters; f++) {
    filter.channel = group * layout->filters + f;
    filter.bias = bias[filter.channel];
    const int16_t* sums = run->sums + (ptrdiff_t)f * layout->tile;
    if (run->weights->order != NULL) {
      run->weights->byte_tables->in_order(sums, qcnn_blocks_of_tile(layout, tile), run->ordered);
      sums = run->ordered;
    }
    if (run->shape->pooled) {
      finish_pooled_filter(run, &filter, sums);
    } else {
      finish_filter(run, &filter, sums);
    }
  }
}
