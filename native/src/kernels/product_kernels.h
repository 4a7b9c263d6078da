/*
 * The inner loops of quantized convolutions by products: 8-bit inputs times 8-bit weights, which are
 * decoded sub-codewords, summed exactly in 32 bits; operands of 16 bits are multiplied byte by byte. One set per
 * instruction set that multiplies bytes fast, and a scalar one; all give the same bits.
 */
#ifndef QCNN_PRODUCT_KERNELS_H
#define QCNN_PRODUCT_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qcnn.h"

/* What is worked on at a time: filters, and outputs of so many columns of so many rows. */
#define QCNN_PRODUCT_FILTERS 32
#define QCNN_PRODUCT_COLUMNS 16
#define QCNN_PRODUCT_ROWS 2

/* Sums of a patch: [QCNN_PRODUCT_ROWS][QCNN_PRODUCT_COLUMNS][QCNN_PRODUCT_FILTERS]. */
#define QCNN_PRODUCT_ROW_SUMS (QCNN_PRODUCT_COLUMNS * QCNN_PRODUCT_FILTERS)
#define QCNN_PRODUCT_SUMS (QCNN_PRODUCT_ROWS * QCNN_PRODUCT_ROW_SUMS)

/* The most passes over a patch: with operands of 16 bits. */
#define QCNN_PRODUCT_PASSES 3

/* Inputs that are multiplied at a time, and the weights of all filters for them, in bytes. */
#define QCNN_PRODUCT_BLOCK 64
#define QCNN_PRODUCT_WEIGHTS (QCNN_PRODUCT_BLOCK * QCNN_PRODUCT_FILTERS)

/* A block of inputs: by how many bytes it lies behind those of an output, and how many there are. */
typedef struct {
  int32_t offset, count;
} qcnn_product_block;

/* What to multiply for a patch of outputs, 1 or 2 rows of 1 to QCNN_PRODUCT_COLUMNS. */
typedef struct {
  int rows, columns;
  /*
   * The inputs of the first output of each row; those of the next one lie `stride` bytes behind. They are
   * unsigned, or signed, as input_offset says. Whatever the count of a block is, all its bytes may be read,
   * also for more columns than there are.
   */
  const uint8_t* inputs[QCNN_PRODUCT_ROWS];
  ptrdiff_t stride;
  const qcnn_product_block* blocks;
  int block_count;
  /* [block][filter / 16][byte / 4][filter % 16][byte % 4], zeros beyond the count; 64-byte aligned. */
  const int8_t* weights;
  const int32_t* start; /* what the sums of each filter start from, 64-byte aligned */
  /* What may be fetched into the second-level cache meanwhile, so many lines of 64 bytes with each block. */
  const int8_t* ahead;
  int ahead_lines;
} qcnn_product_patch;

/* How sums become outputs, filter by filter: max((float)sum * scale + bias, floor), or NaN. */
typedef struct {
  int filters; /* 1 to QCNN_PRODUCT_FILTERS */
  const float* scale;
  const float* bias;
  float floor;
} qcnn_product_outputs;

/* How outputs become inputs of the layer that reads them: of each of its channels the scale and the zero. */
typedef struct {
  const float* scale;
  const int32_t* zero;
} qcnn_product_quantizer;

typedef struct {
  /* What stands for an input of -128: 0 where bytes are unsigned, and input_offset is 128; or itself. */
  int input_offset;

  /* Whether patches of few columns take nearly as long as others. */
  bool whole_patches;

  /*
   * Quantizes pixels of a row: to[i * channels + c] = clamp(round(x * scale[c]), -128 - zero[c], 127 - zero[c])
   * + zero[c] + input_offset, a byte, for x = input[c * map + i] and i < count; round is to even, and NaN gives
   * 0. Inputs are fetched that lie behind.
   */
  void (*quantize)(const float* input, ptrdiff_t map, int channels, int count,
                   const qcnn_product_quantizer* quantizer, uint8_t* to);

  /*
   * The same for inputs of 16 bits, clamp(round(x * scale[c]), -32767, 32767), whose planes lie `plane` bytes
   * apart: high byte + input_offset, and low byte + input_offset - 128, modulo 256.
   */
  void (*quantize_words)(const float* input, ptrdiff_t map, int channels, int count,
                         const float* scale, uint8_t* to, ptrdiff_t plane);

  /* Before and after a thread multiplies patches of at most so many columns; may be NULL. */
  void (*begin)(int columns);
  void (*end)(void);

  /* sums[row][column][f] = start[f] + the sum of inputs times weights, modulo 2^32; other columns may change. */
  void (*multiply)(const qcnn_product_patch* patch, int32_t* sums);

  /*
   * Adds up the sums of three passes, which lie QCNN_PRODUCT_SUMS apart: in all rows sums[i][f] += (those of the
   * second and the third one + 2^7) >> 8.
   */
  void (*combine)(int32_t* sums, int rows, int columns);

  /* Takes the largest of every square of two by two: sums[i][f] of the first row for i < columns / 2. */
  void (*pool)(int32_t* sums, int columns);

  /*
   * Takes the largest of squares of three by three, around every second column of the first row, of two rows and the
   * one above: sums[i][f] for i < columns / 2. left[f]: the largest of the column before. `above` and `left` become
   * the second row, and the largest of the last column of all rows.
   */
  void (*pool_overlapping)(int32_t* sums, int columns, int32_t* above, int32_t* left);

  /* output[f * map + i] = what becomes of sums[i][f], for i < columns. */
  void (*finish)(const int32_t* sums, int columns, const qcnn_product_outputs* outputs,
                 float* output, ptrdiff_t map);

  /* Quantizes the same as inputs: to[i * stride + f]. */
  void (*hand_over)(const int32_t* sums, int columns, const qcnn_product_outputs* outputs,
                    const qcnn_product_quantizer* quantizer, uint8_t* to, ptrdiff_t stride);

  /* The same for inputs of 16 bits. */
  void (*hand_over_words)(const int32_t* sums, int columns, const qcnn_product_outputs* outputs,
                          const float* scale, uint8_t* to, ptrdiff_t stride, ptrdiff_t plane);
} qcnn_product_kernels;

extern const qcnn_product_kernels qcnn_products_scalar;
extern const qcnn_product_kernels qcnn_products_avx512;
extern const qcnn_product_kernels qcnn_products_amx;

/* Returns the kernels of an instruction set, or NULL: it has none. */
const qcnn_product_kernels* qcnn_product_kernels_for(int64_t isa);

#endif
