/* 8-bit lookup tables for AVX2: 32 positions to a vector. */
#include <immintrin.h>

#include "kernels/lookup_bytes.h"
#include "kernels/lookup_bytes_build_avx2.h"
#include "kernels/lookup_prefetch.h"

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

static inline __m256i clamp16(__m256i value, int limit) {
  value = _mm256_min_epi16(value, _mm256_set1_epi16((short)limit));
  return _mm256_max_epi16(value, _mm256_set1_epi16((short)-limit));
}

ALWAYS_INLINE void add_to(int16_t* sums, __m256i partial, const int clamp, int limit) {
  __m256i total = _mm256_add_epi16(vector8_load(sums), partial);
  _mm256_storeu_si256((__m256i*)(void*)sums, clamp ? clamp16(total, limit) : total);
}

/* In memory every 32 sums have their 16 even positions first. */
ALWAYS_INLINE void partial8_end(partial8 partial, const int clamp, int limit, int16_t* sums) {
  __m256i even = _mm256_sub_epi16(partial.all, _mm256_slli_epi16(partial.odd, 8));
  add_to(sums, even, clamp, limit);
  add_to(sums + 16, partial.odd, clamp, limit);
}

#define VECTOR16_LANES 16

static inline void double16(int16_t* sums, int limit) {
  __m256i once = vector8_load(sums);
  _mm256_storeu_si256((__m256i*)(void*)sums, clamp16(_mm256_adds_epi16(once, once), limit));
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

/* clamp(round(x * scale) + zero, -128, 127) in the low bytes of 32-bit lanes; others are 0. */
static inline __m256i quantize8(__m256 x, float scale, int zero) {
  __m256 scaled = _mm256_mul_ps(x, _mm256_set1_ps(scale));
  __m256 number = _mm256_cmp_ps(scaled, scaled, _CMP_ORD_Q);
  scaled = _mm256_min_ps(scaled, _mm256_set1_ps((float)(127 - zero)));
  scaled = _mm256_max_ps(scaled, _mm256_set1_ps((float)(-128 - zero)));
  __m256i rounded = _mm256_and_si256(_mm256_cvtps_epi32(scaled), _mm256_castps_si256(number));
  __m256i value = _mm256_add_epi32(rounded, _mm256_set1_epi32(zero));
  return _mm256_and_si256(value, _mm256_set1_epi32(0xff));
}

static void quantize_quads(const float* const* rows, int count, float scale, int zero,
                           int8_t* out) {
  int whole = count / 8 * 8;
  for (int i = 0; i < whole; i += 8) {
    __m256i quads = _mm256_setzero_si256();
    prefetch_rows(rows, i);
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) {
      __m256i values = _mm256_set1_epi32(zero & 0xff);
      if (rows[j] != NULL) {
        values = quantize8(_mm256_loadu_ps(rows[j] + i), scale, zero);
      }
      quads = _mm256_or_si256(quads, _mm256_slli_epi32(values, 8 * j));
    }
    _mm256_storeu_si256((__m256i*)(void*)(out + 4 * i), quads);
  }
  if (whole < count) {
    const float* rest[4];
    for (int j = 0; j < 4; j++) {
      rest[j] = rows[j] == NULL ? NULL : rows[j] + whole;
    }
    qcnn_byte_tables_scalar.quantize_quads(rest, count - whole, scale, zero, out + 4 * whole);
  }
}

const qcnn_byte_tables qcnn_byte_tables_avx2 = {
    .quantize_quads = quantize_quads,
    .build_table = qcnn_build_bytes_avx2,
    .build_words = qcnn_build_words_avx2,
    .accumulate = accumulate,
    .double_sums = double_sums,
    .in_order = in_order,
};
