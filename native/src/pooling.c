/*
 * Pooling, a row of outputs at a time: the pixels under one kernel position are combined into all
 * outputs of the row for which they lie inside the image.
 */
#include <math.h>
#include <stddef.h>

#include "loops.h"
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

/* The number of kernel positions k for which first <= start + k * dilation < last. */
static int32_t count_inside(const axis* a, int32_t start, int32_t first, int32_t last) {
  if (start >= first && start + (a->kernel - 1) * a->dilation < last) {
    return a->kernel;
  }
  qcnn_span inside = qcnn_inside(0, a->kernel, a->dilation, start - first, last - first);
  return inside.last - inside.first;
}

/* By how many pixels along this axis the average at output o is divided; at least 1. */
static int32_t divisor(const axis* a, int32_t o, bool with_padding) {
  int32_t first = with_padding ? -a->before : 0;
  int32_t last = with_padding ? a->input + a->after : a->input;
  return qcnn_max(count_inside(a, o * a->stride - a->before, first, last), 1);
}

/* As Java's Math.max: a NaN wins. */
QCNN_SPECIALIZED float larger(float x, float y) {
  return x > y || x != x ? x : y;
}

QCNN_SPECIALIZED void combine(bool maximum, int32_t stride, const float* input, float* output,
                              int32_t n) {
  QCNN_INDEPENDENT
  for (int32_t i = 0; i < n; i++) {
    float x = input[(int64_t)i * stride];
    output[i] = maximum ? larger(x, output[i]) : output[i] + x;
  }
}

static void combine_row(bool maximum, int32_t stride, const float* input, float* output,
                        int32_t n) {
  if (stride == 1) {
    maximum ? combine(true, 1, input, output, n) : combine(false, 1, input, output, n);
  } else if (stride == 2) {
    maximum ? combine(true, 2, input, output, n) : combine(false, 2, input, output, n);
  } else {
    combine(maximum, stride, input, output, n);
  }
}

static void pool_channel(const qcnn_pooling* shape, const float* input, float* output) {
  axis rows = vertical(shape), columns = horizontal(shape);
  bool maximum = shape->maximum != 0, with_padding = shape->count_include_pad != 0;
  for (int32_t row = 0; row < rows.output; row++, output += columns.output) {
    for (int32_t i = 0; i < columns.output; i++) {
      output[i] = maximum ? -INFINITY : 0.0f;
    }
    for (int32_t ky = 0; ky < rows.kernel; ky++) {
      int32_t y = row * rows.stride - rows.before + ky * rows.dilation;
      if (y < 0 || y >= rows.input) {
        continue;
      }
      const float* pixels = input + (int64_t)y * columns.input;
      for (int32_t kx = 0; kx < columns.kernel; kx++) {
        int32_t offset = kx * columns.dilation - columns.before;
        qcnn_span span = qcnn_inside(0, columns.output, columns.stride, offset, columns.input);
        if (span.first < span.last) {
          combine_row(maximum, columns.stride,
                      pixels + (int64_t)span.first * columns.stride + offset, output + span.first,
                      span.last - span.first);
        }
      }
    }
    if (!maximum) {
      int32_t height = divisor(&rows, row, with_padding);
      for (int32_t i = 0; i < columns.output; i++) {
        output[i] /= (float)((int64_t)height * divisor(&columns, i, with_padding));
      }
    }
  }
}

int32_t qcnn_pooling_run(const qcnn_pooling* shape, const float* input, float* output,
                         int32_t first, int32_t last) {
  axis rows = vertical(shape), columns = horizontal(shape);
  if (!axis_ok(&rows) || !axis_ok(&columns)) {
    return QCNN_BAD_SHAPE;
  }
  if (!qcnn_range_ok(first, last, INT32_MAX)) {
    return QCNN_BAD_RANGE;
  }
  int64_t input_plane = (int64_t)rows.input * columns.input;
  int64_t output_plane = (int64_t)rows.output * columns.output;
  for (int64_t channel = first; channel < last; channel++) {
    pool_channel(shape, input + channel * input_plane, output + channel * output_plane);
  }
  return QCNN_OK;
}

/* Partial results side by side, which become one vector; also more exact than one running sum. */
enum { LANES = 16 };

QCNN_SPECIALIZED float reduce(bool maximum, const float* values, int32_t n) {
  float partial[LANES];
  for (int32_t lane = 0; lane < LANES; lane++) {
    partial[lane] = maximum ? -INFINITY : 0.0f;
  }
  int32_t i = 0;
  for (; n - i >= LANES; i += LANES) {
    for (int32_t lane = 0; lane < LANES; lane++) {
      float x = values[i + lane];
      partial[lane] = maximum ? larger(x, partial[lane]) : partial[lane] + x;
    }
  }
  for (int32_t lane = 0; i < n; i++, lane++) {
    partial[lane] = maximum ? larger(values[i], partial[lane]) : partial[lane] + values[i];
  }
  float total = partial[0];
  for (int32_t lane = 1; lane < LANES; lane++) {
    total = maximum ? larger(partial[lane], total) : total + partial[lane];
  }
  return total;
}

int32_t qcnn_global_pooling_run(int32_t maximum, int32_t plane, const float* input, float* output,
                                int32_t first, int32_t last) {
  if (plane <= 0) {
    return QCNN_BAD_SHAPE;
  }
  if (!qcnn_range_ok(first, last, INT32_MAX)) {
    return QCNN_BAD_RANGE;
  }
  for (int64_t channel = first; channel < last; channel++) {
    const float* values = input + channel * plane;
    output[channel] =
        maximum ? reduce(true, values, plane) : reduce(false, values, plane) / (float)plane;
  }
  return QCNN_OK;
}
