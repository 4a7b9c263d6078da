/* 16-bit lookup tables in registers, for AVX-512 with VBMI: 64 filters' codes to a vector. */
#include "kernels/lookup_filter_runs_avx512.h"

/* Positions of 64 filters whose sums, two registers each, are worked on at once. */
#define SUMS 8

/* Columns of a stripe. */
#define STRIPE 16

/* One tap of a strip of filters at some positions side by side, whose tables stay in registers. */
ALWAYS_INLINE void add_tap(const int blocks, const int registers, const int positions,
                           const char* table, const uint8_t* codes, sums16* sum) {
  table16 tables[4];
#pragma GCC unroll 4
  for (int p = 0; p < positions; p++) {
    tables[p] = load_table(registers, table + p * 64 * registers);
  }
#pragma GCC unroll 4
  for (int b = 0; b < blocks; b++) {
    codes16 of_block = load_codes(registers, codes + b * QCNN_FILTER_BLOCK);
    if (registers == 4 && positions == 2) {
      add_wide_words_to_two(&sum[b], &sum[blocks + b], of_block.even, &tables[0], &tables[1]);
      continue;
    }
#pragma GCC unroll 4
    for (int p = 0; p < positions; p++) {
      add_entries(registers, &sum[p * blocks + b], of_block, &tables[p]);
    }
  }
  KEEP_LOADS_HERE;
}

/* The taps of all steps, one by one. */
ALWAYS_INLINE void add_steps(const int blocks, const int registers, const int positions,
                             const char* table, const uint8_t* codes,
                             const qcnn_filter_look_ups* look_ups, sums16* sum) {
  const ptrdiff_t strip = (ptrdiff_t)blocks * QCNN_FILTER_BLOCK;
  const qcnn_filter_step* end = look_ups->steps + look_ups->step_count;
  for (const qcnn_filter_step* step = look_ups->steps; step < end; step++) {
    add_tap(blocks, registers, positions, table + step->first, codes, sum);
    codes += strip;
    if (step->second != QCNN_NO_TAP) {
      add_tap(blocks, registers, positions, table + step->second, codes, sum);
      codes += strip;
    }
  }
}

/* Some positions side by side: brings their sums into registers, adds all taps and puts them back. */
ALWAYS_INLINE void add_positions(const int blocks, const int registers, const int positions,
                                 const char* table, const uint8_t* codes,
                                 const qcnn_filter_look_ups* look_ups, const tap_runs* runs,
                                 int16_t* sums) {
  const ptrdiff_t stride = (ptrdiff_t)look_ups->blocks * QCNN_FILTER_BLOCK;
  sums16 sum[SUMS];
#pragma GCC unroll 8
  for (int i = 0; i < positions * blocks; i++) {
    const int16_t* from = sums + i / blocks * stride + i % blocks * QCNN_FILTER_BLOCK;
    sum[i] = (sums16){_mm512_load_si512(from), _mm512_load_si512(from + 32)};
  }
  if (blocks == 1) {
    add_runs(registers, positions, table, codes, runs, sum);
  } else {
    add_steps(blocks, registers, positions, table, codes, look_ups, sum);
  }
#pragma GCC unroll 8
  for (int i = 0; i < positions * blocks; i++) {
    int16_t* to = sums + i / blocks * stride + i % blocks * QCNN_FILTER_BLOCK;
    _mm512_store_si512(to, sum[i].even);
    _mm512_store_si512(to + 32, sum[i].odd);
  }
}

/* The columns from `x` to `last` of a row: as many at once as registers are enough for. */
ALWAYS_INLINE void add_columns(const int blocks, const int registers, const char* table,
                               const uint8_t* codes, const qcnn_filter_look_ups* look_ups,
                               const tap_runs* runs, int x, int last, int16_t* sums) {
  const ptrdiff_t stride = (ptrdiff_t)look_ups->blocks * QCNN_FILTER_BLOCK;
  const int bytes = 64 * registers;
#define COLUMNS(n)                                                                \
  for (; x + (n) <= last; x += (n)) {                                             \
    add_positions(blocks, registers, n, table + x * bytes, codes, look_ups, runs, \
                  sums + x * stride);                                             \
  }
  if (blocks == 1) {
    COLUMNS(8)
  }
  if (blocks == 1 || (blocks == 2 && registers == 2)) {
    COLUMNS(4)
  }
  COLUMNS(2)
  COLUMNS(1)
#undef COLUMNS
}

