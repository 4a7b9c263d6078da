/* The inputs of convolutions by products, for AVX-512: squares of 16 pixels and 16 channels. */
#include <immintrin.h>

#include "kernels/lookup_prefetch.h"
#include "kernels/products_avx512.h"

#define SQUARE 16

/* Maps of channels, of which `channels` exist, at the first pixel, of which `pixels` exist. */
typedef struct {
  const float* input;
  ptrdiff_t map;
  int channels, pixels;
} input_square;

static int at_most_square(int count) {
  return count < SQUARE ? count : SQUARE;
}

/* round(x * scale) of a channel's pixels; 0 of NaN, what does not exist and beyond the last channel. */
static inline __m512i rounded(const input_square* square, int channel, const float* scale,
                              float largest) {
  if (channel >= square->channels) {
    return _mm512_setzero_si512();
  }
  const float* pixels = square->input + channel * square->map;
  __builtin_prefetch(pixels + PREFETCHED_FLOATS);
  const __m512 values = _mm512_maskz_loadu_ps(lanes(square->pixels), pixels);
  return rounded_within(_mm512_mul_ps(values, _mm512_set1_ps(scale[channel])),
                        _mm512_set1_ps(-largest), _mm512_set1_ps(largest));
}

/* In each lane the bytes of four pixels and channels, [channel][pixel], become [pixel][channel]. */
static inline __m512i transpose_bytes(__m512i bytes) {
  return _mm512_shuffle_epi8(bytes, _mm512_broadcast_i32x4(_mm_setr_epi8(
                                        0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)));
}

/* Writes pixels of quads of channels, quads[q] of 4q and the next; their bytes are those of an xor with `flip`. */
static inline void write_square(const input_square* square, const __m512i* quads, char flip,
                                uint8_t* to, ptrdiff_t stride) {
  const __mmask16 present = lanes(square->channels);
  const __m512i low01 = _mm512_unpacklo_epi32(quads[0], quads[1]);
  const __m512i high01 = _mm512_unpackhi_epi32(quads[0], quads[1]);
  const __m512i low23 = _mm512_unpacklo_epi32(quads[2], quads[3]);
  const __m512i high23 = _mm512_unpackhi_epi32(quads[2], quads[3]);
  const __m512i pixels[4] = {
      /* pixel 4 * lane + i */
      _mm512_unpacklo_epi64(low01, low23), _mm512_unpackhi_epi64(low01, low23),
      _mm512_unpacklo_epi64(high01, high23), _mm512_unpackhi_epi64(high01, high23)};
  __m128i lanes[4][4];
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    const __m512i bytes = _mm512_xor_si512(pixels[i], _mm512_set1_epi8(flip));
    lanes[0][i] = _mm512_castsi512_si128(bytes);
    lanes[1][i] = _mm512_extracti32x4_epi32(bytes, 1);
    lanes[2][i] = _mm512_extracti32x4_epi32(bytes, 2);
    lanes[3][i] = _mm512_extracti32x4_epi32(bytes, 3);
  }
#pragma GCC unroll 16
  for (int i = 0; i < SQUARE; i++) {
    if (i >= square->pixels) {
      break;
    }
    if (square->channels == SQUARE) {
      _mm_storeu_si128((__m128i*)(void*)(to + i * stride), lanes[i / 4][i % 4]);
    } else {
      _mm_mask_storeu_epi8(to + i * stride, present, lanes[i / 4][i % 4]);
    }
  }
}

/* Inputs of 8 bits are far below that. */
#define LARGE_BYTE 1024.0f

static inline void quantize_square(const input_square* square, const float* scale,
                                   const int32_t* zero, uint8_t* to, ptrdiff_t stride) {
  __m512i quads[4];
#pragma GCC unroll 4
  for (int q = 0; q < 4; q++) {
    __m512i values[4];
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) {
      const int channel = 4 * q + j;
      const __m512i offset = _mm512_set1_epi32(channel < square->channels ? zero[channel] : 0);
      values[j] = _mm512_add_epi32(rounded(square, channel, scale, LARGE_BYTE), offset);
    }
    /* Saturation is the clamp. */
    quads[q] = transpose_bytes(_mm512_packs_epi16(_mm512_packs_epi32(values[0], values[1]),
                                                  _mm512_packs_epi32(values[2], values[3])));
  }
  write_square(square, quads, (char)0x80, to, stride);
}

static inline void quantize_square_of_words(const input_square* square, const float* scale,
                                            uint8_t* to, ptrdiff_t stride, ptrdiff_t plane) {
  const __m512i byte = _mm512_set1_epi16(0xff);
  __m512i high[4], low[4];
#pragma GCC unroll 4
  for (int q = 0; q < 4; q++) {
    __m512i values[4];
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) {
      values[j] = rounded(square, 4 * q + j, scale, 32767.0f);
    }
    const __m512i first = _mm512_packs_epi32(values[0], values[1]);
    const __m512i second = _mm512_packs_epi32(values[2], values[3]);
    high[q] = transpose_bytes(
        _mm512_packs_epi16(_mm512_srai_epi16(first, 8), _mm512_srai_epi16(second, 8)));
    low[q] = transpose_bytes(
        _mm512_packus_epi16(_mm512_and_si512(first, byte), _mm512_and_si512(second, byte)));
  }
  write_square(square, high, (char)0x80, to, stride);
  write_square(square, low, 0, to + plane, stride);
}

void qcnn_quantize_products_avx512(const float* input, ptrdiff_t map, int channels, int count,
                                   const qcnn_product_quantizer* quantizer, uint8_t* to) {
  for (int c = 0; c < channels; c += SQUARE) {
    for (int i = 0; i < count; i += SQUARE) {
      const input_square square = {input + c * map + i, map, at_most_square(channels - c),
                                   at_most_square(count - i)};
      quantize_square(&square, quantizer->scale + c, quantizer->zero + c,
                      to + (ptrdiff_t)i * channels + c, channels);
    }
  }
}

void qcnn_quantize_words_avx512(const float* input, ptrdiff_t map, int channels, int count,
                                const float* scale, uint8_t* to, ptrdiff_t plane) {
  for (int c = 0; c < channels; c += SQUARE) {
    for (int i = 0; i < count; i += SQUARE) {
      const input_square square = {input + c * map + i, map, at_most_square(channels - c),
                                   at_most_square(count - i)};
      quantize_square_of_words(&square, scale + c, to + (ptrdiff_t)i * channels + c, channels,
                               plane);
    }
  }
}
