/*
 * Maxima over squares of three by three around every second row and column, which overlap by one. Of each patch what
 * the next one needs as well is kept: its last row of sums, for the two rows below, and the maxima of its last column,
 * for the patch to the right. A band of units begins with the row above it.
 */
#ifndef QCNN_PRODUCTS_OVERLAP_H
#define QCNN_PRODUCTS_OVERLAP_H

#include "products_outputs.h"

/* How many sums are kept for a task: [filter block][column + 1], a column's maxima behind the rows'; or none. */
int64_t qcnn_products_overlap_sums(const qcnn_lookup_convolution* shape,
                                   const qcnn_products_layout* layout);

/* Makes the row above a band, which begins with this unit, from the place's first block of filters to the last. */
void qcnn_products_overlap_begin(const qcnn_products_calls* calls, const qcnn_products_place* at,
                                 int32_t unit, int32_t last_block);

/* Takes the maxima of a patch of two rows; at: its first output before pooling. */
void qcnn_products_overlap_pool(const qcnn_products_calls* calls, const qcnn_products_place* at,
                                int32_t columns);

#endif
