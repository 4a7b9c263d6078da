/* Look-ups of fully-connected layers, for AVX-512: 32 outputs to a vector. */
#include "kernels/lookup_gather_avx512.h"

#include <immintrin.h>
#include <string.h>

#include "kernels/lookup_prefetch.h"
#include "lookup_outputs.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Codes of at most so many entries have four bits. */
#define FEW_ENTRIES 16

/* Tables are rounded up to 32, 64, 128 or 256 entries: 1, 2, 4 or 8 registers. */
static int table_registers(int sub_codewords) {
  return sub_codewords <= 32 ? 1 : sub_codewords <= 64 ? 2 : sub_codewords <= 128 ? 4 : 8;
}

int qcnn_gather_codes_avx512(int sub_codewords) {
  return sub_codewords <= FEW_ENTRIES ? 4 : table_registers(sub_codewords) == 1 ? 3 : 0;
}

int qcnn_gather_table_bytes_avx512(int sub_codewords) {
  return table_registers(sub_codewords) * 64;
}

void qcnn_gather_store_table_avx512(const int16_t* entries, int sub_codewords, void* table) {
  const size_t bytes = (size_t)sub_codewords * sizeof *entries;
  memset(table, 0, (size_t)qcnn_gather_table_bytes_avx512(sub_codewords));
  memcpy(table, entries, bytes);
  if (sub_codewords <=
      FEW_ENTRIES) { /* again, as vpermw looks at a fifth bit, the next code's first */
    memcpy((int16_t*)table + FEW_ENTRIES, entries, bytes);
  }
}

/* The entries of 32 codes from a table of `registers` registers, at least 2. */
ALWAYS_INLINE __m512i look_up(const int registers, const __m512i* table, __m512i codes) {
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

/* `vectors` times 32 outputs, codes are bytes; both counts are constants where this is inlined. */
ALWAYS_INLINE void gather_outputs(const int registers, const int vectors, const char* tables,
                                  const uint8_t* codes, int subspaces, bool past_caches,
                                  int16_t* sums) {
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
        prefetch_codes(codes + 32 * v, past_caches);
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

/*
 * The same with words of `codes_of_word` codes, whose tables are one register each: vpermw looks at five
 * bits only, so that shifting brings the next code to where it looks.
 */
ALWAYS_INLINE void gather_words(const int codes_of_word, const int vectors, const char* tables,
                                const uint8_t* codes, int subspaces, bool past_caches,
                                int16_t* sums) {
  __m512i sum[8];
#pragma GCC unroll 8
  for (int v = 0; v < vectors; v++) {
    sum[v] = _mm512_setzero_si512();
  }
  for (int m = 0; m < subspaces; m += codes_of_word) {
    __m512i table[QCNN_MOST_CODES_OF_WORD];
#pragma GCC unroll 4
    for (int j = 0; j < codes_of_word; j++) { /* behind the last table there are zeros to add */
      table[j] = m + j < subspaces ? _mm512_loadu_si512(tables + 64 * j) : _mm512_setzero_si512();
    }
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
      prefetch_codes(codes + 64 * v, past_caches);
      __m512i words = _mm512_loadu_si512(codes + 64 * v);
#pragma GCC unroll 4
      for (int j = 0; j < codes_of_word; j++) {
        __m512i shifted = _mm512_srli_epi16(words, (unsigned)(j * qcnn_code_bits(codes_of_word)));
        sum[v] = _mm512_adds_epi16(sum[v], _mm512_permutexvar_epi16(shifted, table[j]));
      }
    }
    tables += 64 * codes_of_word;
    codes += 64 * vectors;
  }
#pragma GCC unroll 8
  for (int v = 0; v < vectors; v++) {
    _mm512_storeu_si512(sums + 32 * v, sum[v]);
  }
}

/* One of the two; `registers` is 1 with words. */
ALWAYS_INLINE void gather_vectors(const int registers, const int codes_of_word, const int vectors,
                                  const char* tables, const uint8_t* codes, int subspaces,
                                  bool past_caches, int16_t* sums) {
  if (codes_of_word > 0) {
    gather_words(codes_of_word, vectors, tables, codes, subspaces, past_caches, sums);
  } else {
    gather_outputs(registers, vectors, tables, codes, subspaces, past_caches, sums);
  }
}

ALWAYS_INLINE void gather_block(const int registers, const int codes_of_word, const char* tables,
                                const uint8_t* codes, int subspaces, int outputs, bool past_caches,
                                int16_t* sums) {
#define VECTORS(n)                                                                            \
  case n:                                                                                     \
    gather_vectors(registers, codes_of_word, n, tables, codes, subspaces, past_caches, sums); \
    break
  switch (outputs / 32) {
    VECTORS(1);
    VECTORS(2);
    VECTORS(3);
    VECTORS(4);
    VECTORS(5);
    VECTORS(6);
    VECTORS(7);
    default:
      gather_vectors(registers, codes_of_word, 8, tables, codes, subspaces, past_caches, sums);
      break;
  }
#undef VECTORS
}

void qcnn_gather_avx512(const void* tables, int sub_codewords, const uint8_t* codes, int subspaces,
                        int outputs, bool past_caches, int16_t* sums) {
  switch (table_registers(sub_codewords)) {
    case 1:
      if (sub_codewords <= FEW_ENTRIES) {
        gather_block(1, 4, tables, codes, subspaces, outputs, past_caches, sums);
      } else {
        gather_block(1, 3, tables, codes, subspaces, outputs, past_caches, sums);
      }
      break;
    case 2:
      gather_block(2, 0, tables, codes, subspaces, outputs, past_caches, sums);
      break;
    case 4:
      gather_block(4, 0, tables, codes, subspaces, outputs, past_caches, sums);
      break;
    default:
      gather_block(8, 0, tables, codes, subspaces, outputs, past_caches, sums);
      break;
  }
}
