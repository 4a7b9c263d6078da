/*
 * The lookup layers against the formula of qcnn.h, computed output by output in plain integers: every
 * instruction set must give the very same bits, whatever the input (huge values, NaN, infinities) and
 * however much saturates.
 */
#ifndef QCNN_CHECK_LOOKUP_FORMULA_H
#define QCNN_CHECK_LOOKUP_FORMULA_H

#include "check.h"

/* Scales and integers as qcnn.h defines them, written down anew. */
typedef struct {
  float input, codeword, output;
} check_scales;

/* The scales of one subspace with 8-bit operands. */
typedef struct {
  float input, codeword;
  int32_t zero;
  int32_t fraction_bits;
} check_byte_scales;

typedef struct {
  qcnn_lookup_convolution shape;
  int32_t batch;
  float *codebooks, *bias, *input, *output;
  uint8_t *codes, *shifts;      /* shifts are NULL with 16-bit tables */
  float* bounds;                /* with 8-bit operands, or NULL */
  check_byte_scales* subspaces; /* the same */
  void *packed, *prepared, *scratch;
  float* responses; /* what the formula gives before the activation, in the order of outputs */
  qcnn_activation activation;
  check_scales s;
} check_lookup_layer;

/* The scales of a layer with 16-bit tables and operands; codebooks: [subspaces][words][size]. */
check_scales check_find_scales(const float* codebooks, int32_t subspaces, int32_t words,
                               int32_t size, float input_range, float response_range);

/* Those of a layer with 8-bit tables, out: [subspaces]. */
void check_find_byte_scales(const qcnn_lookup_convolution* shape, const float* codebooks,
                            const uint8_t* shifts, const float* bounds, float response_range,
                            check_byte_scales* out, check_scales* layer);

/* Those of a layer with 16-bit tables of 8-bit operands, out: [subspaces]. */
void check_find_operand_scales(const qcnn_lookup_convolution* shape, const float* codebooks,
                               const float* bounds, float response_range, check_byte_scales* out,
                               check_scales* layer);

/* Computes the responses of a layer by the formula; they are the caller's. */
float* check_find_responses(const check_lookup_layer* l);

/* Expects every output of a layer to be what its responses make of it. */
void check_compare_lookup(const check_lookup_layer* l, const char* isa);

/* n codes below words. */
void check_random_codes(uint8_t* codes, int64_t n, int32_t words);

/* Some inputs are what a broken network gives. */
void check_spoil(float* values, int64_t n);

/* A small layer of any kind. */
qcnn_lookup_convolution check_random_lookup_shape(void);

/* One whose maps often fill lines and whose taps have kernels for them, where an instruction set has tables in lines. */
qcnn_lookup_convolution check_random_line_shape(void);

/* What inputs from -1 to 1 may be quantized within: all of them, fewer, only positive ones, ... */
float* check_random_bounds(const qcnn_lookup_convolution* shape);

/* How many pooled outputs are not the largest of a square of the others, which l->output has. */
int64_t check_wrong_maxima(const check_lookup_layer* l, int32_t pooled, const float* maxima);

#endif
