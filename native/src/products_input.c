/* The inputs of convolutions by products: quantized, padded, channels side by side. */
#include "products.h"
#include "shape.h"

int32_t qcnn_products_prepare_tasks(const qcnn_lookup_convolution* shape) {
  qcnn_products_layout layout;
  int32_t status = qcnn_products_layout_of(shape, QCNN_ISA_SCALAR, &layout);
  return status != QCNN_OK ? -status : shape->convolution.groups * layout.rows;
}

/* What all rows have in common. */
typedef struct {
  const qcnn_lookup_convolution* shape;
  const qcnn_products_layout* layout;
  const qcnn_products_packed* weights;
} input_plan;

/* What a plane's bytes differ by from the high bytes, modulo 256. */
static int32_t plane_offset(int32_t plane) {
  return plane == 0 ? 0 : 128;
}

/* Writes pixels of padding of a plane. */
static void pad(const input_plan* plan, int32_t plane, int32_t count, uint8_t* out) {
  const int32_t channels = plan->layout->channels;
  const int32_t offset = plan->weights->kernels->input_offset + plane_offset(plane);
  for (int32_t c = 0; count > 0 && c < channels; c++) {
    out[c] = (uint8_t)(plan->weights->quantizer.zero[c] + offset);
  }
  const size_t bytes = (size_t)channels * (size_t)qcnn_max(count, 0);
  for (size_t done = (size_t)channels; done < bytes; done *= 2) {
    memcpy(out + done, out, done < bytes - done ? done : bytes - done);
  }
}

/* Quantizes pixels of a row; input: the first channel's map, at the first pixel. */
static void quantize_row(const input_plan* plan, const float* input, int32_t count, uint8_t* out) {
  const qcnn_convolution* convolution = &plan->shape->convolution;
  const ptrdiff_t map = (ptrdiff_t)convolution->input_height * convolution->input_width;
  const qcnn_product_kernels* kernels = plan->weights->kernels;
  const qcnn_product_quantizer* quantizer = &plan->weights->quantizer;
  const int32_t channels = plan->layout->channels;
  if (plan->layout->planes == 1) {
    kernels->quantize(input, map, channels, count, quantizer, out);
  } else {
    kernels->quantize_words(input, map, channels, count, quantizer->scale, out,
                            plan->layout->plane_bytes);
  }
}

/*
 * One row of a group of an image, of the first plane; input: the group's maps, or NULL: pixels are written by
 * others.
 */
static void prepare_row(const input_plan* plan, const float* input, int32_t row, uint8_t* out) {
  const qcnn_convolution* convolution = &plan->shape->convolution;
  const qcnn_products_layout* layout = plan->layout;
  const int32_t y = row - convolution->pad_top;
  qcnn_span inside = {0, 0};
  if (y >= 0 && y < convolution->input_height) {
    inside = qcnn_inside(0, layout->columns, 1, -convolution->pad_left, convolution->input_width);
  }
  for (int32_t plane = 0; plane < layout->planes; plane++) {
    uint8_t* row_of_plane = out + plane * layout->plane_bytes;
    pad(plan, plane, inside.first, row_of_plane);
    pad(plan, plane, layout->columns - inside.last,
        row_of_plane + (ptrdiff_t)inside.last * layout->channels);
  }
  if (input != NULL && inside.first < inside.last) {
    const ptrdiff_t x = inside.first - convolution->pad_left;
    quantize_row(plan, input + (ptrdiff_t)y * convolution->input_width + x,
                 inside.last - inside.first, out + (ptrdiff_t)inside.first * layout->channels);
  }
}

int32_t qcnn_products_prepare(const qcnn_lookup_convolution* shape, int32_t batch,
                              const void* packed, const float* input, void* prepared, int32_t first,
                              int32_t last) {
  qcnn_products_packed weights;
  qcnn_products_layout layout;
  int32_t status = qcnn_products_packed_open(shape, packed, &layout, &weights);
  if (status != QCNN_OK) {
    return status;
  }
  const qcnn_convolution* convolution = &shape->convolution;
  if (!qcnn_range_ok(first, last, (int64_t)convolution->groups * layout.rows)) {
    return QCNN_BAD_RANGE;
  }
  const input_plan plan = {.shape = shape, .layout = &layout, .weights = &weights};
  const ptrdiff_t maps =
      (ptrdiff_t)layout.channels * convolution->input_height * convolution->input_width;
  for (int32_t task = first; task < last; task++) {
    const int32_t row = task / convolution->groups;
    for (int32_t image = 0; image < batch; image++) {
      const ptrdiff_t group = (ptrdiff_t)image * convolution->groups + task % convolution->groups;
      prepare_row(&plan, input == NULL ? NULL : input + group * maps, row,
                  (uint8_t*)prepared + group * layout.group_bytes +
                      (ptrdiff_t)row * layout.columns * layout.channels);
    }
  }
  return QCNN_OK;
}
