/*
 * Look-ups in lines for AVX2: two vectors for a line, the second one as far to the right as the taps allow, so
 * that no load crosses lines. Where the two overlap both have the same sums.
 */
#include "kernels/lookup_bytes_build_avx2.h"
#include "kernels/lookup_lines.h"
#include "kernels/lookup_narrow_avx2.h"
#include "kernels/lookup_partial_avx2.h"

#define WORD_LANES 16
#define LINE_BITS 6 /* a line has 2^6 bytes */

static inline __m256i load(const void* from) {
  return _mm256_loadu_si256((const __m256i*)from);
}

static inline void store(void* to, __m256i value) {
  _mm256_storeu_si256((__m256i*)to, value);
}

/*
 * Nine taps in three rows of three, as most convolutions have. Their codes are taken from one word: a load of each would
 * compete with those of entries.
 */
#define SQUARE_TAPS 9

typedef struct {
  const char* row[3];
  ptrdiff_t step; /* bytes from one tap of a row to the next */
} square;

/* Finds the square that taps begin at; returns false if they are none. */
static bool find_square(const void* const* rows, int taps, square* found) {
  if (taps != SQUARE_TAPS) {
    return false;
  }
  found->step = (const char*)rows[1] - (const char*)rows[0];
  bool is_square = true;
  for (int t = 0; t < SQUARE_TAPS; t++) {
    found->row[t / 3] = rows[t / 3 * 3];
    is_square = is_square && (const char*)rows[t] == found->row[t / 3] + t % 3 * found->step;
  }
  return is_square;
}

/* The codes of a filter's taps in a word, but for the last one. */
static inline uint64_t load_codes(const uint8_t* codes) {
  uint64_t word;
  memcpy(&word, codes, sizeof word);
  return word;
}

/* The entries of tap t, which is a constant where this is inlined. */
ALWAYS_INLINE const char* square_entries(const square* s, uint64_t word, const uint8_t* codes,
                                         const int t) {
  const uint64_t lines = (uint64_t)UINT8_MAX << LINE_BITS;
  const uint64_t line = t == 0                ? word << LINE_BITS & lines
                        : t < SQUARE_TAPS - 1 ? word >> (8 * t - LINE_BITS) & lines
                                              : (uint64_t)codes[t] << LINE_BITS;
  return s->row[t / 3] + t % 3 * s->step + line;
}

static inline const char* tap_entries(const void* const* rows, const uint8_t* codes, int t) {
  return (const char*)rows[t] + ((ptrdiff_t)codes[t] << LINE_BITS);
}

/* The sums of a line; `second`: bytes from its first vector to the second one. */
typedef struct {
  __m256i left, right;
} line16;

static inline line16 load_line(const void* from, ptrdiff_t second) {
  return (line16){load(from), load((const char*)from + second)};
}

static inline line16 add_line(line16 sum, const char* entries, ptrdiff_t second) {
  return (line16){_mm256_adds_epi16(sum.left, load(entries)),
                  _mm256_adds_epi16(sum.right, load(entries + second))};
}

static inline void store_line(int16_t* sums, line16 sum, ptrdiff_t second) {
  store(sums, sum.left);
  store((char*)sums + second, sum.right);
}

static void accumulate_square_words(square s, const uint8_t* codes, ptrdiff_t second, int filters,
                                    int16_t* sums) {
  for (int f = 0; f < filters; f++, codes += SQUARE_TAPS, sums += QCNN_POSITION_BLOCK) {
    const uint64_t word = load_codes(codes);
    line16 sum = load_line(sums, second);
#pragma GCC unroll 9
    for (int t = 0; t < SQUARE_TAPS; t++) {
      sum = add_line(sum, square_entries(&s, word, codes, t), second);
    }
    store_line(sums, sum, second);
  }
}

static void accumulate_words(const void* const* rows, const uint8_t* codes, int taps, int right,
                             int filters, int16_t* sums) {
  const ptrdiff_t second = (QCNN_POSITION_BLOCK - WORD_LANES - right) * (ptrdiff_t)sizeof *sums;
  square s;
  if (find_square(rows, taps, &s)) {
    accumulate_square_words(s, codes, second, filters, sums);
    return;
  }
  for (int f = 0; f < filters; f++, codes += taps, sums += QCNN_POSITION_BLOCK) {
    line16 sum = load_line(sums, second);
    for (int t = 0; t < taps; t++) {
      sum = add_line(sum, tap_entries(rows, codes, t), second);
    }
    store_line(sums, sum, second);
  }
}

/* Partial sums of a line. */
typedef struct {
  partial8 left, right;
} line8;

static inline line8 add_pair(line8 sum, const char* one, const char* other, ptrdiff_t second) {
  return (line8){partial8_add(sum.left, vector8_add(load(one), load(other))),
                 partial8_add(sum.right, vector8_add(load(one + second), load(other + second)))};
}

static inline line8 add_last(line8 sum, const char* entries, ptrdiff_t second) {
  return (line8){partial8_add(sum.left, load(entries)),
                 partial8_add(sum.right, load(entries + second))};
}

static inline void end_line(line8 sum, int limit, int16_t* sums) {
  partial8_end(sum.left, limit > 0, limit, sums);
  partial8_end(sum.right, limit > 0, limit, sums + VECTOR8_LANES);
}

static void accumulate_square_bytes(square s, const uint8_t* codes, ptrdiff_t second, int limit,
                                    int filters, int16_t* sums) {
  const partial8 none = partial8_none((SQUARE_TAPS + 1) / 2);
  for (int f = 0; f < filters; f++, codes += SQUARE_TAPS, sums += QCNN_BYTE_BLOCK) {
    const uint64_t word = load_codes(codes);
    line8 sum = {none, none};
#pragma GCC unroll 4
    for (int t = 0; t + 1 < SQUARE_TAPS; t += 2) {
      sum = add_pair(sum, square_entries(&s, word, codes, t),
                     square_entries(&s, word, codes, t + 1), second);
    }
    sum = add_last(sum, square_entries(&s, word, codes, SQUARE_TAPS - 1), second);
    end_line(sum, limit, sums);
  }
}

static void accumulate_bytes(const void* const* rows, const uint8_t* codes, int taps, int right,
                             int limit, int filters, int16_t* sums) {
  const ptrdiff_t second = QCNN_BYTE_BLOCK - VECTOR8_LANES - right;
  square s;
  if (find_square(rows, taps, &s)) {
    accumulate_square_bytes(s, codes, second, limit, filters, sums);
    return;
  }
  const partial8 none = partial8_none((taps + 1) / 2);
  for (int f = 0; f < filters; f++, codes += taps, sums += QCNN_BYTE_BLOCK) {
    line8 sum = {none, none};
    for (int t = 0; t + 1 < taps; t += 2) {
      sum = add_pair(sum, tap_entries(rows, codes, t), tap_entries(rows, codes, t + 1), second);
    }
    if (taps % 2 != 0) {
      sum = add_last(sum, tap_entries(rows, codes, taps - 1), second);
    }
    end_line(sum, limit, sums);
  }
}

/* Sums of a vector lie even positions first. The second vector's go where it belongs, over some of the first one's. */
static void in_order(const int16_t* sums, int right, int16_t* out) {
  interleave(sums, out);
  interleave(sums + VECTOR8_LANES, out + QCNN_BYTE_BLOCK - VECTOR8_LANES - right);
}

static void pool(const int16_t* above, const int16_t* below, int count, int16_t* largest) {
  for (int i = 0; i < count; i += 8) {
    const __m256i both = _mm256_max_epi16(load(above + 2 * i), load(below + 2 * i));
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
