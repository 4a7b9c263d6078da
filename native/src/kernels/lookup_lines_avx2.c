/*
 * Look-ups in lines for AVX2: two vectors for a line, the second one as far to the right as the taps allow, so
 * that no load crosses lines. Where the two overlap both have the same sums.
 */
#include "kernels/lookup_bytes_build_avx2.h"
#include "kernels/lookup_lines.h"
#include "kernels/lookup_narrow_avx2.h"
#include "kernels/lookup_partial_avx2.h"

#define LINE_BITS 6 /* a line has 2^6 bytes */

static inline void store(void* to, __m256i value) {
  _mm256_storeu_si256((__m256i*)to, value);
}

/* The codes of a filter's taps in a word, but for the last one: a load of each would compete with those of entries. */
static inline uint64_t load_codes(const uint8_t* codes) {
  uint64_t word;
  memcpy(&word, codes, sizeof word);
  return word;
}

/* The entries of tap t, which is a constant where this is inlined. */
ALWAYS_INLINE const char* entries_of(const qcnn_line_rows* rows, uint64_t word,
                                     const uint8_t* codes, const int t) {
  const uint64_t lines = (uint64_t)UINT8_MAX << LINE_BITS;
  const uint64_t line = t == 0                   ? word << LINE_BITS & lines
                        : t < QCNN_LINE_TAPS - 1 ? word >> (8 * t - LINE_BITS) & lines
                                                 : (uint64_t)codes[t] << LINE_BITS;
  return (const char*)rows->row[t / 3] + t % 3 * rows->step + line;
}

static void accumulate_words(const qcnn_line_rows* rows, const uint8_t* codes, int filters,
                             int16_t* sums) {
  const qcnn_line_rows r = *rows;
  const ptrdiff_t second = QCNN_LINE_BYTES / 2 - 2 * r.step; /* bytes from the first vector on */
  for (int f = 0; f < filters; f++, codes += QCNN_LINE_TAPS, sums += QCNN_POSITION_BLOCK) {
    const uint64_t word = load_codes(codes);
    char* to = (char*)sums;
    __m256i left = vector8_load(to);
    __m256i right = vector8_load(to + second);
#pragma GCC unroll 9
    for (int t = 0; t < QCNN_LINE_TAPS; t++) {
      const char* entries = entries_of(&r, word, codes, t);
      left = _mm256_adds_epi16(left, vector8_load(entries));
      right = _mm256_adds_epi16(right, vector8_load(entries + second));
    }
    store(to, left);
    store(to + second, right);
  }
}

static void accumulate_bytes(const qcnn_line_rows* rows, const uint8_t* codes, int limit,
                             int filters, int16_t* sums) {
  const qcnn_line_rows r = *rows;
  const ptrdiff_t second = QCNN_LINE_BYTES / 2 - 2 * r.step;
  const partial8 none = partial8_none((QCNN_LINE_TAPS + 1) / 2);
  for (int f = 0; f < filters; f++, codes += QCNN_LINE_TAPS, sums += QCNN_BYTE_BLOCK) {
    const uint64_t word = load_codes(codes);
    partial8 left = none;
    partial8 right = none;
#pragma GCC unroll 4
    for (int t = 0; t + 1 < QCNN_LINE_TAPS; t += 2) {
      const char* one = entries_of(&r, word, codes, t);
      const char* other = entries_of(&r, word, codes, t + 1);
      left = partial8_add(left, vector8_add(vector8_load(one), vector8_load(other)));
      right = partial8_add(right,
                           vector8_add(vector8_load(one + second), vector8_load(other + second)));
    }
    const char* last = entries_of(&r, word, codes, QCNN_LINE_TAPS - 1);
    left = partial8_add(left, vector8_load(last));
    right = partial8_add(right, vector8_load(last + second));
    partial8_end(left, limit > 0, limit, sums);
    partial8_end(right, limit > 0, limit, sums + VECTOR8_LANES);
  }
}

/* Sums of a vector lie even positions first. The second vector's go where it belongs, over some of the first one's. */
static void in_order(const int16_t* sums, int right, int16_t* out) {
  interleave(sums, out);
  interleave(sums + VECTOR8_LANES, out + QCNN_BYTE_BLOCK - VECTOR8_LANES - right);
}

static void pool(const int16_t* above, const int16_t* below, int count, int16_t* largest) {
  for (int i = 0; i < count; i += 8) {
    const __m256i both = _mm256_max_epi16(vector8_load(above + 2 * i), vector8_load(below + 2 * i));
    const __m256i pairs =
        _mm256_max_epi16(both, _mm256_srli_epi32(both, 16)); /* in the low halves */
    const __m256i low = _mm256_srai_epi32(_mm256_slli_epi32(pairs, 16), 16);
    const __m128i packed =
        _mm_packs_epi32(_mm256_castsi256_si128(low), _mm256_extracti128_si256(low, 1));
    _mm_storeu_si128((__m128i*)(void*)(largest + i), packed);
  }
}

const qcnn_line_kernels qcnn_line_kernels_avx2 = {
    .codebook_bytes = sizeof(build),
    .sort = qcnn_sort_codebook_avx2,
    .build_bytes = qcnn_build_byte_line_avx2,
    .build_words = qcnn_build_word_line_avx2,
    .accumulate_words = accumulate_words,
    .accumulate_bytes = accumulate_bytes,
    .in_order = in_order,
    .pool = pool,
};
