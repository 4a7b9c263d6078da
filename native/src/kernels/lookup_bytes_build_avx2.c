/*
 * Lookup tables of 8-bit operands for AVX2, with entries of 8 bits or of 16. Most sub-codewords are narrow
 * or halved (lookup_narrow_avx2.h); for the others, wide ones, bytes are widened before they are multiplied.
 */
#include "kernels/lookup_bytes_build_avx2.h"

#include <stdbool.h>

#include "kernels/lookup_bytes.h"
#include "kernels/lookup_kernels.h"
#include "kernels/lookup_narrow_avx2.h"

#define BLOCK 32          /* positions of a step */
#define LARGEST_PAIRS 128 /* of components: Cs' is at most 256 */

/* Four positions of a quad in each half of a vector. */
static inline __m256i load_halves(const int8_t* quads, int low, int high) {
  const __m128i* first = (const __m128i*)(const void*)(quads + 4 * low);
  const __m128i* second = (const __m128i*)(const void*)(quads + 4 * high);
  return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(first)),
                                 _mm_loadu_si128(second), 1);
}

/*
 * The two pairs of channels of a quad at eight positions from `low` on and eight from `high` on, as bytes with 128
 * added.
 */
static inline void find_pairs(const int8_t* quads, int low, int high, __m256i pairs[2]) {
  const __m256i apart = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15));
  const __m256i offset = _mm256_set1_epi8(INT8_MIN);
  __m256i first = _mm256_shuffle_epi8(load_halves(quads, low, high), apart);
  __m256i second = _mm256_shuffle_epi8(load_halves(quads, low + 4, high + 4), apart);
  pairs[0] = _mm256_xor_si256(_mm256_unpacklo_epi64(first, second), offset);
  pairs[1] = _mm256_xor_si256(_mm256_unpackhi_epi64(first, second), offset);
}

/* The same at four positions each, as 16-bit integers. */
static inline void find_wide_pairs(const int8_t* quads, int low, int high, __m256i pairs[2]) {
  const __m256i apart = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(-1, 0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9, -1, 12, -1, 13));
  const __m256i bytes = load_halves(quads, low, high);
  pairs[0] = _mm256_srai_epi16(_mm256_shuffle_epi8(bytes, apart), 8);
  pairs[1] = _mm256_srai_epi16(_mm256_shuffle_epi8(_mm256_srli_epi32(bytes, 16), apart), 8);
}

/*
 * Stores the entries of a block. Packing to bytes takes eight of either vector in turns: these then hold positions 0 to
 * 7 and 16 to 23, 8 to 15 and 24 to 31; of 16 bits positions 0 to 15, 16 to 31.
 */
ALWAYS_INLINE void store(const int table_bits, const build* b, ptrdiff_t at, __m256i first,
                         __m256i second) {
  if (table_bits == 8) {
    __m256i* to = (__m256i*)(void*)((int8_t*)b->table + at);
    _mm256_storeu_si256(to, _mm256_packs_epi16(first, second));
  } else {
    __m256i* to = (__m256i*)(void*)((int16_t*)b->table + at);
    _mm256_storeu_si256(to, first);
    _mm256_storeu_si256(to + 1, second);
  }
}

/* The inputs of a block, two vectors of pairs. */
typedef __m256i block_inputs[2][NARROW_PAIRS];

/* Halved codewords at a block of positions; one for all sizes, as they are few and code has its size, too. */
static __attribute__((noinline)) void build_halved(int table_bits, int pairs, const build* b,
                                                   block_inputs inputs, int begin) {
  const __m256i sign = _mm256_set1_epi16(INT16_MIN);
  const __m256i shift = _mm256_set1_epi16((int16_t)(1 << (16 - b->fraction_bits)));
  const halved_codeword* end = b->halved + b->halved_count;
  for (const halved_codeword* codeword = b->halved; codeword < end; codeword++) {
    const __m256i rest = _mm256_set1_epi32(codeword->rest);
    __m256i entries[2];
#pragma GCC unroll 2
    for (int j = 0; j < 2; j++) {
      __m256i first = _mm256_set1_epi32(codeword->start[0]);
      __m256i second = _mm256_set1_epi32(codeword->start[1]);
      for (int p = 0; p < pairs; p++) {
        const __m256i lower = _mm256_set1_epi32(codeword->pairs[0][p]);
        const __m256i upper = _mm256_set1_epi32(codeword->pairs[1][p]);
        first = _mm256_add_epi16(first, _mm256_maddubs_epi16(inputs[j][p], lower));
        second = _mm256_add_epi16(second, _mm256_maddubs_epi16(inputs[j][p], upper));
      }
      const __m256i half = _mm256_xor_si256(_mm256_avg_epu16(first, second), sign);
      entries[j] = _mm256_add_epi16(_mm256_mulhrs_epi16(half, shift), rest);
    }
    store(table_bits, b, codeword->row + begin, entries[0], entries[1]);
  }
}

