/* A tile of a dense convolution, which is what a task computes. */
#ifndef QCNN_CONVOLUTION_TILE_H
#define QCNN_CONVOLUTION_TILE_H

#include "convolution_plan.h"
#include "kernels/operator_kernels.h"

/* What all tasks of a call share. */
typedef struct {
  const qcnn_convolution* shape;
  qcnn_convolution_plan plan;
  int32_t isa;
  const qcnn_dense_kernels* kernels;
  const qcnn_operator_kernels* operators;
  const float* weights; /* packed: [group][depth block][block of rows][depth][row] */
  const float* bias;
  const qcnn_activation* activation;
  const float* input;
  float* output;
} qcnn_convolution_call;

/* Bytes of scratch memory of a tile, aligned to 64 bytes. */
int64_t qcnn_convolution_tile_scratch(const qcnn_convolution_plan* p,
                                      const qcnn_dense_kernels* kernels);

/* Tasks are counted through [image][group][filter block][tile]: neighbours share their weights. */
void qcnn_convolution_tile(const qcnn_convolution_call* c, int32_t task, float* scratch);

#endif
