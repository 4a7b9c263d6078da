/* The lookup kernels for AVX2: 16 positions to a vector, 8-bit shuffles for the gather. */
#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

#include "kernels/lookup_kernels.h"

typedef __m256i vector16;
#define VECTOR16_LANES 16
#define STRIP_VECTORS 6
#define NINE_TAPS true
#define HELD_PAIRS 4 /* of channels, whose inputs stay in registers */
#define vector16_load(p) _mm256_loadu_si256((const __m256i*)(const void*)(p))
#define vector16_store(p, v) _mm256_storeu_si256((__m256i*)(void*)(p), v)
#define vector16_add(a, b) _mm256_adds_epi16(a, b)

#include "kernels/lookup_eights_avx2.h"
#include "kernels/lookup_prefetch.h"
#include "kernels/lookup_words.h"

/* clamp(round(x * scale), least, most) in 32-bit lanes; NaN is masked to 0. */
static inline __m256i quantize8(__m256 x, __m256 scale, __m256 least, __m256 most) {
  __m256 scaled = _mm256_mul_ps(x, scale);
  __m256 number = _mm256_cmp_ps(scaled, scaled, _CMP_ORD_Q);
  scaled = _mm256_min_ps(scaled, most);
  scaled = _mm256_max_ps(scaled, least);
  return _mm256_and_si256(_mm256_cvtps_epi32(scaled), _mm256_castps_si256(number));
}

static void quantize_pairs(const float* a, const float* b, int count, float scale, int least,
                           int most, int16_t* out) {
  const __m256 scales = _mm256_set1_ps(scale);
  const __m256 lower = _mm256_set1_ps((float)least);
  const __m256 upper = _mm256_set1_ps((float)most);
  const __m256i low_half = _mm256_set1_epi32(0xffff);
  if (count < 8) {
    qcnn_lookup_kernels_scalar.quantize_pairs(a, b, count, scale, least, most, out);
    return;
  }
  for (int i = 0; i < count; i = next_eight(i, count)) {
    prefetch_pair(a, b, i);
    __m256i first = quantize8(_mm256_loadu_ps(a + i), scales, lower, upper);
    __m256i second = _mm256_setzero_si256();
    if (b != NULL) {
      second = quantize8(_mm256_loadu_ps(b + i), scales, lower, upper);
    }
    vector16_store(out + 2 * i, _mm256_or_si256(_mm256_and_si256(first, low_half),
                                                _mm256_slli_epi32(second, 16)));
  }
}

/*
 * The inputs of 16 positions: the even ones and the odd ones. So the high halves of their sums are entries side by
 * side, once those of the even ones are shifted down.
 */
typedef struct {
  __m256i even, odd;
} position_pairs;

static inline position_pairs load_pairs(const int16_t* inputs) {
  const __m256 first = _mm256_castsi256_ps(vector16_load(inputs));
  const __m256 second = _mm256_castsi256_ps(vector16_load(inputs + 16));
  const __m256i even = _mm256_castps_si256(_mm256_shuffle_ps(first, second, 0x88));
  const __m256i odd = _mm256_castps_si256(_mm256_shuffle_ps(first, second, 0xdd));
  return (position_pairs){_mm256_permute4x64_epi64(even, 0xd8),
                          _mm256_permute4x64_epi64(odd, 0xd8)};
}

/* 16 positions; `pairs` is a constant where this is inlined for common sizes. */
ALWAYS_INLINE void build_block(const int pairs, const int16_t* inputs, ptrdiff_t pair_stride,
                               const int16_t* codewords, int sub_codewords, int16_t* table,
                               ptrdiff_t table_stride) {
  const __m256i half = _mm256_set1_epi32(1 << 15);
  position_pairs held[HELD_PAIRS];
#pragma GCC unroll 4
  for (int q = 0; q < pairs && q < HELD_PAIRS; q++) {
    held[q] = load_pairs(inputs + q * pair_stride);
  }
  for (int k = 0; k < sub_codewords; k++) {
    __m256i even = half;
    __m256i odd = half;
#pragma GCC unroll 4
    for (int q = 0; q < pairs; q++) {
      int32_t codeword;
      memcpy(&codeword, codewords + ((ptrdiff_t)k * pairs + q) * 2, sizeof codeword);
      const __m256i both = _mm256_set1_epi32(codeword);
      const position_pairs in = q < HELD_PAIRS ? held[q] : load_pairs(inputs + q * pair_stride);
      even = _mm256_add_epi32(even, _mm256_madd_epi16(in.even, both));
      odd = _mm256_add_epi32(odd, _mm256_madd_epi16(in.odd, both));
    }
    vector16_store(table + k * table_stride,
                   _mm256_blend_epi16(_mm256_srli_epi32(even, 16), odd, 0xaa));
  }
}

typedef int16_t table_entry;
typedef int16_t input_value;
typedef int16_t codeword_value;
#define BUILD_PARTS(pairs) (pairs)
#define BUILD_POSITIONS VECTOR16_LANES
#include "kernels/lookup_build.h"

