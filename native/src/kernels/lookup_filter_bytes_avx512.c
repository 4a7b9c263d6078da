/* 8-bit lookup tables in registers, for AVX-512 with VBMI and VNNI: 64 filters to a vector. */
#include <immintrin.h>
#include <stdbool.h>

#include "kernels/lookup_filters_avx512.h"

/* Sums in registers: of a strip at as many positions as make eight of them. */
#define SUMS 8

/* Strips of so many blocks at most are few filters; others are summed at so many positions at most. */
#define FEW_BLOCKS 2
#define FEW_POSITIONS 2

/* The table of one position: one register or two. */
typedef struct {
  __m512i low, high;
} table8;

ALWAYS_INLINE table8 load_table(const int registers, const int8_t* table) {
  __m512i low = _mm512_load_si512(table);
  return (table8){low, registers == 2 ? _mm512_load_si512(table + 64) : low};
}

/*
 * Two taps of 64 filters. Written in assembly because compilers run out of registers otherwise and spend
 * a quarter of the time on moving sums about. (A shuffle of two registers overwrites the codes.)
 */
#define ADD_TO_SUMS                  \
  "vpxord %[flip],%%zmm30,%%zmm30\n" \
  "vpaddw %%zmm30,%[all],%[all]\n"   \
  "vpsraw $8,%%zmm30,%%zmm30\n"      \
  "vpaddw %%zmm30,%[odd],%[odd]\n"

ALWAYS_INLINE void add_pair(const int registers, partial8* sum, __m512i codes, __m512i next_codes,
                            table8 table, table8 next, __m512i flip) {
  if (registers == 2) {
    __asm__(
        "vmovdqa64 %[first],%%zmm30\n"
        "vmovdqa64 %[second],%%zmm31\n"
        "vpermi2b %[high],%[low],%%zmm30\n"
        "vpermi2b %[next_high],%[next_low],%%zmm31\n"
        "vpaddsb %%zmm31,%%zmm30,%%zmm30\n" ADD_TO_SUMS
        : [all] "+v"(sum->all), [odd] "+v"(sum->odd)
        : [first] "v"(codes), [second] "v"(next_codes), [low] "v"(table.low),
          [high] "v"(table.high), [next_low] "v"(next.low), [next_high] "v"(next.high),
          [flip] "v"(flip)
        : "zmm30", "zmm31");
  } else {
    __asm__(
        "vpermb %[low],%[first],%%zmm30\n"
        "vpermb %[next_low],%[second],%%zmm31\n"
        "vpaddsb %%zmm31,%%zmm30,%%zmm30\n" ADD_TO_SUMS
        : [all] "+v"(sum->all), [odd] "+v"(sum->odd)
        : [first] "v"(codes), [second] "v"(next_codes), [low] "v"(table.low),
          [next_low] "v"(next.low), [flip] "v"(flip)
        : "zmm30", "zmm31");
  }
}

/* A last tap that has no second one. */
ALWAYS_INLINE void add_single(const int registers, partial8* sum, __m512i codes, table8 table) {
  __m512i entries = registers == 2 ? _mm512_permutex2var_epi8(table.low, codes, table.high)
                                   : _mm512_permutexvar_epi8(codes, table.low);
  *sum = partial8_add(*sum, entries);
}

ALWAYS_INLINE void add_to(int16_t* sums, __m512i partial, int limit) {
  __m512i total = _mm512_add_epi16(_mm512_load_si512(sums), partial);
  _mm512_store_si512(sums, clamp16(total, limit));
}

/* The 32 even filters of a block come first. */
ALWAYS_INLINE void end_sum(partial8 sum, int limit, int16_t* sums) {
  add_to(sums, _mm512_sub_epi16(sum.all, _mm512_slli_epi16(sum.odd, 8)), limit);
  add_to(sums + 32, sum.odd, limit);
}

/*
 * Two taps of a strip of few filters, whose codes stay in registers, while tables come and go. If the
 * taps are side by side, the second table of a position is the first one of the next.
 */
