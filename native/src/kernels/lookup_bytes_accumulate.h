/*
 * The look-ups in 8-bit tables, once for every vector width: the file that includes this defines
 *   vector8                        a vector of 8-bit entries,
 *   VECTOR8_LANES                  how many, a divisor of 64,
 *   STRIP_VECTORS                  the sums of how many of them to hold in registers: 4, 6 or 8,
 *   vector8_load(p), vector8_add(a, b)   unaligned; saturating,
 *   partial8                       16-bit sums of the entries of one vector8 that cannot overflow,
 *   partial8_begin(entries, pairs), partial8_add(partial, entries)   at most pairs - 1 additions,
 *   partial8_end(partial, clamp, limit, sums)   adds them to sums in memory, which it clamps to
 *                                  -limit ... limit if the constant `clamp` is not 0,
 *   VECTOR16_LANES, double16(p, limit)   doubles sums in memory and clamps them.
 */
#include <stddef.h>
#include <stdint.h>

/* The entries of all taps of one filter; `vectors` is a constant where this is inlined. */
ALWAYS_INLINE void add_taps(const int vectors, const qcnn_look_ups* look_ups, const uint8_t* codes,
                            ptrdiff_t strip, partial8* partial) {
  const int8_t* table = look_ups->table + strip;
  const ptrdiff_t table_stride = look_ups->table_stride;
  const int32_t* offsets = look_ups->offsets;
  const int taps = look_ups->taps;
  const int pairs = (taps + 1) / 2;
  /*
   * The rows of the next two taps are found between the loads and the additions of these two:
   * processors that work in order would otherwise wait for them.
   */
  const int8_t* first = table + codes[0] * table_stride + offsets[0];
  const int8_t* second = table + codes[1] * table_stride + offsets[1];
  if (taps == 1) {
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
      partial[v] = partial8_begin(vector8_load(first + v * VECTOR8_LANES), pairs);
    }
    return;
  }
#pragma GCC unroll 8
  for (int v = 0; v < vectors; v++) {
    partial[v] = partial8_begin(vector8_add(vector8_load(first + v * VECTOR8_LANES),
                                            vector8_load(second + v * VECTOR8_LANES)),
                                pairs);
  }
  first = table + codes[2] * table_stride + offsets[2];
  second = table + codes[3] * table_stride + offsets[3];
  for (int t = 4; t <= taps; t += 2) {
    vector8 entries[STRIP_VECTORS];
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
      entries[v] = vector8_add(vector8_load(first + v * VECTOR8_LANES),
                               vector8_load(second + v * VECTOR8_LANES));
    }
    first = table + codes[t] * table_stride + offsets[t];
    second = table + codes[t + 1] * table_stride + offsets[t + 1];
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
      partial[v] = partial8_add(partial[v], entries[v]);
    }
  }
  if (taps % 2 != 0) {
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
      partial[v] = partial8_add(partial[v], vector8_load(first + v * VECTOR8_LANES));
    }
  }
}

/* One strip of all filters. */
ALWAYS_INLINE void accumulate_strip(const int vectors, const int clamp,
                                    const qcnn_look_ups* look_ups, int filters, ptrdiff_t strip,
                                    int16_t* sums, ptrdiff_t sums_stride) {
  const uint8_t* codes = look_ups->codes;
  sums += strip;
  for (int f = 0; f < filters; f++) {
    partial8 partial[STRIP_VECTORS];
    add_taps(vectors, look_ups, codes, strip, partial);
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
      partial8_end(partial[v], clamp, look_ups->limit, sums + v * VECTOR8_LANES);
    }
    codes += look_ups->taps;
    sums += sums_stride;
  }
}

static void accumulate(const qcnn_look_ups* look_ups, int filters, int blocks, int16_t* sums,
                       ptrdiff_t sums_stride) {
  int vectors = blocks * (QCNN_BYTE_BLOCK / VECTOR8_LANES);
  int strips = (vectors + STRIP_VECTORS - 1) / STRIP_VECTORS;
  int done = 0;
  /* Strips of nearly equal width: a narrow last strip would pay the code reads for little. */
  for (int s = 0; s < strips; s++) {
    int width = (vectors - done + strips - s - 1) / (strips - s);
    ptrdiff_t strip = (ptrdiff_t)done * VECTOR8_LANES;
#define STRIP(n)                                                           \
  case n:                                                                  \
    if (look_ups->limit == 0) {                                            \
      accumulate_strip(n, 0, look_ups, filters, strip, sums, sums_stride); \
    } else {                                                               \
      accumulate_strip(n, 1, look_ups, filters, strip, sums, sums_stride); \
    }                                                                      \
    break
    switch (width) {
      STRIP(1);
      STRIP(2);
      STRIP(3);
      STRIP(4);
#if STRIP_VECTORS > 4
      STRIP(5);
      STRIP(6);
#endif
#if STRIP_VECTORS > 6
      STRIP(7);
      STRIP(8);
#endif
      default:
        break;
    }
#undef STRIP
    done += width;
  }
}

static void double_sums(int16_t* sums, int64_t count, int limit) {
  for (int64_t i = 0; i < count; i += VECTOR16_LANES) {
    double16(sums + i, limit);
  }
}
