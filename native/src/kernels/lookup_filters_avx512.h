/* What the kernels with filters in lanes share; lookup_filters.h says what they do. */
#ifndef QCNN_LOOKUP_FILTERS_AVX512_H
#define QCNN_LOOKUP_FILTERS_AVX512_H

#include "kernels/lookup_bytes_avx512.h"
#include "kernels/lookup_filters.h"

/* GCC would load what is needed later, or in one of two branches, and run out of registers. */
#define KEEP_LOADS_HERE __asm__ volatile("" ::: "memory")

void qcnn_build_filter_bytes_avx512(const int32_t* inputs, ptrdiff_t bundle_stride, int bundles,
                                    const int32_t* codewords, int entries, int positions,
                                    int fraction_bits, void* table);

void qcnn_build_filter_words_avx512(const int32_t* inputs, ptrdiff_t bundle_stride, int bundles,
                                    const int32_t* codewords, int entries, int positions,
                                    int fraction_bits, void* table);

void qcnn_build_filter_words_of_quads_avx512(const int32_t* inputs, ptrdiff_t bundle_stride,
                                             int bundles, const int32_t* codewords, int entries,
                                             int positions, int fraction_bits, void* table);

void qcnn_finish_filters_avx512(const int16_t* sums, ptrdiff_t stride, int positions, int filters,
                                float scale, const float* bias, float floor, float* output,
                                ptrdiff_t map);

void qcnn_hand_over_avx512(const int16_t* sums, ptrdiff_t stride, int positions, float scale,
                           float floor, bool quads, const qcnn_filter_handover* to, ptrdiff_t at);

void qcnn_pool_avx512(const int16_t* above, const int16_t* below, ptrdiff_t stride, int count,
                      int16_t* largest);

#endif
