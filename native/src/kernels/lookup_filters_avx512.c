/* 8-bit lookup tables in registers, for AVX-512 with VBMI and VNNI: 64 filters to a vector. */
#include <immintrin.h>
#include <stdbool.h>

#include "kernels/lookup_filters.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/*
 * Sums of 64 filters as in lookup_bytes_avx512.c: a 16-bit lane holds two of them, 256 * odd + even.
 * `all` sums up whole lanes, even entries with 128 added, `odd` the odd ones.
 */
typedef struct {
  __m512i all, odd;
} partial8;

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
ALWAYS_INLINE void add_single(const int registers, partial8* sum, __m512i codes, table8 table,
                              __m512i flip) {
  __m512i entries = registers == 2 ? _mm512_permutex2var_epi8(table.low, codes, table.high)
                                   : _mm512_permutexvar_epi8(codes, table.low);
  entries = _mm512_xor_si512(entries, flip);
  sum->all = _mm512_add_epi16(sum->all, entries);
  sum->odd = _mm512_add_epi16(sum->odd, _mm512_srai_epi16(entries, 8));
}

ALWAYS_INLINE void add_to(int16_t* sums, __m512i partial, __m512i limit) {
  __m512i total = _mm512_add_epi16(_mm512_load_si512(sums), partial);
  total = _mm512_min_epi16(total, limit);
  total = _mm512_max_epi16(total, _mm512_sub_epi16(_mm512_setzero_si512(), limit));
  _mm512_store_si512(sums, total);
}

/* The 32 even filters of a block come first. */
ALWAYS_INLINE void end_sum(partial8 sum, __m512i limit, int16_t* sums) {
  add_to(sums, _mm512_sub_epi16(sum.all, _mm512_slli_epi16(sum.odd, 8)), limit);
  add_to(sums + 32, sum.odd, limit);
}

/* GCC would load what both branches of a choice need before it, and run out of registers. */
#define KEEP_LOADS_HERE __asm__ volatile("" ::: "memory")

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
    const __m512i flip = _mm512_set1_epi16(0x80);
