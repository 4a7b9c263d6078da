/* 8-bit lookup tables for AVX2: 32 positions to a vector. */
#include <immintrin.h>
#include <string.h>

#include "kernels/lookup_bytes.h"

typedef __m256i vector8;
#define VECTOR8_LANES 32
#define STRIP_VECTORS 4
#define vector8_load(p) _mm256_loadu_si256((const __m256i*)(const void*)(p))
#define vector8_add(a, b) _mm256_adds_epi8(a, b)

/*
 * A 16-bit lane holds the entries of two positions, 256 * odd + even. `all` sums up whole lanes, with
 * 128 added to the even entry so that it has no sign, and `odd` the odd ones; modulo 2^16 the even
 * ones are what is left: all - 256 * odd.
 */
typedef struct {
  __m256i all, odd;
} partial8;

static inline partial8 partial8_add(partial8 partial, __m256i entries) {
  entries = _mm256_xor_si256(entries, _mm256_set1_epi16(0x80));
  partial.all = _mm256_add_epi16(partial.all, entries);
  partial.odd = _mm256_add_epi16(partial.odd, _mm256_srai_epi16(entries, 8));
  return partial;
}

static inline partial8 partial8_begin(__m256i entries, int pairs) {
  partial8 zero = {_mm256_set1_epi16((short)(-128 * pairs)), _mm256_setzero_si256()};
  return partial8_add(zero, entries);
}

static inline void add_to(int16_t* sums, __m256i partial) {
  __m256i total = _mm256_adds_epi16(vector8_load(sums), partial);
  _mm256_storeu_si256((__m256i*)(void*)sums, total);
}

/* In memory every 32 sums have their 16 even positions first. */
static inline void partial8_end(partial8 partial, int shift, int16_t* sums) {
  const __m128i count = _mm_cvtsi32_si128(shift);
  __m256i even = _mm256_sub_epi16(partial.all, _mm256_slli_epi16(partial.odd, 8));
  add_to(sums, _mm256_sll_epi16(even, count));
  add_to(sums + 16, _mm256_sll_epi16(partial.odd, count));
}

#include "kernels/lookup_bytes_accumulate.h"

static void in_order(const int16_t* sums, int blocks, int16_t* out) {
  for (int i = 0; i < blocks * QCNN_BYTE_BLOCK; i += 32) {
    __m256i even = vector8_load(sums + i);
    __m256i odd = vector8_load(sums + i + 16);
    __m256i low = _mm256_unpacklo_epi16(even, odd);
    __m256i high = _mm256_unpackhi_epi16(even, odd);
    __m256i* to = (__m256i*)(void*)(out + i);
    _mm256_storeu_si256(to, _mm256_permute2x128_si256(low, high, 0x20));
    _mm256_storeu_si256(to + 1, _mm256_permute2x128_si256(low, high, 0x31));
  }
}

/* The pairs of 32 positions in the order in which build_block wants them; see there. */
static inline void spread(const int16_t* pairs, __m256i out[4]) {
  for (int half = 0; half < 2; half++) {
    __m128 quarter[4]; /* positions 0, 4, 16, 20 of the half, four each */
    for (int i = 0; i < 4; i++) {
      int first = 8 * half + 4 * (i % 2) + 16 * (i / 2);
      quarter[i] =
          _mm_castsi128_ps(_mm_loadu_si128((const __m128i*)(const void*)(pairs + 2 * first)));
    }
    __m256 low = _mm256_insertf128_ps(_mm256_castps128_ps256(quarter[0]), quarter[2], 1);
    __m256 high = _mm256_insertf128_ps(_mm256_castps128_ps256(quarter[1]), quarter[3], 1);
    out[2 * half] = _mm256_castps_si256(_mm256_shuffle_ps(low, high, 0x88));
    out[2 * half + 1] = _mm256_castps_si256(_mm256_shuffle_ps(low, high, 0xdd));
  }
}

#define LARGEST_PAIRS 128 /* Cs' is at most 256 */

/*
 * One block of 32 positions; `pairs` is a constant where this is inlined for common sizes. The high
 * halves of two vectors of sums are interleaved by one blend, and packing takes eights from its two
 * operands in turns: `spread` orders the positions so that both cancel.
 */
ALWAYS_INLINE void build_block(const int pairs, const int16_t* inputs, ptrdiff_t pair_stride,
                               const int16_t* codewords, int sub_codewords, int8_t* table,
                               ptrdiff_t table_stride) {
  __m256i ordered[LARGEST_PAIRS][4];
  for (int q = 0; q < pairs; q++) {
    spread(inputs + q * pair_stride, ordered[q]);
  }
  for (int k = 0; k < sub_codewords; k++) {
    __m256i sum[4];
    for (int j = 0; j < 4; j++) {
      sum[j] = _mm256_set1_epi32(1 << 15);
    }
#pragma GCC unroll 4
    for (int q = 0; q < pairs; q++) {
      int32_t both;
      memcpy(&both, codewords + ((ptrdiff_t)k * pairs + q) * 2, sizeof both);
      __m256i codeword = _mm256_set1_epi32(both);
      for (int j = 0; j < 4; j++) {
        sum[j] = _mm256_add_epi32(sum[j], _mm256_madd_epi16(ordered[q][j], codeword));
      }
    }
    __m256i first = _mm256_blend_epi16(_mm256_srli_epi32(sum[0], 16), sum[1], 0xaa);
    __m256i second = _mm256_blend_epi16(_mm256_srli_epi32(sum[2], 16), sum[3], 0xaa);
    _mm256_storeu_si256((__m256i*)(void*)(table + k * table_stride),
                        _mm256_packs_epi16(first, second));
  }
}

typedef int8_t table_entry;
#define BUILD_POSITIONS 32
#include "kernels/lookup_build.h"

const qcnn_byte_tables qcnn_byte_tables_avx2 = {
    .build_table = build_table,
    .accumulate = accumulate,
    .in_order = in_order,
};
