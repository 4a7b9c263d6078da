#include "kernels/operator_kernels.h"

#include <stddef.h>

static const qcnn_operator_kernels* const kernels[QCNN_ISA_COUNT] = {
    [QCNN_ISA_SCALAR] = &qcnn_operators_scalar,
#if defined(QCNN_HAS_X86)
    [QCNN_ISA_AVX2] = &qcnn_operators_avx2,
    [QCNN_ISA_AVX512] = &qcnn_operators_avx512,
    [QCNN_ISA_AMX] = &qcnn_operators_avx512,
#elif defined(QCNN_HAS_ARM)
    [QCNN_ISA_NEON] = &qcnn_operators_neon,
    [QCNN_ISA_NEON_DOTPROD] = &qcnn_operators_neon,
#endif
};

const qcnn_operator_kernels* qcnn_operator_kernels_for(int64_t isa) {
  return isa >= 0 && isa < QCNN_ISA_COUNT ? kernels[isa] : NULL;
}
