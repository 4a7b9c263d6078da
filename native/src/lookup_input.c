/* Stage 1 of the lookup convolution: the input, quantized, padded, split into phases of the stride. */
#include "lookup_packed.h"
#include "lookup_scales.h"
#include "shape.h"

int64_t qcnn_lookup_convolution_prepared_size(const qcnn_lookup_convolution* shape, int32_t isa,
                                              int32_t batch) {
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_layout_of(shape, isa, batch, &layout);
  if (status != QCNN_OK) {
    return -status;
  }
  return qcnn_align(qcnn_prepared_bundles(&layout) * shape->subspaces * shape->convolution.groups *
                    (int64_t)sizeof(int32_t));
}

int32_t qcnn_lookup_convolution_prepare_tasks(const qcnn_lookup_convolution* shape) {
  return shape->subspaces * shape->convolution.groups;
}

#define MOST_CHANNELS 4 /* of a bundle */

/* How the inputs of one subspace become integers. */
typedef struct {
  const qcnn_lookup_packed* weights;
  float scale;
  int32_t zero;     /* the integer of an input of 0 */
  int32_t channels; /* of a bundle */
} quantizer;

static quantizer quantizer_of(const qcnn_lookup_convolution* shape,
                              const qcnn_lookup_packed* weights, int32_t subspace) {
  quantizer result = {.weights = weights, .channels = qcnn_bundle_channels(shape)};
  if (weights->subspaces == NULL) {
    result.scale = weights->header->scales[QCNN_INPUT_SCALE];
  } else {
    result.scale = weights->subspaces[subspace].input_scale;
    result.zero = weights->subspaces[subspace].zero;
  }
  return result;
}

/* Quantizes a row of the channels of a bundle; NULL instead of a channel gives zeros. */
static void quantize(const quantizer* q, const float* const* rows, int32_t count, int32_t* out) {
  if (q->weights->subspaces == NULL) {
    q->weights->kernels->quantize_pairs(rows[0], rows[1], count, q->scale, (int16_t*)(void*)out);
  } else {
    q->weights->byte_tables->quantize_quads(rows, count, q->scale, q->zero, (int8_t*)out);
  }
}

static void clear(const quantizer* q, int32_t* bundles, int32_t first, int32_t last) {
  /* 16-bit zeros are 0: either way all bytes are the same. */
  memset(bundles + first, q->zero, (size_t)(last - first) * sizeof *bundles);
}

/* Quantizes the part of a row of a phase that lies in the image: pixels x * stride + left. */
static void prepare_row(const quantizer* q, const float* const* rows, qcnn_span inside,
                        int32_t left, int32_t stride, int32_t* out) {
  enum { CHUNK = 64 };
  float chosen[MOST_CHANNELS][CHUNK];
  const float* parts[MOST_CHANNELS] = {NULL};
  int32_t count = inside.last - inside.first;
  if (stride == 1) {
    for (int32_t c = 0; c < q->channels && rows[c] != NULL; c++) {
      parts[c] = rows[c] + inside.first + left;
    }
    quantize(q, parts, count, out);
    return;
  }
  for (int32_t first = 0; first < count; first += CHUNK) {
    int32_t chunk = qcnn_min(CHUNK, count - first);
    for (int32_t c = 0; c < q->channels && rows[c] != NULL; c++) {
      for (int32_t i = 0; i < chunk; i++) {
        chosen[c][i] = rows[c][(inside.first + first + i) * stride + left];
      }
      parts[c] = chosen[c];
    }
    quantize(q, parts, chunk, out + first);
  }
}

/*
 * Quantizes the channels of a bundle, `present` of which exist, into one phase plane of all images,
 * [prepared_positions]. input: the first channel's map of the first image.
 */
static void prepare_plane(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout,
                          const quantizer* q, int32_t batch, int32_t phase, const float* input,
                          int32_t present, int32_t* out) {
  const qcnn_convolution* convolution = &shape->convolution;
  int32_t above = qcnn_axis_residue(&layout->vertical, phase / layout->horizontal.phases) -
                  convolution->pad_top;
  int32_t left = qcnn_axis_residue(&layout->horizontal, phase % layout->horizontal.phases) -
                 convolution->pad_left;
  ptrdiff_t width = convolution->input_width;
  ptrdiff_t map = convolution->input_height * width;
  qcnn_span inside =
      qcnn_inside(0, layout->columns, convolution->stride_width, left, convolution->input_width);
  qcnn_span span =
      qcnn_inside(0, layout->rows, convolution->stride_height, above, convolution->input_height);
  int32_t done = 0; /* positions */
  for (int32_t n = 0; n < batch; n++) {
    const float* image = input + n * convolution->input_channels * map;
    for (int32_t row = span.first; row < span.last; row++) {
      ptrdiff_t start = ((ptrdiff_t)row * convolution->stride_height + above) * width;
      const float* rows[MOST_CHANNELS] = {NULL};
      for (int32_t c = 0; c < present; c++) {
        rows[c] = image + c * map + start;
      }
      int32_t position = n * layout->plane + row * layout->columns + inside.first;
      clear(q, out, done, position);
      prepare_row(q, rows, inside, left, convolution->stride_width, out + position);
      done = position + inside.last - inside.first;
    }
  }
  clear(q, out, done, layout->prepared_positions);
}

/* Quantizes one subspace of one group; input: its first channel's map of the first image. */
static void prepare_subspace(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout,
                             const quantizer* q, int32_t batch, int32_t channels,
                             const float* input, int32_t* out) {
  ptrdiff_t map = (ptrdiff_t)shape->convolution.input_height * shape->convolution.input_width;
  for (int32_t phase = 0; phase < layout->phases; phase++) {
    for (int32_t bundle = 0; bundle < layout->bundles; bundle++) {
      int32_t first = bundle * q->channels;
      int32_t present = qcnn_min(q->channels, channels - first);
      if (present > 0) {
        prepare_plane(shape, layout, q, batch, phase, input + first * map, present, out);
      } else {
        clear(q, out, 0, layout->prepared_positions);
      }
      out += layout->prepared_positions;
    }
  }
}

int32_t qcnn_lookup_convolution_prepare(const qcnn_lookup_convolution* shape, int32_t batch,
                                        const void* packed, const float* input, void* prepared,
                                        int32_t first, int32_t last) {
  qcnn_lookup_packed weights;
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_packed_open(shape, batch, packed, &layout, &weights);
  if (status != QCNN_OK) {
    return status;
  }
  if (!qcnn_range_ok(first, last, qcnn_lookup_convolution_prepare_tasks(shape))) {
    return QCNN_BAD_RANGE;
  }
  const qcnn_convolution* convolution = &shape->convolution;
  int32_t channels = convolution->input_channels / convolution->groups;
  ptrdiff_t map = (ptrdiff_t)convolution->input_height * convolution->input_width;
  for (int32_t task = first; task < last; task++) {
    int32_t subspace = task % shape->subspaces; /* in the order of packing */
    quantizer q = quantizer_of(shape, &weights, subspace);
    int32_t source = weights.subspaces == NULL ? subspace : weights.subspaces[subspace].subspace;
    int32_t channel = source * shape->sub_codeword_size;
    int32_t present = qcnn_min(shape->sub_codeword_size, channels - channel);
    const float* group = input + task / shape->subspaces * channels * map;
    prepare_subspace(shape, &layout, &q, batch, present, group + channel * map,
                     (int32_t*)prepared + task * qcnn_prepared_bundles(&layout));
  }
  return QCNN_OK;
}
