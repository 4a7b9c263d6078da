/*
 * The packed weights of a lookup convolution: the header, with 8-bit operands the scales of the
 * subspaces [M], the codebooks as integers, and the codes [group][subspace][phase] times
 * [filter][tap], or as lookup_filters.h has them with filters in lanes; all begin at multiples of 64
 * bytes. With 8-bit tables subspaces come in the order of lookup_sums.h. Codebooks are [M][K][bundles]
 * of two 16-bit components each, or where inputs are quads [M][K] times a 32-bit number (see build_table)
 * and [bundles] of four components each; with filters in lanes [M] times what lookup_filters.h has.
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
  const qcnn_byte_subspace* subspaces; /* NULL with 16-bit operands */
  const qcnn_byte_subspace* order;     /* the same, NULL with 16-bit tables */
  const int32_t* codewords;            /* qcnn_codebook_words of them for each subspace */
  const uint8_t* codes;                /* four bytes behind the last one may be read */
  const qcnn_lookup_kernels* kernels;
  const qcnn_byte_tables* byte_tables;
  const qcnn_filter_tables* filter_tables; /* NULL where there are none */
} qcnn_lookup_packed;

/* 32-bit words of one packed sub-codeword. */
static inline int32_t qcnn_codeword_words(const qcnn_lookup_layout* layout) {
  return layout->bundles + (layout->quads ? 1 : 0);
}

/* 32-bit words of the packed codebook of a subspace. */
static inline ptrdiff_t qcnn_codebook_words(const qcnn_lookup_convolution* shape,
                                            const qcnn_lookup_layout* layout) {
  int32_t words = layout->filter_blocks == 0 ? shape->sub_codewords : layout->table_stride;
  return (ptrdiff_t)words * qcnn_codeword_words(layout);
}

/*
 * Checks a packed blob and finds the layout for a batch. Returns QCNN_OK, QCNN_BAD_PACKED if the blob
 * is not one for this shape, or QCNN_BAD_SHAPE if the batch is too large.
 */
int32_t qcnn_lookup_packed_open(const qcnn_lookup_convolution* shape, int32_t batch,
                                const void* packed, qcnn_lookup_layout* layout,
                                qcnn_lookup_packed* out);

#endif
