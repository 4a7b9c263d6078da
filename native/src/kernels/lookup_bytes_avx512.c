/* 8-bit lookup tables for AVX-512 with VNNI: 64 positions to a vector. */
#include "kernels/lookup_bytes_avx512.h"

#include <immintrin.h>

#include "kernels/lookup_prefetch.h"

typedef __m512i vector8;
#define VECTOR8_LANES 64
#define STRIP_VECTORS 6
#define vector8_load(p) _mm512_loadu_si512(p)
#define vector8_add(a, b) _mm512_adds_epi8(a, b)

static inline partial8 partial8_begin(__m512i entries, int pairs) {
  partial8 zero = {_mm512_set1_epi16((short)(-128 * pairs)), _mm512_setzero_si512()};
  return partial8_add(zero, entries);
}

ALWAYS_INLINE void add_to(int16_t* sums, __m512i partial, const int clamp, int limit) {
  __m512i total = _mm512_add_epi16(_mm512_loadu_si512(sums), partial);
  _mm512_storeu_si512(sums, clamp ? clamp16(total, limit) : total);
}

/* In memory a block of 64 has its 32 even positions first. */
ALWAYS_INLINE void partial8_end(partial8 partial, const int clamp, int limit, int16_t* sums) {
  __m512i even = _mm512_sub_epi16(partial.all, _mm512_slli_epi16(partial.odd, 8));
  add_to(sums, even, clamp, limit);
  add_to(sums + 32, partial.odd, clamp, limit);
}

#define VECTOR16_LANES 32

static inline void double16(int16_t* sums, int limit) {
  __m512i once = _mm512_loadu_si512(sums);
  _mm512_storeu_si512(sums, clamp16(_mm512_adds_epi16(once, once), limit));
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

/* clamp(round(x * scale) + zero, -128, 127) in the low bytes of 32-bit lanes; others are 0. */
static inline __m512i quantize16(__m512 x, float scale, int zero) {
  __m512 scaled = _mm512_mul_ps(x, _mm512_set1_ps(scale));
  __mmask16 number = _mm512_cmp_ps_mask(scaled, scaled, _CMP_ORD_Q);
  scaled = _mm512_min_ps(scaled, _mm512_set1_ps((float)(127 - zero)));
  scaled = _mm512_max_ps(scaled, _mm512_set1_ps((float)(-128 - zero)));
  __m512i value =
      _mm512_add_epi32(_mm512_maskz_cvtps_epi32(number, scaled), _mm512_set1_epi32(zero));
  return _mm512_and_si512(value, _mm512_set1_epi32(0xff));
}

static void quantize_quads(const float* const* rows, int count, float scale, int zero,
                           int8_t* out) {
  for (int i = 0; i < count; i += 16) {
    __mmask16 present = count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1);
    __m512i quads = _mm512_setzero_si512();
    prefetch_rows(rows, i);
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) {
      __m512i values = _mm512_set1_epi32(zero & 0xff);
      if (rows[j] != NULL) {
        values = quantize16(_mm512_maskz_loadu_ps(present, rows[j] + i), scale, zero);
      }
      quads = _mm512_or_si512(quads, _mm512_slli_epi32(values, 8 * (unsigned)j));
    }
    _mm512_mask_storeu_epi32(out + 4 * i, present, quads);
  }
}

/* Sixteen positions, as unsigned bytes. */
static inline __m512i unsigned_quads(const int8_t* inputs) {
  return _mm512_xor_si512(_mm512_loadu_si512(inputs), _mm512_set1_epi8((char)0x80));
}

#define HELD_QUADS 4

/*
 * One block of 64 positions; `quads` is a constant where this is inlined for common sizes, whose
 * inputs stay in registers.
 */
ALWAYS_INLINE void build_block(const int quads, const int8_t* inputs, ptrdiff_t quad_stride,
                               const int32_t* codewords, int sub_codewords, int8_t* table,
                               ptrdiff_t table_stride) {
  __m512i held[HELD_QUADS][4];
  for (int q = 0; q < quads && q < HELD_QUADS; q++) {
    for (int j = 0; j < 4; j++) {
      held[q][j] = unsigned_quads(inputs + q * quad_stride + 64 * j);
    }
  }
  for (int k = 0; k < sub_codewords; k++) {
    const int32_t* codeword = codewords + (ptrdiff_t)k * (1 + quads);
    __m512i sum[4];
    for (int j = 0; j < 4; j++) {
      sum[j] = _mm512_set1_epi32(codeword[0]);
    }
    for (int q = 0; q < quads; q++) {
      __m512i components = _mm512_set1_epi32(codeword[1 + q]);
      for (int j = 0; j < 4; j++) {
        __m512i input =
            q < HELD_QUADS ? held[q][j] : unsigned_quads(inputs + q * quad_stride + 64 * j);
        sum[j] = _mm512_dpbusd_epi32(sum[j], input, components);
      }
    }
    _mm512_storeu_si512(table + k * table_stride, high_bytes(_mm512_packs_epi32(sum[0], sum[1]),
                                                             _mm512_packs_epi32(sum[2], sum[3])));
  }
}

typedef int8_t table_entry;
typedef int8_t input_value;
typedef int32_t codeword_value;
#define BUILD_PARTS(size) (((size) + 3) / 4)
#define BUILD_POSITIONS 64
#include "kernels/lookup_build.h"

const qcnn_byte_tables qcnn_byte_tables_avx512 = {
    .quantize_quads = quantize_quads,
    .input_offset = 128,
    .build_table = build_table,
    .accumulate = accumulate,
    .double_sums = double_sums,
    .in_order = in_order,
};
