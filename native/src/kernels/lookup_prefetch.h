/* What the prefetchers of processors do not foresee, or keep in the wrong place. */
#ifndef QCNN_LOOKUP_PREFETCH_H
#define QCNN_LOOKUP_PREFETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PREFETCHED_FLOATS 256

/*
 * Fetches what will be read after a[i] and b[i]; b may be NULL. It may lie behind the arrays' ends.
 * Channels read side by side look random to the prefetchers of some processors.
 */
static inline void prefetch_pair(const float* a, const float* b, int i) {
  __builtin_prefetch(a + i + PREFETCHED_FLOATS);
  if (b != NULL) {
    __builtin_prefetch(b + i + PREFETCHED_FLOATS);
  }
}

/* The same for up to four rows; those that are NULL come last. */
static inline void prefetch_rows(const float* const* rows, int i) {
  for (int j = 0; j < 4 && rows[j] != NULL; j++) {
    __builtin_prefetch(rows[j] + i + PREFETCHED_FLOATS);
  }
}

/*
 * Codes of a fully-connected layer are read once for each image, often more of them than caches hold. AMD's
 * processors read them past the caches, where they do not push out the activations of other layers. Intel's
 * would take twice as long that way; they do not look as far ahead themselves as the third-level cache is away.
 */
static inline void prefetch_codes(const uint8_t* codes, bool past_caches) {
  if (past_caches) {
    __builtin_prefetch(codes + 4096, 0, 0);
  } else {
    __builtin_prefetch(codes + 8192, 0, 2);
  }
}

#endif
