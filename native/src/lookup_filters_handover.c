/* The outputs of a tile with filters in lanes, as quantized inputs of the lookup convolution that reads them. */
#include "activation.h"
#include "lookup_reader.h"
#include "shape.h"

/* Appends a bundle, of which the bytes from that place on are written, none being an output's yet. */
static void add_bundle(const qcnn_channel_place* first, qcnn_filter_handover* to) {
  const int32_t bundle = to->bundle_count++;
  to->bundles[bundle] = first->bundle;
  to->written[bundle] = (uint8_t)(0xf << first->place & 0xf);
  memset(to->rest + 4 * bundle, first->quantizer.zero, 4);
}

/* Has a byte of the last bundle be the output of a filter. */
static void add_byte(int32_t filter, int32_t place, qcnn_filter_handover* to) {
  const int32_t byte = 4 * (to->bundle_count - 1) + place;
  to->filters[byte] = (uint8_t)filter;
  to->present[byte / 64] |= UINT64_C(1) << byte % 64;
}

/* channel: the first one's number among all channels of the outputs. */
static void find_handover(const qcnn_lookup_reader* reader, int32_t channel, int32_t filters,
                          const float* bias, qcnn_filter_handover* to) {
  memset(to, 0, sizeof *to);
  qcnn_channel_place found = {0};
  for (int32_t f = 0; f < filters; f++) {
    found = qcnn_find_channel(reader, channel + f);
    if (f == 0 || found.bundle != to->bundles[to->bundle_count - 1]) {
      add_bundle(&found, to);
    }
    add_byte(f, found.place, to);
    const int32_t sum = f / 2 + f % 2 * (QCNN_FILTER_BLOCK / 2); /* its place among sums */
    to->bias[sum] = bias[channel + f];
    to->scale[sum] = found.quantizer.scale;
    to->least[sum] = (float)found.quantizer.least;
    to->most[sum] = (float)found.quantizer.most;
    to->zero[sum] = found.quantizer.zero;
  }
  if (found.left > 1) { /* the next block of filters goes on with the bundle */
    to->written[to->bundle_count - 1] &= (uint8_t)((2 << found.place) - 1);
  }
}

/* Hands over outputs side by side, the first of which is pixel (y, x) of an image. */
static void hand_over_row(const qcnn_lookup_run* run, const int16_t* sums, ptrdiff_t stride,
                          int32_t count, const qcnn_activation* activation,
                          const qcnn_filter_handover* to, int32_t image, int32_t y, int32_t x) {
  const ptrdiff_t at = qcnn_pixel_of_reader(run->reader, image, y, x);
  const float scale = run->weights->header->scales[QCNN_OUTPUT_SCALE];
  const float floor = qcnn_activation_floor(activation);
  for (int32_t i = 0; i < count; i += 16) {
    run->weights->filter_tables->hand_over(sums + i * stride, stride, qcnn_min(16, count - i),
                                           scale, floor, run->reader->layout->quads, to, at + i);
  }
}

static void hand_over_tile(const qcnn_lookup_run* run, qcnn_rectangle tile, const int16_t* sums,
                           const qcnn_activation* activation, const qcnn_filter_handover* to) {
  const ptrdiff_t stride = qcnn_padded_filters(run->layout);
  const ptrdiff_t row = tile.columns * stride;
  for (int32_t y = 0; y < tile.rows; y++) {
    hand_over_row(run, sums + y * row, stride, tile.columns, activation, to, tile.image, tile.y + y,
                  tile.x);
  }
}

static void hand_over_pooled_tile(const qcnn_lookup_run* run, qcnn_rectangle tile,
                                  const int16_t* sums, const qcnn_activation* activation,
                                  const qcnn_filter_handover* to) {
  const ptrdiff_t stride = qcnn_padded_filters(run->layout);
  const ptrdiff_t row = tile.columns * stride;
  const int32_t count = tile.columns / 2;
  _Alignas(64) int16_t largest[QCNN_FILTER_BLOCK * QCNN_WIDEST_TILE / 2];
  for (int32_t y = 0; y < tile.rows; y += 2) {
    const int16_t* above = sums + y * row;
    run->weights->filter_tables->pool(above, above + row, stride, count, largest);
    hand_over_row(run, largest, QCNN_FILTER_BLOCK, count, activation, to, tile.image,
                  (tile.y + y) / 2, tile.x / 2);
  }
}

void qcnn_hand_over_filters(const qcnn_lookup_run* run, int32_t group, qcnn_rectangle tile,
                            const float* bias, const qcnn_activation* activation) {
  const int32_t filters = run->layout->filters;
  for (int32_t f = 0; f < filters; f += QCNN_FILTER_BLOCK) {
    qcnn_filter_handover to;
    find_handover(run->reader, group * filters + f, qcnn_min(QCNN_FILTER_BLOCK, filters - f), bias,
                  &to);
    (run->shape->pooled ? hand_over_pooled_tile : hand_over_tile)(run, tile, run->sums + f,
                                                                  activation, &to);
  }
}
