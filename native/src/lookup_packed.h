/*
 * The packed weights of a lookup convolution: the header, with 8-bit tables the table shifts [M], the
 * codebooks as integers [M][K][pairs][2], and the codes [group][subspace][phase][filter][tap].
 * All but the codes begin at multiples of 64 bytes, and so do they.
 */
#ifndef QCNN_LOOKUP_PACKED_H
#define QCNN_LOOKUP_PACKED_H

#include "kernels/lookup_bytes.h"
#include "kernels/lookup_kernels.h"
#include "lookup_layout.h"
#include "packed.h"

/* Where everything lies; the kernels that packed it. */
typedef struct {
  const qcnn_packed_header* header;
  const uint8_t* shifts; /* NULL with 16-bit tables */
  const int16_t* codewords;
  const uint8_t* codes; /* four bytes behind the last one may be read */
  const qcnn_lookup_kernels* kernels;
  const qcnn_byte_tables* byte_tables;
} qcnn_lookup_packed;

/* Checks a packed blob; QCNN_OK, or QCNN_BAD_PACKED if it is not one for this shape. */
int32_t qcnn_lookup_packed_open(const qcnn_lookup_convolution* shape,
                                const qcnn_lookup_layout* layout, const void* packed,
                                qcnn_lookup_packed* out);

#endif