ALWAYS_INLINE void add_pairs_to_few(const int blocks, const int registers, const int positions,
                                    const bool side_by_side, const int8_t* first_tables,
                                    const int8_t* second_tables, const uint8_t* codes,
                                    partial8* sum) {
  const __m512i flip = _mm512_set1_epi16(0x80);
  __m512i first_codes[FEW_BLOCKS];
  __m512i second_codes[FEW_BLOCKS];
  for (int b = 0; b < blocks; b++) {
    first_codes[b] = _mm512_load_si512(codes + b * QCNN_FILTER_BLOCK);
    second_codes[b] = _mm512_load_si512(codes + (blocks + b) * QCNN_FILTER_BLOCK);
  }
  KEEP_LOADS_HERE;
  table8 first = load_table(registers, first_tables);
#pragma GCC unroll 8
  for (int p = 0; p < positions; p++) {
    table8 second = load_table(registers, second_tables + p * 64 * registers);
    if (!side_by_side) {
      first = load_table(registers, first_tables + p * 64 * registers);
    }
    for (int b = 0; b < blocks; b++) {
      add_pair(registers, &sum[p * blocks + b], first_codes[b], second_codes[b], first, second,
               flip);
    }
    first = second;
  }
}

/* Two taps of a strip of many filters: the tables of few positions stay in registers. */
ALWAYS_INLINE void add_pairs_to_many(const int blocks, const int registers, const int positions,
                                     const bool side_by_side, const int8_t* first_tables,
                                     const int8_t* second_tables, const uint8_t* codes,
                                     partial8* sum) {
  const __m512i flip = _mm512_set1_epi16(0x80);
  table8 first[FEW_POSITIONS];
  table8 second[FEW_POSITIONS];
  KEEP_LOADS_HERE;
  for (int p = 0; p < positions; p++) {
    second[p] = load_table(registers, second_tables + p * 64 * registers);
    first[p] = side_by_side && p > 0 ? second[p - 1]
                                     : load_table(registers, first_tables + p * 64 * registers);
  }
#pragma GCC unroll 8
  for (int b = 0; b < blocks; b++) {
    __m512i first_codes = _mm512_load_si512(codes + b * QCNN_FILTER_BLOCK);
    __m512i second_codes = _mm512_load_si512(codes + (blocks + b) * QCNN_FILTER_BLOCK);
    for (int p = 0; p < positions; p++) {
      add_pair(registers, &sum[p * blocks + b], first_codes, second_codes, first[p], second[p],
               flip);
    }
  }
}

/* One step for a strip of filters at some positions side by side. */
ALWAYS_INLINE void add_step(const int blocks, const int registers, const int positions,
                            const int8_t* table, const qcnn_filter_step* step, const uint8_t* codes,
                            partial8* sum) {
  const int8_t* first = table + step->first;
  const int8_t* second = table + step->second;
  if (step->second == QCNN_NO_TAP) {
#pragma GCC unroll 8
    for (int p = 0; p < positions; p++) {
      table8 only = load_table(registers, first + p * 64 * registers);
#pragma GCC unroll 8
      for (int b = 0; b < blocks; b++) {
        add_single(registers, &sum[p * blocks + b],
                   _mm512_load_si512(codes + b * QCNN_FILTER_BLOCK), only);
      }
    }
  } else if (blocks <= FEW_BLOCKS && second - first == 64 * registers) {
    add_pairs_to_few(blocks, registers, positions, true, first, second, codes, sum);
  } else if (blocks <= FEW_BLOCKS) {
    add_pairs_to_few(blocks, registers, positions, false, first, second, codes, sum);
  } else if (second - first == 64 * registers) {
    add_pairs_to_many(blocks, registers, positions, true, first, second, codes, sum);
  } else {
    add_pairs_to_many(blocks, registers, positions, false, first, second, codes, sum);
  }
}

