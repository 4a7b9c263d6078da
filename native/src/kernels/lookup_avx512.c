/* The lookup kernels for AVX-512 with VBMI and VNNI: 32 positions to a vector. */
#include <immintrin.h>
#include <string.h>

#include "kernels/lookup_gather_avx512.h"
#include "kernels/lookup_high_parts_avx512.h"
#include "kernels/lookup_kernels.h"

typedef __m512i vector16;
#define VECTOR16_LANES 32
#define STRIP_VECTORS 16
#define NINE_TAPS false
#define vector16_load(p) _mm512_loadu_si512(p)
#define vector16_store(p, v) _mm512_storeu_si512(p, v)
#define vector16_add(a, b) _mm512_adds_epi16(a, b)

#include "kernels/lookup_prefetch.h"
#include "kernels/lookup_words.h"

/* clamp(round(x * scale), least, most) in 32-bit lanes; NaN is masked to 0. */
static inline __m512i quantize16(__m512 x, __m512 scale, __m512 least, __m512 most) {
  __m512 scaled = _mm512_mul_ps(x, scale);
  __mmask16 number = _mm512_cmp_ps_mask(scaled, scaled, _CMP_ORD_Q);
  scaled = _mm512_min_ps(scaled, most);
  scaled = _mm512_max_ps(scaled, least);
  return _mm512_maskz_cvtps_epi32(number, scaled);
}

static void quantize_pairs(const float* a, const float* b, int count, float scale, int least,
                           int most, int16_t* out) {
  const __m512 scales = _mm512_set1_ps(scale);
  const __m512 lower = _mm512_set1_ps((float)least);
  const __m512 upper = _mm512_set1_ps((float)most);
  const __m512i low_half = _mm512_set1_epi32(0xffff);
  for (int i = 0; i < count; i += 16) {
    __mmask16 present = count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1);
    prefetch_pair(a, b, i);
    __m512i first = quantize16(_mm512_maskz_loadu_ps(present, a + i), scales, lower, upper);
    __m512i second = _mm512_setzero_si512();
    if (b != NULL) {
      second = quantize16(_mm512_maskz_loadu_ps(present, b + i), scales, lower, upper);
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

const qcnn_lookup_kernels qcnn_lookup_kernels_avx512 = {
    .quantize_pairs = quantize_pairs,
    .build_table = build_table,
    .accumulate = accumulate,
    .finish = finish,
    .gather_outputs = 256,
    .gather_codes = qcnn_gather_codes_avx512,
    .gather_table_bytes = qcnn_gather_table_bytes_avx512,
    .gather_store_table = qcnn_gather_store_table_avx512,
    .gather = qcnn_gather_avx512,
};
