/* Look-ups of 64 codes in 16-bit tables in registers, for AVX-512 with VBMI. */
#ifndef QCNN_LOOKUP_FILTER_WORDS_AVX512_H
#define QCNN_LOOKUP_FILTER_WORDS_AVX512_H

#include <immintrin.h>

#include "kernels/lookup_filters_avx512.h"

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

/*
 * Codes as bytes choose low and high bytes among 128, which then come together. That an addition comes between
 * the two unpackings matters on Zen 4, which gives an instruction to one of its vector units before it knows
 * which will be free: 4.0 cycles for 64 look-ups in registers alone with both unpackings first, 3.1 so.
 */
ALWAYS_INLINE void add_wide_words(sums16* sum, __m512i codes, const table16* table) {
  __asm__(
      "vmovdqa64 %[codes],%%zmm31\n"
      "vmovdqa64 %[codes],%%zmm30\n"
      "vpermi2b %[low1],%[low0],%%zmm31\n"
      "vpermi2b %[high1],%[high0],%%zmm30\n"
      "vpunpcklbw %%zmm30,%%zmm31,%%zmm29\n"
      "vpaddsw %%zmm29,%[even],%[even]\n"
      "vpunpckhbw %%zmm30,%%zmm31,%%zmm31\n"
      "vpaddsw %%zmm31,%[odd],%[odd]\n"
      : [even] "+v"(sum->even), [odd] "+v"(sum->odd)
      : [codes] "v"(codes), [low0] "v"(table->part[0]), [low1] "v"(table->part[1]),
        [high0] "v"(table->part[2]), [high1] "v"(table->part[3])
      : "zmm29", "zmm30", "zmm31");
}

/* The same at two positions, 3.0 cycles for 64 look-ups there. */
ALWAYS_INLINE void add_wide_words_to_two(sums16* sum, sums16* next, __m512i codes,
                                         const table16* table, const table16* next_table) {
  __asm__(
      "vmovdqa64 %[codes],%%zmm27\n"
      "vmovdqa64 %[codes],%%zmm28\n"
      "vmovdqa64 %[codes],%%zmm30\n"
      "vmovdqa64 %[codes],%%zmm31\n"
      "vpermi2b %[low1],%[low0],%%zmm27\n"
      "vpermi2b %[high1],%[high0],%%zmm28\n"
      "vpermi2b %[next_low1],%[next_low0],%%zmm30\n"
      "vpermi2b %[next_high1],%[next_high0],%%zmm31\n"
      "vpunpcklbw %%zmm28,%%zmm27,%%zmm29\n"
      "vpaddsw %%zmm29,%[even],%[even]\n"
      "vpunpckhbw %%zmm28,%%zmm27,%%zmm27\n"
      "vpunpcklbw %%zmm31,%%zmm30,%%zmm28\n"
      "vpunpckhbw %%zmm31,%%zmm30,%%zmm30\n"
      "vpaddsw %%zmm27,%[odd],%[odd]\n"
      "vpaddsw %%zmm28,%[next_even],%[next_even]\n"
      "vpaddsw %%zmm30,%[next_odd],%[next_odd]\n"
      : [even] "+v"(sum->even), [odd] "+v"(sum->odd), [next_even] "+v"(next->even),
        [next_odd] "+v"(next->odd)
      : [codes] "v"(codes), [low0] "v"(table->part[0]), [low1] "v"(table->part[1]),
        [high0] "v"(table->part[2]), [high1] "v"(table->part[3]),
        [next_low0] "v"(next_table->part[0]), [next_low1] "v"(next_table->part[1]),
        [next_high0] "v"(next_table->part[2]), [next_high1] "v"(next_table->part[3])
      : "zmm27", "zmm28", "zmm29", "zmm30", "zmm31");
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

#endif
