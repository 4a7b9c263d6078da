/* Entries of 16-bit tables of a position, the high halves of 64 sums, for AVX-512 with VBMI. */
#ifndef QCNN_LOOKUP_FILTER_STORES_AVX512_H
#define QCNN_LOOKUP_FILTER_STORES_AVX512_H

#include "kernels/lookup_filter_products_avx512.h"
#include "kernels/lookup_high_parts_avx512.h"

/* As 64 words in order. */
ALWAYS_INLINE void store_words(sums32 sum, char* table) {
  _mm512_store_si512(table, high_halves(sum.quarter[0], sum.quarter[1]));
  _mm512_store_si512(table + 64, high_halves(sum.quarter[2], sum.quarter[3]));
}

/* As 64 low bytes, and 64 high bytes 128 bytes further. */
ALWAYS_INLINE void store_bytes(sums32 sum, char* table) {
  /* Bytes 2 of all lanes of two vectors, then bytes 3. */
  const __m512i bytes =
      _mm512_setr_epi32(0x0e0a0602, 0x1e1a1612, 0x2e2a2622, 0x3e3a3632, 0x4e4a4642, 0x5e5a5652,
                        0x6e6a6662, 0x7e7a7672, 0x0f0b0703, 0x1f1b1713, 0x2f2b2723, 0x3f3b3733,
                        0x4f4b4743, 0x5f5b5753, 0x6f6b6763, 0x7f7b7773);
  __m512i first = _mm512_permutex2var_epi8(sum.quarter[0], bytes, sum.quarter[1]);
  __m512i second = _mm512_permutex2var_epi8(sum.quarter[2], bytes, sum.quarter[3]);
  _mm512_store_si512(table, _mm512_shuffle_i64x2(first, second, 0x44));
  _mm512_store_si512(table + 128, _mm512_shuffle_i64x2(first, second, 0xee));
}

/* In the order of tables with that many entries; position: of the first part of the table. */
ALWAYS_INLINE void store_entries(sums32 sum, int entries, int position, char* table) {
  if (entries == 64) {
    store_words(sum, table + position * (ptrdiff_t)128);
  } else {
    store_bytes(sum, table + position * (ptrdiff_t)256);
  }
}

#endif