/* The entries of a narrow codeword, or a split one, at a block of positions. */
ALWAYS_INLINE void store_narrow(const int table_bits, const int pairs, const bool split,
                                const build* b, __m256i shift, block_inputs inputs,
                                const narrow_codeword* codeword, ptrdiff_t at) {
  const __m256i rest = _mm256_set1_epi32(codeword->rest);
  __m256i entries[2];
#pragma GCC unroll 2
  for (int j = 0; j < 2; j++) {
    __m256i sum = _mm256_set1_epi32(codeword->start[0]);
    __m256i second = split ? _mm256_set1_epi32(codeword->start[1]) : sum;
#pragma GCC unroll 4
    for (int p = 0; p < pairs; p++) {
      const __m256i components = _mm256_set1_epi32(codeword->pairs[p]);
      const __m256i products = _mm256_maddubs_epi16(inputs[j][p], components);
      if (split && p >= first_pairs(pairs)) {
        second = _mm256_add_epi16(second, products);
      } else {
        sum = _mm256_add_epi16(sum, products);
      }
    }
    if (split) {
      sum = _mm256_xor_si256(_mm256_avg_epu16(sum, second), _mm256_set1_epi16(INT16_MIN));
    }
    entries[j] = _mm256_add_epi16(_mm256_mulhrs_epi16(sum, shift), rest);
  }
  store(table_bits, b, at, entries[0], entries[1]);
}

/*
 * Narrow codewords, or split ones, at a block of positions. What sums, or averages of two, are multiplied with brings
 * entries into the high halves.
 */
ALWAYS_INLINE void build_narrow(const int table_bits, const int pairs, const bool split,
                                const build* b, block_inputs inputs, int begin) {
  const __m256i shift = _mm256_set1_epi16((int16_t)(1 << ((split ? 16 : 15) - b->fraction_bits)));
  const narrow_codeword* codeword = split ? b->split : b->narrow;
  const narrow_codeword* end = codeword + (split ? b->split_count : b->narrow_count);
  for (; codeword < end; codeword++) {
    store_narrow(table_bits, pairs, split, b, shift, inputs, codeword, codeword->row + begin);
  }
}

/* All but wide codewords at a block of positions; pairs are a constant where this is inlined. */
ALWAYS_INLINE void build_block(const int table_bits, const int pairs, const build* b, int begin) {
  const int high = table_bits == 8 ? 16 : 8; /* as `store` wants it */
  const int next = table_bits == 8 ? 8 : 16;
  const int8_t* quads = b->inputs + 4 * (ptrdiff_t)begin;
  block_inputs inputs;
#pragma GCC unroll 2
  for (int q = 0; q < (pairs + 1) / 2; q++) {
    find_pairs(quads + q * b->quad_stride, 0, high, &inputs[0][2 * q]);
    find_pairs(quads + q * b->quad_stride, next, next + high, &inputs[1][2 * q]);
  }
  build_narrow(table_bits, pairs, false, b, inputs, begin);
  if (pairs > 1) {
    build_narrow(table_bits, pairs, true, b, inputs, begin);
  }
  if (b->halved_count > 0) {
    build_halved(table_bits, pairs, b, inputs, begin);
  }
}

/* The entries of a wide codeword at a block of positions; inputs: as 16-bit pairs, two of a quad. */
static inline void build_wide_block(const int table_bits, const int quads, const build* b,
                                    const __m256i (*inputs)[4], const int32_t* codeword,
                                    ptrdiff_t at) {
  __m256i sum[4];
#pragma GCC unroll 4
  for (int j = 0; j < 4; j++) {
    sum[j] = _mm256_set1_epi32(codeword[0]);
  }
  for (int q = 0; q < quads; q++, inputs += 2) {
    const __m256i components = _mm256_cvtepi8_epi16(_mm_set1_epi32(codeword[1 + q]));
    const __m256i first = _mm256_shuffle_epi32(components, 0x00);
    const __m256i second = _mm256_shuffle_epi32(components, 0x55);
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) {
      sum[j] = _mm256_add_epi32(sum[j], _mm256_madd_epi16(inputs[0][j], first));
      sum[j] = _mm256_add_epi32(sum[j], _mm256_madd_epi16(inputs[1][j], second));
    }
  }
#pragma GCC unroll 4
  for (int j = 0; j < 4; j++) {
    sum[j] = _mm256_sra_epi32(sum[j], _mm_cvtsi32_si128(b->fraction_bits));
  }
  store(table_bits, b, at, _mm256_packs_epi32(sum[0], sum[1]), _mm256_packs_epi32(sum[2], sum[3]));
}

