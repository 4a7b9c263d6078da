/* From calibrated ranges to the fixed-point scales of a lookup layer; see qcnn.h. */
#ifndef QCNN_LOOKUP_SCALES_H
#define QCNN_LOOKUP_SCALES_H

#include "packed.h"
#include "qcnn.h"

/* Where the scales lie in qcnn_packed_header.scales. */
enum { QCNN_INPUT_SCALE = 0, QCNN_CODEWORD_SCALE = 1, QCNN_OUTPUT_SCALE = 2 };

/*
 * Chooses the scales. codebooks: [subspaces][words][size]; shifts: [subspaces], or NULL for zeros.
 *
 * The wanted scale of the table entries is 32767 / (2 * response_range). The codewords are scaled
 * less if that is needed to keep, for every word, the sum of |d| over its components within 65534:
 * then |sum of x * d| <= 32767 * 65534 < 2^31 - 2^15, so that no table entry can overflow whatever
 * the input is. Returns QCNN_BAD_RANGE if a range is not positive or a codeword not finite.
 */
int32_t qcnn_lookup_scales(const float* codebooks, int32_t subspaces, int32_t words, int32_t size,
                           const uint8_t* shifts, float input_range, float response_range,
                           float* scales);

/* One component of a sub-codeword as an integer, in units of 2^shift. */
static inline int16_t qcnn_lookup_codeword(float component, float codeword_scale, int32_t shift) {
  double scaled = (double)component * ((double)codeword_scale / (double)(1 << shift));
  double bounded = scaled < -32767.0 ? -32767.0 : scaled > 32767.0 ? 32767.0 : scaled;
  /* rint for numbers as small as these, without the call that it is on older processors. */
  return (int16_t)((bounded + 0x1.8p52) - 0x1.8p52);
}

#endif
