#include "kernels/product_kernels.h"

#include "cpu.h"

static const qcnn_product_kernels* const kernels[QCNN_ISA_COUNT] = {
    [QCNN_ISA_SCALAR] = &qcnn_products_scalar,
#ifdef QCNN_HAS_X86
    [QCNN_ISA_AVX512] = &qcnn_products_avx512,
#endif
#ifdef QCNN_HAS_AMX
    [QCNN_ISA_AMX] = &qcnn_products_amx,
#endif
};

const qcnn_product_kernels* qcnn_product_kernels_for(int64_t isa) {
  return isa >= 0 && isa < QCNN_ISA_COUNT ? kernels[isa] : NULL;
}
