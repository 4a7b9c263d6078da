/* What lookup_bytes_build_avx2.c gives to the set of kernels; see qcnn_byte_tables. */
#ifndef QCNN_LOOKUP_BYTES_BUILD_AVX2_H
#define QCNN_LOOKUP_BYTES_BUILD_AVX2_H

#include <stddef.h>
#include <stdint.h>

void qcnn_build_bytes_avx2(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                           const int32_t* codewords, int sub_codewords, int positions,
                           int8_t* table, ptrdiff_t table_stride);

void qcnn_build_words_avx2(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                           const int32_t* codewords, int fraction_bits, int sub_codewords,
                           int positions, int16_t* table, ptrdiff_t table_stride);

/* What it gives to those whose tables lie in lines; see qcnn_line_kernels. */
void qcnn_sort_codebook_avx2(const int32_t* codewords, int size, int fraction_bits,
                             int sub_codewords, int line, void* codebook);
void qcnn_build_byte_line_avx2(void* codebook, const int8_t* inputs, ptrdiff_t quad_stride,
                               int8_t* table);
void qcnn_build_word_line_avx2(void* codebook, const int8_t* inputs, ptrdiff_t quad_stride,
                               int16_t* table);

#endif
