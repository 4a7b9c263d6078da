/* From calibrated ranges to the fixed-point scales of a lookup layer; see qcnn.h. */
#ifndef QCNN_LOOKUP_SCALES_H
#define QCNN_LOOKUP_SCALES_H

#include "packed.h"
#include "qcnn.h"

/* Where the scales lie in qcnn_packed_header.scales. */
enum { QCNN_INPUT_SCALE = 0, QCNN_CODEWORD_SCALE = 1, QCNN_OUTPUT_SCALE = 2 };

/*
 * Chooses the scales for 16-bit tables. codebooks: [subspaces][words][size].
 *
 * The wanted scale of the table entries is 32767 / (2 * response_range). The codewords are scaled
 * less if that is needed to keep, for every word, the sum of |d| over its components within 65534:
 * then |sum of x * d| <= 32767 * 65534 < 2^31 - 2^15, so that no table entry can overflow whatever
 * the input is. Returns QCNN_BAD_RANGE if a range is not positive or a codeword not finite.
 */
int32_t qcnn_lookup_scales(const float* codebooks, int32_t subspaces, int32_t words, int32_t size,
                           float input_range, float response_range, float* scales);

/* How one subspace of a layer with 8-bit operands becomes integers; see qcnn.h. */
typedef struct {
  int32_t subspace; /* its number in the model */
  int32_t place; /* where, the other way round, the subspace with the number of this place lies */
  float input_scale;
  float codeword_scale;
  int32_t zero;
  int32_t shift;         /* with 8-bit tables: of its entries */
  int32_t fraction_bits; /* by which sums of products are shifted */
} qcnn_byte_subspace;

/*
 * Chooses the scales for 8-bit tables: out[subspaces], in the order of descending shifts, equal ones in
 * that of the model, and scales[QCNN_OUTPUT_SCALE], which is that of sums in units of the smallest shift.
 *
 * The wanted unit of the sum is 2 * response_range / 32767; it is larger if that is needed to keep
 * every |d| within 127. shifts: [subspaces]; bounds: [subspaces][2]. Returns QCNN_BAD_RANGE if
 * bounds do not enclose 0, the range is not positive or a codeword not finite.
 */
int32_t qcnn_byte_scales(const float* codebooks, int32_t subspaces, int32_t words, int32_t size,
                         const uint8_t* shifts, const float* bounds, float response_range,
                         qcnn_byte_subspace* out, float* scales);

/*
 * With fewer than 8 fractional bits 8-bit operands become 16-bit ones, whose entries drop 16 bits, by
 * shifts of both: the input's, which the rest is up to the codeword's.
 */
static inline int32_t qcnn_operand_shift(const qcnn_byte_subspace* subspace) {
  return subspace->fraction_bits < 8 ? 8 - subspace->fraction_bits : 0;
}

/*
 * Chooses the scales for 16-bit tables of 8-bit operands: out[subspaces], in the order of the model, and
 * scales[QCNN_OUTPUT_SCALE]. Otherwise as above.
 */
int32_t qcnn_operand_scales(const float* codebooks, int32_t subspaces, int32_t words, int32_t size,
                            const float* bounds, float response_range, qcnn_byte_subspace* out,
                            float* scales);

/* How inputs of a subspace become 8-bit operands. Returns whether the two bounds enclose 0. */
bool qcnn_byte_input_scale(const float* bounds, float* scale, int32_t* zero);

/* How all inputs become 16-bit operands; their zero is 0. Returns whether the range is positive. */
bool qcnn_word_input_scale(float input_range, float* scale);

/* One component of a sub-codeword as an integer of at most that size. */
static inline int16_t qcnn_lookup_codeword(float component, float codeword_scale, double largest) {
  double scaled = (double)component * (double)codeword_scale;
  double bounded = scaled < -largest ? -largest : scaled > largest ? largest : scaled;
  /* rint for numbers as small as these, without the call that it is on older processors. */
  return (int16_t)((bounded + 0x1.8p52) - 0x1.8p52);
}

#endif
