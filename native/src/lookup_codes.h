/* The codes of a lookup convolution, in the order in which they are read; see lookup_packed.h. */
#ifndef QCNN_LOOKUP_CODES_H
#define QCNN_LOOKUP_CODES_H

#include "kernels/lookup_filters.h"
#include "lookup_layout.h"
#include "lookup_scales.h"

/* The codes of one group, as the model has them, and how they are to lie. */
typedef struct {
  const qcnn_lookup_convolution* shape;
  const qcnn_lookup_layout* layout;
  const qcnn_byte_subspace* subspaces;     /* NULL with 16-bit tables */
  const qcnn_filter_tables* filter_tables; /* with filters in lanes */
  int32_t group;
  const uint8_t* codes; /* of all groups */
} qcnn_code_source;

/* Appends the codes of the group; returns what follows them. Padding is left as it is. */
uint8_t* qcnn_pack_codes(const qcnn_code_source* source, uint8_t* packed);

#endif
