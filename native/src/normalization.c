/*
 * Local response normalization. A chunk of neighbouring positions is taken through all channels, so
 * that every loop runs along positions. The squares of a window are summed anew for each channel: a
 * running sum would keep the rounding errors of the large values that have left the window.
 */
#include <math.h>

#include "loops.h"
#include "shape.h"

enum { CHUNK = 64 };

/* sums[i] becomes values[i] / sums[i]^beta; the usual exponents need no powf. */
static void divide_by_power(const float* values, const float* sums, float beta, float* output,
                            int32_t n) {
  if (beta == 0.75f) {
    QCNN_INDEPENDENT
    for (int32_t i = 0; i < n; i++) {
      float root = sqrtf(sums[i]);
      output[i] = values[i] / (root * sqrtf(root));
    }
  } else if (beta == 0.5f) {
    QCNN_INDEPENDENT
    for (int32_t i = 0; i < n; i++) {
      output[i] = values[i] / sqrtf(sums[i]);
    }
  } else {
    for (int32_t i = 0; i < n; i++) {
      output[i] = values[i] / powf(sums[i], beta);
    }
  }
}

typedef struct {
  int32_t channels, plane, size;
  float alpha, beta, k;
} normalization;

/* n <= CHUNK positions of all channels. */
static void normalize(const normalization* c, const float* input, float* output, int32_t n) {
  int64_t plane = c->plane;
  int32_t before = (c->size - 1) / 2, after = c->size / 2;
  float scale = c->alpha / (float)c->size;
  for (int32_t channel = 0; channel < c->channels; channel++) {
    float sums[CHUNK] = {0};
    int32_t first = qcnn_max(channel - before, 0);
    int32_t last = after < c->channels - channel ? channel + after : c->channels - 1;
    for (int32_t neighbour = first; neighbour <= last; neighbour++) {
      const float* values = input + neighbour * plane;
      for (int32_t i = 0; i < n; i++) {
        sums[i] += values[i] * values[i];
      }
    }
    for (int32_t i = 0; i < n; i++) {
      sums[i] = c->k + scale * sums[i];
    }
    divide_by_power(input + channel * plane, sums, c->beta, output + channel * plane, n);
  }
}

int32_t qcnn_local_response_normalization_run(int32_t channels, int32_t plane, int32_t size,
                                              float alpha, float beta, float k, const float* input,
                                              float* output, int32_t first, int32_t last) {
  if (channels <= 0 || plane <= 0 || size <= 0 || (int64_t)channels * plane > INT32_MAX) {
    return QCNN_BAD_SHAPE;
  }
  if (!qcnn_range_ok(first, last, INT32_MAX)) {
    return QCNN_BAD_RANGE;
  }
  normalization c = {channels, plane, size, alpha, beta, k};
  for (int32_t position = first; position < last;) {
    int32_t image = position / plane, pixel = position % plane;
    int32_t n = qcnn_min(qcnn_min(plane - pixel, last - position), CHUNK);
    int64_t offset = (int64_t)image * channels * plane + pixel;
    normalize(&c, input + offset, output + offset, n);
    position += n;
  }
  return QCNN_OK;
}
