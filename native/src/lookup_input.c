/* Stage 1 of the lookup convolution: the input, quantized, padded, split into phases of the stride. */
#include "lookup_packed.h"
#include "lookup_scales.h"
#include "shape.h"

int64_t qcnn_lookup_convolution_prepared_size(const qcnn_lookup_convolution* shape, int32_t batch) {
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_layout_of(shape, batch, &layout);
  if (status != QCNN_OK) {
    return -status;
  }
  return qcnn_align(qcnn_prepared_values(&layout) * shape->subspaces * shape->convolution.groups *
                    (int64_t)sizeof(int16_t));
}

int32_t qcnn_lookup_convolution_prepare_tasks(const qcnn_lookup_convolution* shape) {
  return shape->subspaces * shape->convolution.groups;
}

static void zero(int16_t* pairs, int32_t first, int32_t last) {
  memset(pairs + 2 * (ptrdiff_t)first, 0, (size_t)(last - first) * 2 * sizeof(int16_t));
}

/* Quantizes the part of a row of a phase that lies in the image: pixels x * stride + left. */
static void prepare_row(const qcnn_lookup_kernels* kernels, const float* a, const float* b,
                        qcnn_span inside, int32_t left, int32_t stride, float scale, int16_t* out) {
  int32_t count = inside.last - inside.first;
  if (stride == 1) {
    int32_t x = inside.first + left;
    kernels->quantize_pairs(a + x, b == NULL ? NULL : b + x, count, scale, out);
    return;
  }
  enum { CHUNK = 64 };
  float chosen_a[CHUNK];
  float chosen_b[CHUNK];
  for (int32_t first = 0; first < count; first += CHUNK) {
    int32_t chunk = qcnn_min(CHUNK, count - first);
    for (int32_t i = 0; i < chunk; i++) {
      int32_t x = (inside.first + first + i) * stride + left;
      chosen_a[i] = a[x];
      chosen_b[i] = b == NULL ? 0.0f : b[x];
    }
    kernels->quantize_pairs(chosen_a, chosen_b, chunk, scale, out + 2 * (ptrdiff_t)first);
  }
}

/* Quantizes a pair of channels into one phase plane of all images, [prepared_positions][2]. */
static void prepare_plane(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout,
                          const qcnn_lookup_kernels* kernels, int32_t batch, int32_t phase,
                          const float* a, const float* b, float scale, int16_t* out) {
  const qcnn_convolution* convolution = &shape->convolution;
  int32_t above = qcnn_axis_residue(&layout->vertical, phase / layout->horizontal.phases) -
                  convolution->pad_top;
  int32_t left = qcnn_axis_residue(&layout->horizontal, phase % layout->horizontal.phases) -
                 convolution->pad_left;
  ptrdiff_t width = convolution->input_width;
  ptrdiff_t image = (ptrdiff_t)convolution->input_channels * convolution->input_height * width;
  qcnn_span inside =
      qcnn_inside(0, layout->columns, convolution->stride_width, left, convolution->input_width);
  qcnn_span span =
      qcnn_inside(0, layout->rows, convolution->stride_height, above, convolution->input_height);
  int32_t done = 0; /* positions */
  for (int32_t n = 0; n < batch; n++) {
    for (int32_t row = span.first; row < span.last; row++) {
      ptrdiff_t y = (ptrdiff_t)row * convolution->stride_height + above;
      ptrdiff_t start = n * image + y * width;
      int32_t position = n * layout->plane + row * layout->columns + inside.first;
      zero(out, done, position);
      prepare_row(kernels, a + start, b == NULL ? NULL : b + start, inside, left,
                  convolution->stride_width, scale, out + 2 * (ptrdiff_t)position);
      done = position + inside.last - inside.first;
    }
  }
  zero(out, done, layout->prepared_positions);
}

int32_t qcnn_lookup_convolution_prepare(const qcnn_lookup_convolution* shape, int32_t batch,
                                        const void* packed, const float* input, void* prepared,
                                        int32_t first, int32_t last) {
  qcnn_lookup_packed weights;
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_layout_of(shape, batch, &layout);
  if (status == QCNN_OK) {
    status = qcnn_lookup_packed_open(shape, &layout, packed, &weights);
  }
  if (status != QCNN_OK) {
    return status;
  }
  if (!qcnn_range_ok(first, last, qcnn_lookup_convolution_prepare_tasks(shape))) {
    return QCNN_BAD_RANGE;
  }
  const qcnn_convolution* convolution = &shape->convolution;
  float scale = weights.header->scales[QCNN_INPUT_SCALE];
  int32_t channels = convolution->input_channels / convolution->groups;
  ptrdiff_t map = (ptrdiff_t)convolution->input_height * convolution->input_width;
  for (int32_t task = first; task < last; task++) {
    int32_t subspace = task % shape->subspaces;
    int32_t end = qcnn_min(channels, (subspace + 1) * shape->sub_codeword_size);
    const float* group = input + task / shape->subspaces * channels * map;
    int16_t* out = (int16_t*)prepared + task * qcnn_prepared_values(&layout);
    for (int32_t phase = 0; phase < layout.phases; phase++) {
      for (int32_t q = 0; q < layout.pairs; q++) {
        int32_t channel = subspace * shape->sub_codeword_size + 2 * q;
        const float* a = group + channel * map;
        if (channel < end) {
          prepare_plane(shape, &layout, weights.kernels, batch, phase, a,
                        channel + 1 < end ? a + map : NULL, scale, out);
        } else {
          zero(out, 0, layout.prepared_positions);
        }
        out += 2 * (ptrdiff_t)layout.prepared_positions;
      }
    }
  }
  return QCNN_OK;
}
