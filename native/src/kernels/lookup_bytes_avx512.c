/* 8-bit lookup tables for AVX-512 with VNNI: 64 positions to a vector. */
#include <immintrin.h>
#include <string.h>

#include "kernels/lookup_bytes.h"

typedef __m512i vector8;
#define VECTOR8_LANES 64
#define STRIP_VECTORS 6
#define vector8_load(p) _mm512_loadu_si512(p)
#define vector8_add(a, b) _mm512_adds_epi8(a, b)

/*
 * A 16-bit lane holds the entries of two positions, 256 * odd + even. `all` sums up whole lanes, with
 * 128 added to the even entry so that it has no sign, and `odd` the odd ones; modulo 2^16 the even
 * ones are what is left: all - 256 * odd.
 */
typedef struct {
  __m512i all, odd;
} partial8;

static inline partial8 partial8_add(partial8 partial, __m512i entries) {
  entries = _mm512_xor_si512(entries, _mm512_set1_epi16(0x80));
  partial.all = _mm512_add_epi16(partial.all, entries);
  partial.odd = _mm512_add_epi16(partial.odd, _mm512_srai_epi16(entries, 8));
  return partial;
}

static inline partial8 partial8_begin(__m512i entries, int pairs) {
  partial8 zero = {_mm512_set1_epi16((short)(-128 * pairs)), _mm512_setzero_si512()};
  return partial8_add(zero, entries);
}

static inline void add_to(int16_t* sums, __m512i partial) {
  __m512i total = _mm512_adds_epi16(_mm512_loadu_si512(sums), partial);
  _mm512_storeu_si512(sums, total);
}

/* In memory a block of 64 has its 32 even positions first. */
static inline void partial8_end(partial8 partial, int shift, int16_t* sums) {
  const __m128i count = _mm_cvtsi32_si128(shift);
  __m512i even = _mm512_sub_epi16(partial.all, _mm512_slli_epi16(partial.odd, 8));
  add_to(sums, _mm512_sll_epi16(even, count));
  add_to(sums + 32, _mm512_sll_epi16(partial.odd, count));
}

#include "kernels/lookup_bytes_accumulate.h"

static void in_order(const int16_t* sums, int blocks, int16_t* out) {
  const __m512i positions = _mm512_cvtepu8_epi16(
      _mm256_setr_epi8(0, 32, 1, 33, 2, 34, 3, 35, 4, 36, 5, 37, 6, 38, 7, 39, 8, 40, 9, 41, 10, 42,
                       11, 43, 12, 44, 13, 45, 14, 46, 15, 47));
  for (int b = 0; b < blocks; b++) {
    __m512i even = _mm512_loadu_si512(sums);
    __m512i odd = _mm512_loadu_si512(sums + 32);
    _mm512_storeu_si512(out, _mm512_permutex2var_epi16(even, positions, odd));
    _mm512_storeu_si512(
        out + 32,
        _mm512_permutex2var_epi16(even, _mm512_add_epi16(positions, _mm512_set1_epi16(16)), odd));
    sums += QCNN_BYTE_BLOCK;
    out += QCNN_BYTE_BLOCK;
  }
}

/* The high halves of 32 sums, in the order of positions. */
static inline __m512i high_halves(__m512i low, __m512i high) {
  const __m512i odd_lanes = _mm512_add_epi16(
      _mm512_set1_epi16(1),
      _mm512_slli_epi16(_mm512_cvtepu8_epi16(_mm256_setr_epi8(
                            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
                            20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31)),
                        1));
  return _mm512_permutex2var_epi16(low, odd_lanes, high);
}

static inline __m512i codeword_pair(const int16_t* pair) {
  int32_t both;
  memcpy(&both, pair, sizeof both);
  return _mm512_set1_epi32(both);
}

/* Eight positions from `first` on and eight more, 16 further on. */
static inline __m512i two_eights(const int16_t* inputs, int first) {
  const __m256i low = _mm256_loadu_si256((const __m256i*)(const void*)(inputs + 2 * first));
  const __m256i high = _mm256_loadu_si256((const __m256i*)(const void*)(inputs + 2 * first + 32));
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

#define HELD_PAIRS 4

/*
 * One block of 64 positions; `pairs` is a constant where this is inlined for common sizes, whose
 * inputs stay in registers. Packing to 8 bits takes eights of positions from its operands in turns;
 * loading the positions in eights cancels that.
 */
ALWAYS_INLINE void build_block(const int pairs, const int16_t* inputs, ptrdiff_t pair_stride,
                               const int16_t* codewords, int sub_codewords, int8_t* table,
                               ptrdiff_t table_stride) {
  static const int eights[4] = {0, 32, 8, 40};
  __m512i held[HELD_PAIRS][4];
  for (int q = 0; q < pairs && q < HELD_PAIRS; q++) {
    for (int j = 0; j < 4; j++) {
      held[q][j] = two_eights(inputs + q * pair_stride, eights[j]);
    }
  }
  for (int k = 0; k < sub_codewords; k++) {
    __m512i sum[4];
    for (int j = 0; j < 4; j++) {
      sum[j] = _mm512_set1_epi32(1 << 15);
    }
    for (int q = 0; q < pairs; q++) {
      __m512i codeword = codeword_pair(codewords + ((ptrdiff_t)k * pairs + q) * 2);
      for (int j = 0; j < 4; j++) {
        __m512i input =
            q < HELD_PAIRS ? held[q][j] : two_eights(inputs + q * pair_stride, eights[j]);
        sum[j] = _mm512_dpwssd_epi32(sum[j], input, codeword);
      }
    }
    _mm512_storeu_si512(table + k * table_stride, _mm512_packs_epi16(high_halves(sum[0], sum[1]),
                                                                     high_halves(sum[2], sum[3])));
  }
}

typedef int8_t table_entry;
#define BUILD_POSITIONS 64
#include "kernels/lookup_build.h"

const qcnn_byte_tables qcnn_byte_tables_avx512 = {
    .build_table = build_table,
    .accumulate = accumulate,
    .in_order = in_order,
};
