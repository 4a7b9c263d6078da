/* What lookup_bytes_build_neon.c gives to the set of kernels; see qcnn_byte_tables. */
#ifndef QCNN_LOOKUP_BYTES_BUILD_NEON_H
#define QCNN_LOOKUP_BYTES_BUILD_NEON_H

#include <stddef.h>
#include <stdint.h>

void qcnn_build_bytes_neon(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                           const int32_t* codewords, int sub_codewords, int positions,
                           int8_t* table, ptrdiff_t table_stride);

void qcnn_build_words_neon(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                           const int32_t* codewords, int fraction_bits, int sub_codewords,
                           int positions, int16_t* table, ptrdiff_t table_stride);

#endif
