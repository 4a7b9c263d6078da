#include "kernels/lookup_kernels.h"

#include "cpu.h"
#include "kernels/lookup_bytes.h"
#include "kernels/lookup_filters.h"
#include "kernels/lookup_lines.h"

const qcnn_lookup_kernels* qcnn_lookup_kernels_for(uint32_t isa) {
  switch (isa) {
    case QCNN_ISA_SCALAR:
      return &qcnn_lookup_kernels_scalar;
#ifdef QCNN_HAS_X86
    case QCNN_ISA_AVX2:
      return &qcnn_lookup_kernels_avx2;
    case QCNN_ISA_AVX512:
    case QCNN_ISA_AMX:
      return &qcnn_lookup_kernels_avx512;
#endif
#ifdef QCNN_HAS_ARM
    case QCNN_ISA_NEON:
    case QCNN_ISA_NEON_DOTPROD:
      return &qcnn_lookup_kernels_neon;
#endif
    default:
      return NULL;
  }
}

const qcnn_byte_tables* qcnn_byte_tables_for(uint32_t isa) {
  switch (isa) {
    case QCNN_ISA_SCALAR:
      return &qcnn_byte_tables_scalar;
#ifdef QCNN_HAS_X86
    case QCNN_ISA_AVX2:
      return &qcnn_byte_tables_avx2;
    case QCNN_ISA_AVX512:
    case QCNN_ISA_AMX:
      return &qcnn_byte_tables_avx512;
#endif
#ifdef QCNN_HAS_ARM
    case QCNN_ISA_NEON:
      return &qcnn_byte_tables_neon;
#endif
#ifdef QCNN_HAS_DOTPROD
    case QCNN_ISA_NEON_DOTPROD:
      return &qcnn_byte_tables_neon_dotprod;
#endif
    default:
      return NULL;
  }
}

const qcnn_filter_tables* qcnn_filter_tables_for(uint32_t isa, int table_bits, int sub_codewords) {
#ifdef QCNN_HAS_X86
  const bool avx512 = isa == QCNN_ISA_AVX512 || isa == QCNN_ISA_AMX;
  if (avx512 && sub_codewords <= QCNN_LARGEST_SHUFFLE) {
    return table_bits == 8                            ? &qcnn_filter_bytes_avx512
           : qcnn_filter_entries(sub_codewords) == 64 ? &qcnn_filter_words_avx512
                                                      : &qcnn_filter_wide_words_avx512;
  }
#endif
  (void)isa;
  (void)table_bits;
  (void)sub_codewords;
  return NULL;
}

const qcnn_line_kernels* qcnn_line_kernels_for(uint32_t isa) {
#ifdef QCNN_HAS_X86
  if (isa == QCNN_ISA_AVX2) {
    return &qcnn_line_kernels_avx2;
  }
#endif
  (void)isa;
  return NULL;
}
