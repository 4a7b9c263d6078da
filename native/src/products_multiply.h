/* Convolutions by products: the sums of a patch, from which outputs are made in other files. */
#ifndef QCNN_PRODUCTS_MULTIPLY_H
#define QCNN_PRODUCTS_MULTIPLY_H

#include "products_outputs.h"

/* Finds by how many bytes each block lies behind the inputs of an output, and how many of its bytes count. */
void qcnn_products_find_blocks(const qcnn_convolution* convolution,
                               const qcnn_products_layout* layout, qcnn_product_block* blocks);

/* What a pass over a patch fetches ahead. */
ptrdiff_t qcnn_products_ahead_bytes(const qcnn_products_layout* layout, int32_t lines);

/*
 * Multiplies for a patch, pass by pass, into calls->sums; next: by how many bytes the inputs of its second row
 * lie behind.
 */
void qcnn_products_multiply(const qcnn_products_calls* calls, const qcnn_products_place* at,
                            int32_t rows, int32_t columns, ptrdiff_t next);

#endif
