#include "lookup_scales.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "kernels/lookup_bytes.h"

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

/* The largest scale up to `wanted` at which no word of a subspace can overflow. */
static double limited(double wanted, const float* codebook, int32_t words, int32_t size) {
  double sum_of_word;
  double component;
  largest(codebook, words, size, &sum_of_word, &component);
  if (!isfinite(sum_of_word)) {
    return NAN;
  }
  /* Rounding may add up to 1/2 per component: leave room for it. */
  double room = 65534.0 - size;
  double scale = sum_of_word * wanted > room ? room / sum_of_word : wanted;
  return component * scale > 32767.0 ? 32767.0 / component : scale;
}

bool qcnn_word_input_scale(float input_range, float* scale) {
  *scale = (float)(32767.0 / (2.0 * (double)input_range));
  return is_range(input_range) && is_range(*scale);
}

int32_t qcnn_lookup_scales(const float* codebooks, int32_t subspaces, int32_t words, int32_t size,
                           float input_range, float response_range, float* scales) {
  float input_scale;
  if (!qcnn_word_input_scale(input_range, &input_scale) || !is_range(response_range)) {
    return QCNN_BAD_RANGE;
  }
  double scale = 32767.0 / (2.0 * (double)response_range) * 65536.0 / (double)input_scale;
  for (int32_t m = 0; m < subspaces; m++) {
    const float* codebook = codebooks + (ptrdiff_t)m * words * size;
    scale = limited(scale, codebook, words, size); /* once NaN, it stays */
  }
  float codeword_scale = (float)scale;
  float output_scale = (float)(65536.0 / ((double)input_scale * (double)codeword_scale));
  if (!is_range(codeword_scale) || !is_range(output_scale)) {
    return QCNN_BAD_RANGE;
  }
  scales[QCNN_INPUT_SCALE] = input_scale;
  scales[QCNN_CODEWORD_SCALE] = codeword_scale;
  scales[QCNN_OUTPUT_SCALE] = output_scale;
  return QCNN_OK;
}

/* The 256 values of x span the bounds. */
bool qcnn_byte_input_scale(const float* bounds, float* scale, int32_t* zero) {
  if (!(bounds[0] <= 0 && bounds[1] >= 0 && bounds[0] < bounds[1])) {
    return false;
  }
  *scale = (float)(255.0 / ((double)bounds[1] - (double)bounds[0]));
  if (!is_range(*scale)) {
    return false;
  }
  double below = rint(-(double)bounds[0] * (double)*scale);
  *zero = (int32_t)fmin(below, 255.0) - 128;
  return true;
}

#define SHIFTS 9 /* 0 to 8 */

/* Finds where in the order of descending shifts the first subspace of each shift comes. */
static void find_places(const uint8_t* shifts, int32_t subspaces, int32_t* places) {
  memset(places, 0, SHIFTS * sizeof *places);
  for (int32_t m = 0; m < subspaces; m++) {
    for (int32_t smaller = 0; smaller < shifts[m]; smaller++) {
      places[smaller]++;
    }
  }
}

/* The largest component of a codebook; not finite if one is not. */
static double largest_component(const float* codebook, int32_t words, int32_t size) {
  double sum_of_word;
  double component;
  largest(codebook, words, size, &sum_of_word, &component);
  return isfinite(sum_of_word) ? component : NAN;
}

#define MOST_FRACTION_BITS 15

