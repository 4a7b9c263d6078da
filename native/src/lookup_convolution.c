/*
 * The lookup convolution: packing and running. The loops, from outside in: tile of positions and
 * group (one task) -> subspace -> phase of the stride (build its table) -> filter -> kernel tap.
 */
#include <math.h>

#include "activation.h"
#include "cpu.h"
#include "kernels/lookup_kernels.h"
#include "lookup_layout.h"
#include "lookup_scales.h"
#include "packed.h"
#include "shape.h"

#define MAGIC 0x51434c43u /* "QCLC" */

/* The codebooks as integers, [M][K][pairs][2], follow the header. */
static int64_t codeword_bytes(const qcnn_lookup_convolution* shape,
                              const qcnn_lookup_layout* layout) {
  return qcnn_align((int64_t)shape->subspaces * shape->sub_codewords * layout->pairs * 2 *
                    (int64_t)sizeof(int16_t));
}

static int64_t code_count(const qcnn_lookup_convolution* shape) {
  const qcnn_convolution* convolution = &shape->convolution;
  return (int64_t)convolution->output_channels * convolution->kernel_height *
         convolution->kernel_width * shape->subspaces;
}

int64_t qcnn_lookup_convolution_packed_size(const qcnn_lookup_convolution* shape, int32_t isa) {
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_layout_of(shape, 1, &layout);
  if (status != QCNN_OK) {
    return -status;
  }
  if (!qcnn_isa_supported(isa)) {
    return -QCNN_BAD_ISA;
  }
  return (int64_t)sizeof(qcnn_packed_header) + codeword_bytes(shape, &layout) +
         qcnn_align(code_count(shape));
}

/* Appends the codes of one subspace, group and phase, [filter][tap], in the order of reading. */
static uint8_t* pack_codes(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout,
                           int32_t group, int32_t subspace, int32_t phase, const uint8_t* codes,
                           uint8_t* packed) {
  const qcnn_axis* vertical = &layout->vertical;
  const qcnn_axis* horizontal = &layout->horizontal;
  for (int32_t f = 0; f < layout->filters; f++) {
    int64_t filter = (int64_t)group * layout->filters + f;
    for (int32_t y = phase / horizontal->phases; y < vertical->taps; y += vertical->period) {
      for (int32_t x = phase % horizontal->phases; x < horizontal->taps; x += horizontal->period) {
        int64_t tap = (filter * vertical->taps + y) * horizontal->taps + x;
        *packed++ = codes[tap * shape->subspaces + subspace];
      }
    }
  }
  return packed;
}

int32_t qcnn_lookup_convolution_pack(const qcnn_lookup_convolution* shape, int32_t isa,
                                     const float* codebooks, const uint8_t* codes,
                                     float input_range, float response_range, void* packed) {
  int64_t size = qcnn_lookup_convolution_packed_size(shape, isa);
  if (size < 0) {
    return (int32_t)-size;
  }
  for (int64_t i = 0; i < code_count(shape); i++) {
    if (codes[i] >= shape->sub_codewords) {
      return QCNN_BAD_RANGE;
    }
  }
  qcnn_lookup_layout layout;
  qcnn_lookup_layout_of(shape, 1, &layout);
  memset(packed, 0, (size_t)size);
  qcnn_packed_begin(packed, MAGIC, isa, (const int32_t*)shape,
                    QCNN_SHAPE_INTS(qcnn_lookup_convolution), size);
  qcnn_packed_header* header = packed;
  int64_t words = (int64_t)shape->subspaces * shape->sub_codewords;
  int32_t size_of_word = shape->sub_codeword_size;
  int32_t status = qcnn_lookup_scales(codebooks, words, size_of_word, input_range, response_range,
                                      header->scales);
  if (status != QCNN_OK) {
    return status;
  }
  int16_t* codewords = (int16_t*)(header + 1);
  for (int64_t i = 0; i < words * size_of_word; i++) {
    codewords[i / size_of_word * layout.pairs * 2 + i % size_of_word] =
        qcnn_lookup_codeword(codebooks[i], header->scales[QCNN_CODEWORD_SCALE]);
  }
  uint8_t* next = (uint8_t*)(header + 1) + codeword_bytes(shape, &layout);
  for (int32_t g = 0; g < shape->convolution.groups; g++) {
    for (int32_t m = 0; m < shape->subspaces; m++) {
      for (int32_t phase = 0; phase < layout.phases; phase++) {
        next = pack_codes(shape, &layout, g, m, phase, codes, next);
      }
    }
  }
  return QCNN_OK;
}

