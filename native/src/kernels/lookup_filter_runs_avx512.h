/* Taps that read neighbouring positions, of a single block of filters with 16-bit tables, for AVX-512. */
#ifndef QCNN_LOOKUP_FILTER_RUNS_AVX512_H
#define QCNN_LOOKUP_FILTER_RUNS_AVX512_H

#include "kernels/lookup_filter_words_avx512.h"

#define LONGEST_RUN 3

/* Taps each of which reads the position behind the one that the tap before it reads. */
typedef struct {
  ptrdiff_t first; /* by how many bytes its table lies behind the position's */
  int taps;
} tap_run;

typedef struct {
  int count;
  tap_run run[2 * QCNN_LARGEST_STEPS];
} tap_runs;

static void add_to_runs(tap_runs* runs, ptrdiff_t position, ptrdiff_t tap) {
  if (runs->count > 0) {
    tap_run* last = &runs->run[runs->count - 1];
    if (last->taps < LONGEST_RUN && tap == last->first + last->taps * position) {
      last->taps++;
      return;
    }
  }
  runs->run[runs->count++] = (tap_run){tap, 1};
}

/* Finds the runs; position: the bytes from one table to the next one. */
static void find_runs(const qcnn_filter_look_ups* look_ups, ptrdiff_t position, tap_runs* runs) {
  runs->count = 0;
  for (int i = 0; i < look_ups->step_count; i++) {
    add_to_runs(runs, position, look_ups->steps[i].first);
    if (look_ups->steps[i].second != QCNN_NO_TAP) {
      add_to_runs(runs, position, look_ups->steps[i].second);
    }
  }
}

/*
 * A run of taps of one block at some positions side by side: the codes of all its taps stay in registers,
 * and a table is fetched once for all that read it.
 */
ALWAYS_INLINE void add_run(const int run, const int registers, const int positions,
                           const char* table, const uint8_t* codes, sums16* sum) {
  codes16 of_tap[LONGEST_RUN];
#pragma GCC unroll 4
  for (int t = 0; t < run; t++) {
    of_tap[t] = load_codes(registers, codes + t * QCNN_FILTER_BLOCK);
  }
#pragma GCC unroll 16
  for (int q = 0; q < positions + run - 1; q++) {
    KEEP_LOADS_HERE;
    table16 shared = load_table(registers, table + q * 64 * registers);
#pragma GCC unroll 4
    for (int t = 0; t < run; t++) {
      if (t <= q && q - t < positions) {
        add_entries(registers, &sum[q - t], of_tap[t], &shared);
      }
    }
  }
  KEEP_LOADS_HERE;
}

/* All taps of one block. */
ALWAYS_INLINE void add_runs(const int registers, const int positions, const char* table,
                            const uint8_t* codes, const tap_runs* runs, sums16* sum) {
  const tap_run* end = runs->run + runs->count;
  for (const tap_run* run = runs->run; run < end; run++) {
    const char* first = table + run->first;
    if (run->taps == 3) {
      add_run(3, registers, positions, first, codes, sum);
    } else if (run->taps == 2) {
      add_run(2, registers, positions, first, codes, sum);
    } else {
      add_run(1, registers, positions, first, codes, sum);
    }
    codes += (ptrdiff_t)run->taps * QCNN_FILTER_BLOCK;
  }
}

#endif
