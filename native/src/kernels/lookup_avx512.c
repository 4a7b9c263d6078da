/* The lookup kernels for AVX-512 with VBMI and VNNI: 32 positions to a vector. */
#include <immintrin.h>
#include <string.h>

#include "kernels/lookup_high_parts_avx512.h"
#include "kernels/lookup_kernels.h"

typedef __m512i vector16;
#define VECTOR16_LANES 32
#define STRIP_VECTORS 16
#define vector16_load(p) _mm512_loadu_si512(p)
#define vector16_store(p, v) _mm512_storeu_si512(p, v)
#define vector16_add(a, b) _mm512_adds_epi16(a, b)

#include "kernels/lookup_prefetch.h"
#include "kernels/lookup_words.h"

/* clamp(round(x * scale)) in 32-bit lanes; NaN is masked to 0. */
static inline __m512i quantize16(__m512 x, __m512 scale) {
  __m512 scaled = _mm512_mul_ps(x, scale);
  __mmask16 number = _mm512_cmp_ps_mask(scaled, scaled, _CMP_ORD_Q);
  scaled = _mm512_min_ps(scaled, _mm512_set1_ps(32767.0f));
  scaled = _mm512_max_ps(scaled, _mm512_set1_ps(-32767.0f));
  return _mm512_maskz_cvtps_epi32(number, scaled);
}

static void quantize_pairs(const float* a, const float* b, int count, float scale, int16_t* out) {
  const __m512 scales = _mm512_set1_ps(scale);
  const __m512i low_half = _mm512_set1_epi32(0xffff);
  for (int i = 0; i < count; i += 16) {
    __mmask16 present = count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1);
    prefetch_pair(a, b, i);
    __m512i first = quantize16(_mm512_maskz_loadu_ps(present, a + i), scales);
    __m512i second = _mm512_setzero_si512();
    if (b != NULL) {
      second = quantize16(_mm512_maskz_loadu_ps(present, b + i), scales);
    }
    __m512i pair =
        _mm512_or_si512(_mm512_and_si512(first, low_half), _mm512_slli_epi32(second, 16));
    _mm512_mask_storeu_epi32(out + 2 * i, present, pair);
  }
}

/* One block of 32 positions; `pairs` is a constant where this is inlined for common sizes. */
ALWAYS_INLINE void build_block(const int pairs, const int16_t* inputs, ptrdiff_t pair_stride,
                               const int16_t* codewords, int sub_codewords, int16_t* table,
                               ptrdiff_t table_stride) {
  const __m512i half = _mm512_set1_epi32(1 << 15);
  for (int k = 0; k < sub_codewords; k++) {
    __m512i low = half;
    __m512i high = half;
#pragma GCC unroll 4
    for (int q = 0; q < pairs; q++) {
      int32_t codeword;
      memcpy(&codeword, codewords + ((ptrdiff_t)k * pairs + q) * 2, sizeof codeword);
      __m512i both = _mm512_set1_epi32(codeword);
      const int16_t* pair = inputs + q * pair_stride;
      low = _mm512_dpwssd_epi32(low, _mm512_loadu_si512(pair), both);
      high = _mm512_dpwssd_epi32(high, _mm512_loadu_si512(pair + 32), both);
    }
    _mm512_storeu_si512(table + k * table_stride, high_halves(low, high));
  }
}

typedef int16_t table_entry;
typedef int16_t input_value;
typedef int16_t codeword_value;
#define BUILD_PARTS(pairs) (pairs)
#define BUILD_POSITIONS QCNN_POSITION_BLOCK
#include "kernels/lookup_build.h"

static void finish(const int16_t* sums, int count, float scale, float bias, float floor,
                   float* out) {
  const __m512 scales = _mm512_set1_ps(scale);
  const __m512 biases = _mm512_set1_ps(bias);
  const __m512 floors = _mm512_set1_ps(floor);
  for (int i = 0; i < count; i += 16) {
    __mmask16 present = count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1);
    __m256i sum = _mm256_maskz_loadu_epi16(present, sums + i);
    __m512 value = _mm512_cvtepi32_ps(_mm512_cvtepi16_epi32(sum));
    value = _mm512_add_ps(_mm512_mul_ps(value, scales), biases);
    _mm512_mask_storeu_ps(out + i, present, _mm512_max_ps(value, floors));
  }
}

/* Tables are rounded up to 32, 64, 128 or 256 entries: 1, 2, 4 or 8 registers. */
static int table_registers(int sub_codewords) {
  return sub_codewords <= 32 ? 1 : sub_codewords <= 64 ? 2 : sub_codewords <= 128 ? 4 : 8;
}