static void finish(const int16_t* sums, int count, float scale, float bias, float floor,
                   float* out) {
  const __m256 scales = _mm256_set1_ps(scale);
  const __m256 biases = _mm256_set1_ps(bias);
  const __m256 floors = _mm256_set1_ps(floor);
  if (count < 8) {
    qcnn_lookup_kernels_scalar.finish(sums, count, scale, bias, floor, out);
    return;
  }
  for (int i = 0; i < count; i = next_eight(i, count)) {
    __m128i sum = _mm_loadu_si128((const __m128i*)(const void*)(sums + i));
    __m256 value = _mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(sum));
    value = _mm256_add_ps(_mm256_mul_ps(value, scales), biases);
    _mm256_storeu_ps(out + i, _mm256_max_ps(value, floors));
  }
}

/*
 * Up to 32 sub-codewords a table is kept as bytes, low bytes then high bytes, for 8-bit shuffles of
 * 16 entries; beyond that there are too many shuffles and plain loads are as good.
 */
static bool shuffles(int sub_codewords) {
  return sub_codewords <= 32;
}

static int gather_table_bytes(int sub_codewords) {
  return shuffles(sub_codewords) ? 64
                                 : qcnn_lookup_kernels_scalar.gather_table_bytes(sub_codewords);
}

static void gather_store_table(const int16_t* entries, int sub_codewords, void* table) {
  if (!shuffles(sub_codewords)) {
    qcnn_lookup_kernels_scalar.gather_store_table(entries, sub_codewords, table);
    return;
  }
  uint8_t* bytes = table;
  memset(bytes, 0, 64);
  for (int k = 0; k < sub_codewords; k++) {
    bytes[k] = (uint8_t)entries[k];
    bytes[32 + k] = (uint8_t)((uint16_t)entries[k] >> 8);
  }
}

static inline __m256i broadcast16(const uint8_t* bytes) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i*)(const void*)bytes));
}

/*
 * A shuffle gives 0 where the index has its top bit set: adding 0x70 sets it for codes of 16 and
 * more, subtracting 16 for codes below 16, so that an OR joins the two halves of the table.
 */
static inline __m256i look_up(__m256i first, __m256i second, __m256i codes, __m256i rest) {
  return _mm256_or_si256(_mm256_shuffle_epi8(first, codes), _mm256_shuffle_epi8(second, rest));
}

/* `vectors` times 32 outputs; a constant where this is inlined. */
ALWAYS_INLINE void gather_outputs(const int vectors, const uint8_t* tables, const uint8_t* codes,
                                  int subspaces, bool past_caches, int16_t* sums) {
  __m256i sum[8];
#pragma GCC unroll 8
  for (int v = 0; v < 2 * vectors; v++) {
    sum[v] = _mm256_setzero_si256();
  }
  for (int m = 0; m < subspaces; m++) {
    __m256i low_first = broadcast16(tables);
    __m256i low_second = broadcast16(tables + 16);
    __m256i high_first = broadcast16(tables + 32);
    __m256i high_second = broadcast16(tables + 48);
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) {
      if (v % 2 == 0) {
        prefetch_codes(codes + 32 * v, past_caches);
      }
      __m256i stored = vector16_load(codes + 32 * v);
      __m256i code = _mm256_add_epi8(stored, _mm256_set1_epi8(0x70));
      __m256i rest = _mm256_sub_epi8(stored, _mm256_set1_epi8(16));
      __m256i low = look_up(low_first, low_second, code, rest);
      __m256i high = look_up(high_first, high_second, code, rest);
      sum[2 * v] = _mm256_adds_epi16(sum[2 * v], _mm256_unpacklo_epi8(low, high));
      sum[2 * v + 1] = _mm256_adds_epi16(sum[2 * v + 1], _mm256_unpackhi_epi8(low, high));
    }
    tables += 64;
    codes += 32 * vectors;
  }
#pragma GCC unroll 4
  for (int v = 0; v < vectors; v++) {
    /* Unpacking interleaved within 128-bit halves: outputs 0-7 16-23 | 8-15 24-31. */
    vector16_store(sums + 32 * v, _mm256_permute2x128_si256(sum[2 * v], sum[2 * v + 1], 0x20));
    vector16_store(sums + 32 * v + 16, _mm256_permute2x128_si256(sum[2 * v], sum[2 * v + 1], 0x31));
  }
}

static void gather(const void* tables, int sub_codewords, const uint8_t* codes, int subspaces,
                   int outputs, bool past_caches, int16_t* sums) {
  if (!shuffles(sub_codewords)) {
    qcnn_lookup_kernels_scalar.gather(tables, sub_codewords, codes, subspaces, outputs, past_caches,
                                      sums);
    return;
  }
  switch (outputs / 32) {
    case 1:
      gather_outputs(1, tables, codes, subspaces, past_caches, sums);
      break;
    case 2:
      gather_outputs(2, tables, codes, subspaces, past_caches, sums);
      break;
    case 3:
      gather_outputs(3, tables, codes, subspaces, past_caches, sums);
      break;
    default:
      gather_outputs(4, tables, codes, subspaces, past_caches, sums);
      break;
  }
}

const qcnn_lookup_kernels qcnn_lookup_kernels_avx2 = {
    .quantize_pairs = quantize_pairs,
    .build_table = build_table,
    .accumulate = accumulate,
    .finish = finish,
    .gather_outputs = 128,
    .gather_table_bytes = gather_table_bytes,
    .gather_store_table = gather_store_table,
    .gather = gather,
};
