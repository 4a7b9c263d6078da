/*
 * Local response normalization. A chunk of neighbouring positions is taken through all channels, so
 * that a window of channels stays in the L1 cache. The squares of a window are summed anew for each
 * channel: a running sum would keep the rounding errors of the large values that have left it.
 */
#include <stddef.h>

#include "kernels/operator_kernels.h"
#include "shape.h"

enum { CHUNK = 512 };

typedef struct {
  int32_t channels, plane, size;
  float alpha, beta, k;
} normalization;

/* n positions of all channels. */
static void normalize(const normalization* c, const qcnn_operator_kernels* kernels,
                      const float* input, float* output, int32_t n) {
  int64_t plane = c->plane;
  int32_t before = (c->size - 1) / 2, after = c->size / 2;
  float scale = c->alpha / (float)c->size;
  for (int32_t channel = 0; channel < c->channels; channel++) {
    int32_t first = qcnn_max(channel - before, 0);
    int32_t last = after < c->channels - channel ? channel + after : c->channels - 1;
    kernels->normalize(input + first * plane, plane, last - first + 1, scale, c->k, c->beta,
                       input + channel * plane, output + channel * plane, n);
  }
}

int32_t qcnn_local_response_normalization_run(int32_t isa, int32_t channels, int32_t plane,
                                              int32_t size, float alpha, float beta, float k,
                                              const float* input, float* output, int32_t first,
                                              int32_t last) {
  if (channels <= 0 || plane <= 0 || size <= 0 || (int64_t)channels * plane > INT32_MAX) {
    return QCNN_BAD_SHAPE;
  }
  const qcnn_operator_kernels* kernels = qcnn_operator_kernels_for(isa);
  if (kernels == NULL) {
    return QCNN_BAD_ISA;
  }
  if (!qcnn_range_ok(first, last, INT32_MAX)) {
    return QCNN_BAD_RANGE;
  }
  normalization c = {channels, plane, size, alpha, beta, k};
  for (int32_t position = first; position < last;) {
    int32_t image = position / plane, pixel = position % plane;
    int32_t n = qcnn_min(qcnn_min(plane - pixel, last - position), CHUNK);
    int64_t offset = (int64_t)image * channels * plane + pixel;
    normalize(&c, kernels, input + offset, output + offset, n);
    position += n;
  }
  return QCNN_OK;
}