static int gather_table_bytes(int sub_codewords) {
  return table_registers(sub_codewords) * 64;
}

static void gather_store_table(const int16_t* entries, int sub_codewords, void* table) {
  memset(table, 0, (size_t)gather_table_bytes(sub_codewords));
  memcpy(table, entries, (size_t)sub_codewords * sizeof(int16_t));
}

/* The entries of 32 codes from a table of `registers` registers. */
ALWAYS_INLINE __m512i look_up(const int registers, const __m512i* table, __m512i codes) {
  if (registers == 1) {
    return _mm512_permutexvar_epi16(codes, table[0]);
  }
  __m512i entries = _mm512_permutex2var_epi16(table[0], codes, table[1]);
#pragma GCC unroll 4
  for (int r = 2; r < registers; r += 2) {
    __m512i others = _mm512_permutex2var_epi16(table[r], codes, table[r + 1]);
    __m512i quarter = _mm512_srli_epi16(codes, 6);
    __mmask32 here = _mm512_cmpeq_epi16_mask(quarter, _mm512_set1_epi16((short)(r / 2)));
    entries = _mm512_mask_mov_epi16(entries, here, others);
  }
  return entries;
}

/* `vectors` times 32 outputs; both counts are constants where this is inlined. */
ALWAYS_INLINE void gather_outputs(const int registers, const int vectors, const char* tables,
                                  const uint8_t* codes, int subspaces, int16_t* sums) {
  __m512i sum[8];
#pragma GCC unroll 8
  for (int v = 0; v < vectors; v++) {
    sum[v] = _mm512_setzero_si512();
  }
  for (int m = 0; m < subspaces; m++) {
    __m512i table[8];
#pragma GCC unroll 8
    for (int r = 0; r < registers; r++) {
      table[r] = _mm512_loadu_si512(tables + 64 * r);
    }
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
      if (v % 2 == 0) {
        prefetch_codes(codes + 32 * v);
      }
      __m512i wide =
          _mm512_cvtepu8_epi16(_mm256_loadu_si256((const __m256i*)(const void*)(codes + 32 * v)));
      sum[v] = _mm512_adds_epi16(sum[v], look_up(registers, table, wide));
    }
    tables += 64 * registers;
    codes += 32 * vectors;
  }
#pragma GCC unroll 8
  for (int v = 0; v < vectors; v++) {
    _mm512_storeu_si512(sums + 32 * v, sum[v]);
  }
}

ALWAYS_INLINE void gather_registers(const int registers, const char* tables, const uint8_t* codes,
                                    int subspaces, int outputs, int16_t* sums) {
  switch (outputs / 32) {
    case 1:
      gather_outputs(registers, 1, tables, codes, subspaces, sums);
      break;
    case 2:
      gather_outputs(registers, 2, tables, codes, subspaces, sums);
      break;
    case 3:
      gather_outputs(registers, 3, tables, codes, subspaces, sums);
      break;
    case 4:
      gather_outputs(registers, 4, tables, codes, subspaces, sums);
      break;
    case 5:
      gather_outputs(registers, 5, tables, codes, subspaces, sums);
      break;
    case 6:
      gather_outputs(registers, 6, tables, codes, subspaces, sums);
      break;
    case 7:
      gather_outputs(registers, 7, tables, codes, subspaces, sums);
      break;
    default:
      gather_outputs(registers, 8, tables, codes, subspaces, sums);
      break;
  }
}

static void gather(const void* tables, int sub_codewords, const uint8_t* codes, int subspaces,
                   int outputs, int16_t* sums) {
  switch (table_registers(sub_codewords)) {
    case 1:
      gather_registers(1, tables, codes, subspaces, outputs, sums);
      break;
    case 2:
      gather_registers(2, tables, codes, subspaces, outputs, sums);
      break;
    case 4:
      gather_registers(4, tables, codes, subspaces, outputs, sums);
      break;
    default:
      gather_registers(8, tables, codes, subspaces, outputs, sums);
      break;
  }
}

const qcnn_lookup_kernels qcnn_lookup_kernels_avx512 = {
    .quantize_pairs = quantize_pairs,
    .build_table = build_table,
    .accumulate = accumulate,
    .finish = finish,
    .gather_outputs = 256,
    .gather_table_bytes = gather_table_bytes,
    .gather_store_table = gather_store_table,
    .gather = gather,
};
