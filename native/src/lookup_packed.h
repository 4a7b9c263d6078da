/*
 * The packed weights of a lookup convolution: the header, with 8-bit tables the scales of the
 * subspaces [M], the codebooks as integers, and the codes [group][subspace][phase][filter][tap]; all
 * begin at multiples of 64 bytes. Codebooks are [M][K][bundles] of two 16-bit components each, or with
 * 8-bit tables [M][K] times a 32-bit number (see build_table) and [bundles] of four components each.
 */
#ifndef QCNN_LOOKUP_PACKED_H
#define QCNN_LOOKUP_PACKED_H

#include "kernels/lookup_bytes.h"
#include "kernels/lookup_kernels.h"
#include "lookup_layout.h"
#include "lookup_scales.h"
#include "packed.h"

/* Where everything lies; the kernels that packed it. */
typedef struct {
  const qcnn_packed_header* header;
  const qcnn_byte_subspace* subspaces; /* NULL with 16-bit tables */
  const int32_t* codewords;            /* qcnn_codeword_words of them each */
  const uint8_t* codes;                /* four bytes behind the last one may be read */
  const qcnn_lookup_kernels* kernels;
  const qcnn_byte_tables* byte_tables;
} qcnn_lookup_packed;

/* 32-bit words of one packed sub-codeword. */
static inline int32_t qcnn_codeword_words(const qcnn_lookup_convolution* shape,
                                          const qcnn_lookup_layout* layout) {
  return layout->bundles + (shape->table_bits == 8 ? 1 : 0);
}

/* Checks a packed blob; QCNN_OK, or QCNN_BAD_PACKED if it is not one for this shape. */
int32_t qcnn_lookup_packed_open(const qcnn_lookup_convolution* shape,
                                const qcnn_lookup_layout* layout, const void* packed,
                                qcnn_lookup_packed* out);

#endif
