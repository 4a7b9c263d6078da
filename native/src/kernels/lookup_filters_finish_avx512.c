/* From sums of filters to outputs in the order of pixels, for AVX-512. */
#include <immintrin.h>

#include "kernels/lookup_filters_avx512.h"
#include "kernels/transpose_avx512.h"

void qcnn_finish_filters_avx512(const int16_t* sums, ptrdiff_t stride, int positions, int filters,
                                float scale, const float* bias, float floor, float* output,
                                ptrdiff_t map) {
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

/* What 16 filters' outputs become; all filters' numbers are loaded from a place of theirs. */
typedef struct {
  __m512 bias, scale, least, most;
  __m512i zero;
} quantization;

ALWAYS_INLINE quantization quantization_of(const qcnn_filter_handover* to, int place) {
  return (quantization){
      .bias = _mm512_loadu_ps(to->bias + place),
      .scale = _mm512_loadu_ps(to->scale + place),
      .least = _mm512_loadu_ps(to->least + place),
      .most = _mm512_loadu_ps(to->most + place),
      .zero = _mm512_loadu_si512(to->zero + place),
  };
}

/* The outputs of 16 sums as finish has them, quantized as an input is; in 32-bit lanes. */
ALWAYS_INLINE __m512i quantize_sums(const int16_t* sums, __m512 scales, __m512 floors,
                                    const quantization* q) {
  __m512i wide = _mm512_cvtepi16_epi32(_mm256_load_si256((const __m256i*)(const void*)sums));
  __m512 value = _mm512_mul_ps(_mm512_cvtepi32_ps(wide), scales);
  value = _mm512_max_ps(_mm512_add_ps(value, q->bias), floors);
  __m512 scaled = _mm512_mul_ps(value, q->scale);
  __mmask16 number = _mm512_cmp_ps_mask(scaled, scaled, _CMP_ORD_Q);
  scaled = _mm512_max_ps(_mm512_min_ps(scaled, q->most), q->least);
  return _mm512_add_epi32(_mm512_maskz_cvtps_epi32(number, scaled), q->zero);
}

/* Writes up to 16 bundles, those of position i in rows[i]; written: which of their bytes, or NULL. */
ALWAYS_INLINE void write_bundles(__m512i* rows, int positions, int count, int32_t* const* bundles,
                                 const uint8_t* written, ptrdiff_t at) {
  const __mmask16 present = positions >= 16 ? 0xffff : (__mmask16)((1u << positions) - 1);
  const __mmask64 bytes = positions >= 16 ? ~UINT64_C(0) : (UINT64_C(1) << (4 * positions)) - 1;
  transpose(rows);
#pragma GCC unroll 16
  for (int b = 0; b < 16; b++) {
    if (b >= count) {
      return;
    }
    if (written == NULL || written[b] == 0xf) {
      _mm512_mask_storeu_epi32(bundles[b] + at, present, rows[b]);
    } else {
      _mm512_mask_storeu_epi8(bundles[b] + at, bytes & (written[b] * UINT64_C(0x1111111111111111)),
                              rows[b]);
    }
  }
}

/* Pairs of an even and an odd filter, in the low and the high half of a bundle. */
ALWAYS_INLINE void hand_over_pairs(const int16_t* sums, ptrdiff_t stride, int positions,
                                   __m512 scales, __m512 floors, const qcnn_filter_handover* to,
                                   ptrdiff_t at) {
  for (int first = 0; first < to->bundle_count; first += 16) {
    const quantization even = quantization_of(to, first);
    const quantization odd = quantization_of(to, first + 32);
    __m512i rows[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      const int16_t* from = sums + (i < positions ? i : 0) * stride + first;
      __m512i high = _mm512_slli_epi32(quantize_sums(from + 32, scales, floors, &odd), 16);
      rows[i] =
          _mm512_mask_blend_epi16(0xaaaaaaaa, quantize_sums(from, scales, floors, &even), high);
    }
    write_bundles(rows, positions, to->bundle_count - first, to->bundles + first, NULL, at);
  }
}

/* The bytes of 64 filters, in their order, of up to 16 positions. */
ALWAYS_INLINE void quantize_bytes(const int16_t* sums, ptrdiff_t stride, int positions,
                                  __m512 scales, __m512 floors, const qcnn_filter_handover* to,
                                  __m512i* rows) {
  const __m512i lower_words = _mm512_cvtepu8_epi16(
      _mm256_setr_epi8(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38,
                       40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62));
  const __m512i low_bytes = _mm512_set1_epi32(0xff);
#pragma GCC unroll 2
  for (int part = 0; part < 2; part++) {
    const quantization even = quantization_of(to, 16 * part);
    const quantization odd = quantization_of(to, 16 * part + 32);
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      const int16_t* from = sums + (i < positions ? i : 0) * stride + 16 * part;
      __m512i low = _mm512_and_si512(quantize_sums(from, scales, floors, &even), low_bytes);
      __m512i high = _mm512_slli_epi32(quantize_sums(from + 32, scales, floors, &odd), 8);
      __m512i pairs = _mm512_or_si512(low, high); /* in the lower words of 32-bit lanes */
      rows[i] = part == 0 ? pairs : _mm512_permutex2var_epi16(rows[i], lower_words, pairs);
    }
  }
}

ALWAYS_INLINE void hand_over_quads(const int16_t* sums, ptrdiff_t stride, int positions,
                                   __m512 scales, __m512 floors, const qcnn_filter_handover* to,
                                   ptrdiff_t at) {
  __m512i bytes[16];
  quantize_bytes(sums, stride, positions, scales, floors, to, bytes);
  for (int first = 0; first < to->bundle_count; first += 16) {
    const __m512i filters = _mm512_loadu_si512(to->filters + 4 * first);
    const __m512i rest = _mm512_loadu_si512(to->rest + 4 * first);
    const __mmask64 present = to->present[first / 16];
    __m512i rows[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      rows[i] = _mm512_mask_permutexvar_epi8(rest, present, filters, bytes[i]);
    }
    write_bundles(rows, positions, to->bundle_count - first, to->bundles + first,
                  to->written + first, at);
  }
}

void qcnn_hand_over_avx512(const int16_t* sums, ptrdiff_t stride, int positions, float scale,
                           float floor, bool quads, const qcnn_filter_handover* to, ptrdiff_t at) {
  const __m512 scales = _mm512_set1_ps(scale);
  const __m512 floors = _mm512_set1_ps(floor);
  if (quads) {
    hand_over_quads(sums, stride, positions, scales, floors, to, at);
  } else {
    hand_over_pairs(sums, stride, positions, scales, floors, to, at);
  }
}

void qcnn_pool_avx512(const int16_t* above, const int16_t* below, ptrdiff_t stride, int count,
                      int16_t* largest) {
  for (int i = 0; i < count; i++) {
    for (int half = 0; half < QCNN_FILTER_BLOCK; half += 32) {
      __m512i high = _mm512_max_epi16(_mm512_load_si512(above + half),
                                      _mm512_load_si512(above + stride + half));
      __m512i low = _mm512_max_epi16(_mm512_load_si512(below + half),
                                     _mm512_load_si512(below + stride + half));
      _mm512_store_si512(largest + half, _mm512_max_epi16(high, low));
    }
    above += 2 * stride;
    below += 2 * stride;
    largest += QCNN_FILTER_BLOCK;
  }
}
