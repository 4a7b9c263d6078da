/*
 * The inner loops of lookup convolutions with 8-bit tables, one set per instruction set. All of them
 * are integer arithmetic and give the same bits as lookup_bytes_scalar.c.
 */
#ifndef QCNN_LOOKUP_BYTES_H
#define QCNN_LOOKUP_BYTES_H

#include <stddef.h>
#include <stdint.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* The fraction bits of 8-bit tables: entries are the high bytes of sums of 16 bits. */
#define QCNN_BYTE_FRACTION_BITS 8

/* Positions are worked on in multiples of this many: the 8-bit lanes of the widest vector. */
#define QCNN_BYTE_BLOCK 64

/* The most kernel taps of one call of accumulate: 255 pairs of 8 bits fit into 16 bits. */
#define QCNN_LARGEST_TAPS 510

/* What to look up for one subspace and one phase of the stride. */
typedef struct {
  const int8_t* table; /* [sub-codewords][table_stride] */
  ptrdiff_t table_stride;
  const uint8_t* codes;   /* [filters][taps], readable 4 bytes beyond */
  const int32_t* offsets; /* [taps], readable 4 elements beyond */
  int taps;               /* at most QCNN_LARGEST_TAPS */
  int limit;              /* of the sums afterwards; 0: they are below any */
} qcnn_look_ups;

typedef struct {
  /*
   * Quantizes four channels of a row, rows[0] to rows[3], into quads: out[4i + j] = q(rows[j][i]),
   * q(x) = clamp(round to even(x * scale) + zero, -128, 127), and NaN gives zero, as does a row that
   * is NULL.
   */
  void (*quantize_quads)(const float* const* rows, int count, float scale, int zero, int8_t* out);

  /* What build_table adds to inputs: 128 where only unsigned bytes times signed ones are at hand. */
  int input_offset;

  /*
   * Builds the lookup tables of one subspace for `positions` (a multiple of 64) positions. A codeword
   * is a number c, from which its sums start, and (size + 3) / 4 words of four components d each:
   * table[k * table_stride + i] = clamp((c + sum over words q and j = 0 ... 3 of
   *     (inputs[q * quad_stride + 4 * i + j] + input_offset) * d[q][j]) >> 8, -128, 127).
   * 16 bytes behind the last codeword may be read.
   */
  void (*build_table)(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                      const int32_t* codewords, int sub_codewords, int positions, int8_t* table,
                      ptrdiff_t table_stride);

  /*
   * The same with entries of 16 bits, which the codewords have room for, of `positions` (a multiple of 32)
   * positions: table[k * table_stride + i] = (c + sum ...) >> fraction_bits, 1 to 15. NULL where there is none:
   * 8-bit operands then become 16-bit ones (qcnn_lookup_kernels.build_table).
   */
  void (*build_words)(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                      const int32_t* codewords, int fraction_bits, int sub_codewords, int positions,
                      int16_t* table, ptrdiff_t table_stride);

  /*
   * Adds up responses: for each filter f and position i < blocks * 64, with
   *   entry(t, i) = table[codes[f * taps + t] * table_stride + offsets[t] + i],
   *   partial = sum over t = 0, 2, 4 ... of clamp(entry(t, i) + entry(t + 1, i), -128, 127),
   * where an odd last tap counts alone,
   *   sums[f * sums_stride + i] = clamp(sums[f * sums_stride + i] + partial, -limit, limit),
   * or without clamp if the limit is 0, where the sum fits into 16 bits.
   * Within each block of 64 the sums lie in an order of the instruction set's own; see in_order.
   */
  void (*accumulate)(const qcnn_look_ups* look_ups, int filters, int blocks, int16_t* sums,
                     ptrdiff_t sums_stride);

  /* sums[i] = clamp(2 * sums[i], -limit, limit) for i < count, a multiple of 32; 64-byte aligned. */
  void (*double_sums)(int16_t* sums, int64_t count, int limit);

  /* Brings sums from the order in which accumulate keeps them into that of positions. */
  void (*in_order)(const int16_t* sums, int blocks, int16_t* out);
} qcnn_byte_tables;

extern const qcnn_byte_tables qcnn_byte_tables_scalar;
extern const qcnn_byte_tables qcnn_byte_tables_avx2;
extern const qcnn_byte_tables qcnn_byte_tables_avx512;
extern const qcnn_byte_tables qcnn_byte_tables_neon;
extern const qcnn_byte_tables qcnn_byte_tables_neon_dotprod;

/* Returns the kernels of a compiled-in instruction set, or NULL. */
const qcnn_byte_tables* qcnn_byte_tables_for(uint32_t isa);

#endif
