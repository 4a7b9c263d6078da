/* How inputs of a lookup convolution become integers. */
#ifndef QCNN_LOOKUP_INPUT_H
#define QCNN_LOOKUP_INPUT_H

#include "lookup_packed.h"

/* For one subspace: clamp(round(x * scale), least, most), and what is done to that. */
typedef struct {
  const qcnn_lookup_packed* weights;
  bool quads;
  float scale;
  int32_t zero; /* the byte of an input of 0, in quads */
  int32_t least, most;
  int32_t shift;    /* by which pairs are shifted then */
  int32_t channels; /* of a bundle */
} qcnn_input_quantizer;

/* subspace: in the order of packing. */
qcnn_input_quantizer qcnn_input_quantizer_of(const qcnn_lookup_layout* layout,
                                             const qcnn_lookup_packed* weights, int32_t subspace);

#define QCNN_MOST_BUNDLE_CHANNELS 4

/*
 * Quantizes `count` pixels of the channels of a bundle, rows[0] to rows[3], or rows[1] of pairs; NULL instead of a
 * channel gives zeros.
 */
void qcnn_quantize_bundle(const qcnn_input_quantizer* quantizer, const float* const* rows,
                          int32_t count, int32_t* out);

/*
 * Whether every input has one place among the quantized ones, in bundles of 16-bit channels beside the same
 * other one everywhere.
 */
bool qcnn_lookup_input_flat(const qcnn_lookup_convolution* shape, const qcnn_lookup_layout* layout);

#endif
