/* Convolution in which every channel has filters of its own. */
#ifndef QCNN_DEPTHWISE_H
#define QCNN_DEPTHWISE_H

#include <stdbool.h>

#include "qcnn.h"

static inline bool qcnn_is_depthwise(const qcnn_convolution* shape) {
  return shape->input_channels == shape->groups;
}

/* Bytes of scratch memory, aligned to 64 bytes. */
int64_t qcnn_depthwise_scratch_size(const qcnn_convolution* shape);

/*
 * One channel of one image with all its filters. weights and bias are those of all channels, input
 * and output begin at the channel; bias may be NULL.
 */
void qcnn_depthwise_channel(const qcnn_convolution* shape, int32_t isa, int32_t channel,
                            const float* weights, const float* bias,
                            const qcnn_activation* activation, const float* input, float* output,
                            float* scratch);

#endif
