#include "kernels/vectors_avx512.h"

/* After the vectors, which it is written for. */
#include "kernels/operator_template.h"

const qcnn_operator_kernels qcnn_operators_avx512 = QCNN_OPERATOR_KERNELS;
