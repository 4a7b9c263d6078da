/*
 * The look-ups in 16-bit tables, once for every vector width: the file that includes this defines
 *   vector16            a vector of 16-bit lanes,
 *   VECTOR16_LANES      how many, a divisor of 32,
 *   STRIP_VECTORS       how many sums to hold in registers,
 *   vector16_load(p), vector16_store(p, v), vector16_add(a, b)   unaligned, saturating.
 */
#include <stddef.h>
#include <stdint.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* One strip of all filters; `vectors` is a constant where this is inlined. */
ALWAYS_INLINE void accumulate_strip(const int vectors, const int16_t* table, ptrdiff_t table_stride,
                                    const uint8_t* codes, const int32_t* offsets,
                                    int kernel_positions, int filters, int16_t* sums,
                                    ptrdiff_t sums_stride) {
  for (int f = 0; f < filters; f++) {
    vector16 sum[STRIP_VECTORS];
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++) {
      sum[v] = vector16_load(sums + v * VECTOR16_LANES);
    }
    for (int p = 0; p < kernel_positions; p++) {
      const int16_t* row = table + codes[p] * table_stride + offsets[p];
#pragma GCC unroll 16
      for (int v = 0; v < vectors; v++) {
        sum[v] = vector16_add(sum[v], vector16_load(row + v * VECTOR16_LANES));
      }
    }
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++) {
      vector16_store(sums + v * VECTOR16_LANES, sum[v]);
    }
    codes += kernel_positions;
    sums += sums_stride;
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
#define STRIP(n)                                                                                  \
  case n:                                                                                         \
    accumulate_strip(n, part, table_stride, codes, offsets, kernel_positions, filters, part_sums, \
                     sums_stride);                                                                \
    break
    switch (width) {
      STRIP(1);
      STRIP(2);
      STRIP(3);
      STRIP(4);
      STRIP(5);
      STRIP(6);
      STRIP(7);
      STRIP(8);
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