/*
 * One strip of filters at all positions. A single block takes columns in stripes, so that the tables of a
 * stripe's rows stay in the first-level cache from row to row; only for it there are runs.
 */
ALWAYS_INLINE void accumulate_strip(const int blocks, const int registers,
                                    const qcnn_filter_look_ups* look_ups, const tap_runs* runs,
                                    const uint8_t* codes, int16_t* sums) {
  const ptrdiff_t row_sums = (ptrdiff_t)look_ups->width * look_ups->blocks * QCNN_FILTER_BLOCK;
  const ptrdiff_t row_bytes = (ptrdiff_t)look_ups->columns * 64 * registers;
  const int width = look_ups->width;
  const int stripe = blocks == 1 ? STRIPE : width;
  for (int first = 0; first < width; first += stripe) {
    const int last = first + stripe < width ? first + stripe : width;
    for (int row = 0; row < look_ups->rows; row++) {
      add_columns(blocks, registers, (const char*)look_ups->table + row * row_bytes, codes,
                  look_ups, runs, first, last, sums + row * row_sums);
    }
  }
}

/* All strips; `registers` is a constant where this is inlined. */
ALWAYS_INLINE void accumulate(const qcnn_filter_tables* tables, const int registers,
                              const qcnn_filter_look_ups* look_ups, int16_t* sums) {
  const uint8_t* codes = look_ups->codes;
  const int taps = qcnn_filter_taps(look_ups);
  int blocks;
  for (int done = 0; done < look_ups->blocks; done += blocks) {
    blocks = qcnn_filter_strip(tables, look_ups->blocks - done);
    if (blocks == 4) {
      accumulate_strip(4, registers, look_ups, NULL, codes, sums);
    } else if (blocks == 2) {
      accumulate_strip(2, registers, look_ups, NULL, codes, sums);
    } else {
      tap_runs runs;
      find_runs(look_ups, 64 * registers, &runs);
      accumulate_strip(1, registers, look_ups, &runs, codes, sums);
    }
    codes += (ptrdiff_t)taps * blocks * QCNN_FILTER_BLOCK;
    sums += (ptrdiff_t)blocks * QCNN_FILTER_BLOCK;
  }
}

static void accumulate_words(const qcnn_filter_look_ups* look_ups, int16_t* sums) {
  accumulate(&qcnn_filter_words_avx512, 2, look_ups, sums);
}

static void accumulate_wide_words(const qcnn_filter_look_ups* look_ups, int16_t* sums) {
  accumulate(&qcnn_filter_wide_words_avx512, 4, look_ups, sums);
}

/* Widening takes 32 codes side by side. */
static int filter_of_words(int place) {
  return place < 32 ? 2 * place : 2 * (place - 32) + 1;
}

/* Unpacking takes the first eight of every 16 bytes, then the others. */
static int filter_of_wide_words(int place) {
  return 2 * (place / 16 * 8 + place % 8) + place / 8 % 2;
}

const qcnn_filter_tables qcnn_filter_words_avx512 = {
    .build_from_quads = qcnn_build_filter_words_of_quads_avx512,
    .build_from_pairs = qcnn_build_filter_words_avx512,
    .widest_strip = 2,
    .filter_at = filter_of_words,
    .accumulate = accumulate_words,
    .finish = qcnn_finish_filters_avx512,
    .hand_over = qcnn_hand_over_avx512,
    .pool = qcnn_pool_avx512,
};

const qcnn_filter_tables qcnn_filter_wide_words_avx512 = {
    .build_from_quads = qcnn_build_filter_words_of_quads_avx512,
    .build_from_pairs = qcnn_build_filter_words_avx512,
    .widest_strip = 4,
    .filter_at = filter_of_wide_words,
    .accumulate = accumulate_wide_words,
    .finish = qcnn_finish_filters_avx512,
    .hand_over = qcnn_hand_over_avx512,
    .pool = qcnn_pool_avx512,
};
