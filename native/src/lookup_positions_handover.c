/* The outputs of a tile with positions in lanes, as quantized inputs of the lookup convolution that reads them. */
#include "lookup_positions_rows.h"
#include "lookup_reader.h"
#include "shape.h"

/*
 * Hands over the filters of a bundle in what was found, the first of which goes to that place; bias: of that one.
 */
static void hand_over_bundle(const qcnn_lookup_run* run, int32_t tile, int32_t count,
                             int32_t filter, const qcnn_channel_place* to, const float* bias,
                             const qcnn_activation* activation) {
  const ptrdiff_t outputs = qcnn_row_outputs(run->shape, run->layout);
  const int16_t* sums[QCNN_MOST_BUNDLE_CHANNELS];
  int16_t* ordered = run->ordered;
  for (int32_t i = 0; i < to->left; i++) {
    sums[i] = qcnn_sums_of_filter(run, tile, filter + i, ordered);
    ordered += sums[i] == ordered ? run->layout->tile : 0;
  }
  for (int32_t found = 0; found < count; found++) {
    const qcnn_output_rows* rows = run->found + found;
    for (int32_t i = 0; i < to->left; i++) {
      qcnn_finish_rows(run, rows, sums[i], bias[i], activation, run->rows + i * outputs);
    }
    for (int32_t y = 0; y < rows->rows; y++) {
      const float* channels[QCNN_MOST_BUNDLE_CHANNELS] = {NULL, NULL, NULL, NULL};
      for (int32_t i = 0; i < to->left; i++) {
        channels[i] = run->rows + i * outputs + y * rows->count;
      }
      const ptrdiff_t at = qcnn_pixel_of_reader(run->reader, rows->image, rows->y + y, rows->x);
      qcnn_quantize_bundle(&to->quantizer, channels, rows->count, to->bundle + at);
    }
  }
}

void qcnn_hand_over_positions(const qcnn_lookup_run* run, int32_t batch, int32_t group,
                              int32_t tile, const float* bias, const qcnn_activation* activation) {
  const int32_t filters = run->layout->filters;
  const int32_t parts = qcnn_row_parts(run, tile);
  for (int32_t part = 0; part < parts; part++) {
    const int32_t count = qcnn_find_rows(run, batch, tile, part);
    qcnn_channel_place to;
    for (int32_t f = 0; f < filters; f += to.left) {
      const int32_t channel = group * filters + f;
      to = qcnn_find_channel(run->reader, channel);
      hand_over_bundle(run, tile, count, f, &to, bias + channel, activation);
    }
  }
}
