#include "kernels/vectors_scalar.h"

/* After the vectors, which it is written for. */
#include "kernels/operator_template.h"

const qcnn_operator_kernels qcnn_operators_scalar = QCNN_OPERATOR_KERNELS;