/* Checks a packed blob and finds its kernels. */
static int32_t open_packed(const qcnn_lookup_convolution* shape, const void* packed,
                           const qcnn_lookup_kernels** kernels) {
  int32_t status = qcnn_packed_verify(packed, MAGIC, (const int32_t*)shape,
                                      QCNN_SHAPE_INTS(qcnn_lookup_convolution));
  if (status != QCNN_OK) {
    return status;
  }
  *kernels = qcnn_lookup_kernels_for(((const qcnn_packed_header*)packed)->isa);
  return *kernels == NULL ? QCNN_BAD_PACKED : QCNN_OK;
}

/* ---- Stage 1: the input ---------------------------------------------------------------------- */

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

/* Quantizes one row of a phase: the pixels offset, offset + stride, ... that lie in the image. */
static void prepare_row(const qcnn_lookup_kernels* kernels, const float* a, const float* b,
                        int32_t width, int32_t columns, int32_t stride, int32_t offset, float scale,
                        int16_t* out) {
  qcnn_span span = qcnn_inside(0, columns, stride, offset, width);
  if (stride == 1) {
    int32_t x = span.first + offset;
    kernels->quantize_pairs(a + x, b == NULL ? NULL : b + x, span.last - span.first, scale,
                            out + 2 * span.first);
    return;
  }
  enum { CHUNK = 64 };
  float chosen_a[CHUNK];
  float chosen_b[CHUNK];
  for (int32_t first = span.first; first < span.last; first += CHUNK) {
    int32_t count = qcnn_min(CHUNK, span.last - first);
    for (int32_t i = 0; i < count; i++) {
      int32_t x = (first + i) * stride + offset;
      chosen_a[i] = a[x];
      chosen_b[i] = b == NULL ? 0.0f : b[x];
    }
    kernels->quantize_pairs(chosen_a, chosen_b, count, scale, out + 2 * first);
  }
}

/* Quantizes a pair of channels into one phase plane of all images, [position][2], zeroed before. */
static void prepare_plane(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout,
                          const qcnn_lookup_kernels* kernels, int32_t batch, int32_t phase,
                          const float* a, const float* b, float scale, int16_t* out) {
  const qcnn_convolution* convolution = &shape->convolution;
  int32_t above = qcnn_axis_residue(&layout->vertical, phase / layout->horizontal.phases) -
                  convolution->pad_top;
  int32_t left = qcnn_axis_residue(&layout->horizontal, phase % layout->horizontal.phases) -
                 convolution->pad_left;
  int32_t width = convolution->input_width;
  ptrdiff_t image = (ptrdiff_t)convolution->input_channels * convolution->input_height * width;
  qcnn_span span =
      qcnn_inside(0, layout->rows, convolution->stride_height, above, convolution->input_height);
  for (int32_t n = 0; n < batch; n++) {
    for (int32_t row = span.first; row < span.last; row++) {
      ptrdiff_t y = (ptrdiff_t)row * convolution->stride_height + above;
      ptrdiff_t start = n * image + y * width;
      prepare_row(kernels, a + start, b == NULL ? NULL : b + start, width, layout->columns,
                  convolution->stride_width, left, scale,
                  out + 2 * ((ptrdiff_t)n * layout->plane + (ptrdiff_t)row * layout->columns));
    }
  }
}

int32_t qcnn_lookup_convolution_prepare(const qcnn_lookup_convolution* shape, int32_t batch,
                                        const void* packed, const float* input, void* prepared,
                                        int32_t first, int32_t last) {
  const qcnn_lookup_kernels* kernels;
  qcnn_lookup_layout layout;
  int32_t status = open_packed(shape, packed, &kernels);
  if (status == QCNN_OK) {
    status = qcnn_lookup_layout_of(shape, batch, &layout);
  }
  if (status != QCNN_OK) {
    return status;
  }
  if (!qcnn_range_ok(first, last, qcnn_lookup_convolution_prepare_tasks(shape))) {
    return QCNN_BAD_RANGE;
  }
  const qcnn_convolution* convolution = &shape->convolution;
  float scale = ((const qcnn_packed_header*)packed)->scales[QCNN_INPUT_SCALE];
  int32_t channels = convolution->input_channels / convolution->groups;
  ptrdiff_t map = (ptrdiff_t)convolution->input_height * convolution->input_width;
  for (int32_t task = first; task < last; task++) {
    int32_t subspace = task % shape->subspaces;
    int32_t end = qcnn_min(channels, (subspace + 1) * shape->sub_codeword_size);
    const float* group = input + task / shape->subspaces * channels * map;
    int16_t* out = (int16_t*)prepared + task * qcnn_prepared_values(&layout);
    memset(out, 0, (size_t)qcnn_prepared_values(&layout) * sizeof(int16_t));
    for (int32_t phase = 0; phase < layout.phases; phase++) {
      for (int32_t q = 0; q < layout.pairs; q++) {
        int32_t channel = subspace * shape->sub_codeword_size + 2 * q;
        const float* a = group + channel * map;
        if (channel < end) {
          prepare_plane(shape, &layout, kernels, batch, phase, a,
                        channel + 1 < end ? a + map : NULL, scale, out);
        }
        out += 2 * (ptrdiff_t)layout.prepared_positions;
      }
    }
  }
  return QCNN_OK;
}

