/* 16-bit lookup tables in registers, for AVX-512 with VBMI: 64 filters' codes to a vector. */
#include <immintrin.h>

#include "kernels/lookup_filters_avx512.h"

/* Positions of 64 filters whose sums, two registers each, are worked on at once. */
#define SUMS 8

/*
 * The table of one position. Up to 64 entries: two registers of 32. Up to 128: two registers of their
 * low bytes and two of their high bytes.
 */
typedef struct {
  __m512i part[4];
} table16;

ALWAYS_INLINE table16 load_table(const int registers, const char* table) {
  table16 result;
#pragma GCC unroll 4
  for (int r = 0; r < registers; r++) {
    result.part[r] = _mm512_load_si512(table + 64 * r);
  }
  return result;
}

/* The codes of 64 filters: words of the even ones and of the odd ones, or all as bytes in `even`. */
typedef struct {
  __m512i even, odd;
} codes16;

ALWAYS_INLINE codes16 load_codes(const int registers, const uint8_t* codes) {
  if (registers == 4) {
    __m512i bytes = _mm512_load_si512(codes);
    return (codes16){bytes, bytes};
  }
  const __m256i* halves = (const __m256i*)(const void*)codes;
  return (codes16){_mm512_cvtepu8_epi16(_mm256_load_si256(halves)),
                   _mm512_cvtepu8_epi16(_mm256_load_si256(halves + 1))};
}

/* The sums of 64 filters at one position. */
typedef struct {
  __m512i even, odd;
} sums16;

/* Codes as words choose among 64 entries. In assembly, as in lookup_filter_bytes_avx512.c. */
ALWAYS_INLINE __m512i add_words(__m512i sum, __m512i codes, const table16* table) {
  __asm__(
      "vmovdqa64 %[codes],%%zmm31\n"
      "vpermi2w %[second],%[first],%%zmm31\n"
      "vpaddsw %%zmm31,%[sum],%[sum]\n"
      : [sum] "+v"(sum)
      : [codes] "v"(codes), [first] "v"(table->part[0]), [second] "v"(table->part[1])
      : "zmm31");
  return sum;
}

/* Codes as bytes choose low and high bytes among 128, which then come together. */
ALWAYS_INLINE void add_wide_words(sums16* sum, __m512i codes, const table16* table) {
  __asm__(
      "vmovdqa64 %[codes],%%zmm31\n"
      "vmovdqa64 %[codes],%%zmm30\n"
      "vpermi2b %[low1],%[low0],%%zmm31\n"
      "vpermi2b %[high1],%[high0],%%zmm30\n"
      "vpunpcklbw %%zmm30,%%zmm31,%%zmm29\n"
      "vpunpckhbw %%zmm30,%%zmm31,%%zmm31\n"
      "vpaddsw %%zmm29,%[even],%[even]\n"
      "vpaddsw %%zmm31,%[odd],%[odd]\n"
      : [even] "+v"(sum->even), [odd] "+v"(sum->odd)
      : [codes] "v"(codes), [low0] "v"(table->part[0]), [low1] "v"(table->part[1]),
        [high0] "v"(table->part[2]), [high1] "v"(table->part[3])
      : "zmm29", "zmm30", "zmm31");
}

/* One tap of 64 filters at a position. */
ALWAYS_INLINE void add_entries(const int registers, sums16* sum, codes16 codes,
                               const table16* table) {
  if (registers == 2) {
    sum->even = add_words(sum->even, codes.even, table);
    sum->odd = add_words(sum->odd, codes.odd, table);
  } else {
    add_wide_words(sum, codes.even, table);
  }
}

/* One tap of a strip of filters at some positions side by side, whose tables stay in registers. */
ALWAYS_INLINE void add_tap(const int blocks, const int registers, const int positions,
                           const char* table, const uint8_t* codes, sums16* sum) {
  table16 tables[4];
#pragma GCC unroll 4
  for (int p = 0; p < positions; p++) {
    tables[p] = load_table(registers, table + p * 64 * registers);
  }
#pragma GCC unroll 4
  for (int b = 0; b < blocks; b++) {
    codes16 of_block = load_codes(registers, codes + b * QCNN_FILTER_BLOCK);
#pragma GCC unroll 4
    for (int p = 0; p < positions; p++) {
      add_entries(registers, &sum[p * blocks + b], of_block, &tables[p]);
    }
  }
  /* GCC would load what later taps need, and run out of registers. */
  __asm__ volatile("" ::: "memory");
}

