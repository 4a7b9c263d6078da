/*
 * Pooling, an output row at a time: the rows of its windows become one row, with the padding at
 * both ends, and then the columns of every window one value.
 */
#include <math.h>
#include <stddef.h>

#include "kernels/operator_kernels.h"
#include "shape.h"

/* One axis of the window: all windows see pixels o * stride - before + k * dilation. */
typedef struct {
  int32_t input, output, kernel, stride, before, after, dilation;
} axis;

static axis vertical(const qcnn_pooling* shape) {
  return (axis){shape->input_height,   shape->output_height, shape->kernel_height,
                shape->stride_height,  shape->pad_top,       shape->pad_bottom,
                shape->dilation_height};
}

static axis horizontal(const qcnn_pooling* shape) {
  return (axis){shape->input_width, shape->output_width, shape->kernel_width,  shape->stride_width,
                shape->pad_left,    shape->pad_right,    shape->dilation_width};
}

/* Extents positive, and all coordinates, also those in the padding, small enough for int32_t. */
static bool axis_ok(const axis* a) {
  if (a->input <= 0 || a->output <= 0 || a->kernel <= 0 || a->stride <= 0 || a->dilation <= 0 ||
      a->before < 0 || a->after < 0) {
    return false;
  }
  int64_t steps = ((int64_t)a->output - 1) * a->stride;
  int64_t reach = ((int64_t)a->kernel - 1) * a->dilation + 1;
  return (int64_t)a->before + a->input + a->after <= INT32_MAX && steps <= INT32_MAX &&
         reach <= INT32_MAX && steps + reach <= INT32_MAX;
}

/* The kernel positions k for which first <= start + k * dilation < last. */
static qcnn_span positions_inside(const axis* a, int32_t start, int32_t first, int32_t last) {
  if (start >= first && start + (a->kernel - 1) * a->dilation < last) {
    return (qcnn_span){0, a->kernel};
  }
  return qcnn_inside(0, a->kernel, a->dilation, start - first, last - first);
}

/* By how many pixels along this axis the average at output o is divided; at least 1. */
static int32_t divisor(const axis* a, int32_t o, bool with_padding) {
  int32_t first = with_padding ? -a->before : 0;
  int32_t last = with_padding ? a->input + a->after : a->input;
  qcnn_span inside = positions_inside(a, o * a->stride - a->before, first, last);
  return qcnn_max(inside.last - inside.first, 1);
}

/* The pixels from the first that a window can see to the last one that a window or the image has. */
static int64_t padded_extent(const axis* a) {
  int64_t windows =
      ((int64_t)a->output - 1) * a->stride + ((int64_t)a->kernel - 1) * a->dilation + 1;
  int64_t image = (int64_t)a->before + a->input;
  return windows > image ? windows : image;
}

/* What all channels share. */
typedef struct {
  const qcnn_pooling* shape;
  const qcnn_operator_kernels* kernels;
  axis rows, columns;
  float neutral;   /* changes no window */
  float* row;      /* padded_extent(columns): the pooled rows, between neutral values */
  float* divisors; /* [output_width] */
} call;

static void fill(float* values, int64_t n, float value) {
  for (int64_t i = 0; i < n; i++) {
    values[i] = value;
  }
}

static call begin(const qcnn_pooling* shape, const qcnn_operator_kernels* kernels, float* scratch) {
  call c = {
      .shape = shape,
      .kernels = kernels,
      .rows = vertical(shape),
      .columns = horizontal(shape),
      .neutral = shape->maximum != 0 ? -INFINITY : 0.0f,
      .row = scratch,
  };
  int64_t width = padded_extent(&c.columns);
  fill(c.row, width, c.neutral);
  c.divisors = c.row + width + QCNN_POOLING_SLACK;
  for (int32_t o = 0; o < c.columns.output && shape->maximum == 0; o++) {
    c.divisors[o] = (float)divisor(&c.columns, o, shape->count_include_pad != 0);
  }
  return c;
}

static void pool_channel(const call* c, const float* input, float* output) {
  const axis* rows = &c->rows;
  int32_t width = c->columns.input;
  for (int32_t o = 0; o < rows->output; o++) {
    int32_t start = o * rows->stride - rows->before;
    qcnn_span inside = positions_inside(rows, start, 0, rows->input);
    float* row = c->row + c->columns.before;
    if (inside.first < inside.last) {
      const float* first = input + ((int64_t)start + inside.first * rows->dilation) * width;
      c->kernels->pool_rows(c->shape->maximum != 0, first, (int64_t)rows->dilation * width,
                            inside.last - inside.first, row, width);
    } else {
      fill(row, width, c->neutral);
    }
    int32_t height = divisor(rows, o, c->shape->count_include_pad != 0);
    c->kernels->pool_columns(c->shape, c->row, (float)height, c->divisors,
                             output + (int64_t)o * c->columns.output);
  }
}

int64_t qcnn_pooling_scratch_size(const qcnn_pooling* shape) {
  axis rows = vertical(shape), columns = horizontal(shape);
  if (!axis_ok(&rows) || !axis_ok(&columns)) {
    return -QCNN_BAD_SHAPE;
  }
  int64_t floats = padded_extent(&columns) + columns.output + 2 * QCNN_POOLING_SLACK;
  return floats * (int64_t)sizeof(float);
}

int32_t qcnn_pooling_run(int32_t isa, const qcnn_pooling* shape, const float* input, float* output,
                         void* scratch, int32_t first, int32_t last) {
  if (qcnn_pooling_scratch_size(shape) < 0) {
    return QCNN_BAD_SHAPE;
  }
  const qcnn_operator_kernels* kernels = qcnn_operator_kernels_for(isa);
  if (kernels == NULL) {
    return QCNN_BAD_ISA;
  }
  if (!qcnn_range_ok(first, last, INT32_MAX)) {
    return QCNN_BAD_RANGE;
  }
  if (first == last) {
    return QCNN_OK;
  }
  call c = begin(shape, kernels, scratch);
  int64_t input_plane = (int64_t)c.rows.input * c.columns.input;
  int64_t output_plane = (int64_t)c.rows.output * c.columns.output;
  for (int64_t channel = first; channel < last; channel++) {
    pool_channel(&c, input + channel * input_plane, output + channel * output_plane);
  }
  return QCNN_OK;
}

int32_t qcnn_global_pooling_run(int32_t isa, int32_t maximum, int32_t plane, const float* input,
                                float* output, int32_t first, int32_t last) {
  if (plane <= 0) {
    return QCNN_BAD_SHAPE;
  }
  const qcnn_operator_kernels* kernels = qcnn_operator_kernels_for(isa);
  if (kernels == NULL) {
    return QCNN_BAD_ISA;
  }
  if (!qcnn_range_ok(first, last, INT32_MAX)) {
    return QCNN_BAD_RANGE;
  }
  for (int64_t channel = first; channel < last; channel++) {
    float result = kernels->reduce(maximum != 0, input + channel * plane, plane);
    output[channel] = maximum != 0 ? result : result / (float)plane;
  }
  return QCNN_OK;
}