/* ---- Stage 2: tables and sums ---------------------------------------------------------------- */

static int64_t table_bytes(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout) {
  return qcnn_align((int64_t)shape->sub_codewords * layout->table_stride *
                    (int64_t)sizeof(int16_t));
}

static int64_t sums_bytes(const qcnn_lookup_layout* layout) {
  return qcnn_align((int64_t)layout->filters * layout->tile * (int64_t)sizeof(int16_t));
}

static int64_t offsets_bytes(const qcnn_lookup_convolution* shape) {
  return qcnn_align((int64_t)shape->convolution.kernel_height * shape->convolution.kernel_width *
                    (int64_t)sizeof(int32_t));
}

int64_t qcnn_lookup_convolution_scratch_size(const qcnn_lookup_convolution* shape, int32_t batch) {
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_layout_of(shape, batch, &layout);
  if (status != QCNN_OK) {
    return -status;
  }
  return table_bytes(shape, &layout) + sums_bytes(&layout) + offsets_bytes(shape);
}

int32_t qcnn_lookup_convolution_tasks(const qcnn_lookup_convolution* shape, int32_t batch) {
  qcnn_lookup_layout layout;
  int32_t status = qcnn_lookup_layout_of(shape, batch, &layout);
  if (status != QCNN_OK) {
    return -status;
  }
  int64_t tasks = (int64_t)layout.tiles * shape->convolution.groups;
  return tasks <= INT32_MAX ? (int32_t)tasks : -QCNN_BAD_SHAPE;
}

/* The shifts of all taps, phase by phase, in the order of their codes. */
static void find_offsets(const qcnn_lookup_layout* layout, int32_t* offsets) {
  const qcnn_axis* vertical = &layout->vertical;
  const qcnn_axis* horizontal = &layout->horizontal;
  for (int32_t phase = 0; phase < layout->phases; phase++) {
    for (int32_t y = phase / horizontal->phases; y < vertical->taps; y += vertical->period) {
      for (int32_t x = phase % horizontal->phases; x < horizontal->taps; x += horizontal->period) {
        *offsets++ =
            qcnn_axis_shift(vertical, y) * layout->columns + qcnn_axis_shift(horizontal, x);
      }
    }
  }
}

static int32_t taps_of_phase(const qcnn_lookup_layout* layout, int32_t phase) {
  return qcnn_axis_taps(&layout->vertical, phase / layout->horizontal.phases) *
         qcnn_axis_taps(&layout->horizontal, phase % layout->horizontal.phases);
}

typedef struct {
  const qcnn_lookup_convolution* shape;
  const qcnn_lookup_layout* layout;
  const qcnn_lookup_kernels* kernels;
  const qcnn_packed_header* packed;
  const int16_t* prepared;
  int16_t* table;
  int16_t* sums;
  const int32_t* offsets; /* of all taps, phase by phase */
} lookup_run;

