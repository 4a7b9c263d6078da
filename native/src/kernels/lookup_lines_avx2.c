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

/*
 * The code of tap t, times the bytes of a line. Codes are read up to eight at a time, as a load of each would compete with
 * those of entries: first whole words of eight, then four, two and one. Constants, where this is inlined: taps and t.
 */
ALWAYS_INLINE uint64_t line_at(const uint8_t* codes, const int taps, const int t) {
  const int words = taps / 8 * 8;
  const int fours = words + (taps & 4);
  const int twos = fours + (taps & 2);
  const int first = t < words ? t / 8 * 8 : t < fours ? words : t < twos ? fours : t;
  const int left = 8 * (t - first); /* bits */
  uint64_t word = codes[t];
  uint32_t half;
  uint16_t quarter;
  if (t < words) {
    memcpy(&word, codes + first, sizeof word);
  } else if (t < fours) {
    memcpy(&half, codes + first, sizeof half);
    word = half;
  } else if (t < twos) {
    memcpy(&quarter, codes + first, sizeof quarter);
    word = quarter;
  }
  const uint64_t lines = (uint64_t)UINT8_MAX << LINE_BITS;
  return (left == 0 ? word << LINE_BITS : word >> (left - LINE_BITS)) & lines;
}

/* The entries of tap t. */
ALWAYS_INLINE const char* entries_of(const qcnn_line_taps* taps, const uint8_t* codes,
                                     const int rows, const int columns, const int t) {
  return (const char*)taps->row[t / columns] + t % columns * taps->step +
         line_at(codes, rows * columns, t);
}

ALWAYS_INLINE void accumulate_word_taps(const int rows, const int columns,
                                        const qcnn_line_taps* taps, const uint8_t* codes,
                                        int filters, int16_t* sums) {
  const qcnn_line_taps own = *taps;
  const ptrdiff_t second = QCNN_LINE_BYTES / 2 - own.reach; /* bytes from the first vector on */
  for (int f = 0; f < filters; f++, codes += rows * columns, sums += QCNN_POSITION_BLOCK) {
    char* to = (char*)sums;
    __m256i left = vector8_load(to);
    __m256i right = vector8_load(to + second);
#pragma GCC unroll 32
    for (int t = 0; t < rows * columns; t++) {
      const char* entries = entries_of(&own, codes, rows, columns, t);
      left = _mm256_adds_epi16(left, vector8_load(entries));
      right = _mm256_adds_epi16(right, vector8_load(entries + second));
    }
    store(to, left);
    store(to + second, right);
  }
}

ALWAYS_INLINE void accumulate_byte_taps(const int rows, const int columns,
                                        const qcnn_line_taps* taps, const uint8_t* codes, int limit,
                                        int filters, int16_t* sums) {
  const qcnn_line_taps own = *taps;
  const ptrdiff_t second = QCNN_LINE_BYTES / 2 - own.reach;
  const int count = rows * columns;
  const partial8 none = partial8_none((count + 1) / 2);
  for (int f = 0; f < filters; f++, codes += count, sums += QCNN_BYTE_BLOCK) {
    partial8 left = none;
    partial8 right = none;
#pragma GCC unroll 16
    for (int t = 0; t + 1 < count; t += 2) {
      const char* one = entries_of(&own, codes, rows, columns, t);
      const char* other = entries_of(&own, codes, rows, columns, t + 1);
      left = partial8_add(left, vector8_add(vector8_load(one), vector8_load(other)));
      right = partial8_add(right,
                           vector8_add(vector8_load(one + second), vector8_load(other + second)));
    }
    if (count % 2 != 0) {
      const char* last = entries_of(&own, codes, rows, columns, count - 1);
      left = partial8_add(left, vector8_load(last));
      right = partial8_add(right, vector8_load(last + second));
    }
    partial8_end(left, limit > 0, limit, sums);
    partial8_end(right, limit > 0, limit, sums + VECTOR8_LANES);
  }
}

/* Which of the kernels it is. */
#define SHAPE_INDEX(rows, columns) (8 * (rows) + (columns))

static void accumulate_words(const qcnn_line_taps* taps, const uint8_t* codes, int filters,
                             int16_t* sums) {
#define SHAPE(rows, columns)                                         \
  case SHAPE_INDEX(rows, columns):                                   \
    accumulate_word_taps(rows, columns, taps, codes, filters, sums); \
    break;
  switch (SHAPE_INDEX(taps->rows, taps->columns)) {
    QCNN_SMALL_LINE_SHAPES(SHAPE)
    QCNN_LARGE_LINE_SHAPES(SHAPE)
    default:
      break;
  }
#undef SHAPE
}

static void accumulate_bytes(const qcnn_line_taps* taps, const uint8_t* codes, int limit,
                             int filters, int16_t* sums) {
#define SHAPE(rows, columns)                                                \
  case SHAPE_INDEX(rows, columns):                                          \
    accumulate_byte_taps(rows, columns, taps, codes, limit, filters, sums); \
    break;
  switch (SHAPE_INDEX(taps->rows, taps->columns)) {
    QCNN_SMALL_LINE_SHAPES(SHAPE)
    default:
      break;
  }
#undef SHAPE
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
