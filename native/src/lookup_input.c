/* Stage 1 of the lookup convolution: the input, quantized, padded, split into phases of the stride. */
#include "lookup_input.h"

#include "lookup_scales.h"
#include "products.h"
#include "shape.h"

int64_t qcnn_lookup_convolution_prepared_size(const qcnn_lookup_convolution* shape, int32_t isa,
                                              int32_t batch) {
  if (shape->products == 1) {
    return qcnn_products_prepared_size(shape, isa, batch);
  }
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_layout_of(shape, isa, batch, &layout);
  if (status != QCNN_OK) {
    return -status;
  }
  return qcnn_align(qcnn_prepared_bundles(&layout) * shape->subspaces * shape->convolution.groups *
                    (int64_t)sizeof(int32_t));
}

int32_t qcnn_lookup_convolution_prepare_tasks(const qcnn_lookup_convolution* shape) {
  if (shape->products == 1) {
    return qcnn_products_prepare_tasks(shape);
  }
  return shape->subspaces * shape->convolution.groups;
}

bool qcnn_lookup_input_flat(const qcnn_lookup_convolution* shape,
                            const qcnn_lookup_layout* layout) {
  const qcnn_convolution* c = &shape->convolution;
  const bool whole_pairs =
      shape->sub_codeword_size % 2 == 0 && c->input_channels / c->groups % 2 == 0;
  return (layout->quads || whole_pairs) && c->stride_height == 1 && c->stride_width == 1 &&
         c->input_height + c->pad_top <= layout->rows &&
         c->input_width + c->pad_left <= layout->columns;
}

qcnn_input_quantizer qcnn_input_quantizer_of(const qcnn_lookup_layout* layout,
                                             const qcnn_lookup_packed* weights, int32_t subspace) {
  qcnn_input_quantizer result = {.weights = weights,
                                 .quads = layout->quads,
                                 .least = -INT16_MAX,
                                 .most = INT16_MAX,
                                 .channels = qcnn_bundle_channels(layout)};
  if (weights->subspaces == NULL) {
    result.scale = weights->header->scales[QCNN_INPUT_SCALE];
  } else {
    result.scale = weights->subspaces[subspace].input_scale;
    result.least = -128 - weights->subspaces[subspace].zero;
    result.most = result.least + 255;
    result.zero = layout->quads ? weights->subspaces[subspace].zero : 0;
    result.shift = qcnn_operand_shift(&weights->subspaces[subspace]);
  }
  return result;
}

static void quantize_pairs(const qcnn_input_quantizer* q, const float* const* rows, int32_t count,
                           int16_t* out) {
  q->weights->kernels->quantize_pairs(rows[0], rows[1], count, q->scale, q->least, q->most, out);
  const int32_t unit = 1 << q->shift;
  for (int32_t i = 0; unit > 1 && i < 2 * count; i++) {
    out[i] = (int16_t)(out[i] * unit);
  }
}

void qcnn_quantize_bundle(const qcnn_input_quantizer* q, const float* const* rows, int32_t count,
                          int32_t* out) {
  if (q->quads) {
    q->weights->byte_tables->quantize_quads(rows, count, q->scale, q->zero, (int8_t*)out);
  } else {
    quantize_pairs(q, rows, count, (int16_t*)(void*)out);
  }
}

static void clear(const qcnn_input_quantizer* q, int32_t* bundles, int32_t first, int32_t last) {
  /* In pairs zeros are 0: either way all bytes are the same. */
  memset(bundles + first, q->zero, (size_t)(last - first) * sizeof *bundles);
}

/* A bundle of channels of all images, which becomes one plane of every phase. */
typedef struct {
  const qcnn_lookup_convolution* shape;
  const qcnn_lookup_layout* layout;
  const qcnn_input_quantizer* quantizer;
  const float* input; /* the first channel's map of the first image */
  int32_t present;    /* channels that exist */
  bool written;       /* they are written by others, and only what lies around them is not */
} bundle_source;

/* Row `y` of the channels of an image, from pixel `x` on. */
static void find_rows(const bundle_source* source, int32_t image, ptrdiff_t y, int32_t x,
                      const float** rows) {
  const qcnn_convolution* convolution = &source->shape->convolution;
  ptrdiff_t width = convolution->input_width;
  ptrdiff_t map = convolution->input_height * width;
  const float* first = source->input + image * convolution->input_channels * map + y * width + x;
  for (int32_t c = 0; c < QCNN_MOST_BUNDLE_CHANNELS; c++) {
    rows[c] = c < source->present ? first + c * map : NULL;
  }
}

/* The rows of a vertical phase that lie in the image, and by how much pixels are ahead of them. */
static qcnn_span rows_inside(const bundle_source* source, int32_t vertical, int32_t* above) {
  const qcnn_convolution* convolution = &source->shape->convolution;
  *above = qcnn_axis_residue(&source->layout->vertical, vertical) - convolution->pad_top;
  return qcnn_inside(0, source->layout->rows, convolution->stride_height, *above,
                     convolution->input_height);
}

/* All phases along the rows of a vertical phase. */
static void clear_planes(const bundle_source* source, int32_t* out) {
  const qcnn_lookup_layout* layout = source->layout;
  for (int32_t phase = 0; phase < layout->horizontal.phases; phase++) {
    clear(source->quantizer, out, 0, layout->prepared_positions);
    out += (ptrdiff_t)layout->bundles * layout->prepared_positions;
  }
}

