/*
 * Depthwise convolution: every channel has filters of its own. A product of matrices would have
 * next to no depth here. Instead a band of rows of the channel is copied with its padding, split
 * into the phases of the stride: then every weight of the filter meets, for all outputs of the
 * band at once, the copy shifted by a constant, and neither edges nor strides are left.
 */
#include "depthwise.h"

#include "kernels/operator_kernels.h"
#include "rows.h"

/* Phase (py, px) has the padded pixels (y * stride_height + py, x * stride_width + px). */
typedef struct {
  int32_t band;                        /* output rows at a time */
  int32_t phase_height, phase_width;   /* rows and columns of a phase */
  int32_t phases_below, phases_across; /* those that weights meet */
  int64_t phase_size;
} layout;

static int32_t reach_height(const qcnn_convolution* shape) {
  return (shape->kernel_height - 1) * shape->dilation_height;
}

static int32_t reach_width(const qcnn_convolution* shape) {
  return (shape->kernel_width - 1) * shape->dilation_width;
}

static layout make_layout(const qcnn_convolution* shape) {
  const int32_t band_floats = 4096; /* half of a small L1 cache */
  layout l = {
      .phase_width = shape->output_width + reach_width(shape) / shape->stride_width,
      .phases_below = qcnn_min(shape->stride_height, reach_height(shape) + 1),
      .phases_across = qcnn_min(shape->stride_width, reach_width(shape) + 1),
  };
  int64_t row_floats = (int64_t)l.phase_width * l.phases_below * l.phases_across;
  l.band = row_floats < band_floats ? band_floats / (int32_t)row_floats : 1;
  l.band = qcnn_min(l.band, shape->output_height);
  l.phase_height = l.band + reach_height(shape) / shape->stride_height;
  l.phase_size = (int64_t)l.phase_height * l.phase_width;
  return l;
}

/* Everything in the scratch memory is rounded up to whole cache lines, and to a line too much. */
static int64_t with_slack(int64_t floats) {
  return (floats / QCNN_DENSE_COLUMN_UNIT + 2) * QCNN_DENSE_COLUMN_UNIT;
}

static int64_t offsets_floats(const qcnn_convolution* shape) {
  return with_slack((int64_t)shape->kernel_height * shape->kernel_width);
}

static int64_t phases_floats(const layout* l) {
  return with_slack(l->phases_below * l->phases_across * l->phase_size);
}

int64_t qcnn_depthwise_scratch_size(const qcnn_convolution* shape) {
  layout l = make_layout(shape);
  int64_t sums = with_slack((int64_t)l.band * l.phase_width);
  return (offsets_floats(shape) + phases_floats(&l) + sums) * (int64_t)sizeof(float);
}

/* offsets[weight]: from an output of the band to the pixel that the weight meets. */
static void find_offsets(const qcnn_convolution* shape, const layout* l, int32_t* offsets) {
  for (int32_t row = 0; row < shape->kernel_height; row++) {
    for (int32_t column = 0; column < shape->kernel_width; column++) {
      int32_t y = row * shape->dilation_height, x = column * shape->dilation_width;
      int32_t phase = y % shape->stride_height * l->phases_across + x % shape->stride_width;
      *offsets++ = (int32_t)(phase * l->phase_size) + y / shape->stride_height * l->phase_width +
                   x / shape->stride_width;
    }
  }
}

/* The processor alone would not fetch the rows that come next in time. */
static void prefetch_row(const float* row, int32_t n) {
  const int32_t ahead = 2048, line = 16;
  for (int32_t i = 0; i < n; i += line) {
    __builtin_prefetch(row + i + ahead);
  }
}

/* Copies what the output rows from first_row on see. */
static void fill_phases(const qcnn_convolution* shape, const layout* l,
                        const qcnn_dense_kernels* kernels, const float* input, int32_t first_row,
                        int32_t height, float* phases) {
  for (int32_t py = 0; py < l->phases_below; py++) {
    for (int32_t px = 0; px < l->phases_across; px++) {
      float* row = phases + (py * l->phases_across + px) * l->phase_size;
      int32_t offset = px - shape->pad_left;
      qcnn_span span =
          qcnn_inside(0, l->phase_width, shape->stride_width, offset, shape->input_width);
      for (int32_t i = 0; i < height; i++, row += l->phase_width) {
        int64_t y = ((int64_t)first_row + i) * shape->stride_height + py - shape->pad_top;
        if (y < 0 || y >= shape->input_height) {
          qcnn_set_zero(row, l->phase_width);
        } else {
          prefetch_row(input + y * shape->input_width, shape->input_width);
          qcnn_copy_inside(kernels, input + y * shape->input_width, shape->stride_width, offset,
                           span, row, l->phase_width);
        }
      }
    }
  }
}

void qcnn_depthwise_channel(const qcnn_convolution* shape, int32_t isa, int32_t channel,
                            const float* weights, const float* bias,
                            const qcnn_activation* activation, const float* input, float* output,
                            float* scratch) {
  const qcnn_dense_kernels* kernels = qcnn_dense_kernels_for(isa);
  const qcnn_operator_kernels* operators = qcnn_operator_kernels_for(isa);
  layout l = make_layout(shape);
  int32_t* offsets = (int32_t*)scratch;
  float* phases = scratch + offsets_floats(shape);
  float* sums = phases + phases_floats(&l);
  int32_t filters = shape->output_channels / shape->groups;
  int32_t window = shape->kernel_height * shape->kernel_width;
  int64_t plane = (int64_t)shape->output_height * shape->output_width;
  find_offsets(shape, &l, offsets);
  for (int32_t first = 0; first < shape->output_height; first += l.band) {
    int32_t band = qcnn_min(l.band, shape->output_height - first);
    fill_phases(shape, &l, kernels, input, first, band + l.phase_height - l.band, phases);
    for (int32_t i = 0; i < filters; i++) {
      int64_t filter = (int64_t)channel * filters + i;
      int32_t n = (band - 1) * l.phase_width + shape->output_width;
      kernels->depthwise(window, weights + filter * window, offsets, bias ? bias[filter] : 0.0f,
                         phases, sums, n);
      operators->activate(activation, sums, sums, n);
      for (int32_t row = 0; row < band; row++) {
        kernels->copy(sums + (int64_t)row * l.phase_width, 1,
                      output + i * plane + ((int64_t)first + row) * shape->output_width,
                      shape->output_width);
      }
    }
  }
}
