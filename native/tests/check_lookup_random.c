/* Random layers, and what their outputs must be together. */
#include <math.h>

#include "check_lookup_formula.h"

void check_random_codes(uint8_t* codes, int64_t n, int32_t words) {
  for (int64_t i = 0; i < n; i++) {
    codes[i] = (uint8_t)check_below((uint32_t)words);
  }
}

/* Some inputs are what a broken network gives. */
void check_spoil(float* values, int64_t n) {
  const float odd[] = {NAN, INFINITY, -INFINITY, 1e30f, -1e30f, -0.0f};
  for (int i = 0; i < 6; i++) {
    values[check_below((uint32_t)n)] = odd[i];
  }
}

float* check_random_bounds(const qcnn_lookup_convolution* shape) {
  float* bounds = check_floats(2 * (int64_t)shape->subspaces);
  for (int32_t m = 0; m < shape->subspaces; m++) {
    bounds[2 * m] = (float)check_between(-4, 0) / 4;
    bounds[2 * m + 1] = (float)check_between(bounds[2 * m] < 0 ? 0 : 1, 8) / 8;
  }
  return bounds;
}

/* Finds inputs that such outputs are of, some of them with padding. */
static void find_inputs(qcnn_convolution* c) {
  int32_t bottom = check_between(0, 2);
  int32_t rows = (c->output_height - 1) * c->stride_height +
                 (c->kernel_height - 1) * c->dilation_height + 1 - c->pad_top - bottom;
  int32_t columns = (c->output_width - 1) * c->stride_width +
                    (c->kernel_width - 1) * c->dilation_width + 1 - c->pad_left;
  c->input_height = rows < 1 ? 1 : rows;
  c->input_width = columns < 1 ? 1 : columns;
}

qcnn_lookup_convolution check_random_line_shape(void) {
  const int32_t widths[] = {5,  6,  7,  8,  12, 13, 14, 14, 26, 27, 28,
                            29, 30, 31, 54, 56, 58, 60, 62, 63, 84};
  const int32_t kernels[][2] = {{3, 1}, {3, 1}, {3, 2}, {5, 1}, {5, 2}, {7, 2}, {11, 4}, {2, 1}};
  qcnn_lookup_convolution shape = check_random_lookup_shape();
  qcnn_convolution* c = &shape.convolution;
  const int32_t* kernel = kernels[check_below((uint32_t)(sizeof kernels / sizeof *kernels))];
  c->kernel_height = c->kernel_width = kernel[0];
  c->stride_height = c->stride_width = kernel[1];
  c->dilation_height = c->dilation_width = 1;
  if (check_below(3) == 0) { /* All taps of an axis read the same phase, of every second pixel. */
    c->dilation_height = c->stride_height = check_between(1, 2);
    c->dilation_width = c->stride_width = check_between(1, 2);
  } else if (check_below(4) == 0) { /* Phases begin with shifts of their own. */
    c->dilation_height = c->dilation_width = 3;
  }
  c->output_width = widths[check_below((uint32_t)(sizeof widths / sizeof *widths))];
  c->output_height = check_between(1, 20);
  find_inputs(c);
  const int32_t channels = check_between(8, 20);
  c->input_channels = channels * c->groups;
  shape.sub_codeword_size = check_between(1, channels / 4);
  shape.subspaces = (channels + shape.sub_codeword_size - 1) / shape.sub_codeword_size;
  return shape;
}

qcnn_lookup_convolution check_random_lookup_shape(void) {
  qcnn_lookup_convolution shape;
  qcnn_convolution* c = &shape.convolution;
  c->groups = check_below(3) == 0 ? 2 : 1;
  int32_t channels = check_between(1, 17);
  c->input_channels = channels * c->groups;
  /* Many filters lie in lanes where the instruction set can. */
  c->output_channels =
      (check_below(4) == 0 ? check_between(48, 200) : check_between(1, 9)) * c->groups;
  c->kernel_height = check_between(1, 5);
  c->kernel_width = check_between(1, 5);
  c->stride_height = check_between(1, 4);
  c->stride_width = check_between(1, 4);
  c->dilation_height = check_between(1, 2);
  c->dilation_width = check_between(1, 3);
  c->pad_top = check_between(0, 3);
  c->pad_left = check_between(0, 3);
  c->output_height = check_between(1, 14);
  c->output_width = check_between(1, 40);
  find_inputs(c);
  shape.sub_codeword_size = check_between(1, channels);
  shape.subspaces = (channels + shape.sub_codeword_size - 1) / shape.sub_codeword_size;
  shape.sub_codewords = check_below(2) == 0 ? check_between(1, 256) : check_between(1, 32);
  shape.table_bits = check_below(2) == 0 ? 8 : 16;
  shape.operand_bits = check_below(2) == 0 ? 8 : shape.table_bits;
  shape.pooled = 0;
  shape.products = 0;
  return shape;
}

/* The largest output around one of a map: of that and the next ones, or `before` ones as well. */
static float largest_around(const qcnn_convolution* c, const float* map, int32_t y, int32_t x,
                            int32_t before) {
  float largest = -INFINITY;
  for (int32_t v = y - before < 0 ? 0 : y - before; v < y + 2; v++) {
    for (int32_t u = x - before < 0 ? 0 : x - before; u < x + 2; u++) {
      largest = fmaxf(largest, map[v * c->output_width + u]);
    }
  }
  return largest;
}

int64_t check_wrong_maxima(const check_lookup_layer* l, int32_t pooled, const float* maxima) {
  const qcnn_convolution* c = &l->shape.convolution;
  int32_t columns = c->output_width / 2, rows = c->output_height / 2;
  int64_t outputs = (int64_t)l->batch * c->output_channels * rows * columns;
  int64_t wrong = 0;
  for (int64_t i = 0; i < outputs; i++) {
    const float* map = l->output + i / columns / rows * 4 * rows * columns;
    int32_t y = (int32_t)(i / columns % rows * 2), x = (int32_t)(i % columns * 2);
    wrong += maxima[i] != largest_around(c, map, y, x, pooled == QCNN_POOLED_OVERLAPPING ? 1 : 0);
  }
  return wrong;
}