#pragma GCC unroll 8
    for (int p = 0; p < positions; p++) {
      table8 only = load_table(registers, first + p * 64 * registers);
#pragma GCC unroll 8
      for (int b = 0; b < blocks; b++) {
        add_single(registers, &sum[p * blocks + b],
                   _mm512_load_si512(codes + b * QCNN_FILTER_BLOCK), only, flip);
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
  const __m512i limit = _mm512_set1_epi16((short)look_ups->limit);
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
    const int8_t* table = look_ups->table + (ptrdiff_t)row * look_ups->columns * entries;
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

/* The taps of all steps. */
static int count_taps(const qcnn_filter_look_ups* look_ups) {
  int taps = 0;
  for (int i = 0; i < look_ups->step_count; i++) {
    taps += look_ups->steps[i].second == QCNN_NO_TAP ? 1 : 2;
  }
  return taps;
}

static void accumulate(const qcnn_filter_look_ups* look_ups, int16_t* sums) {
  const uint8_t* codes = look_ups->codes;
  const int taps = count_taps(look_ups);
  int width;
  for (int done = 0; done < look_ups->blocks; done += width) {
    width = qcnn_filter_strip(look_ups->blocks - done);
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

/* The high bytes of four times 16 sums; packing took fours of sums from its operands in turns. */
ALWAYS_INLINE __m512i high_bytes(const __m512i* sum) {
  const __m512i bytes =
      _mm512_setr_epi32(0x07050301, 0x17151311, 0x27252321, 0x37353331, 0x0f0d0b09, 0x1f1d1b19,
                        0x2f2d2b29, 0x3f3d3b39, 0x47454341, 0x57555351, 0x67656361, 0x77757371,
                        0x4f4d4b49, 0x5f5d5b59, 0x6f6d6b69, 0x7f7d7b79);
  return _mm512_permutex2var_epi8(_mm512_packs_epi32(sum[0], sum[1]), bytes,
                                  _mm512_packs_epi32(sum[2], sum[3]));
}

/* The quad of a position in all lanes, as unsigned bytes. */
ALWAYS_INLINE __m512i unsigned_quad(const int8_t* input) {
  __m512i quad = _mm512_broadcastd_epi32(_mm_loadu_si32(input));
  return _mm512_xor_si512(quad, _mm512_set1_epi8((char)0x80));
}

#define HELD_QUADS 4

/*
 * 64 entries of all positions; `quads` is a constant where this is inlined for common sizes, whose
 * codewords stay in registers.
 */
ALWAYS_INLINE void build_entries(const int quads, const int8_t* inputs, ptrdiff_t quad_stride,
                                 const int32_t* codewords, int entries, int positions,
                                 int8_t* table) {
  __m512i held[1 + HELD_QUADS][4];
  for (int q = 0; q < 1 + quads && q < 1 + HELD_QUADS; q++) {
    for (int j = 0; j < 4; j++) {
      held[q][j] = _mm512_load_si512(codewords + q * 64 + 16 * j);
    }
  }
  for (int i = 0; i < positions; i++) {
    __m512i sum[4];
    for (int j = 0; j < 4; j++) {
      sum[j] = held[0][j];
    }
    for (int q = 0; q < quads; q++) {
      __m512i input = unsigned_quad(inputs + 4 * (q * quad_stride + i));
      for (int j = 0; j < 4; j++) {
        __m512i codeword =
            q < HELD_QUADS ? held[1 + q][j] : _mm512_load_si512(codewords + (1 + q) * 64 + 16 * j);
        sum[j] = _mm512_dpbusd_epi32(sum[j], input, codeword);
      }
    }
    _mm512_store_si512(table + (ptrdiff_t)i * entries, high_bytes(sum));
  }
}

static void build_table(const int8_t* inputs, ptrdiff_t quad_stride, int quads,
                        const int32_t* codewords, int entries, int positions, int8_t* table) {
  for (int k = 0; k < entries; k += 64) {
    switch (quads) {
      case 1:
        build_entries(1, inputs, quad_stride, codewords, entries, positions, table + k);
        break;
      case 2:
        build_entries(2, inputs, quad_stride, codewords, entries, positions, table + k);
        break;
      case 3:
        build_entries(3, inputs, quad_stride, codewords, entries, positions, table + k);
        break;
      case 4:
        build_entries(4, inputs, quad_stride, codewords, entries, positions, table + k);
        break;
      default:
        build_entries(quads, inputs, quad_stride, codewords, entries, positions, table + k);
        break;
    }
    codewords += (1 + (ptrdiff_t)quads) * 64;
  }
}

/* Transposes 16 rows of 16 32-bit lanes. */
ALWAYS_INLINE void transpose(__m512i* rows) {
  __m512i half[16];
#pragma GCC unroll 16
  for (int i = 0; i < 16; i += 2) { /* pairs of rows: lanes 0 and 1 of every four, then 2 and 3 */
    half[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
    half[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
  }
#pragma GCC unroll 16
  for (int i = 0; i < 16; i += 4) { /* rows[i + c]: lane c of every four, of four rows */
    rows[i] = _mm512_unpacklo_epi64(half[i], half[i + 2]);
    rows[i + 1] = _mm512_unpackhi_epi64(half[i], half[i + 2]);
    rows[i + 2] = _mm512_unpacklo_epi64(half[i + 1], half[i + 3]);
    rows[i + 3] = _mm512_unpackhi_epi64(half[i + 1], half[i + 3]);
  }
#pragma GCC unroll 16
  for (int i = 0; i < 8; i++) { /* eight rows: lanes of the first and the second half */
    int from = i / 4 * 8 + i % 4;
    half[2 * i] = _mm512_shuffle_i32x4(rows[from], rows[from + 4], 0x44);
    half[2 * i + 1] = _mm512_shuffle_i32x4(rows[from], rows[from + 4], 0xee);
  }
#pragma GCC unroll 16
  for (int i = 0; i < 8; i++) {
    int lane = i / 2 + i % 2 * 8; /* half[i]: lanes c and c + 4 or c + 8 and c + 12, c = i / 2 */
    rows[lane] = _mm512_shuffle_i32x4(half[i], half[i + 8], 0x88);
    rows[lane + 4] = _mm512_shuffle_i32x4(half[i], half[i + 8], 0xdd);
  }
}

static void finish(const int16_t* sums, ptrdiff_t stride, int positions, int filters, float scale,
                   const float* bias, float floor, float* output, ptrdiff_t map) {
  const __mmask16 present = positions >= 16 ? 0xffff : (__mmask16)((1u << positions) - 1);
  const __m512 scales = _mm512_set1_ps(scale);
  const __m512 floors = _mm512_set1_ps(floor);
  for (int parity = 0; parity < 2; parity++) {
    __m512i pairs[16]; /* first of positions, then of filters 4 * i + parity and two further */
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      pairs[i] = i < positions ? _mm512_load_si512(sums + i * stride + 32 * parity)
                               : _mm512_setzero_si512();
    }
    transpose(pairs);
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      for (int half = 0; half < 2; half++) {
        int f = 4 * i + 2 * half + parity;
        if (f < filters) {
          __m512i sum =
              _mm512_srai_epi32(half == 0 ? _mm512_slli_epi32(pairs[i], 16) : pairs[i], 16);
          __m512 value = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), scales);
          value = _mm512_max_ps(_mm512_add_ps(value, _mm512_set1_ps(bias[f])), floors);
          _mm512_mask_storeu_ps(output + f * map, present, value);
        }
      }
    }
  }
}

static void pool(const float* first, const float* second, int count, float* output) {
  const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
  for (int i = 0; i < count; i += 16) {
    int rest = count - i;
    __mmask16 present = rest >= 16 ? 0xffff : (__mmask16)((1u << rest) - 1);
    __mmask32 read = rest >= 16 ? 0xffffffff : ((__mmask32)1 << (2 * rest)) - 1;
    __m512 low = _mm512_max_ps(_mm512_maskz_loadu_ps((__mmask16)read, first + 2 * i),
                               _mm512_maskz_loadu_ps((__mmask16)read, second + 2 * i));
    __mmask16 beyond = (__mmask16)(read >> 16);
    __m512 high = _mm512_max_ps(_mm512_maskz_loadu_ps(beyond, first + 2 * i + 16),
                                _mm512_maskz_loadu_ps(beyond, second + 2 * i + 16));
    _mm512_mask_storeu_ps(output + i, present,
                          _mm512_max_ps(_mm512_permutex2var_ps(low, even, high),
                                        _mm512_permutex2var_ps(low, odd, high)));
  }
}

const qcnn_filter_tables qcnn_filter_tables_avx512 = {
    .build_table = build_table,
    .accumulate = accumulate,
    .finish = finish,
    .pool = pool,
};