/* Some positions side by side: brings their sums into registers, adds all taps and puts them back. */
ALWAYS_INLINE void add_positions(const int blocks, const int registers, const int positions,
                                 const char* table, const uint8_t* codes,
                                 const qcnn_filter_look_ups* look_ups, int16_t* sums) {
  const ptrdiff_t stride = (ptrdiff_t)look_ups->blocks * QCNN_FILTER_BLOCK;
  sums16 sum[SUMS];
#pragma GCC unroll 8
  for (int i = 0; i < positions * blocks; i++) {
    const int16_t* from = sums + i / blocks * stride + i % blocks * QCNN_FILTER_BLOCK;
    sum[i] = (sums16){_mm512_load_si512(from), _mm512_load_si512(from + 32)};
  }
  const ptrdiff_t strip = (ptrdiff_t)blocks * QCNN_FILTER_BLOCK;
  const qcnn_filter_step* end = look_ups->steps + look_ups->step_count;
  for (const qcnn_filter_step* step = look_ups->steps; step < end; step++) {
    add_tap(blocks, registers, positions, table + step->first, codes, sum);
    codes += strip;
    if (step->second != QCNN_NO_TAP) {
      add_tap(blocks, registers, positions, table + step->second, codes, sum);
      codes += strip;
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < positions * blocks; i++) {
    int16_t* to = sums + i / blocks * stride + i % blocks * QCNN_FILTER_BLOCK;
    _mm512_store_si512(to, sum[i].even);
    _mm512_store_si512(to + 32, sum[i].odd);
  }
}

/*
 * One strip of filters at all positions: as many of these at once as registers are enough for, then two,
 * then one.
 */
ALWAYS_INLINE void accumulate_strip(const int blocks, const int registers, const int together,
                                    const qcnn_filter_look_ups* look_ups, const uint8_t* codes,
                                    int16_t* sums) {
  const ptrdiff_t stride = (ptrdiff_t)look_ups->blocks * QCNN_FILTER_BLOCK;
  const int bytes = 64 * registers;
  for (int row = 0; row < look_ups->rows; row++) {
    const char* table = (const char*)look_ups->table + (ptrdiff_t)row * look_ups->columns * bytes;
    int x = 0;
    for (; x + together <= look_ups->width; x += together) {
      add_positions(blocks, registers, together, table + x * bytes, codes, look_ups, sums);
      sums += together * stride;
    }
#define REST(n)                                                                    \
  if (together > (n) && x + (n) <= look_ups->width) {                              \
    add_positions(blocks, registers, n, table + x * bytes, codes, look_ups, sums); \
    sums += (n)*stride;                                                            \
    x += (n);                                                                      \
  }
    REST(2)
    REST(1)
#undef REST
  }
}

/* All strips; `registers` is a constant where this is inlined. */
ALWAYS_INLINE void accumulate(const qcnn_filter_tables* tables, const int registers,
                              const qcnn_filter_look_ups* look_ups, int16_t* sums) {
  const uint8_t* codes = look_ups->codes;
  const int taps = qcnn_filter_taps(look_ups);
  int blocks;
  for (int done = 0; done < look_ups->blocks; done += blocks) {
    blocks = qcnn_filter_strip(tables, look_ups->blocks - done);
    if (blocks == 4) {
      accumulate_strip(4, registers, 2, look_ups, codes, sums);
    } else if (blocks == 2) {
      accumulate_strip(2, registers, registers == 2 ? 4 : 2, look_ups, codes, sums);
    } else {
      accumulate_strip(1, registers, 4, look_ups, codes, sums);
    }
    codes += (ptrdiff_t)taps * blocks * QCNN_FILTER_BLOCK;
    sums += (ptrdiff_t)blocks * QCNN_FILTER_BLOCK;
  }
}

static void accumulate_words(const qcnn_filter_look_ups* look_ups, int16_t* sums) {
  accumulate(&qcnn_filter_words_avx512, 2, look_ups, sums);
}

static void accumulate_wide_words(const qcnn_filter_look_ups* look_ups, int16_t* sums) {
  accumulate(&qcnn_filter_wide_words_avx512, 4, look_ups, sums);
}

/* Widening takes 32 codes side by side. */
static int filter_of_words(int place) {
  return place < 32 ? 2 * place : 2 * (place - 32) + 1;
}

/* Unpacking takes the first eight of every 16 bytes, then the others. */
static int filter_of_wide_words(int place) {
  return 2 * (place / 16 * 8 + place % 8) + place / 8 % 2;
}

const qcnn_filter_tables qcnn_filter_words_avx512 = {
    .build_table = qcnn_build_filter_words_avx512,
    .widest_strip = 2,
    .filter_at = filter_of_words,
    .accumulate = accumulate_words,
    .finish = qcnn_finish_filters_avx512,
    .pool = qcnn_pool_avx512,
};

const qcnn_filter_tables qcnn_filter_wide_words_avx512 = {
    .build_table = qcnn_build_filter_words_avx512,
    .widest_strip = 4,
    .filter_at = filter_of_wide_words,
    .accumulate = accumulate_wide_words,
    .finish = qcnn_finish_filters_avx512,
    .pool = qcnn_pool_avx512,
};
