/* Where outputs go among the quantized inputs of the lookup convolution that reads them. */
#include "lookup_reader.h"

/* Where the subspace of that number in the model lies among the packed ones. */
static int32_t packed_subspace(const qcnn_lookup_reader* reader, int32_t subspace) {
  if (reader->weights->order == NULL) {
    return subspace;
  }
  int32_t packed = 0;
  while (reader->weights->order[packed].subspace != subspace) {
    packed++;
  }
  return packed;
}

qcnn_channel_place qcnn_find_channel(const qcnn_lookup_reader* reader, int32_t channel,
                                     const qcnn_channel_place* before) {
  const qcnn_lookup_convolution* shape = reader->shape;
  const qcnn_lookup_layout* layout = reader->layout;
  const int32_t channels = shape->convolution.input_channels / shape->convolution.groups;
  const int32_t inside = channel % channels;
  const int32_t component = inside % shape->sub_codeword_size;
  const int32_t subspace = before != NULL && component > 0
                               ? before->subspace
                               : packed_subspace(reader, inside / shape->sub_codeword_size);
  const int64_t planes = channel / channels * shape->subspaces + subspace;
  const int32_t bundle = component / qcnn_bundle_channels(layout);
  return (qcnn_channel_place){
      .subspace = subspace,
      .bundle = reader->prepared + planes * qcnn_prepared_bundles(layout) +
                (ptrdiff_t)bundle * layout->prepared_positions,
      .place = component % qcnn_bundle_channels(layout),
      .quantizer = qcnn_input_quantizer_of(layout, reader->weights, subspace),
  };
}

ptrdiff_t qcnn_pixel_of_reader(const qcnn_lookup_reader* reader, int32_t image, int32_t y,
                               int32_t x) {
  const qcnn_lookup_layout* layout = reader->layout;
  const qcnn_convolution* convolution = &reader->shape->convolution;
  return (ptrdiff_t)image * layout->plane +
         (ptrdiff_t)(y + convolution->pad_top) * layout->columns + x + convolution->pad_left;
}
