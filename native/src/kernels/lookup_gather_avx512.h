/* The part of qcnn_lookup_kernels that serves fully-connected layers, for AVX-512. */
#ifndef QCNN_LOOKUP_GATHER_AVX512_H
#define QCNN_LOOKUP_GATHER_AVX512_H

#include <stdbool.h>
#include <stdint.h>

int qcnn_gather_codes_avx512(int sub_codewords);

int qcnn_gather_table_bytes_avx512(int sub_codewords);

void qcnn_gather_store_table_avx512(const int16_t* entries, int sub_codewords, void* table);

void qcnn_gather_avx512(const void* tables, int sub_codewords, const uint8_t* codes, int subspaces,
                        int outputs, bool past_caches, int16_t* sums);

#endif
