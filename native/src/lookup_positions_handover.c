/* The outputs of a tile with positions in lanes, as quantized inputs of the lookup convolution that reads them. */
#include "lookup_positions_rows.h"
#include "lookup_reader.h"
#include "shape.h"

/* Filters whose outputs lie side by side in a bundle. */
typedef struct {
  int32_t first, count; /* of the group */
  qcnn_channel_place place;
} filter_bundle;

/* The bundle that begins with a filter; channel: its number among all channels of the outputs. */
static filter_bundle find_bundle(const qcnn_lookup_run* run, int32_t filter, int32_t channel) {
  const qcnn_convolution* next = &run->reader->shape->convolution;
  const int32_t size = run->reader->shape->sub_codeword_size;
  const int32_t channels = next->input_channels / next->groups;
  const int32_t inside = channel % channels;
  const int32_t subspace_end = qcnn_min(inside / size * size + size, channels);
  const int32_t most = qcnn_bundle_channels(run->reader->layout);
  return (filter_bundle){
      .first = filter,
      .count = qcnn_min(most, subspace_end - inside),
      .place = qcnn_find_channel(run->reader, channel),
  };
}

/* bias: of the first filter of the bundle. */
static void hand_over_bundle(const qcnn_lookup_run* run, int32_t batch, int32_t tile,
                             const filter_bundle* bundle, const float* bias,
                             const qcnn_activation* activation) {
  const ptrdiff_t outputs = qcnn_row_outputs(run->shape, run->layout);
  const int16_t* sums[QCNN_MOST_BUNDLE_CHANNELS];
  int16_t* ordered = run->ordered;
  for (int32_t i = 0; i < bundle->count; i++) {
    sums[i] = qcnn_sums_of_filter(run, tile, bundle->first + i, ordered);
    ordered += sums[i] == ordered ? run->layout->tile : 0;
  }
  qcnn_row_walk walk = qcnn_walk_rows(run, batch, tile);
  while (qcnn_next_rows(&walk)) {
    const qcnn_output_rows* rows = &walk.now;
    for (int32_t i = 0; i < bundle->count; i++) {
      qcnn_finish_rows(run, rows, sums[i], bias[i], activation, run->rows + i * outputs);
    }
    for (int32_t y = 0; y < rows->rows; y++) {
      const float* channels[QCNN_MOST_BUNDLE_CHANNELS] = {NULL, NULL, NULL, NULL};
      for (int32_t i = 0; i < bundle->count; i++) {
        channels[i] = run->rows + i * outputs + y * rows->count;
      }
      const ptrdiff_t at = qcnn_pixel_of_reader(run->reader, rows->image, rows->y + y, rows->x);
      qcnn_quantize_bundle(&bundle->place.quantizer, channels, rows->count,
                           bundle->place.bundle + at);
    }
  }
}

void qcnn_hand_over_positions(const qcnn_lookup_run* run, int32_t batch, int32_t group,
                              int32_t tile, const float* bias, const qcnn_activation* activation) {
  const int32_t filters = run->layout->filters;
  filter_bundle bundle;
  for (int32_t f = 0; f < filters; f += bundle.count) {
    const int32_t channel = group * filters + f;
    bundle = find_bundle(run, f, channel);
    hand_over_bundle(run, batch, tile, &bundle, bias + channel, activation);
  }
}
