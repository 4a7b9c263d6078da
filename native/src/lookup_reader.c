/* Where outputs go among the quantized inputs of the lookup convolution that reads them. */
#include "lookup_reader.h"

#include "shape.h"

qcnn_channel_place qcnn_find_channel(const qcnn_lookup_reader* reader, int32_t channel) {
  const qcnn_lookup_convolution* shape = reader->shape;
  const qcnn_lookup_layout* layout = reader->layout;
  const qcnn_byte_subspace* order = reader->weights->order;
  const int32_t channels = shape->convolution.input_channels / shape->convolution.groups;
  const int32_t inside = channel % channels;
  const int32_t component = inside % shape->sub_codeword_size;
  const int32_t subspace = inside / shape->sub_codeword_size;
  const int32_t packed = order == NULL ? subspace : order[subspace].place;
  const int64_t planes = channel / channels * shape->subspaces + packed;
  const int32_t in_bundle = qcnn_bundle_channels(layout);
  const int32_t place = component % in_bundle;
  const int32_t in_subspace = qcnn_min(shape->sub_codeword_size - component, channels - inside);
  return (qcnn_channel_place){
      .bundle = reader->prepared + planes * qcnn_prepared_bundles(layout) +
                (ptrdiff_t)(component / in_bundle) * layout->prepared_positions,
      .place = place,
      .left = qcnn_min(in_bundle - place, in_subspace),
      .quantizer = qcnn_input_quantizer_of(layout, reader->weights, packed),
  };
}

ptrdiff_t qcnn_pixel_of_reader(const qcnn_lookup_reader* reader, int32_t image, int32_t y,
                               int32_t x) {
  const qcnn_lookup_layout* layout = reader->layout;
  const qcnn_convolution* convolution = &reader->shape->convolution;
  return (ptrdiff_t)image * layout->plane +
         (ptrdiff_t)(y + convolution->pad_top) * layout->columns + x + convolution->pad_left;
}
