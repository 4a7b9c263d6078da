/* The input of a convolution as a matrix, made in pieces (im2col that never exists as a whole). */
#ifndef QCNN_PANEL_H
#define QCNN_PANEL_H

#include "kernels/dense_kernels.h"
#include "qcnn.h"

/*
 * panel[k][p] = the input that weight first_depth + k of a filter meets at output position
 * first_position + p, zero in the padding; 0 <= k < depth, 0 <= p < positions, and zeros up to
 * `columns`. Rows are `stride` floats apart. Weights are counted through [channel][row][column],
 * positions through [row][column]. input: the channels of one group.
 */
void qcnn_panel_pack(const qcnn_convolution* shape, const qcnn_dense_kernels* kernels,
                     const float* input, int32_t first_depth, int32_t depth, int32_t first_position,
                     int32_t positions, int32_t columns, float* panel, int32_t stride);

#endif
