/* Where the sums of convolutions by products go: what the parts of a run share. */
#ifndef QCNN_PRODUCTS_OUTPUTS_H
#define QCNN_PRODUCTS_OUTPUTS_H

#include "products.h"

/* Another layer's inputs that outputs become. */
typedef struct {
  qcnn_products_layout layout;
  qcnn_products_packed weights;
  const qcnn_convolution* convolution;
  uint8_t* prepared;
} qcnn_products_reader;

/* What all tasks of one call share. */
typedef struct {
  const qcnn_lookup_convolution* shape;
  const qcnn_products_layout* layout;
  const qcnn_products_packed* weights;
  const float* bias;
  const qcnn_activation* activation;
  const uint8_t* prepared;
  float* output;
  const qcnn_products_reader* reader; /* NULL: outputs are written as such */
  int32_t* sums;                      /* of a patch, of each pass */
  int32_t* above;                     /* see products_overlap.h */
  const qcnn_product_block* blocks;
} qcnn_products_calls;

/* A block of filters of a group of an image, and the first output of a patch. */
typedef struct {
  int32_t image, group, filter_block, y, x;
  const int8_t *ahead, *ahead_end; /* weights to fetch while patches are multiplied, */
  int32_t ahead_lines;             /* so many lines of them with each block */
  int32_t first_block;             /* of the task's filters */
} qcnn_products_place;

/* The number of the place's block of filters among those of all groups. */
static inline ptrdiff_t qcnn_products_block(const qcnn_products_calls* calls,
                                            const qcnn_products_place* at) {
  return (ptrdiff_t)at->group * calls->layout->filter_blocks + at->filter_block;
}

/*
 * Has the memory at hand that `rows` rows of `columns` outputs will be written to. Rows and columns are
 * those of outputs, pooled or not, also below.
 */
void qcnn_products_fetch(const qcnn_products_calls* calls, const qcnn_products_place* at,
                         int32_t rows, int32_t columns);

/* Writes a row of outputs of a block of filters from its sums; at: the first one. */
void qcnn_products_write(const qcnn_products_calls* calls, const qcnn_products_place* at,
                         const int32_t* sums, int32_t columns);

#endif
