/* What narrow sub-codewords have in common, for which sums of products of bytes have room in 16 bits. */
#ifndef QCNN_LOOKUP_NARROW_H
#define QCNN_LOOKUP_NARROW_H

#include <stdint.h>

#define MOST_CODEWORDS 256 /* K */

/* The largest sum of |d| at which sums of x * d, |x| <= 128, have room in 16 bits, `start` besides. */
static inline int largest_sum(int32_t start) {
  return (INT16_MAX - (start < 0 ? -start : start)) / 128;
}

#endif
