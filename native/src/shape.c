#include "shape.h"

#include <stddef.h>

static bool all_positive(const int32_t* values, int count) {
  for (int i = 0; i < count; i++) {
    if (values[i] <= 0) {
      return false;
    }
  }
  return true;
}

/* Whether the product of positive factors is below 2^31. */
static bool product_fits(const int64_t* factors, int count) {
  int64_t product = 1;
  for (int i = 0; i < count; i++) {
    if (factors[i] > INT32_MAX / product) {
      return false;
    }
    product *= factors[i];
  }
  return true;
}

/* The extent of an axis with its padding: as far as the last window reaches, or the image does. */
static int64_t padded_extent(int32_t input, int32_t output, int32_t kernel, int32_t stride,
                             int32_t pad, int32_t dilation) {
  int64_t image = (int64_t)pad + input;
  /* Each product is below 2^62, their sum below 2^63. */
  int64_t windows = ((int64_t)output - 1) * stride + ((int64_t)kernel - 1) * dilation + 1;
  return windows > image ? windows : image;
}

int32_t qcnn_convolution_check(const qcnn_convolution* shape) {
  if (shape == NULL || shape->pad_top < 0 || shape->pad_left < 0) {
    return QCNN_BAD_SHAPE;
  }
  const int32_t positive[] = {
      shape->input_channels, shape->input_height, shape->input_width,     shape->output_channels,
      shape->output_height,  shape->output_width, shape->kernel_height,   shape->kernel_width,
      shape->stride_height,  shape->stride_width, shape->dilation_height, shape->dilation_width,
      shape->groups,
  };
  if (!all_positive(positive, (int)(sizeof positive / sizeof *positive)) ||
      shape->input_channels % shape->groups != 0 || shape->output_channels % shape->groups != 0) {
    return QCNN_BAD_SHAPE;
  }
  const int64_t input[] = {
      padded_extent(shape->input_height, shape->output_height, shape->kernel_height,
                    shape->stride_height, shape->pad_top, shape->dilation_height),
      padded_extent(shape->input_width, shape->output_width, shape->kernel_width,
                    shape->stride_width, shape->pad_left, shape->dilation_width),
      shape->input_channels,
  };
  const int64_t output[] = {shape->output_height, shape->output_width, shape->output_channels};
  const int64_t weights[] = {shape->kernel_height, shape->kernel_width, shape->output_channels,
                             shape->input_channels / shape->groups};
  bool fits = product_fits(input, 3) && product_fits(output, 3) && product_fits(weights, 4);
  return fits ? QCNN_OK : QCNN_BAD_SHAPE;
}