/* Without strides along a row it is quantized where it belongs, and only what lies between rows cleared. */
static void prepare_plane(const bundle_source* source, int32_t batch, int32_t vertical,
                          int32_t* out) {
  const qcnn_lookup_layout* layout = source->layout;
  const qcnn_convolution* convolution = &source->shape->convolution;
  int32_t above;
  qcnn_span span = rows_inside(source, vertical, &above);
  int32_t left = -convolution->pad_left;
  qcnn_span inside = qcnn_inside(0, layout->columns, 1, left, convolution->input_width);
  int32_t done = 0; /* positions */
  for (int32_t n = 0; n < batch; n++) {
    for (int32_t row = span.first; row < span.last; row++) {
      int32_t position = n * layout->plane + row * layout->columns + inside.first;
      clear(source->quantizer, out, done, position);
      if (!source->written) {
        const float* rows[QCNN_MOST_BUNDLE_CHANNELS];
        find_rows(source, n, (ptrdiff_t)row * convolution->stride_height + above,
                  inside.first + left, rows);
        qcnn_quantize_bundle(source->quantizer, rows, inside.last - inside.first, out + position);
      }
      done = position + inside.last - inside.first;
    }
  }
  clear(source->quantizer, out, done, layout->prepared_positions);
}

/* Hands quantized pixels from `first` on to the phases along the row; row: of the first phase's plane. */
static void deal(const bundle_source* source, const int32_t* pixels, int32_t first, int32_t count,
                 int32_t* row) {
  const qcnn_lookup_layout* layout = source->layout;
  const qcnn_convolution* convolution = &source->shape->convolution;
  const ptrdiff_t stride = convolution->stride_width;
  for (int32_t phase = 0; phase < layout->horizontal.phases; phase++) {
    int32_t left = qcnn_axis_residue(&layout->horizontal, phase) - convolution->pad_left - first;
    qcnn_span inside = qcnn_inside(0, layout->columns, convolution->stride_width, left, count);
    for (int32_t i = inside.first; i < inside.last; i++) {
      row[i] = pixels[i * stride + left];
    }
    row += (ptrdiff_t)layout->bundles * layout->prepared_positions;
  }
}

/* With strides along a row it is quantized once for all phases of one vertical phase. */
static void prepare_phases(const bundle_source* source, int32_t batch, int32_t vertical,
                           int32_t* out) {
  enum { CHUNK = 256 };
  int32_t pixels[CHUNK];
  const qcnn_lookup_layout* layout = source->layout;
  const qcnn_convolution* convolution = &source->shape->convolution;
  clear_planes(source, out);
  int32_t above;
  qcnn_span span = rows_inside(source, vertical, &above);
  for (int32_t n = 0; n < batch; n++) {
    for (int32_t row = span.first; row < span.last; row++) {
      int32_t* to = out + n * layout->plane + row * layout->columns;
      for (int32_t first = 0; first < convolution->input_width; first += CHUNK) {
        const float* rows[QCNN_MOST_BUNDLE_CHANNELS];
        find_rows(source, n, (ptrdiff_t)row * convolution->stride_height + above, first, rows);
        int32_t count = qcnn_min(CHUNK, convolution->input_width - first);
        qcnn_quantize_bundle(source->quantizer, rows, count, pixels);
        deal(source, pixels, first, count, to);
      }
    }
  }
}

/* Quantizes one subspace of one group; input: its first channel's map of the first image, or NULL. */
static void prepare_subspace(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout,
                             const qcnn_input_quantizer* q, int32_t batch, int32_t channels,
                             const float* input, int32_t* out) {
  ptrdiff_t map = (ptrdiff_t)shape->convolution.input_height * shape->convolution.input_width;
  ptrdiff_t phase = (ptrdiff_t)layout->bundles * layout->prepared_positions;
  for (int32_t bundle = 0; bundle < layout->bundles; bundle++) {
    int32_t first = bundle * q->channels;
    bundle_source source = {.shape = shape,
                            .layout = layout,
                            .quantizer = q,
                            .input = input == NULL ? NULL : input + first * map,
                            .present = qcnn_min(q->channels, channels - first),
                            .written = input == NULL};
    for (int32_t vertical = 0; vertical < layout->vertical.phases; vertical++) {
      int32_t* planes = out + vertical * layout->horizontal.phases * phase;
      if (source.present <= 0) {
        clear_planes(&source, planes);
      } else if (shape->convolution.stride_width == 1) {
        prepare_plane(&source, batch, vertical, planes);
      } else {
        prepare_phases(&source, batch, vertical, planes);
      }
    }
    out += layout->prepared_positions;
  }
}

int32_t qcnn_lookup_convolution_prepare(const qcnn_lookup_convolution* shape, int32_t batch,
                                        const void* packed, const float* input, void* prepared,
                                        int32_t first, int32_t last) {
  if (shape->products == 1) {
    return qcnn_products_prepare(shape, batch, packed, input, prepared, first, last);
  }
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
  if (input == NULL && !qcnn_lookup_input_flat(shape, &layout)) {
    return QCNN_BAD_SHAPE;
  }
  int32_t channels = convolution->input_channels / convolution->groups;
  ptrdiff_t map = (ptrdiff_t)convolution->input_height * convolution->input_width;
  for (int32_t task = first; task < last; task++) {
    int32_t subspace = task % shape->subspaces; /* in the order of packing */
    qcnn_input_quantizer q = qcnn_input_quantizer_of(&layout, &weights, subspace);
    int32_t source = weights.order == NULL ? subspace : weights.order[subspace].subspace;
    int32_t channel = source * shape->sub_codeword_size;
    int32_t present = qcnn_min(shape->sub_codeword_size, channels - channel);
    ptrdiff_t from = (task / shape->subspaces * channels + channel) * map;
    prepare_subspace(shape, &layout, &q, batch, present, input == NULL ? NULL : input + from,
                     (int32_t*)prepared + task * qcnn_prepared_bundles(&layout));
  }
  return QCNN_OK;
}
