/*
 * The inner loops of the lookup layers, one set per instruction set. All of them are integer
 * arithmetic and give the same bits as lookup_scalar.c.
 */
#ifndef QCNN_LOOKUP_KERNELS_H
#define QCNN_LOOKUP_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qcnn.h"

/* Positions are worked on in multiples of this many: the 16-bit lanes of the widest vector. */
#define QCNN_POSITION_BLOCK 32

typedef struct {
  /*
   * Quantizes two channels of a row into pairs: out[2i] = q(a[i]), out[2i + 1] = q(b[i]), where
   * q(x) = clamp(round to even(x * scale), least, most), -32767 <= least <= 0 <= most <= 32767, and NaN
   * gives 0. b may be NULL: zeros.
   */
  void (*quantize_pairs)(const float* a, const float* b, int count, float scale, int least,
                         int most, int16_t* out);

  /*
   * Builds the lookup tables of one subspace for `positions` (a multiple of 32) positions:
   * table[k * table_stride + i] = (2^15 + sum over pairs q and j in 0, 1 of
   *     inputs[q * pair_stride + 2 * i + j] * codewords[(k * pairs + q) * 2 + j]) >> 16.
   */
  void (*build_table)(const int16_t* inputs, ptrdiff_t pair_stride, int pairs,
                      const int16_t* codewords, int sub_codewords, int positions, int16_t* table,
                      ptrdiff_t table_stride);

  /*
   * Adds up responses: for each filter f and position i < blocks * 32, over kernel positions p in
   * ascending order and with 16-bit saturation,
   *   sums[f * sums_stride + i] += table[codes[f * kernel_positions + p] * table_stride
   *                                      + offsets[p] + i].
   */
  void (*accumulate)(const int16_t* table, ptrdiff_t table_stride, const uint8_t* codes,
                     const int32_t* offsets, int kernel_positions, int filters, int blocks,
                     int16_t* sums, ptrdiff_t sums_stride);

  /* out[i] = max((float)sums[i] * scale + bias, floor); floor is -infinity or 0. */
  void (*finish)(const int16_t* sums, int count, float scale, float bias, float floor, float* out);

  /* Outputs per block of a fully-connected layer, at most 256; see lookup_outputs.h. */
  int gather_outputs;

  /* How many codes of K sub-codewords gather reads from a word; 0, or no function: it reads bytes. */
  int (*gather_codes)(int sub_codewords);

  /* Bytes of one subspace's table for K sub-codewords, in the layout that gather reads. */
  int (*gather_table_bytes)(int sub_codewords);

  /* Brings `entries` (K of them) into that layout. */
  void (*gather_store_table)(const int16_t* entries, int sub_codewords, void* table);

  /*
   * sums[o] = saturating 16-bit sum over subspaces m, ascending, of the entry of table m that the code
   * of m and output o chooses; `outputs` is a multiple of 32 up to gather_outputs. past_caches: codes are
   * better not kept in caches; a hint.
   */
  void (*gather)(const void* tables, int sub_codewords, const uint8_t* codes, int subspaces,
                 int outputs, bool past_caches, int16_t* sums);
} qcnn_lookup_kernels;

extern const qcnn_lookup_kernels qcnn_lookup_kernels_scalar;
extern const qcnn_lookup_kernels qcnn_lookup_kernels_avx2;
extern const qcnn_lookup_kernels qcnn_lookup_kernels_avx512;
extern const qcnn_lookup_kernels qcnn_lookup_kernels_neon;

/* Returns the kernels of a compiled-in instruction set, or NULL. */
const qcnn_lookup_kernels* qcnn_lookup_kernels_for(uint32_t isa);

#endif
