/*
 * The codes of a fully-connected layer, by blocks of outputs: [subspace][output] as bytes, or as words of
 * 16 bits [(subspaces + n - 1) / n][output] with n codes of as many subspaces each, the first one in the
 * lowest bits. Codes of 4 bits are four to a word, of 5 bits three: fewer bytes to read than one for each.
 */
#ifndef QCNN_LOOKUP_OUTPUTS_H
#define QCNN_LOOKUP_OUTPUTS_H

#include <stdint.h>

#define QCNN_MOST_CODES_OF_WORD 4

/* Of a block. */
#define QCNN_MOST_OUTPUTS 256

/* The bits of a code, n of which are in a word of 16. */
static inline int32_t qcnn_code_bits(int32_t codes_of_word) {
  return 16 / codes_of_word;
}

/* The bytes of the codes of one output; codes_of_word: 0 where codes are bytes. */
int64_t qcnn_packed_code_bytes(int32_t subspaces, int32_t codes_of_word);

/*
 * Packs a block of `width` outputs, a multiple of 8 up to QCNN_MOST_OUTPUTS, of which `present` exist: the
 * others get code 0. codes: [present][subspaces]. out: width times qcnn_packed_code_bytes, 2-byte aligned.
 */
void qcnn_pack_outputs(const uint8_t* codes, int32_t subspaces, int32_t present, int32_t width,
                       int32_t codes_of_word, uint8_t* out);

#endif
