/*
 * The look-ups in 16-bit tables, once for every vector width: the file that includes this defines
 *   vector16            a vector of 16-bit lanes,
 *   VECTOR16_LANES      how many, a divisor of 32,
 *   STRIP_VECTORS       how many sums to hold in registers,
 *   NINE_TAPS           whether to have a loop of its own for nine taps, whose codes are read at once: for processors
 *                       on which loads of codes and offsets would compete with those of entries,
 *   vector16_load(p), vector16_store(p, v), vector16_add(a, b)   unaligned, saturating.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Strips of sums; `vectors` is a constant where these are inlined. */

ALWAYS_INLINE void load_sums(const int vectors, const int16_t* sums, vector16* sum) {
#pragma GCC unroll 16
  for (int v = 0; v < vectors; v++) {
    sum[v] = vector16_load(sums + v * VECTOR16_LANES);
  }
}

ALWAYS_INLINE void add_row(const int vectors, const int16_t* row, vector16* sum) {
#pragma GCC unroll 16
  for (int v = 0; v < vectors; v++) {
    sum[v] = vector16_add(sum[v], vector16_load(row + v * VECTOR16_LANES));
  }
}

ALWAYS_INLINE void store_sums(const int vectors, const vector16* sum, int16_t* sums) {
#pragma GCC unroll 16
  for (int v = 0; v < vectors; v++) {
    vector16_store(sums + v * VECTOR16_LANES, sum[v]);
  }
}

/* One strip of all filters. */
ALWAYS_INLINE void accumulate_strip(const int vectors, const int16_t* table, ptrdiff_t table_stride,
                                    const uint8_t* codes, const int32_t* offsets,
                                    int kernel_positions, int filters, int16_t* sums,
                                    ptrdiff_t sums_stride) {
  for (int f = 0; f < filters; f++) {
    vector16 sum[STRIP_VECTORS];
    load_sums(vectors, sums, sum);
    for (int p = 0; p < kernel_positions; p++) {
      add_row(vectors, table + codes[p] * table_stride + offsets[p], sum);
    }
    store_sums(vectors, sum, sums);
    codes += kernel_positions;
    sums += sums_stride;
  }
}

/* The same of nine taps: three by three, or nine in a row or column, so that three are always as far apart. */
ALWAYS_INLINE void accumulate_nine(const int vectors, const int16_t* table, ptrdiff_t table_stride,
                                   const uint8_t* codes, const int32_t* offsets, int filters,
                                   int16_t* sums, ptrdiff_t sums_stride) {
  const int16_t* rows[3] = {table + offsets[0], table + offsets[3], table + offsets[6]};
  const ptrdiff_t step = offsets[1] - offsets[0];
  for (int f = 0; f < filters; f++, codes += 9, sums += sums_stride) {
    uint64_t word;
    memcpy(&word, codes, sizeof word);
    vector16 sum[STRIP_VECTORS];
    load_sums(vectors, sums, sum);
#pragma GCC unroll 9
    for (int p = 0; p < 9; p++) {
      const ptrdiff_t code = p < 8 ? word >> (8 * p) & UINT8_MAX : codes[8];
      add_row(vectors, rows[p / 3] + p % 3 * step + code * table_stride, sum);
    }
    store_sums(vectors, sum, sums);
  }
}

ALWAYS_INLINE void accumulate_taps(const int vectors, const int16_t* table, ptrdiff_t table_stride,
                                   const uint8_t* codes, const int32_t* offsets,
                                   int kernel_positions, int filters, int16_t* sums,
                                   ptrdiff_t sums_stride) {
  if (NINE_TAPS && kernel_positions == 9) {
    accumulate_nine(vectors, table, table_stride, codes, offsets, filters, sums, sums_stride);
  } else {
    accumulate_strip(vectors, table, table_stride, codes, offsets, kernel_positions, filters, sums,
                     sums_stride);
  }
}

static void accumulate(const int16_t* table, ptrdiff_t table_stride, const uint8_t* codes,
                       const int32_t* offsets, int kernel_positions, int filters, int blocks,
                       int16_t* sums, ptrdiff_t sums_stride) {
  int vectors = blocks * (QCNN_POSITION_BLOCK / VECTOR16_LANES);
  int strips = (vectors + STRIP_VECTORS - 1) / STRIP_VECTORS;
  int done = 0;
  /* Strips of nearly equal width: a narrow last strip would pay the code reads for little. */
  for (int s = 0; s < strips; s++) {
    int width = (vectors - done + strips - s - 1) / (strips - s);
    const int16_t* part = table + done * VECTOR16_LANES;
    int16_t* part_sums = sums + done * VECTOR16_LANES;
#define STRIP(n)                                                                                 \
  case n:                                                                                        \
    accumulate_taps(n, part, table_stride, codes, offsets, kernel_positions, filters, part_sums, \
                    sums_stride);                                                                \
    break
    switch (width) {
      STRIP(1);
      STRIP(2);
      STRIP(3);
      STRIP(4);
      STRIP(5);
      STRIP(6);
#if STRIP_VECTORS > 6
      STRIP(7);
      STRIP(8);
#endif
#if STRIP_VECTORS > 8
      STRIP(9);
      STRIP(10);
      STRIP(11);
      STRIP(12);
#endif
#if STRIP_VECTORS > 12
      STRIP(13);
      STRIP(14);
      STRIP(15);
      STRIP(16);
#endif
      default:
        break;
    }
#undef STRIP
    done += width;
  }
}