/*
 * One strip of filters at some positions side by side, so that there are sums enough to work on while
 * others wait. `blocks`, `registers` and `positions` are constants where this is inlined.
 */
ALWAYS_INLINE void add_steps(const int blocks, const int registers, const int positions,
                             const int8_t* table, const uint8_t* codes,
                             const qcnn_filter_look_ups* look_ups, int16_t* sums) {
  const ptrdiff_t strip = (ptrdiff_t)blocks * QCNN_FILTER_BLOCK;
  const ptrdiff_t stride = (ptrdiff_t)look_ups->blocks * QCNN_FILTER_BLOCK;
  partial8 sum[SUMS];
#pragma GCC unroll 8
  for (int i = 0; i < positions * blocks; i++) {
    sum[i] =
        (partial8){_mm512_set1_epi16((short)(-128 * look_ups->step_count)), _mm512_setzero_si512()};
  }
  const qcnn_filter_step* end = look_ups->steps + look_ups->step_count;
  for (const qcnn_filter_step* step = look_ups->steps; step < end; step++) {
    add_step(blocks, registers, positions, table, step, codes, sum);
    codes += step->second == QCNN_NO_TAP ? strip : 2 * strip;
  }
  const int limit = look_ups->limit;
#pragma GCC unroll 8
  for (int p = 0; p < positions; p++) {
#pragma GCC unroll 8
    for (int b = 0; b < blocks; b++) {
      end_sum(sum[p * blocks + b], limit, sums + p * stride + b * QCNN_FILTER_BLOCK);
    }
  }
}

/* One strip of filters at all positions. */
ALWAYS_INLINE void accumulate_strip(const int blocks, const int registers,
                                    const qcnn_filter_look_ups* look_ups, const uint8_t* codes,
                                    int16_t* sums) {
  const int together = SUMS / blocks;
  const ptrdiff_t stride = (ptrdiff_t)look_ups->blocks * QCNN_FILTER_BLOCK;
  const int entries = 64 * registers;
  for (int row = 0; row < look_ups->rows; row++) {
    const int8_t* table =
        (const int8_t*)look_ups->table + (ptrdiff_t)row * look_ups->columns * entries;
    int x = 0;
    for (; x + together <= look_ups->width; x += together) {
      add_steps(blocks, registers, together, table + x * entries, codes, look_ups, sums);
      sums += together * stride;
    }
    for (; together > 1 && x < look_ups->width; x++) {
      add_steps(blocks, registers, 1, table + x * entries, codes, look_ups, sums);
      sums += stride;
    }
  }
}

static void accumulate(const qcnn_filter_look_ups* look_ups, int16_t* sums) {
  const uint8_t* codes = look_ups->codes;
  const int taps = qcnn_filter_taps(look_ups);
  int width;
  for (int done = 0; done < look_ups->blocks; done += width) {
    width = qcnn_filter_strip(&qcnn_filter_bytes_avx512, look_ups->blocks - done);
#define STRIP(n)                                     \
  case n:                                            \
    if (look_ups->entries == 64) {                   \
      accumulate_strip(n, 1, look_ups, codes, sums); \
    } else {                                         \
      accumulate_strip(n, 2, look_ups, codes, sums); \
    }                                                \
    break
    switch (width) {
      STRIP(1);
      STRIP(2);
      STRIP(4);
      default:
        break;
    }
#undef STRIP
    codes += (ptrdiff_t)taps * width * QCNN_FILTER_BLOCK;
    sums += (ptrdiff_t)width * QCNN_FILTER_BLOCK;
  }
}

static int filter_at(int place) {
  return place;
}

const qcnn_filter_tables qcnn_filter_bytes_avx512 = {
    .build_from_quads = qcnn_build_filter_bytes_avx512,
    .widest_strip = 4,
    .filter_at = filter_at,
    .accumulate = accumulate,
    .finish = qcnn_finish_filters_avx512,
    .hand_over = qcnn_hand_over_avx512,
    .pool = qcnn_pool_avx512,
};