/* Sums the responses of one tile for all filters of one group. */
static void sum_tile(const lookup_run* run, int32_t group, int32_t tile) {
  const qcnn_lookup_convolution* shape = run->shape;
  const qcnn_lookup_layout* layout = run->layout;
  const int16_t* codewords = (const int16_t*)(run->packed + 1);
  int32_t taps = shape->convolution.kernel_height * shape->convolution.kernel_width;
  const uint8_t* codes = (const uint8_t*)codewords + codeword_bytes(shape, layout) +
                         (ptrdiff_t)group * shape->subspaces * layout->filters * taps;
  const int16_t* inputs = run->prepared +
                          (ptrdiff_t)group * shape->subspaces * qcnn_prepared_values(layout) +
                          2 * (ptrdiff_t)tile * layout->tile;
  ptrdiff_t pair_stride = 2 * (ptrdiff_t)layout->prepared_positions;
  memset(run->sums, 0, (size_t)sums_bytes(layout));
  for (int32_t m = 0; m < shape->subspaces; m++) {
    const int32_t* offsets = run->offsets;
    for (int32_t phase = 0; phase < layout->phases; phase++) {
      run->kernels->build_table(inputs, pair_stride, layout->pairs, codewords, shape->sub_codewords,
                                layout->table_positions, run->table, layout->table_stride);
      int32_t count = taps_of_phase(layout, phase);
      run->kernels->accumulate(run->table, layout->table_stride, codes, offsets, count,
                               layout->filters, layout->tile / QCNN_POSITION_BLOCK, run->sums,
                               layout->tile);
      codes += (ptrdiff_t)layout->filters * count;
      inputs += layout->pairs * pair_stride;
      offsets += count;
    }
    codewords += (ptrdiff_t)shape->sub_codewords * layout->pairs * 2;
  }
}

/* Writes what one filter's sums say of real pixels: the positions in the used rows and columns. */
static void finish_filter(const lookup_run* run, int32_t batch, int32_t tile, int32_t channel,
                          const int16_t* sums, float bias, const qcnn_activation* activation,
                          float* output) {
  const qcnn_convolution* convolution = &run->shape->convolution;
  const qcnn_lookup_layout* layout = run->layout;
  float scale = run->packed->scales[QCNN_OUTPUT_SCALE];
  float floor = activation->kind == QCNN_ACTIVATION_RELU ? 0.0f : -INFINITY;
  int32_t width = convolution->output_width;
  int32_t position = tile * layout->tile;
  int32_t end = qcnn_min(position + layout->tile, batch * layout->plane);
  while (position < end) {
    int32_t image = position / layout->plane;
    int32_t row = position % layout->plane / layout->columns;
    int32_t column = position % layout->columns; /* planes are whole rows */
    int32_t row_end = qcnn_min(position - column + layout->columns, end);
    int32_t count = qcnn_min(row_end - position, width - column);
    if (row < convolution->output_height && count > 0) {
      float* out = output +
                   (((ptrdiff_t)image * convolution->output_channels + channel) *
                        convolution->output_height +
                    row) *
                       width +
                   column;
      run->kernels->finish(sums + (position - tile * layout->tile), count, scale, bias, floor, out);
      if (activation->kind != QCNN_ACTIVATION_RELU && activation->kind != QCNN_ACTIVATION_NONE) {
        qcnn_activate_row(activation, out, count);
      }
    }
    position = row_end;
  }
}

int32_t qcnn_lookup_convolution_run(const qcnn_lookup_convolution* shape, int32_t batch,
                                    const void* packed, const float* bias,
                                    const qcnn_activation* activation, const void* prepared,
                                    float* output, void* scratch, int32_t first, int32_t last) {
  const qcnn_lookup_kernels* kernels;
  qcnn_lookup_layout layout;
  int32_t status = open_packed(shape, packed, &kernels);
  if (status == QCNN_OK) {
    status = qcnn_lookup_layout_of(shape, batch, &layout);
  }
  if (status != QCNN_OK) {
    return status;
  }
  if (!qcnn_range_ok(first, last, (int64_t)layout.tiles * shape->convolution.groups) ||
      !qcnn_activation_ok(activation)) {
    return QCNN_BAD_RANGE;
  }
  char* memory = scratch;
  int32_t* offsets = (int32_t*)(memory + table_bytes(shape, &layout) + sums_bytes(&layout));
  find_offsets(&layout, offsets);
  lookup_run run = {
      .shape = shape,
      .layout = &layout,
      .kernels = kernels,
      .packed = packed,
      .prepared = prepared,
      .table = (int16_t*)memory,
      .sums = (int16_t*)(memory + table_bytes(shape, &layout)),
      .offsets = offsets,
  };
  for (int32_t task = first; task < last; task++) {
    int32_t group = task % shape->convolution.groups;
    int32_t tile = task / shape->convolution.groups;
    sum_tile(&run, group, tile);
    for (int32_t f = 0; f < layout.filters; f++) {
      int32_t channel = group * layout.filters + f;
      finish_filter(&run, batch, tile, channel, run.sums + (ptrdiff_t)f * layout.tile,
                    bias[channel], activation, output);
    }
  }
  return QCNN_OK;
}
