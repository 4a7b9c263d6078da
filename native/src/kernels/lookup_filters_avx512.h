/* The parts of qcnn_filter_tables_avx512; lookup_filters.h says what they do. */
#ifndef QCNN_LOOKUP_FILTERS_AVX512_H
#define QCNN_LOOKUP_FILTERS_AVX512_H

#include "kernels/lookup_bytes_avx512.h"
#include "kernels/lookup_filters.h"

void qcnn_build_filter_table_avx512(const int8_t* inputs, ptrdiff_t quad_stride, int quads,
                                    const int32_t* codewords, int entries, int positions,
                                    int8_t* table);

void qcnn_finish_filters_avx512(const int16_t* sums, ptrdiff_t stride, int positions, int filters,
                                float scale, const float* bias, float floor, float* output,
                                ptrdiff_t map);

void qcnn_pool_avx512(const float* first, const float* second, int count, float* output);

#endif
