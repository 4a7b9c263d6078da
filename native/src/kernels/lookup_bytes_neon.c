/* 8-bit lookup tables for NEON, arm64 and armhf. */
#include "kernels/lookup_bytes_neon.h"

#include "kernels/lookup_bytes_build_neon.h"

const qcnn_byte_tables qcnn_byte_tables_neon = {
    .quantize_quads = quantize_quads,
    .build_table = qcnn_build_bytes_neon,
    .build_words = qcnn_build_words_neon,
    .accumulate = accumulate,
    .double_sums = double_sums,
    .in_order = in_order,
};
