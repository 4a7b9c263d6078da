/* All kernels of operator_kernels.h, for the vectors that were included before. */
#include "kernels/elementwise_template.h"
#include "kernels/normalization_template.h"
#include "kernels/pooling_template.h"
#include "kernels/softmax_template.h"

#define QCNN_OPERATOR_KERNELS                                                   \
  {                                                                             \
    .pool_rows = pool_rows, .pool_columns = pool_columns, .reduce = reduce,     \
    .normalize = normalize, .exponentials = exponentials, .activate = activate, \
    .combine = combine,                                                         \
  }
