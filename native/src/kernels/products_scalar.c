/* Convolutions by products in plain C: the reference. */
#include <math.h>

#include "kernels/product_kernels.h"

static int32_t product(const qcnn_product_patch* patch, const uint8_t* inputs, int filter) {
  const int8_t* weights =
      patch->weights + filter / 16 * (QCNN_PRODUCT_WEIGHTS / 2) + filter % 16 * 4;
  uint32_t sum = (uint32_t)patch->start[filter];
  for (int b = 0; b < patch->block_count; b++) {
    const int8_t* from = (const int8_t*)inputs + patch->blocks[b].offset;
    for (int i = 0; i < patch->blocks[b].count; i++) {
      sum += (uint32_t)(from[i] * weights[i / 4 * 64 + i % 4]);
    }
    weights += QCNN_PRODUCT_WEIGHTS;
  }
  return (int32_t)sum;
}

static void multiply(const qcnn_product_patch* patch, int32_t* sums) {
  for (int row = 0; row < patch->rows; row++) {
    for (int i = 0; i < patch->columns; i++) {
      for (int f = 0; f < QCNN_PRODUCT_FILTERS; f++) {
        sums[row * QCNN_PRODUCT_ROW_SUMS + i * QCNN_PRODUCT_FILTERS + f] =
            product(patch, patch->inputs[row] + i * patch->stride, f);
      }
    }
  }
}

static void combine(int32_t* sums, int rows, int columns) {
  for (int row = 0; row < rows; row++) {
    int32_t* to = sums + row * QCNN_PRODUCT_ROW_SUMS;
    for (int i = 0; i < columns * QCNN_PRODUCT_FILTERS; i++) {
      to[i] += (to[i + QCNN_PRODUCT_SUMS] + to[i + 2 * QCNN_PRODUCT_SUMS] + 128) >> 8;
    }
  }
}

static int32_t largest(int32_t a, int32_t b) {
  return a > b ? a : b;
}

static void pool(int32_t* sums, int columns) {
  for (int i = 0; i < columns / 2; i++) {
    for (int f = 0; f < QCNN_PRODUCT_FILTERS; f++) {
      const int32_t* above = sums + 2 * i * QCNN_PRODUCT_FILTERS + f;
      const int32_t* below = above + QCNN_PRODUCT_ROW_SUMS;
      sums[i * QCNN_PRODUCT_FILTERS + f] = largest(largest(above[0], above[QCNN_PRODUCT_FILTERS]),
                                                   largest(below[0], below[QCNN_PRODUCT_FILTERS]));
    }
  }
}

static void pool_overlapping(int32_t* sums, int columns, int32_t* above, int32_t* left) {
  for (int f = 0; f < QCNN_PRODUCT_FILTERS; f++) {
    int32_t before = left[f];
    for (int i = 0; i < columns; i++) {
      const int at = i * QCNN_PRODUCT_FILTERS + f;
      const int32_t second = sums[at + QCNN_PRODUCT_ROW_SUMS];
      const int32_t column = largest(above[at], largest(sums[at], second));
      int32_t* pooled = sums + i / 2 * QCNN_PRODUCT_FILTERS + f;
      *pooled = i % 2 == 0 ? largest(before, column) : largest(*pooled, column);
      above[at] = second;
      before = column;
    }
    left[f] = before;
  }
}

static float output_of(int32_t sum, const qcnn_product_outputs* outputs, int f) {
  float value = (float)sum * outputs->scale[f] + outputs->bias[f];
  return value < outputs->floor ? outputs->floor : value; /* NaN stays */
}

static void finish(const int32_t* sums, int columns, const qcnn_product_outputs* outputs,
                   float* output, ptrdiff_t map) {
  for (int f = 0; f < outputs->filters; f++) {
    for (int i = 0; i < columns; i++) {
      output[f * map + i] = output_of(sums[i * QCNN_PRODUCT_FILTERS + f], outputs, f);
    }
  }
}

static uint8_t quantized(float value, const qcnn_product_quantizer* quantizer, int channel) {
  const int32_t zero = quantizer->zero[channel];
  float scaled = value * quantizer->scale[channel];
  float least = (float)(-128 - zero);
  float most = (float)(127 - zero);
  float bounded = scaled < least ? least : scaled > most ? most : scaled;
  return (uint8_t)((isnan(scaled) ? 0 : (int32_t)lrintf(bounded)) + zero);
}

/* Writes the bytes of both planes. */
static void write_word(float scaled, uint8_t* to, ptrdiff_t plane) {
  float bounded = scaled < -32767.0f ? -32767.0f : scaled > 32767.0f ? 32767.0f : scaled;
  const uint32_t x = isnan(scaled) ? 0 : (uint32_t)lrintf(bounded);
  to[0] = (uint8_t)(x >> 8);
  to[plane] = (uint8_t)(x - 128);
}

static void quantize(const float* input, ptrdiff_t map, int channels, int count,
                     const qcnn_product_quantizer* quantizer, uint8_t* to) {
  for (int c = 0; c < channels; c++) {
    for (int i = 0; i < count; i++) {
      to[(ptrdiff_t)i * channels + c] = quantized(input[c * map + i], quantizer, c);
    }
  }
}

static void quantize_words(const float* input, ptrdiff_t map, int channels, int count,
                           const float* scale, uint8_t* to, ptrdiff_t plane) {
  for (int c = 0; c < channels; c++) {
    for (int i = 0; i < count; i++) {
      write_word(input[c * map + i] * scale[c], to + (ptrdiff_t)i * channels + c, plane);
    }
  }
}

static void hand_over(const int32_t* sums, int columns, const qcnn_product_outputs* outputs,
                      const qcnn_product_quantizer* quantizer, uint8_t* to, ptrdiff_t stride) {
  for (int i = 0; i < columns; i++) {
    for (int f = 0; f < outputs->filters; f++) {
      const float output = output_of(sums[i * QCNN_PRODUCT_FILTERS + f], outputs, f);
      to[i * stride + f] = quantized(output, quantizer, f);
    }
  }
}

static void hand_over_words(const int32_t* sums, int columns, const qcnn_product_outputs* outputs,
                            const float* scale, uint8_t* to, ptrdiff_t stride, ptrdiff_t plane) {
  for (int i = 0; i < columns; i++) {
    for (int f = 0; f < outputs->filters; f++) {
      const float output = output_of(sums[i * QCNN_PRODUCT_FILTERS + f], outputs, f);
      write_word(output * scale[f], to + i * stride + f, plane);
    }
  }
}

/* Patches of few columns take less here, too; but so the lines of narrow maps are checked on every machine. */
const qcnn_product_kernels qcnn_products_scalar = {
    .whole_patches = true,
    .quantize = quantize,
    .quantize_words = quantize_words,
    .multiply = multiply,
    .combine = combine,
    .pool = pool,
    .pool_overlapping = pool_overlapping,
    .finish = finish,
    .hand_over = hand_over,
    .hand_over_words = hand_over_words,
};
