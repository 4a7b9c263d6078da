#include "kernels/vectors_avx2.h"

/* After the vectors, which it is written for. */
#include "kernels/operator_template.h"

const qcnn_operator_kernels qcnn_operators_avx2 = QCNN_OPERATOR_KERNELS;
