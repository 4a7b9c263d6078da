/*
 * Vectors of floats under the same names for all instruction sets, so that a kernel is written
 * once. A file that was included before this one, vectors_<isa>.h, defines
 *   vector, which has + - * /, and LANES, its floats;
 *   zero(), broadcast(x), load(p), store(p, v) from and to any float address;
 *   load_first(p, n), store_first(p, n, v): 0 < n < LANES lanes; the others load as zeros;
 *   multiply_add(sum, a, b): sum + a * b, fused where the instruction set has that;
 *   larger(x, y): the larger lanes, NaN where x or y is NaN;
 *   even(a, b): lanes 0, 2, 4, ... of a, then those of b;
 *   sum_lanes(v): the sum of the lanes;
 *   all_between(x, low, high): whether all lanes are in low <= lane <= high;
 *   inverse_root(x): 1 / sqrt(x) up to 3 rounding units for x in 2^-100 to 2^100.
 */
#ifndef QCNN_VECTORS_H
#define QCNN_VECTORS_H

#include "loops.h"

#define UNROLL _Pragma("GCC unroll 8")

/* The first lanes of a vector; all of them, which callers say with a constant, cost no mask. */
QCNN_SPECIALIZED vector load_lanes(const float* p, int32_t lanes) {
  return lanes == LANES ? load(p) : load_first(p, lanes);
}

QCNN_SPECIALIZED void store_lanes(float* p, int32_t lanes, vector v) {
  if (lanes == LANES) {
    store(p, v);
  } else {
    store_first(p, lanes, v);
  }
}

#endif
