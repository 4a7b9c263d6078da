/* The inputs of convolutions by products: quantized, padded, channels side by side. */
#include "products.h"
#include "shape.h"

#define CHUNK 256 /* pixels that are quantized at a time */

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

/* Writes the first bytes of quads where pixels lie; `present` is a constant where this is inlined. */
static inline __attribute__((always_inline)) void spread(const int32_t present,
                                                         const uint32_t* quads, uint32_t flip,
                                                         int32_t count, ptrdiff_t channels,
                                                         uint8_t* out) {
  for (int32_t i = 0; i < count; i++) {
    const uint32_t quad = quads[i] ^ flip;
    memcpy(out + i * channels, &quad, (size_t)present);
  }
}

/* Writes quads of up to four channels; offset: what is added to each byte, 0 or 128 modulo 256. */
static void write_quads(const input_plan* plan, const uint32_t* quads, int32_t offset,
                        int32_t present, int32_t count, uint8_t* out) {
  const int32_t channels = plan->layout->channels;
  const uint32_t flip = offset % 256 == 0 ? 0 : 0x80808080u;
  switch (present) {
    case 1:
      spread(1, quads, flip, count, channels, out);
      break;
    case 2:
      spread(2, quads, flip, count, channels, out);
      break;
    case 3:
      spread(3, quads, flip, count, channels, out);
      break;
    default:
      spread(4, quads, flip, count, channels, out);
      break;
  }
}

/* Quantizes pixels of up to four channels of one subspace; out: the first of these channels of the first pixel. */
static void quantize_bytes(const input_plan* plan, const qcnn_byte_subspace* subspace,
                           const float* const* maps, int32_t present, int32_t count, uint8_t* out) {
  uint32_t quads[CHUNK];
  plan->weights->byte_tables->quantize_quads(maps, count, subspace->input_scale, subspace->zero,
                                             (int8_t*)quads);
  write_quads(plan, quads, plan->weights->kernels->input_offset, present, count, out);
}

/* The same for 16 bits; both planes. */
static void quantize_words(const input_plan* plan, const qcnn_byte_subspace* subspace,
                           const float* const* maps, int32_t present, int32_t count, uint8_t* out) {
  const qcnn_lookup_kernels* kernels = plan->weights->lookup;
  const int32_t offset = plan->weights->kernels->input_offset;
  uint32_t pairs[2][CHUNK]; /* of 16-bit numbers */
  uint32_t high[CHUNK], low[CHUNK];
  memset(pairs[1], 0, sizeof pairs[1]);
  for (int32_t j = 0; j < present; j += 2) {
    kernels->quantize_pairs(maps[j], maps[j + 1], count, subspace->input_scale, -INT16_MAX,
                            INT16_MAX, (int16_t*)pairs[j / 2]);
  }
  for (int32_t i = 0; i < count; i++) {
    const uint32_t first = pairs[0][i];
    const uint32_t second = pairs[1][i];
    low[i] =
        (first & 0xff) | (first >> 8 & 0xff00) | (second & 0xff) << 16 | (second << 8 & 0xff000000);
    high[i] = (first >> 8 & 0xff) | (first >> 16 & 0xff00) | (second << 8 & 0xff0000) |
              (second & 0xff000000);
  }
  write_quads(plan, high, offset, present, count, out);
  write_quads(plan, low, offset + plane_offset(1), present, count, out + plan->layout->plane_bytes);
}

/* Quantizes pixels of a row; input: the first channel's map, at the first pixel. */
static void quantize_row(const input_plan* plan, const float* input, int32_t count, uint8_t* out) {
  const qcnn_lookup_convolution* shape = plan->shape;
  const ptrdiff_t map = (ptrdiff_t)shape->convolution.input_height * shape->convolution.input_width;
  const int32_t size = shape->sub_codeword_size;
  for (int32_t c = 0; c < plan->layout->channels;) {
    const int32_t m = c / size;
    const int32_t end = qcnn_min((m + 1) * size, plan->layout->channels);
    const int32_t present = qcnn_min(4, end - c);
    const qcnn_byte_subspace* subspace = &plan->weights->subspaces[m];
    const float* maps[4] = {NULL};
    for (int32_t first = 0; first < count; first += CHUNK) {
      for (int32_t j = 0; j < present; j++) {
        maps[j] = input + (c + j) * map + first;
      }
      const int32_t pixels = qcnn_min(CHUNK, count - first);
      uint8_t* to = out + (ptrdiff_t)first * plan->layout->channels + c;
      if (plan->layout->planes == 1) {
        quantize_bytes(plan, subspace, maps, present, pixels, to);
      } else {
        quantize_words(plan, subspace, maps, present, pixels, to);
      }
    }
    c += present;
  }
}

/*
 * One row of a group of an image, of the first plane; input: the group's maps, or NULL: pixels are there
 * already.
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
