#include "lookup_scales.h"

#include <math.h>

/* The largest sum of absolute components over all words, and the largest component; or NaN. */
static void largest(const float* codebooks, int64_t words, int32_t size, double* sum_of_word,
                    double* component) {
  *sum_of_word = 0;
  *component = 0;
  for (int64_t w = 0; w < words; w++) {
    double sum = 0;
    for (int32_t d = 0; d < size; d++) {
      double value = fabs((double)codebooks[w * size + d]);
      sum += value;
      if (value > *component) {
        *component = value;
      }
    }
    if (sum > *sum_of_word || isnan(sum)) { /* once NaN, it stays */
      *sum_of_word = sum;
    }
  }
}

static bool is_range(float range) {
  return range > 0 && isfinite(range);
}

int32_t qcnn_lookup_scales(const float* codebooks, int64_t words, int32_t size, float input_range,
                           float response_range, float* scales) {
  double sum_of_word;
  double component;
  largest(codebooks, words, size, &sum_of_word, &component);
  if (!is_range(input_range) || !is_range(response_range) || !isfinite(sum_of_word)) {
    return QCNN_BAD_RANGE;
  }
  float input_scale = (float)(32767.0 / (2.0 * (double)input_range));
  double scale = 32767.0 / (2.0 * (double)response_range) * 65536.0 / (double)input_scale;
  /* Rounding may add up to 1/2 per component: leave room for it. */
  double room = 65534.0 - size;
  if (sum_of_word * scale > room) {
    scale = room / sum_of_word;
  }
  if (component * scale > 32767.0) {
    scale = 32767.0 / component;
  }
  float codeword_scale = (float)scale;
  float output_scale = (float)(65536.0 / ((double)input_scale * (double)codeword_scale));
  if (!is_range(input_scale) || !is_range(codeword_scale) || !is_range(output_scale)) {
    return QCNN_BAD_RANGE;
  }
  scales[QCNN_INPUT_SCALE] = input_scale;
  scales[QCNN_CODEWORD_SCALE] = codeword_scale;
  scales[QCNN_OUTPUT_SCALE] = output_scale;
  return QCNN_OK;
}

int16_t qcnn_lookup_codeword(float component, float codeword_scale) {
  double rounded = rint((double)component * (double)codeword_scale);
  return (int16_t)fmax(-32767.0, fmin(32767.0, rounded));
}
