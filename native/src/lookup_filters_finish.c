/* The outputs of a tile with filters in lanes: from the order of filters to that of pixels. */
#include <math.h>

#include "activation.h"
#include "lookup_run.h"
#include "lookup_scales.h"
#include "shape.h"

/* The most pixels that are finished at a time; tiles of cut rows are not wider. */
#define PIECE 64

/* Pixels of a tile that lie side by side in the output. */
typedef struct {
  int32_t first;  /* within the tile */
  ptrdiff_t from; /* the first one, in its map */
  int32_t count;
} pixel_piece;

static int32_t pieces_of(const qcnn_lookup_run* run, qcnn_filter_tile tile) {
  bool whole = tile.columns == run->shape->convolution.output_width;
  return whole ? qcnn_parts(tile.rows * tile.columns, PIECE) : tile.rows;
}

static pixel_piece piece_of(const qcnn_lookup_run* run, qcnn_filter_tile tile, int32_t piece) {
  ptrdiff_t width = run->shape->convolution.output_width;
  if (tile.columns == width) { /* whole rows lie side by side, too */
    int32_t first = piece * PIECE;
    return (pixel_piece){first, tile.y * width + first,
                         qcnn_min(PIECE, tile.rows * tile.columns - first)};
  }
  return (pixel_piece){piece * tile.columns, (tile.y + piece) * width + tile.x, tile.columns};
}

/* Has the memory at hand that pixels of some maps will be written to: one line of the cache each. */
static void fetch_piece(const float* maps, ptrdiff_t map, int32_t filters, pixel_piece piece) {
  for (int32_t f = 0; f < filters; f++) {
    for (int32_t i = 0; i < piece.count; i += 16) {
      __builtin_prefetch(maps + f * map + piece.from + i, 1);
    }
  }
}

/* Finishes pixels side by side of a block of filters, into a buffer of [filter][PIECE]. */
static void finish_pixels(const qcnn_lookup_run* run, int32_t filters, const int16_t* sums,
                          int32_t count, const float* bias, const qcnn_activation* activation,
                          float* buffer) {
  const ptrdiff_t stride = qcnn_padded_filters(run->layout);
  const float scale = run->weights->header->scales[QCNN_OUTPUT_SCALE];
  const float floor = activation->kind == QCNN_ACTIVATION_RELU ? 0.0f : -INFINITY;
  for (int32_t i = 0; i < count; i += 16) {
    run->weights->filter_tables->finish(sums + i * stride, stride, qcnn_min(16, count - i), filters,
                                        scale, bias, floor, buffer + i, PIECE);
  }
  if (activation->kind != QCNN_ACTIVATION_RELU && activation->kind != QCNN_ACTIVATION_NONE) {
    for (int32_t f = 0; f < filters; f++) {
      qcnn_activate_row(activation, buffer + f * PIECE, count);
    }
  }
}

/*
 * Writes a tile of a block of filters. Outputs are brought from the order of filters to that of pixels
 * in a buffer: short pieces of 64 maps, often a multiple of 4 KB apart, would push each other out of
 * the first-level cache.
 */
static void finish_tile(const qcnn_lookup_run* run, qcnn_filter_tile tile, int32_t filters,
                        const int16_t* sums, const float* bias, const qcnn_activation* activation,
                        float* maps) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const ptrdiff_t map = (ptrdiff_t)convolution->output_height * convolution->output_width;
  const int32_t pieces = pieces_of(run, tile);
  float buffer[QCNN_FILTER_BLOCK * PIECE];
  for (int32_t i = 0; i < pieces; i++) {
    pixel_piece piece = piece_of(run, tile, i);
    if (i + 1 < pieces) {
      fetch_piece(maps, map, filters, piece_of(run, tile, i + 1));
    }
    finish_pixels(run, filters, sums + (ptrdiff_t)piece.first * qcnn_padded_filters(run->layout),
                  piece.count, bias, activation, buffer);
    for (int32_t f = 0; f < filters; f++) {
      memcpy(maps + f * map + piece.from, buffer + f * PIECE, (size_t)piece.count * sizeof *buffer);
    }
  }
}

/* Writes the largest output of every square of four. */
static void finish_pooled_tile(const qcnn_lookup_run* run, qcnn_filter_tile tile, int32_t filters,
                               const int16_t* sums, const float* bias,
                               const qcnn_activation* activation, float* maps) {
  const ptrdiff_t width = run->shape->convolution.output_width / 2;
  const ptrdiff_t map = run->shape->convolution.output_height / 2 * width;
  const ptrdiff_t row_sums = (ptrdiff_t)tile.columns * qcnn_padded_filters(run->layout);
  float first[QCNN_FILTER_BLOCK * PIECE];
  float second[QCNN_FILTER_BLOCK * PIECE];
  for (int32_t row = 0; row < tile.rows; row += 2) {
    finish_pixels(run, filters, sums + row * row_sums, tile.columns, bias, activation, first);
    finish_pixels(run, filters, sums + (row + 1) * row_sums, tile.columns, bias, activation,
                  second);
    float* out = maps + (tile.y + row) / 2 * width + tile.x / 2;
    for (int32_t f = 0; f < filters; f++) {
      run->weights->filter_tables->pool(first + f * PIECE, second + f * PIECE, tile.columns / 2,
                                        out + f * map);
    }
  }
}

void qcnn_finish_filters(const qcnn_lookup_run* run, int32_t group, qcnn_filter_tile tile,
                         const float* bias, const qcnn_activation* activation, float* output) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const qcnn_lookup_layout* layout = run->layout;
  const int32_t shrunk = qcnn_pooled_extent(run->shape);
  const ptrdiff_t map =
      (ptrdiff_t)(convolution->output_height / shrunk) * (convolution->output_width / shrunk);
  for (int32_t f = 0; f < layout->filters; f += QCNN_FILTER_BLOCK) {
    int32_t filters = qcnn_min(QCNN_FILTER_BLOCK, layout->filters - f);
    int32_t channel = group * layout->filters + f;
    float* maps = output + ((ptrdiff_t)tile.image * convolution->output_channels + channel) * map;
    if (run->shape->pooled) {
      finish_pooled_tile(run, tile, filters, run->sums + f, bias + channel, activation, maps);
    } else {
      finish_tile(run, tile, filters, run->sums + f, bias + channel, activation, maps);
    }
  }
}