/* Wide codewords at a block of positions; one for all sizes, as they are few and code has its size, too. */
static __attribute__((noinline)) void build_wide(const int table_bits, const build* b, int begin) {
  const int quads = b->codeword_words - 1;
  const int high =
      table_bits == 8 ? 16 : 8; /* packing to words takes four of either vector in turns */
  const int8_t* from = b->inputs + 4 * (ptrdiff_t)begin;
  __m256i inputs[LARGEST_PAIRS][4];
  for (int q = 0; q < quads; q++) {
    for (int j = 0; j < 4; j++) {
      const int low = table_bits == 8 ? 4 * j : 8 * (j / 2) + 4 * j;
      __m256i both[2];
      find_wide_pairs(from + q * b->quad_stride, low, low + high, both);
      inputs[2 * q][j] = both[0];
      inputs[2 * q + 1][j] = both[1];
    }
  }
  for (int i = 0; i < b->wide_count; i++) {
    build_wide_block(table_bits, quads, b, inputs,
                     b->codewords + (ptrdiff_t)b->wide[i] * b->codeword_words,
                     b->wide[i] * b->table_stride + begin);
  }
}

/* All codewords at all positions. */
ALWAYS_INLINE void build_blocks(const int table_bits, const build* b, int positions) {
  for (int begin = 0; begin < positions; begin += BLOCK) {
    switch (b->pairs) {
      case 1:
        build_block(table_bits, 1, b, begin);
        break;
      case 2:
        build_block(table_bits, 2, b, begin);
        break;
      case 3:
        build_block(table_bits, 3, b, begin);
        break;
      case 4:
        build_block(table_bits, 4, b, begin);
        break;
      default:
        break;
    }
    if (b->wide_count > 0) {
      build_wide(table_bits, b, begin);
    }
  }
}

/* One of them for tables of any kind, as code has its size. */
static void build_byte_blocks(const build* b, int positions) {
  build_blocks(8, b, positions);
}

static void build_word_blocks(const build* b, int positions) {
  build_blocks(16, b, positions);
}

/* Takes codewords into their lists, which are filled as far as they are used. */
static void begin_build(build* b, const int32_t* codewords, int size, int fraction_bits,
                        int sub_codewords, ptrdiff_t table_stride) {
  b->codewords = codewords;
  b->codeword_words = 1 + (size + 3) / 4;
  b->fraction_bits = fraction_bits;
  b->pairs = (size + 1) / 2;
  b->table_stride = table_stride;
  b->narrow_count = 0;
  b->split_count = 0;
  b->halved_count = 0;
  b->wide_count = 0;
  sort_codewords(b, sub_codewords);
}

static void build_at(build* b, const int8_t* inputs, ptrdiff_t quad_stride, void* table) {
  b->inputs = inputs;
  b->quad_stride = quad_stride;
  b->table = table;
}

void qcnn_build_bytes_avx2(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                           const int32_t* codewords, int sub_codewords, int positions,
                           int8_t* table, ptrdiff_t table_stride) {
  build lists;
  begin_build(&lists, codewords, size, QCNN_BYTE_FRACTION_BITS, sub_codewords, table_stride);
  build_at(&lists, inputs, quad_stride, table);
  build_byte_blocks(&lists, positions);
}

void qcnn_build_words_avx2(const int8_t* inputs, ptrdiff_t quad_stride, int size,
                           const int32_t* codewords, int fraction_bits, int sub_codewords,
                           int positions, int16_t* table, ptrdiff_t table_stride) {
  build lists;
  begin_build(&lists, codewords, size, fraction_bits, sub_codewords, table_stride);
  build_at(&lists, inputs, quad_stride, table);
  build_word_blocks(&lists, positions);
}

void qcnn_sort_codebook_avx2(const int32_t* codewords, int size, int fraction_bits,
                             int sub_codewords, int line, void* codebook) {
  begin_build(codebook, codewords, size, fraction_bits, sub_codewords, line);
}

void qcnn_build_byte_line_avx2(void* codebook, const int8_t* inputs, ptrdiff_t quad_stride,
                               int8_t* table) {
  build_at(codebook, inputs, quad_stride, table);
  build_byte_blocks(codebook, QCNN_BYTE_BLOCK);
}

void qcnn_build_word_line_avx2(void* codebook, const int8_t* inputs, ptrdiff_t quad_stride,
                               int16_t* table) {
  build_at(codebook, inputs, quad_stride, table);
  build_word_blocks(codebook, QCNN_POSITION_BLOCK);
}
