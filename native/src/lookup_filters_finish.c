/* The outputs of a tile with filters in lanes: from the order of filters to that of pixels. */
#include "activation.h"
#include "lookup_run.h"
#include "lookup_scales.h"
#include "shape.h"

/* The most pixels that are finished at a time. */
#define PIECE QCNN_WIDEST_TILE

/* Pixels of a tile that lie side by side in the output. */
typedef struct {
  int32_t first;  /* within the tile */
  ptrdiff_t from; /* the first one, in its map */
  int32_t count;
} pixel_piece;

static int32_t pieces_of(const qcnn_lookup_run* run, qcnn_rectangle tile) {
  bool whole = tile.columns == run->shape->convolution.output_width;
  return whole ? qcnn_parts(tile.rows * tile.columns, PIECE) : tile.rows;
}

static pixel_piece piece_of(const qcnn_lookup_run* run, qcnn_rectangle tile, int32_t piece) {
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

/*
 * Finishes pixels side by side of a block of filters, whose sums lie `stride` apart, into maps that lie
 * `map` apart.
 */
static void finish_pixels(const qcnn_lookup_run* run, int32_t filters, const int16_t* sums,
                          ptrdiff_t stride, int32_t count, const float* bias,
                          const qcnn_activation* activation, float* maps, ptrdiff_t map) {
  const float scale = run->weights->header->scales[QCNN_OUTPUT_SCALE];
  const float floor = qcnn_activation_floor(activation);
  for (int32_t i = 0; i < count; i += 16) {
    run->weights->filter_tables->finish(sums + i * stride, stride, qcnn_min(16, count - i), filters,
                                        scale, bias, floor, maps + i, map);
  }
  if (activation->kind != QCNN_ACTIVATION_RELU && activation->kind != QCNN_ACTIVATION_NONE) {
    for (int32_t f = 0; f < filters; f++) {
      qcnn_activate_row(activation, maps + f * map, count);
    }
  }
}

/* Writes a buffer of [filter][PIECE]. */
static void write_maps(const float* buffer, int32_t filters, int32_t count, float* maps,
                       ptrdiff_t map) {
  for (int32_t f = 0; f < filters; f++) {
    memcpy(maps + f * map, buffer + f * PIECE, (size_t)count * sizeof *buffer);
  }
}

/* Lines of memory as far apart as this share a few places in the first-level cache. */
#define COLLIDING_BYTES 4096

/*
 * Writes a tile of a block of filters. Short pieces of maps that collide would push each other out of the
 * first-level cache while outputs come from the order of filters to that of pixels; these go by a buffer.
 */
static void finish_tile(const qcnn_lookup_run* run, qcnn_rectangle tile, int32_t filters,
                        const int16_t* sums, const float* bias, const qcnn_activation* activation,
                        float* maps) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const ptrdiff_t map = (ptrdiff_t)convolution->output_height * convolution->output_width;
  const ptrdiff_t stride = qcnn_padded_filters(run->layout);
  const bool collide = map * (ptrdiff_t)sizeof(float) % COLLIDING_BYTES == 0;
  const int32_t pieces = pieces_of(run, tile);
  float buffer[QCNN_FILTER_BLOCK * PIECE];
  for (int32_t i = 0; i < pieces; i++) {
    pixel_piece piece = piece_of(run, tile, i);
    if (i + 1 < pieces) {
      fetch_piece(maps, map, filters, piece_of(run, tile, i + 1));
    }
    const int16_t* from = sums + piece.first * stride;
    float* to = maps + piece.from;
    if (collide) {
      finish_pixels(run, filters, from, stride, piece.count, bias, activation, buffer, PIECE);
      write_maps(buffer, filters, piece.count, to, map);
    } else {
      finish_pixels(run, filters, from, stride, piece.count, bias, activation, to, map);
    }
  }
}

/*
 * Writes the largest output of every square of four: what becomes of the largest sum, as scales are
 * positive and activations of pooled shapes never fall.
 */
static void finish_pooled_tile(const qcnn_lookup_run* run, qcnn_rectangle tile, int32_t filters,
                               const int16_t* sums, const float* bias,
                               const qcnn_activation* activation, float* maps) {
  const ptrdiff_t width = run->shape->convolution.output_width / 2;
  const ptrdiff_t map = run->shape->convolution.output_height / 2 * width;
  const ptrdiff_t stride = qcnn_padded_filters(run->layout);
  const int32_t count = tile.columns / 2;
  _Alignas(64) int16_t largest[QCNN_FILTER_BLOCK * PIECE / 2];
  float buffer[QCNN_FILTER_BLOCK * PIECE];
  for (int32_t row = 0; row < tile.rows; row += 2) {
    const int16_t* above = sums + (ptrdiff_t)row * tile.columns * stride;
    run->weights->filter_tables->pool(above, above + tile.columns * stride, stride, count, largest);
    finish_pixels(run, filters, largest, QCNN_FILTER_BLOCK, count, bias, activation, buffer, PIECE);
    write_maps(buffer, filters, count, maps + (tile.y + row) / 2 * width + tile.x / 2, map);
  }
}

void qcnn_finish_filters(const qcnn_lookup_run* run, int32_t group, qcnn_rectangle tile,
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