int32_t qcnn_byte_scales(const float* codebooks, int32_t subspaces, int32_t words, int32_t size,
                         const uint8_t* shifts, const float* bounds, float response_range,
                         qcnn_byte_subspace* out, float* scales) {
  if (!is_range(response_range)) {
    return QCNN_BAD_RANGE;
  }
  int32_t places[SHIFTS];
  find_places(shifts, subspaces, places);
  double sum_scale = 32767.0 / (2.0 * (double)response_range);
  for (int32_t m = 0; m < subspaces; m++) {
    qcnn_byte_subspace* subspace = &out[places[shifts[m]]++];
    if (!qcnn_byte_input_scale(bounds + 2 * (ptrdiff_t)m, &subspace->input_scale,
                               &subspace->zero)) {
      return QCNN_BAD_RANGE;
    }
    subspace->subspace = m;
    out[m].place = (int32_t)(subspace - out);
    subspace->shift = shifts[m];
    subspace->fraction_bits = QCNN_BYTE_FRACTION_BITS;
    double component = largest_component(codebooks + (ptrdiff_t)m * words * size, words, size);
    if (!isfinite(component)) {
      return QCNN_BAD_RANGE;
    }
    double steps = 256.0 * component / ((double)subspace->input_scale * (double)(1 << shifts[m]));
    sum_scale = steps * sum_scale > 127.0 ? 127.0 / steps : sum_scale;
  }
  for (int32_t i = 0; i < subspaces; i++) {
    double unit = (double)out[i].input_scale * (double)(1 << out[i].shift);
    out[i].codeword_scale = (float)(256.0 * sum_scale / unit);
    if (!is_range(out[i].codeword_scale)) {
      return QCNN_BAD_RANGE;
    }
  }
  scales[QCNN_OUTPUT_SCALE] = (float)((double)(1 << out[subspaces - 1].shift) / sum_scale);
  return is_range(scales[QCNN_OUTPUT_SCALE]) ? QCNN_OK : QCNN_BAD_RANGE;
}

/* The largest scale of sums up to `wanted` at which no entry of a subspace can leave 16 bits. */
static double limited_sum(double wanted, const float* codebook, int32_t words, int32_t size,
                          float input_scale) {
  double sum_of_word;
  double component;
  largest(codebook, words, size, &sum_of_word, &component);
  /* Rounding adds up to 1/2 to each component, which with a fractional bit is 255 / 4 of an entry. */
  double room = 32766.0 - 64.0 * size;
  double entry = 255.0 * sum_of_word / (double)input_scale;
  double scale = entry * wanted > room ? room / entry : wanted;
  double steps = 2.0 * component / (double)input_scale;
  return steps * scale > 127.0 ? 127.0 / steps : scale;
}

/* Chooses as many fractional bits for a subspace as its largest component leaves room for. */
static bool choose_fraction(double sum_scale, double component, qcnn_byte_subspace* out) {
  double scale = sum_scale / (double)out->input_scale; /* of codewords, without fractional bits */
  out->fraction_bits = MOST_FRACTION_BITS;
  while (out->fraction_bits > 1 && component * scale * (double)(1 << out->fraction_bits) > 127.0) {
    out->fraction_bits--;
  }
  out->codeword_scale = (float)(scale * (double)(1 << out->fraction_bits));
  return is_range(out->codeword_scale);
}

int32_t qcnn_operand_scales(const float* codebooks, int32_t subspaces, int32_t words, int32_t size,
                            const float* bounds, float response_range, qcnn_byte_subspace* out,
                            float* scales) {
  if (!is_range(response_range)) {
    return QCNN_BAD_RANGE;
  }
  const ptrdiff_t codebook = (ptrdiff_t)words * size;
  double sum_scale = 32767.0 / (2.0 * (double)response_range);
  for (int32_t m = 0; m < subspaces; m++) {
    const float* words_of = codebooks + m * codebook;
    out[m] = (qcnn_byte_subspace){.subspace = m, .place = m};
    if (!qcnn_byte_input_scale(bounds + 2 * (ptrdiff_t)m, &out[m].input_scale, &out[m].zero) ||
        !isfinite(largest_component(words_of, words, size))) {
      return QCNN_BAD_RANGE;
    }
    sum_scale = limited_sum(sum_scale, words_of, words, size, out[m].input_scale);
  }
  for (int32_t m = 0; m < subspaces; m++) {
    double component = largest_component(codebooks + m * codebook, words, size);
    if (!choose_fraction(sum_scale, component, &out[m])) {
      return QCNN_BAD_RANGE;
    }
  }
  scales[QCNN_OUTPUT_SCALE] = (float)(1.0 / sum_scale);
  return is_range(scales[QCNN_OUTPUT_SCALE]) ? QCNN_OK : QCNN_BAD_RANGE;
}
